"""A copy of the working tree with a build folder of its own, in which one mutation at a time is made.

The copy and its build stay between the runs: ninja builds only what has changed, and with ccache a
file whose mutation is undone is not compiled again.
"""

import contextlib
import filecmp
import json
import os
import re
import shutil
import signal
import subprocess
import threading
from pathlib import Path

from . import Fault
from .mutation import Mutation

PRESET = "dev"
# A program that a mutation makes grow ends before the machine suffers, and leaves no core file.
LIMITS = ("prlimit", "--core=0", f"--as={16 << 30}")
GENERATED = "conformance/catalogue/catalogue_tables.inc"
BUILD_BOUND = 3600
NOT_COMPILED = re.compile(r"error: |undefined reference|undefined symbol|multiple definition")

# As CMake writes tests into CTestTestfile.cmake.
DISCOVERED = re.compile(r'^include\(".*/([^/"]+)\[\d+\]_include\.cmake"\)', re.MULTILINE)
ADDED = re.compile(r'^add_test\((?:\[=*\[)?([^\s\]]+?)(?:\]=*\])?\s+"([^"]+)"', re.MULTILINE)


class Stopped(Exception):
    """The run was stopped."""


class Processes:
    """Every process that a run has started. All of them end with it."""

    def __init__(self):
        self._mutex = threading.Lock()
        self._running: set[subprocess.Popen] = set()
        self._stopped = False

    def run(self, command: list, log: Path, bound: float, **options) -> int | None:
        """The exit status, negative for a signal; None when the bound passed. The command has its
        own process group, of which nothing is left afterwards."""
        with log.open("wb") as output:
            with self._mutex:
                if self._stopped:
                    raise Stopped
                process = subprocess.Popen(
                    [str(word) for word in command],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    **options,
                )
                self._running.add(process)
            try:
                status = process.wait(bound)
            except subprocess.TimeoutExpired:
                status = None
            finally:
                with self._mutex:
                    self._running.discard(process)
                end(process)
        with self._mutex:
            if self._stopped:
                raise Stopped
        return status

    def stop(self) -> None:
        with self._mutex:
            self._stopped = True
            running = list(self._running)
        for process in running:
            end(process)


def end(process: subprocess.Popen) -> None:
    """Ends a process with its group. ninja ends its compilers when it gets SIGINT."""
    with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
        os.killpg(process.pid, signal.SIGINT)
        process.wait(5)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def copy_tree(project: Path, names: list[str], to: Path) -> None:
    """Makes `to` hold these files and no others, except below build/. What is equal stays untouched."""
    for name in names:
        source, target = project / name, to / name
        if not target.exists() or not filecmp.cmp(source, target, shallow=False):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            shutil.copymode(source, target)
    wanted = set(names)
    for folder, folders, files in os.walk(to):
        if Path(folder) == to:
            folders[:] = [one for one in folders if one != "build"]
        for file in files:
            path = Path(folder, file)
            if str(path.relative_to(to)) not in wanted:
                path.unlink()


class Workplace:
    """`folder` holds the copy (tree), its log files, and what the tests write (scratch)."""

    def __init__(self, folder: Path, processes: Processes, jobs: int):
        self.tree = folder / "tree"
        self.build_folder = self.tree / "build" / PRESET
        self.scratch = folder / "scratch"
        self.log = folder / "log.txt"
        self._processes = processes
        self._jobs = jobs
        self._inputs: dict[str, set[str]] = {}

    def prepare(self, project: Path, names: list[str]) -> None:
        """Copies the tree and configures its build."""
        self.tree.mkdir(parents=True, exist_ok=True)
        copy_tree(project, names, self.tree)
        command = ["cmake", "-S", self.tree, "--preset", PRESET]
        if not (self.build_folder / "build.ninja").exists():
            self._must(command, "cannot be configured")
        self.build_or_fault(GENERATED)

    def build_or_fault(self, *targets: str) -> None:
        self._must(self._ninja(*targets), f"{' '.join(targets)} cannot be built without a mutation")

    def _must(self, command: list, what: str) -> None:
        if self._processes.run(command, self.log, BUILD_BOUND, cwd=self.tree) != 0:
            raise Fault(f"{what}; see {self.log}")

    def build(self, target: str, bound: float) -> str | None:
        """None, or why a mutated target cannot be built: "does not compile", or the text of a
        failure of what a build runs besides, which is a test: generators and the lists of tests."""
        # The mutation may leave something unused, which is an error only because warnings are.
        environment = {**os.environ, "CCC_OVERRIDE_OPTIONS": "#+-w"}
        status = self._processes.run(
            self._ninja(target), self.log, bound, cwd=self.tree, env=environment
        )
        if status == 0:
            return None
        said = self.log.read_text(errors="replace")
        return "does not compile" if NOT_COMPILED.search(said) else "the build"

    def _ninja(self, *targets: str) -> list:
        return ["ninja", "-C", self.build_folder, f"-j{self._jobs}", *targets]

    def run(self, command: list, bound: float) -> int | None:
        """Runs a program of the build, with scratch folders of its own."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        home = self.scratch / "home"
        home.mkdir(parents=True)
        environment = {**os.environ, "HOME": str(home), "TMPDIR": str(self.scratch)}
        for name in [name for name in environment if name.startswith(("MBNRIG_", "GTEST_", "XDG_"))]:
            del environment[name]
        command = [*LIMITS, *command]
        return self._processes.run(command, self.log, bound, cwd=self.tree, env=environment)

    @contextlib.contextmanager
    def mutated(self, mutation: Mutation):
        file = self.tree / mutation.file
        text = file.read_bytes()
        file.write_bytes(mutation.applied(text))
        try:
            yield
        finally:
            file.write_bytes(text)

    def commands(self) -> dict[str, dict]:
        """The compile command of each source of the tree."""
        found: dict[str, dict] = {}
        for entry in json.loads((self.build_folder / "compile_commands.json").read_text()):
            path = Path(entry["file"])
            if path.is_relative_to(self.tree) and not path.is_relative_to(self.tree / "build"):
                found.setdefault(str(path.relative_to(self.tree)), entry)
        return found

    # --- what depends on what ----------------------------------------------------------------------

    def output_of(self, *command) -> str:
        done = subprocess.run(
            [str(word) for word in command], cwd=self.tree, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise Fault(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
        return done.stdout

    def tests(self) -> dict[str, list[str]]:
        """The tests that ctest has, by program: none for a Google Test program, which runs them all."""
        tests: dict[str, list[str]] = {}
        for file in sorted(self.build_folder.rglob("CTestTestfile.cmake")):
            text = file.read_text()
            for found in DISCOVERED.finditer(text):
                tests.setdefault(f"bin/{found[1]}", [])
            for found in ADDED.finditer(text):
                if Path(found[2]).parent == self.build_folder / "bin":
                    tests.setdefault(f"bin/{Path(found[2]).name}", []).append(found[1])
        return tests

    def sources_of(self, program: str) -> set[str]:
        """The sources of the tree from which a program is built, and those of the programs it runs."""
        if program not in self._inputs:
            listed = self.output_of("ninja", "-C", self.build_folder, "-t", "inputs", program)
            root = f"{self.tree}/"
            self._inputs[program] = {
                line.removeprefix(root) for line in listed.splitlines() if line.startswith(root)
            }
        return self._inputs[program]

    def contains(self, program: str, file: str) -> bool:
        """Whether a program contains a file; a header, if it contains a source of the header's folder."""
        sources = self.sources_of(program)
        if file in sources:
            return True
        folder = str(Path(file).parent)
        return not file.endswith(".cpp") and any(
            str(Path(source).parent) == folder and source.endswith(".cpp") for source in sources
        )
