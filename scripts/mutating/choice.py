"""Which files are mutated, and in which order their mutations are tried."""

import hashlib
import json
import random
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from . import Fault, finder
from .mutation import Mutation

FOLDERS = ("host", "conformance/bench", "conformance/report", "conformance/catalogue")
SOURCES = (".cpp", ".h")
# Tests, programs beside the rig, and headers that are Microsoft's API or hold nothing but its codes.
NOT_MUTATED = re.compile(
    r"_test\.cpp$|_suite\.cpp$|_fuzz\.cpp$|_benchmark\.(cpp|h)$|/testing/|/benchmark/|^host/include/"
)
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
INCLUDE_FOLDERS = ("gadget", "host", "host/include", "conformance")


def tracked(project: Path) -> list[str]:
    """The files of the working tree, without the ignored ones."""
    command = ["git", "ls-files", "-zco", "--exclude-standard"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    if done.returncode != 0:
        raise Fault(f"git ls-files: {done.stderr.strip() or 'failed'}")
    return sorted(name for name in done.stdout.split("\0") if name and (project / name).is_file())


def mutated_files(names: list[str], wanted: list[str]) -> list[str]:
    """The files whose mutations are tried. `wanted`: files and folders, or nothing for all."""
    files = [
        name
        for name in names
        if name.endswith(SOURCES)
        and name.startswith(tuple(f"{folder}/" for folder in FOLDERS))
        and not NOT_MUTATED.search(name)
    ]
    chosen = set()
    for path in wanted:
        inside = [name for name in files if name == path or name.startswith(f"{path}/")]
        if not inside:
            raise Fault(f"{path}: no code there that is mutated; see docs/mutations.md")
        chosen.update(inside)
    return sorted(chosen) if wanted else files


class Places:
    """The mutations of each file. What was found is kept below `kept` for the next run."""

    def __init__(self, tree: Path, commands: dict[str, dict], kept: Path):
        self._tree = tree
        self._commands = commands
        self._kept = kept
        self._rules = b"".join(
            (Path(__file__).with_name(name)).read_bytes() for name in ("finder.py", "syntax.py", "kinds.py", "mutation.py")
        )
        self._found: dict[str, list[Mutation]] = {}
        self._included: dict[str, list[str]] = {}

    def of(self, file: str) -> list[Mutation]:
        if file not in self._found:
            self._found[file] = self._look(file)
        return self._found[file]

    def seen(self) -> dict[str, list[Mutation]]:
        """The files that were looked at so far, with their mutations."""
        return self._found

    def _look(self, file: str) -> list[Mutation]:
        through = self.through(file)
        if through is None:
            return []  # no source that is built includes it
        digest = hashlib.sha256(self._rules + file.encode())
        for name in sorted(self._all_included(through)):
            digest.update((self._tree / name).read_bytes())
        kept = self._kept / f"{digest.hexdigest()[:32]}.json"
        if kept.exists():
            return [Mutation(**one) for one in json.loads(kept.read_text())]
        flags = finder.flags_of(self._commands[through])
        found = finder.mutations_of(file, self._tree, through, flags)
        self._kept.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps([asdict(one) for one in found]))
        return found

    def through(self, file: str) -> str | None:
        """The source with which a file is parsed: itself; for a header the source of its name, or
        the smallest one that includes it."""
        if file in self._commands:
            return file
        including = [name for name in self._commands if file in self._all_included(name)]
        by_name = [name for name in including if Path(name).stem == Path(file).stem]
        size = lambda name: (self._tree / name).stat().st_size  # noqa: E731
        return min(by_name or including, key=lambda name: (size(name), name), default=None)

    def including(self, file: str) -> int:
        """How many sources are compiled again when the file changes."""
        return sum(file in self._all_included(name) for name in self._commands)

    def _all_included(self, name: str) -> set[str]:
        seen, ahead = set(), [name]
        while ahead:
            name = ahead.pop()
            if name not in seen:
                seen.add(name)
                ahead += self._includes(name)
        return seen

    def _includes(self, name: str) -> list[str]:
        if name not in self._included:
            folders = (str(Path(name).parent), *INCLUDE_FOLDERS)
            text = (self._tree / name).read_bytes()
            self._included[name] = [
                next(path for path in paths if (self._tree / path).is_file())
                for paths in (
                    [f"{folder}/{included.decode()}" for folder in folders] for included in INCLUDE.findall(text)
                )
                if any((self._tree / path).is_file() for path in paths)
            ]
        return self._included[name]


def in_random_order(
    files: list[str], places: Callable[[str], list[Mutation]], size: Callable[[str], int], seed: int
) -> Iterator[Mutation]:
    """All mutations of the files, in an order that depends on the seed and on the files only. Files
    are looked at when their turn comes: a sample does not wait until all are parsed. A large file
    has more turns."""
    numbers = random.Random(seed)
    left = {file: max(size(file), 1) for file in files}
    ahead: dict[str, list[Mutation]] = {}
    while left:
        file = numbers.choices(list(left), list(left.values()))[0]
        if file not in ahead:
            ahead[file] = list(places(file))
            random.Random(f"{seed} {file}").shuffle(ahead[file])
        if ahead[file]:
            yield ahead[file].pop()
        else:
            del left[file]
