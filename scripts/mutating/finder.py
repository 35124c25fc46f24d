"""Finds the mutations that a file offers, with libclang.

Each file is parsed with the flags of its compile command; a header through a source that includes
it. What libclang says of a file is kept until the file or a header of the project changes.
"""

import bisect
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from . import Fault
from .mutation import Mutation, mutation

try:
    from clang import cindex
    from clang.cindex import CursorKind
except ImportError:
    raise Fault("python3-clang-14 is missing: run scripts/setup --test") from None

FUNCTIONS = {
    CursorKind.FUNCTION_DECL,
    CursorKind.CXX_METHOD,
    CursorKind.CONSTRUCTOR,
    CursorKind.DESTRUCTOR,
    CursorKind.CONVERSION_FUNCTION,
    CursorKind.FUNCTION_TEMPLATE,
}
SCOPES = {
    CursorKind.CLASS_DECL,
    CursorKind.STRUCT_DECL,
    CursorKind.UNION_DECL,
    CursorKind.CLASS_TEMPLATE,
    CursorKind.CLASS_TEMPLATE_PARTIAL_SPECIALIZATION,
}
NAMESPACES = {CursorKind.NAMESPACE, CursorKind.LINKAGE_SPEC, CursorKind.UNEXPOSED_DECL}
# What the compiler decides; a mutation there does not compile, or changes nothing that runs.
NOT_CODE = {
    CursorKind.STATIC_ASSERT,
    CursorKind.CONCEPT_DECL if hasattr(CursorKind, "CONCEPT_DECL") else CursorKind.STATIC_ASSERT,
    CursorKind.TYPE_REF,
    CursorKind.TEMPLATE_REF,
    CursorKind.NAMESPACE_REF,
}
BLANKS = re.compile(rb'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])+\'', re.S)
LOGGING = re.compile(r"(Log|Trace|Debug|Warn)[A-Z]?\w*$")


@dataclass
class Source:
    """The text of a file, and what belongs together in it. Offsets count bytes."""

    file: str
    text: bytes
    root: str  # of the tree to which the file belongs

    def is_ours(self, declaration) -> bool:
        """Whether something is declared in the project."""
        return str(declaration.location.file).startswith(f"{self.root}/")

    @cached_property
    def code(self) -> bytes:
        """The text in which comments and strings are blanks, of the same length."""
        return BLANKS.sub(lambda found: re.sub(rb"[^\n]", b" ", found[0]), self.text)

    def at(self, node) -> str:
        return self.text[node.extent.start.offset : node.extent.end.offset].decode()

    def code_of(self, node) -> str:
        return self.code[node.extent.start.offset : node.extent.end.offset].decode(errors="replace")

    def statement_end(self, node) -> int:
        """The end of a statement with its semicolon, which libclang leaves out."""
        end = node.extent.end.offset
        semicolon = re.compile(rb"\s*;").match(self.code, end)
        return semicolon.end() if semicolon else end

    def whole_lines(self, start: int, end: int) -> tuple[int, int]:
        """With the indentation and the line's end, where nothing else stands on these lines."""
        first = self.text.rfind(b"\n", 0, start) + 1
        newline = self.text.find(b"\n", end)
        if newline < 0 or self.text[first:start].strip() or self.text[end:newline].strip():
            return start, end
        return first, newline + 1

    def closing(self, opening: int) -> int:
        """The offset behind the bracket that closes the one at `opening`."""
        depth = 0
        for offset in range(opening, len(self.code)):
            depth += (self.code[offset] in b"([{") - (self.code[offset] in b")]}")
            if depth == 0:
                return offset + 1
        return len(self.code)


@dataclass(frozen=True)
class Node:
    """A node of the syntax tree in the file that is looked at, with the nodes around it."""

    cursor: object
    around: tuple
    function: str
    macros: "Macros"

    @property
    def parent(self):
        return self.around[-1] if self.around else None


class Macros:
    """Where the file uses macros that take arguments. Code in there has no place of its own."""

    def __init__(self, unit, name: str):
        self._uses = sorted(
            (use.extent.start.offset, use.extent.end.offset)
            for use in unit.cursor.get_children()
            if use.kind == CursorKind.MACRO_INSTANTIATION
            and use.location.file is not None
            and use.location.file.name == name
        )

    def cover(self, start: int, end: int) -> bool:
        """Whether the range touches a macro that it does not contain whole."""
        at = bisect.bisect_right(self._uses, (start, 1 << 62)) - 1
        return at >= 0 and self._uses[at][1] > start and not (
            self._uses[at][0] >= start and self._uses[at][1] <= end
        )


def flags_of(entry: dict) -> list[str]:
    """The compile command without the compiler, the source and the output."""
    words = shlex.split(entry["command"])
    compiler = next(n for n, word in enumerate(words) if re.search(r"(clang|g)\+\+(-\d+)?$", word))
    flags, skip = [], False
    for word in words[compiler + 1 :]:
        if skip or word in ("-c", entry["file"]):
            skip = False
        elif word == "-o":
            skip = True
        else:
            flags.append(word)
    return flags


def nodes_of(unit, name: str) -> Iterator[Node]:
    """Every node of the file `name` that is code: of functions and of initial values."""
    macros = Macros(unit, name)

    def walk(cursor, around: tuple, function: str) -> Iterator[Node]:
        yield Node(cursor, around, function, macros)
        for child in cursor.get_children():
            if child.kind not in NOT_CODE:
                yield from walk(child, (*around, cursor), function)

    def declarations(cursor, inside: str) -> Iterator[Node]:
        for child in cursor.get_children():
            # A declaration in a macro or in another file has another file's place.
            if child.kind == CursorKind.NAMESPACE:
                yield from declarations(child, inside)
            elif child.location.file is None or child.location.file.name != name:
                continue
            elif child.kind in NAMESPACES:
                yield from declarations(child, inside)
            elif child.kind in SCOPES:
                yield from declarations(child, f"{inside}{child.spelling}::")
            elif child.kind in FUNCTIONS or child.kind in (CursorKind.VAR_DECL, CursorKind.FIELD_DECL):
                yield from walk(child, (), named(child, inside))

    yield from declarations(unit.cursor, "")


def named(cursor, inside: str) -> str:
    """The name of a function with its classes, without namespaces and template arguments."""
    names = [inside + cursor.spelling.partition("<")[0]]
    if not inside:
        scope = cursor.semantic_parent
        while scope is not None and scope.kind in SCOPES:
            names.insert(0, scope.spelling)
            scope = scope.semantic_parent
    return "::".join(names)


def parse(name: Path, through: Path, flags: list[str]):
    """The syntax tree of `through`, which is the file itself or includes it."""
    options = cindex.TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD
    unit = cindex.Index.create().parse(str(through), args=flags, options=options)
    for diagnostic in unit.diagnostics:
        if diagnostic.severity >= cindex.Diagnostic.Fatal:
            raise Fault(f"{name}: libclang cannot read it: {diagnostic.spelling}")
    return unit


def mutations_of(file: str, root: Path, through: str, flags: list[str]) -> list[Mutation]:
    """The mutations of a file, in the order of its text. `through`: the source that is parsed, the
    file itself or one that includes it."""
    from . import kinds

    path = root / file
    source = Source(file, path.read_bytes(), str(root))
    nodes = [
        node
        for node in nodes_of(parse(path, root / through, flags), str(path))
        if not any(is_logging(outer) for outer in (*node.around, node.cursor))
    ]
    found = {}
    for kind, rule in kinds.RULES:
        for node, start, end, replacement in rule(source, nodes):
            if node.macros.cover(start, end) or source.text[start:end].decode() == replacement:
                continue
            # Two rules may find one change; the first kind names it.
            found.setdefault(
                (start, end, replacement),
                mutation(kind, file, node.function, source.text, start, end, replacement),
            )
    return sorted(found.values(), key=lambda one: (one.start, one.end, one.kind, one.replacement))


def is_logging(cursor) -> bool:
    return cursor.kind == CursorKind.CALL_EXPR and LOGGING.match(cursor.spelling) is not None
