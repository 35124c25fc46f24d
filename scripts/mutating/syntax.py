"""What the rules read from the syntax tree: operators, if statements, and the nodes around them."""

import re
from collections.abc import Iterable, Iterator

from clang.cindex import CursorKind

from .finder import Node, Source

EXITS = {
    CursorKind.RETURN_STMT,
    CursorKind.CONTINUE_STMT,
    CursorKind.BREAK_STMT,
    CursorKind.CXX_THROW_EXPR,
}
# A condition that looks at what a call returned.
RESULT = re.compile(
    r"\b(FAILED|SUCCEEDED)\b|\b(S_OK|NO_ERROR|errno)\b|< 0\b|== -1\b"
    r"|\b\w*(error|code|hr|status|result|failure|failed|refusal|trouble|made)_?\b"
)
OPERATOR = re.compile(r"\s*(<=|>=|<|>|&&|\|\||\+|-)\s*$")


def span(cursor) -> tuple[int, int]:
    return cursor.extent.start.offset, cursor.extent.end.offset


def children(cursor) -> list:
    return list(cursor.get_children())


def bare(cursor):
    """Without the nodes that have the same text: conversions and temporaries."""
    while cursor.kind == CursorKind.UNEXPOSED_EXPR:
        inner = children(cursor)
        if len(inner) != 1 or span(inner[0]) != span(cursor):
            break
        cursor = inner[0]
    return cursor


def outer_nodes(nodes: Iterable[Node]) -> Iterator[Node]:
    """Without the nodes that only wrap a node of the same text."""
    for node in nodes:
        if bare(node.cursor) == node.cursor:
            yield node


def flattened(source: Source, cursor, operator: str) -> list:
    cursor = bare(cursor)
    if operator_of(source, cursor) != operator:
        return [cursor]
    left, right = ends(cursor)
    return flattened(source, left, operator) + flattened(source, right, operator)


def ends(cursor) -> tuple:
    """The operands of a binary operator; an overloaded one has its function between them."""
    inside = children(cursor)
    return inside[0], inside[-1]


def operator_of(source: Source, cursor) -> str | None:
    if cursor.kind == CursorKind.CALL_EXPR:
        if not cursor.spelling.startswith("operator") or len(children(cursor)) != 3:
            return None
    elif cursor.kind != CursorKind.BINARY_OPERATOR or len(children(cursor)) != 2:
        return None
    left, right = ends(cursor)
    between = source.code[left.extent.end.offset : right.extent.start.offset].decode(errors="replace")
    # Parentheses around an operand belong to it, so nothing but the operator is left.
    found = OPERATOR.fullmatch(between)
    return found[1] if found else None


def operator_span(source: Source, cursor) -> tuple[int, int]:
    left, right = ends(cursor)
    between = source.code[left.extent.end.offset : right.extent.start.offset].decode(errors="replace")
    found = OPERATOR.fullmatch(between)
    return left.extent.end.offset + found.start(1), left.extent.end.offset + found.end(1)


class If:
    """An if statement: its condition, and what it guards."""

    def __init__(self, source: Source, cursor):
        self.start = cursor.extent.start.offset
        self.end = source.statement_end(cursor)
        opening = re.compile(rb"if\s*(constexpr\s*)?").match(source.code, self.start)
        self.plain = opening is not None and opening[1] is None and source.code[opening.end() :][:1] == b"("
        if not self.plain:
            return
        open_at = opening.end()
        close_at = source.closing(open_at)
        self.condition = source.code[open_at + 1 : close_at - 1].decode(errors="replace")
        bodies = [child for child in children(cursor) if child.extent.start.offset >= close_at]
        # With a declaration in it, the condition cannot go alone.
        self.declares = any(
            child.kind in (CursorKind.DECL_STMT, CursorKind.VAR_DECL) and child.extent.start.offset < close_at
            for child in children(cursor)
        )
        self.plain = len(bodies) in (1, 2)
        self.has_else = len(bodies) == 2
        self.then = bodies[0] if bodies else None

    @property
    def guards(self) -> bool:
        """The statement leaves, and does nothing if its condition does not hold."""
        return self.plain and not self.has_else and leaves(self.then)

    @property
    def kind(self) -> str:
        return "ignored-error" if RESULT.search(self.condition) else "dropped-check"


def leaves(cursor) -> bool:
    cursor = bare(cursor)
    if cursor.kind == CursorKind.COMPOUND_STMT:
        inside = children(cursor)
        return bool(inside) and leaves(inside[-1])
    return cursor.kind in EXITS
