"""The rules: which code can be changed, and into what.

A rule takes the source and its nodes, and gives (node, start, end, replacement). Where two rules
find the same change, the first one in RULES counts.
"""

import re
from collections.abc import Iterator

from clang.cindex import CursorKind, TypeKind

from .finder import FUNCTIONS, Node, Source, is_logging
from .syntax import If, bare, children, ends, flattened, operator_of, operator_span, outer_nodes, span

Change = tuple[Node, int, int, str]

STATEMENT_PLACES = {
    CursorKind.COMPOUND_STMT,
    CursorKind.IF_STMT,
    CursorKind.FOR_STMT,
    CursorKind.CXX_FOR_RANGE_STMT,
    CursorKind.WHILE_STMT,
    CursorKind.DO_STMT,
    CursorKind.CASE_STMT,
    CursorKind.DEFAULT_STMT,
}
CODE = re.compile(
    r"HRESULT_FROM_WIN32\(\s*\w+\s*\)"
    r"|\b(?:E_[A-Z]\w+|S_OK|S_FALSE|(?:CO|CONNECT|CLASS|REGDB|DISP|STG)_[ES]_\w+"
    r"|ERROR_\w+|NO_ERROR|RPC_[SX]_\w+|PENDING)\b(?!\()"
)
COMPARED = re.compile(r"(==|!=|\bcase)\s*$")
COMPARES = re.compile(r"\s*(==|!=|\()")
NOTHING = re.compile(r"(std::)?(nullptr|nullopt)|\"\"|''|0|\{\}|false|\w*\{\}")
RELATIONS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}


# --- if ------------------------------------------------------------------------------------------


def checks(kind: str):
    """`if (...) return ...;` goes; of `if (...) statement;` the condition goes."""

    def rule(source: Source, nodes: list[Node]) -> Iterator[Change]:
        for node in nodes:
            if node.cursor.kind != CursorKind.IF_STMT:
                continue
            found = If(source, node.cursor)
            if not found.plain or found.has_else or found.kind != kind:
                continue
            if found.guards:
                if node.parent is not None and node.parent.kind == CursorKind.COMPOUND_STMT:
                    yield node, *source.whole_lines(found.start, found.end), ""
                else:
                    yield node, found.start, found.end, "{}"
            elif not found.declares:
                then = source.text[found.then.extent.start.offset : found.end].decode()
                yield node, found.start, found.end, then

    return rule


def operands(source: Source, nodes: list[Node]) -> Iterator[Change]:
    """Each operand of a && b && c, and of a || b || c, goes once."""
    for node in outer_nodes(nodes):
        operator = operator_of(source, node.cursor)
        if operator not in ("&&", "||"):
            continue
        parent = next((outer for outer in reversed(node.around) if bare(outer) == outer), None)
        if parent is not None and operator_of(source, parent) == operator:
            continue  # a part of a longer chain
        chain = flattened(source, node.cursor, operator)
        if node.macros.cover(*span(node.cursor)):
            continue
        for n, operand in enumerate(chain):
            if n == 0:
                yield node, operand.extent.start.offset, chain[1].extent.start.offset, ""
            else:
                yield node, chain[n - 1].extent.end.offset, operand.extent.end.offset, ""


def choices(source: Source, nodes: list[Node]) -> Iterator[Change]:
    """Of `condition ? a : b` the one stays that does the work: not nothing, or the longer one."""
    for node in nodes:
        if node.cursor.kind == CursorKind.CONDITIONAL_OPERATOR and len(children(node.cursor)) == 3:
            branches = [source.at(one) for one in children(node.cursor)[1:]]
            branches.sort(key=lambda branch: (not NOTHING.fullmatch(branch), len(branch)))
            yield node, *span(node.cursor), branches[1]


# --- chains of checks ----------------------------------------------------------------------------


def links(source: Source, cursor) -> list[tuple[str, int, int]]:
    """The calls of a chain `a.F(x).G(y)` whose functions return the object they are called of, in
    the order of the text: (name, start of its dot, end). They can go, and change places."""
    found = []
    cursor = bare(cursor)
    while cursor.kind == CursorKind.CALL_EXPR and children(cursor):
        member = bare(children(cursor)[0])
        if member.kind != CursorKind.MEMBER_REF_EXPR or not children(member):
            break
        target = bare(children(member)[0])
        method = cursor.referenced
        if method is None or method.kind not in FUNCTIONS:
            break
        dot = re.compile(rb"\s*(\.|->)").match(source.code, target.extent.end.offset)
        if dot is None:
            break
        if returns_itself(source, method) and not method.spelling.startswith("operator"):
            found.append((method.spelling, dot.start(), cursor.extent.end.offset))
        else:
            found.append(("", dot.start(), cursor.extent.end.offset))
        cursor = target
    return found[::-1]


def returns_itself(source: Source, method) -> bool:
    """`T& T::F()`, of a class of the project."""
    owner, result = method.semantic_parent, method.result_type.get_canonical()
    if owner is None or result.kind != TypeKind.LVALUEREFERENCE:
        return False
    if not source.is_ours(owner) or result.get_pointee().is_const_qualified():
        return False
    return result.get_pointee().spelling == owner.type.get_canonical().spelling


def chains(source: Source, nodes: list[Node]) -> Iterator[tuple[Node, list[tuple[str, int, int]]]]:
    for node in nodes:
        if node.cursor.kind != CursorKind.CALL_EXPR or bare(node.cursor) != node.cursor:
            continue
        outer = next((one for one in reversed(node.around) if bare(one) == one), None)
        if outer is not None and outer.kind == CursorKind.MEMBER_REF_EXPR:
            continue  # a part of a longer chain
        found = links(source, node.cursor)
        if any(name for name, _, _ in found):
            yield node, found


def dropped_links(source: Source, nodes: list[Node]) -> Iterator[Change]:
    for node, found in chains(source, nodes):
        for name, start, end in found:
            if name:
                yield node, start, end, ""


def swapped_links(source: Source, nodes: list[Node]) -> Iterator[Change]:
    methods = None
    for node, found in chains(source, nodes):
        methods = methods or {
            one.spelling: one for one in of_the_class(node.cursor)
        }
        for (name, start, middle), (next_name, next_start, end) in zip(found, found[1:]):
            if not name or not next_name or middle != next_start:
                continue
            # The order of two calls that keep what they are told in different members changes nothing.
            if members_of(name, methods).isdisjoint(members_of(next_name, methods)):
                continue
            text = source.text
            codes = [set(CODE.findall(text[a:b].decode())) for a, b in ((start, middle), (middle, end))]
            if codes[0] and codes[0] == codes[1]:
                continue  # both refuse with the same code
            yield node, start, end, (text[middle:end] + text[start:middle]).decode()
        methods = None


def of_the_class(cursor) -> list:
    """The methods of the class whose method the chain ends with or begins with, with their bodies."""
    owner = cursor.referenced.semantic_parent if cursor.referenced is not None else None
    if owner is None:
        return []
    template = owner.specialization() if hasattr(owner, "specialization") else specialized(owner)
    return [one for one in children(template or owner) if one.kind in FUNCTIONS]


def specialized(cursor):
    from clang.cindex import conf

    template = conf.lib.clang_getSpecializedCursorTemplate(cursor)
    return template if template is not None and template.kind != CursorKind.INVALID_FILE else None


def members_of(name: str, methods: dict, seen: frozenset = frozenset()) -> set[str]:
    """The data members that a method and the methods that it calls name; all, if it is unknown."""
    if name not in methods or name in seen:
        return {"?"} if name not in methods else set()
    members, ahead = set(), [methods[name]]
    while ahead:
        cursor = ahead.pop()
        ahead += children(cursor)
        if cursor.kind != CursorKind.MEMBER_REF_EXPR:
            continue
        if cursor.spelling in methods:
            members |= members_of(cursor.spelling, methods, seen | {name})
        elif cursor.spelling:
            members.add(cursor.spelling)
    return members


# --- order of guards -----------------------------------------------------------------------------


def swapped_guards(source: Source, nodes: list[Node]) -> Iterator[Change]:
    """Two neighbouring guards change places, each with the declarations that belong to it."""
    for node in nodes:
        if node.cursor.kind != CursorKind.COMPOUND_STMT:
            continue
        units, declared, start = [], [], None
        for statement in children(node.cursor):
            if statement.kind == CursorKind.DECL_STMT:
                start = statement.extent.start.offset if start is None else start
                declared += [one.spelling for one in children(statement)]
                continue
            found = If(source, statement) if statement.kind == CursorKind.IF_STMT else None
            if found is None or not found.guards:
                units.append(None)
            else:
                first = found.start if start is None else start
                leaving = source.code[found.then.extent.start.offset : found.end]
                units.append((first, found.end, declared, leaving, found.condition))
            declared, start = [], None
        for first, second in zip(units, units[1:]):
            if first is None or second is None:
                continue
            start, middle, names, leaving, condition = first
            next_start, end, _, next_leaving, next_condition = second
            code = source.code[next_start:end].decode(errors="replace")
            if leaving.split() == next_leaving.split() or exclude(condition, next_condition):
                continue
            if any(re.search(rf"\b{re.escape(name)}\b", code) for name in names):
                continue
            text = source.text
            yield node, start, end, (
                text[next_start:end] + text[middle:next_start] + text[start:middle]
            ).decode()


def exclude(one: str, other: str) -> bool:
    """Whether two conditions cannot both hold, so that their order changes nothing."""
    pattern = r"\s*(.+?) == (?:\w|::)+\s*|.*= (std::get_if)<\w+>(\(.*\))"
    same = [re.fullmatch(pattern, condition, re.S) for condition in (one, other)]
    return all(same) and same[0].groups() == same[1].groups()


# --- codes ---------------------------------------------------------------------------------------


def family(code: str) -> str:
    win32 = re.match(r"ERROR_|NO_ERROR|RPC_|PENDING", code)
    return "Win32" if win32 else "HRESULT"


def wrong_codes(source: Source, nodes: list[Node]) -> Iterator[Change]:
    """A code becomes the nearest other one of its family, first in the function, then in the file."""
    text = source.code.decode("latin-1")
    codes = [
        (found.start(), found.end(), found[0])
        for found in CODE.finditer(text)
        if text[text.rfind("\n", 0, found.start()) + 1 :].lstrip()[:1] != "#"
    ]
    for node in nodes:
        if node.around:
            continue
        first, last = span(node.cursor)
        inside = [code for code in codes if first <= code[0] and code[1] <= last]
        for start, end, name in inside:
            if COMPARED.search(text[:start][-20:]) or COMPARES.match(text, end):
                continue
            others = [
                code
                for pool in (inside, codes)
                for code in sorted(pool, key=lambda one: abs(one[0] - start))
                if code[2] != name and family(code[2]) == family(name)
            ]
            if others:
                yield node, start, end, others[0][2]


# --- lost events ---------------------------------------------------------------------------------

EFFECTS = re.compile(r"(set_value|set_exception|notify_one|notify_all|operator\(\))$")
TELLS = re.compile(rb",\s*\w*Tells(If)?<")


def lost_calls(source: Source, nodes: list[Node]) -> Iterator[Change]:
    """A call that stands for itself goes: a function of the project, a handler, a promise."""
    for node in nodes:
        if node.parent is None or node.parent.kind not in STATEMENT_PLACES:
            continue
        call = bare(node.cursor)
        if call.kind != CursorKind.CALL_EXPR or re.match(r"operator(?!\(\))", call.spelling):
            continue
        if is_logging(call):
            continue
        # The call must be a whole statement, not the condition of one.
        end = source.statement_end(node.cursor)
        if end == node.cursor.extent.end.offset:
            continue
        called = call.referenced
        ours = called is not None and source.is_ours(called)
        # Of a call in a template libclang may know neither the name nor the function.
        if not ours and call.spelling and not EFFECTS.search(call.spelling):
            continue
        start = node.cursor.extent.start.offset
        if node.parent.kind == CursorKind.COMPOUND_STMT:
            yield node, *source.whole_lines(start, end), ""
        else:
            yield node, start, end, "{}"


def lost_rows(source: Source, nodes: list[Node]) -> Iterator[Change]:
    """An event that a table says a fact tells."""
    for node in nodes:
        if node.around:
            continue
        first, last = span(node.cursor)
        for found in TELLS.finditer(source.code, first, last):
            opening = source.code.find(b"{", found.end(), last)
            if opening >= 0:
                yield node, found.start(), source.closing(opening), ""


# --- off by one ----------------------------------------------------------------------------------


def relations(source: Source, nodes: list[Node]) -> Iterator[Change]:
    for node in outer_nodes(nodes):
        operator = operator_of(source, node.cursor)
        if operator in RELATIONS:
            start, end = operator_span(source, node.cursor)
            yield node, start, end, RELATIONS[operator]


def ones(source: Source, nodes: list[Node]) -> Iterator[Change]:
    """x + 1 and x - 1 become x."""
    for node in outer_nodes(nodes):
        if operator_of(source, node.cursor) in ("+", "-"):
            left, right = ends(node.cursor)
            if re.fullmatch(r"1[uUlL]*", source.at(right)):
                yield node, left.extent.end.offset, right.extent.end.offset, ""


def first_steps(source: Source, nodes: list[Node]) -> Iterator[Change]:
    """A loop from 0 begins with 1; [0] is [1]."""
    for node in outer_nodes(nodes):
        if node.cursor.kind == CursorKind.FOR_STMT:
            opening = source.code.find(b"(", node.cursor.extent.start.offset)
            head = re.compile(rb"\([^;]*=\s*(0)\s*;").match(source.code, opening)
            if head:
                yield node, head.start(1), head.end(1), "1"
        elif node.cursor.kind in (CursorKind.ARRAY_SUBSCRIPT_EXPR, CursorKind.CALL_EXPR):
            index = re.search(r"\[(0)\]$", source.code_of(node.cursor))
            if index and node.cursor.spelling in ("", "operator[]"):
                start = node.cursor.extent.start.offset
                yield node, start + index.start(1), start + index.end(1), "1"


# --- wrong objects -------------------------------------------------------------------------------


SYMMETRIC = re.compile(r"operator|(Is)?(Same|Equal)")


def swapped_arguments(source: Source, nodes: list[Node]) -> Iterator[Change]:
    """Two neighbouring arguments, or values of a structure, of one type change places."""
    for node in outer_nodes(nodes):
        cursor = node.cursor
        if cursor.kind == CursorKind.INIT_LIST_EXPR:
            if cursor.type.get_canonical().kind != TypeKind.RECORD or of_the_library(cursor.type):
                continue
            values = children(cursor)
        elif cursor.kind == CursorKind.CALL_EXPR:
            called = cursor.referenced
            if called is None or not source.is_ours(called) or SYMMETRIC.match(cursor.spelling):
                continue
            values = list(cursor.get_arguments())
        else:
            continue
        first, last = span(cursor)
        for left, right in zip(values, values[1:]):
            if left is None or right is None or plain_type(left) != plain_type(right):
                continue
            (start, middle), (next_start, end) = value_span(source, left), value_span(source, right)
            if not first <= start < middle <= next_start < end <= last:
                continue  # an argument that the call does not write
            text = source.text
            codes = [CODE.fullmatch(text[a:b].decode()) for a, b in ((start, middle), (next_start, end))]
            if all(codes) and family(codes[0][0]) != family(codes[1][0]):
                continue
            yield node, start, end, (
                text[next_start:end] + text[middle:next_start] + text[start:middle]
            ).decode()


def value_span(source: Source, cursor) -> tuple[int, int]:
    """Without the name of the member in `.member = value`."""
    start, end = span(cursor)
    designator = re.compile(rb"\.\w+\s*=\s*").match(source.code, start, end)
    return (designator.end() if designator else start), end


def of_the_library(kind) -> bool:
    return kind.get_canonical().spelling.removeprefix("const ").startswith("std::")


def plain_type(cursor) -> str:
    if cursor.type.kind == TypeKind.VOID and children(cursor):
        cursor = children(cursor)[0]  # the member in `.member = value`
    spelling = cursor.type.get_canonical().spelling
    return re.sub(r"\bconst\b|[&\s]", "", spelling) or f"?{cursor.hash}"


def first_elements(source: Source, nodes: list[Node]) -> Iterator[Change]:
    """The first element in place of the one that was looked for; the last in place of the first."""
    for node in outer_nodes(nodes):
        if node.cursor.kind != CursorKind.CALL_EXPR:
            continue
        code, (start, end) = source.code_of(node.cursor), span(node.cursor)
        arguments = [source.at(one) for one in node.cursor.get_arguments() if one is not None]
        if re.match(r"std::find(_if)?\(", code) and len(arguments) >= 3:
            yield node, start, end, arguments[0]
        elif re.match(r"std::ranges::find(_if)?\(", code):
            container = re.match(r"std::ranges::find(?:_if)?\(([\w.>()-]+?),", code)
            if container:
                yield node, start, end, f"std::ranges::begin({container[1]})"
        elif re.fullmatch(r"[\w.>-]+\.find\(.*\)", code, re.S) and of_a_map(node.cursor):
            yield node, start, end, code[: code.index(".find(")] + ".begin()"
        else:
            other = {"front": "back", "back": "front"}.get(node.cursor.spelling)
            found = re.search(rf"\b({node.cursor.spelling})\(\)$", code) if other else None
            if found:
                yield node, start + found.start(1), start + found.end(1), other


def of_a_map(call) -> bool:
    called = call.referenced
    owner = called.semantic_parent if called is not None else None
    return owner is not None and owner.spelling in ("map", "set", "unordered_map", "unordered_set", "multimap")


RULES = (
    ("swapped-order", swapped_guards),
    ("swapped-order", swapped_links),
    ("ignored-error", checks("ignored-error")),
    ("dropped-check", checks("dropped-check")),
    ("dropped-check", operands),
    ("dropped-check", choices),
    ("dropped-check", dropped_links),
    ("wrong-code", wrong_codes),
    ("lost-event", lost_calls),
    ("lost-event", lost_rows),
    ("off-by-one", relations),
    ("off-by-one", ones),
    ("off-by-one", first_steps),
    ("wrong-object", swapped_arguments),
    ("wrong-object", first_elements),
)
