"""Builds a mutation, and lets the suites and then the unit tests judge it."""

import json
import re
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from . import Fault
from .mutation import Mutation
from .workplace import Workplace

SUITES = "mbnrig-conformance"
# It needs a modem on real USB.
NOT_RUN = {"bin/client_usb_test"}
# How Google Test and mbnrig-conformance name a test that fails.
FAILURE = re.compile(
    r"^(?:\[  FAILED  \]|\[ *\d+/\d+\] (?:failed|rig fault)) +([\w./]+)", re.MULTILINE
)


@dataclass(frozen=True)
class Verdict:
    mutation: Mutation
    compiles: bool = True
    suites: str = ""  # what failed; nothing: the suites do not notice
    unit_tests: str = ""

    @property
    def killed(self) -> bool:
        return bool(self.suites or self.unit_tests)


class Times:
    """How long programs take without a mutation, each measured once per state of the tree.
    A program that takes `patience` times as long, and `least` seconds, hangs."""

    def __init__(self, file: Path, state: str, patience: float, least: float):
        self._file = file
        self._state = state
        self._patience = patience
        self._least = least
        self.mutex = threading.RLock()
        self.spent = 0.0  # seconds, for building and measuring in this run
        self._times: dict[str, float | None] = {}
        if file.exists():
            kept = json.loads(file.read_text())
            self._times = kept["times"] if kept["state"] == state else {}

    def known(self, program: str) -> bool:
        return program in self._times

    def passes(self, program: str) -> bool:
        return self._times[program] is not None

    def keep(self, program: str, seconds: float | None) -> None:
        """None: it fails without a mutation, and cannot judge."""
        with self.mutex:
            self._times[program] = seconds
            self._file.write_text(json.dumps({"state": self._state, "times": self._times}))

    def bound(self, program: str) -> float:
        return max(self._patience * self._times[program], self._least)

    def failing(self) -> list[str]:
        return sorted(program for program, seconds in self._times.items() if seconds is None)


class Judge:
    """Judges mutations in one workplace."""

    UNMUTATED_BOUND = 1800

    def __init__(self, workplace: Workplace, times: Times, tests: dict[str, list[str]], unit_tests: bool):
        self._at = workplace
        self._times = times
        self._tests = {program: names for program, names in tests.items() if program not in NOT_RUN}
        self._unit_tests = unit_tests

    def measure_suites(self) -> None:
        """The suites must pass without a mutation."""
        with self._times.mutex:
            self._at.build_or_fault(f"bin/{SUITES}")
            if not self._times.known(SUITES):
                self._measure(SUITES, self._suites())
            if not self._times.passes(SUITES):
                raise Fault(f"the suites fail without a mutation: {self._at.build_folder}/bin/{SUITES}")

    def judge(self, mutation: Mutation) -> Verdict:
        in_suites = self._at.contains(f"bin/{SUITES}", mutation.file)
        if in_suites:
            with self._at.mutated(mutation):
                failed = self._failure(f"bin/{SUITES}", SUITES, self._suites())
            if failed:
                return self._verdict(mutation, failed, "")
        if not self._unit_tests:
            return Verdict(mutation)
        for program in self._programs(mutation.file):
            for name, command in self._commands(program):
                if not self._times.known(name):
                    self._measure_first(program, name, command)
                if not self._times.passes(name):
                    continue
                with self._at.mutated(mutation):
                    failed = self._failure(program, name, command)
                if failed:
                    return self._verdict(mutation, "", failed)
        return Verdict(mutation)

    def _verdict(self, mutation: Mutation, suites: str, unit_tests: str) -> Verdict:
        if "does not compile" in (suites, unit_tests):
            return Verdict(mutation, compiles=False)
        return Verdict(mutation, suites=suites, unit_tests=unit_tests)

    def _failure(self, program: str, name: str, command: list) -> str:
        """What fails of a program with the mutation; nothing if it passes."""
        why = self._at.build(program, self.UNMUTATED_BOUND)
        if why:
            return why
        status = self._at.run(command, self._times.bound(name))
        if status == 0:
            return ""
        if status is None:
            return f"{name} hangs"
        found = FAILURE.search(self._at.log.read_text(errors="replace"))
        short = name.removeprefix("bin/")
        if found:
            return f"{short} {found[1]}"
        return f"{short} (signal {-status})" if status < 0 else f"{short} (status {status})"

    def _measure_first(self, program: str, name: str, command: list) -> None:
        """Without a mutation. Meanwhile another job does not begin the same."""
        begun = time.monotonic()
        with self._times.mutex:
            if not self._times.known(name):
                self._at.build_or_fault(program)
                self._measure(name, command)
                self._times.spent += time.monotonic() - begun

    def _measure(self, name: str, command: list) -> None:
        for _ in range(2):
            begun = time.monotonic()
            if self._at.run(command, self.UNMUTATED_BOUND) == 0:
                self._times.keep(name, time.monotonic() - begun)
                return
        self._times.keep(name, None)

    def _suites(self) -> list:
        program = self._at.build_folder / "bin" / SUITES
        report = self._at.scratch / "report"
        return [program, "--target", "embedded", "--report", report, "--gtest_fail_fast"]

    def _programs(self, file: str) -> list[str]:
        """The programs of unit tests that contain a file, those with tests of its folder first."""
        folder = Path(file).parent

        def rank(program: str) -> tuple:
            tests = {Path(one).parent for one in self._at.sources_of(program) if one.endswith("_test.cpp")}
            near = 0 if folder in tests else 1 if folder.parent in tests else 2
            return near, len(self._at.sources_of(program)), program

        return sorted((one for one in self._tests if self._at.contains(one, file)), key=rank)

    def _commands(self, program: str) -> list[tuple[str, list]]:
        """(name, command) of the tests of a program."""
        if not self._tests[program]:
            path = self._at.build_folder / program
            return [(program, [path, "--gtest_brief=1", "--gtest_fail_fast"])]
        ctest = ["ctest", "--test-dir", self._at.build_folder, "--output-on-failure", "-R"]
        return [(name, [*ctest, f"^{re.escape(name)}$"]) for name in self._tests[program]]
