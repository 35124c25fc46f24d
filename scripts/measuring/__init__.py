"""The measurements of scripts/bench, a module for each kind of section."""

import json
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
BIN = PROJECT / "build/release/bin"


class CannotMeasure(Exception):
    """A figure cannot be measured. The text is one line."""


def output_of(command: list, timeout: float) -> str:
    """Runs a program and returns its stdout; stderr passes through. Raises CannotMeasure."""
    name = Path(command[0]).name
    try:
        result = subprocess.run(
            [str(word) for word in command], stdout=subprocess.PIPE, text=True, timeout=timeout
        )
    except subprocess.TimeoutExpired:
        raise CannotMeasure(f"{name} did not end within {timeout:g} s") from None
    if result.returncode != 0:
        raise CannotMeasure(f"{name} ended with status {result.returncode}")
    return result.stdout


def json_of(command: list, timeout: float):
    text = output_of(command, timeout)
    try:
        return json.loads(text)
    except ValueError:
        raise CannotMeasure(f"{Path(command[0]).name} printed no JSON: {text[:80]!r}") from None
