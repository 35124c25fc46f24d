"""The list of the mutations that change nothing that a caller could see, each with its reason."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from . import Fault
from .mutation import Mutation, squeezed

LIST = Path(__file__).with_name("equivalent.toml")
KEYS = {"file", "function", "before", "after", "reason"}


@dataclass(frozen=True)
class Equivalent:
    file: str
    function: str
    before: str
    after: str
    reason: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.file, self.function, squeezed(self.before), squeezed(self.after)


class Equivalents:
    def __init__(self, entries: list[Equivalent]):
        self._by_key = {entry.key: entry for entry in entries}

    @classmethod
    def read(cls, file: Path = LIST) -> "Equivalents":
        try:
            found = tomllib.loads(file.read_text()).get("mutation", [])
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise Fault(f"{file.name}: {error}") from None
        for number, entry in enumerate(found, 1):
            if set(entry) != KEYS or not all(isinstance(value, str) for value in entry.values()):
                raise Fault(f"{file.name}: mutation {number} must have the texts {', '.join(sorted(KEYS))}")
            if not entry["reason"].strip():
                raise Fault(f"{file.name}: mutation {number} has no reason")
        return cls([Equivalent(**entry) for entry in found])

    def __contains__(self, mutation: Mutation) -> bool:
        return mutation.key in self._by_key

    def stale(self, found: dict[str, list[Mutation]]) -> list[Equivalent]:
        """The entries of these files that are no mutation of theirs any more."""
        keys = {one.key for mutations in found.values() for one in mutations}
        return [entry for entry in self._by_key.values() if entry.file in found and entry.key not in keys]

    def files(self) -> set[str]:
        return {entry.file for entry in self._by_key.values()}


def entry_for(mutation: Mutation) -> str:
    """The mutation as an entry of the list, without a reason."""
    def text(value: str) -> str:
        value = squeezed(value)
        return f"'{value}'" if "'" not in value else f"'''{value}'''"

    return (
        f"[[mutation]]\nfile = '{mutation.file}'\nfunction = '{mutation.function}'\n"
        f"before = {text(mutation.before)}\nafter = {text(mutation.after)}\nreason = ''\n"
    )
