"""A mutation: one change of the text of one file."""

import difflib
import hashlib
from dataclasses import dataclass

KINDS = (
    "dropped-check",
    "swapped-order",
    "wrong-code",
    "lost-event",
    "ignored-error",
    "off-by-one",
    "wrong-object",
)


@dataclass(frozen=True)
class Mutation:
    """Bytes `start` to `end` of `file` become `replacement`."""

    kind: str
    file: str  # relative to the project
    function: str
    line: int
    start: int
    end: int
    replacement: str
    before: str  # the lines that change
    after: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What names the mutation, and stays the same when its lines move or are indented anew."""
        return self.file, self.function, squeezed(self.before), squeezed(self.after)

    @property
    def id(self) -> str:
        return hashlib.sha256("\0".join((self.kind, *self.key)).encode()).hexdigest()[:8]

    @property
    def title(self) -> str:
        return f"{self.id} {self.kind} {self.file}:{self.line} {self.function}"

    def diff(self) -> str:
        """The lines that change, with - and +."""
        lines = difflib.ndiff(self.before.splitlines(), self.after.splitlines())
        return "\n".join(f"{line[0]}{line[2:]}" for line in lines if line[0] in "-+ ")

    def applied(self, text: bytes) -> bytes:
        """The text of the file with the mutation."""
        return text[: self.start] + self.replacement.encode() + text[self.end :]


def squeezed(text: str) -> str:
    return " ".join(text.split())


def mutation(kind: str, file: str, function: str, text: bytes, start: int, end: int, replacement: str) -> Mutation:
    """The mutation with the lines that it changes."""
    first = text.rfind(b"\n", 0, start) + 1
    # A change of whole lines ends behind the end of its last line.
    last = text.find(b"\n", end - 1 if start < end and text[end - 1 : end] == b"\n" else end)
    last = len(text) if last < 0 else last
    after = text[first:start] + replacement.encode() + text[end:last]
    return Mutation(
        kind,
        file,
        function,
        text.count(b"\n", 0, start) + 1,
        start,
        end,
        replacement,
        text[first:last].decode(),
        after.decode().rstrip(),
    )
