"""Tests how the program judges runs one judge, for every way in which a judge can end. Needs no
virtual board."""

import importlib.machinery
import importlib.util
import os
from pathlib import Path

import pytest

from virtual_board.judging import CannotJudge

FILE = Path(__file__).resolve().with_name("judges")
LOADER = importlib.machinery.SourceFileLoader("judges", str(FILE))
judges = importlib.util.module_from_spec(importlib.util.spec_from_loader("judges", LOADER))
LOADER.exec_module(judges)

# The reader sees the end of the pipe when no process has it open for writing any more.
BREATHES = "exec 9>breath; echo $$ >&9; "


@pytest.fixture
def breath(tmp_path, monkeypatch):
    """Reads a named pipe until no process has it open any more. Returns the pid in it."""
    monkeypatch.chdir(tmp_path)
    os.mkfifo("breath")
    reader = os.open("breath", os.O_RDONLY | os.O_NONBLOCK)
    yield lambda: os.read(reader, 100) + os.read(reader, 100)
    os.close(reader)


@pytest.mark.parametrize("status", [0, 1, 2])
def test_a_judges_status_is_its_own(status):
    assert judges.judged(["sh", "-c", f"exit {status}"], limit=60) == status


def test_one_that_a_signal_ends_could_not_judge():
    with pytest.raises(CannotJudge, match="sh: ended by signal 11"):
        judges.judged(["sh", "-c", "kill -SEGV $$"], limit=60)


def test_one_that_does_not_end_is_ended_with_what_it_started(breath):
    with pytest.raises(CannotJudge, match="sh: no end after 0.5 s"):
        judges.judged(["sh", "-c", BREATHES + "sleep 1000; sleep 1000"], limit=0.5)
    assert breath().strip().isdigit()  # and no BlockingIOError: nobody breathes


def test_one_that_does_not_end_may_undo_what_it_did(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CannotJudge, match="no end"):
        judges.judged(["sh", "-c", "trap 'echo >undone; exit' INT; sleep 1000 & wait"], limit=2)
    assert Path("undone").exists()
