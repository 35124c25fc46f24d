"""Shared by the judges in the virtual board: the values of a scenario, and the list of verdicts."""

import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "scripts/faults"))

import gadget_control  # noqa: E402

DEFAULT_SCENARIO = PROJECT / "fixtures/scenarios/default.yaml"


class CannotJudge(Exception):
    """The judge cannot judge. The reason is not an answer of the gadget."""


class Refused(Exception):
    """The judging program failed. The text is its message."""


class Silent(Exception):
    """The judging program did not end, so no further step is possible."""


def run(*command: str, timeout: float = 60) -> str:
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    except FileNotFoundError:
        raise CannotJudge(f"{command[0]} is missing: run scripts/setup --vm") from None
    except subprocess.TimeoutExpired:
        raise Silent(f"{' '.join(command)}: no end after {timeout:g} s") from None
    if result.returncode != 0:
        raise Refused(f"{' '.join(command)}: {result.stderr.strip() or result.stdout.strip()}")
    return result.stdout


def control(method: str, **params):
    """The gadget's answer on its control socket (docs/control.md)."""
    try:
        gadget = gadget_control.Gadget(os.environ.get("MBNRIG_CONTROL", gadget_control.DEFAULT))
        return gadget.call(method, **params)
    except gadget_control.Refused as refusal:
        raise CannotJudge(str(refusal)) from None


def word(value) -> str:
    """YAML 1.1 reads a bare on and off as booleans."""
    return {True: "on", False: "off"}.get(value, value)


def load(file: Path) -> dict:
    try:
        tree = yaml.safe_load(file.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise CannotJudge(f"{file}: {error}") from error
    return tree if isinstance(tree, dict) else {}


def merged(tree: dict, changes: dict) -> dict:
    """Applies changes to a tree: maps are merged, lists are replaced."""
    result = dict(tree)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(tree.get(key), dict)
        result[key] = merged(tree[key], value) if both else value
    return result


class Scenario:
    """A scenario's values by path; the default scenario supplies the missing ones."""

    def __init__(self, file: Path):
        self.file = file
        self.tree = merged(load(DEFAULT_SCENARIO), load(file))

    def get(self, *path):
        value = self.tree
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                name = ".".join(map(str, path))
                raise CannotJudge(f"{self.file}: the judge needs the key {name}") from None
        return value

    def has(self, *path) -> bool:
        try:
            self.get(*path)
        except CannotJudge:
            return False
        return True


class Judge:
    """Collects the verdicts."""

    def __init__(self):
        self.failures = 0
        self.wrong: list[str] = []
        self.right = 0
        self.remarks: list[str] = []

    def expect(self, what: str, expected, seen) -> None:
        if expected == seen:
            self.right += 1
        else:
            self.wrong.append(f"{what}: expected {expected!r}, seen {seen!r}")

    def remark(self, text: str) -> None:
        """Adds a remark to the step's line; it does not change the verdict."""
        self.remarks.append(text)

    def expect_fields(self, text: str, expected: dict) -> None:
        """Compares lines like "Max sessions: '1'" by name; a list is words in any order."""
        fields = dict(re.findall(r"^\s*([^:\n]+?):\s+'(.*)'$", text, re.MULTILINE))
        for name, value in expected.items():
            seen = fields.get(name)
            if isinstance(value, list):
                words = [] if seen in (None, "none", "unknown") else seen.split(", ")
                self.expect(name, sorted(value), sorted(words))
            elif value == "":  # libmbim shows an empty string as unknown
                self.expect(name, "unknown", seen or "unknown")
            else:
                self.expect(name, str(value), seen)

    def step(self, name: str, check, *arguments) -> None:
        self.wrong, self.right, self.remarks = [], 0, []
        try:
            check(self, *arguments)
        except Refused as refusal:
            self.wrong.append(str(refusal))
        except Silent as silence:
            print(f"FAIL  {name}: {silence}", flush=True)
            raise
        for line in self.wrong:
            print(f"FAIL  {name}: {line}", flush=True)
        if not self.wrong:
            notes = ([f"{self.right} values"] if self.right else []) + self.remarks
            print(f"ok    {name}" + (f" ({', '.join(notes)})" if notes else ""), flush=True)
        self.failures += len(self.wrong)
