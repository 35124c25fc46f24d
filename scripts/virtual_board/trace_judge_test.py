"""Tests trace-judge with correct and with damaged traces. Needs no virtual board."""

import importlib.machinery
import importlib.util
import os
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
JUDGE = PROJECT / "scripts/virtual_board/trace-judge"
MBNRIG = PROJECT / "build/release/bin/mbnrig"
SCENARIO = PROJECT / "fixtures/scenarios/small-control.yaml"  # it has fragments
CUT = 100  # bytes of a packet that are left: usbmon's header has 64, MBIM's shortest message 12


def verdict(*arguments) -> subprocess.CompletedProcess:
    return subprocess.run([JUDGE, *arguments], capture_output=True, text=True, timeout=300)


def edited(trace: Path, to: Path, *options: str) -> Path:
    """The trace as Wireshark's editcap writes it with these options."""
    subprocess.run(["editcap", *options, trace, to], check=True, timeout=60)
    return to


def embedded(to: Path, tests: str) -> Path:
    """The host's trace of these tests of the compliance plan."""
    command = [MBNRIG, "device", "--embedded", SCENARIO, "--filter", tests]
    environment = os.environ | {"MBNRIG_TRACE": str(to)}
    subprocess.run(command, check=True, timeout=300, env=environment, capture_output=True)
    return to


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """Data and control messages of all sizes, none of them damaged on purpose."""
    return embedded(tmp_path_factory.mktemp("trace") / "whole.pcapng", "Transfer*")


def program(tmp_path: Path, says: str) -> Path:
    """A gadget that lists these services."""
    file = tmp_path / "gadget"
    file.write_text(f"#!/bin/sh\ncat <<'END'\n{says}END\n")
    file.chmod(0o755)
    return file


def test_a_whole_trace_is_read(whole):
    result = verdict(whole)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "trace-judge: tshark reads all of it" in result.stdout


def test_a_message_whose_end_is_missing_is_malformed(whole, tmp_path):
    result = verdict(edited(whole, tmp_path / "cut.pcapng", "-s", str(CUT), "-L"))
    assert result.returncode == 1
    assert "FAIL  every packet is whole: malformed packets: expected [], seen ['" in result.stdout


def test_a_packet_that_was_not_kept_whole_is_cut_off(whole, tmp_path):
    result = verdict(edited(whole, tmp_path / "short.pcapng", "-s", str(CUT)))
    assert result.returncode == 1
    assert "FAIL  every packet is whole: packets cut off: expected [], seen ['" in result.stdout


def test_a_message_that_the_host_damaged_is_malformed(tmp_path):
    result = verdict(embedded(tmp_path / "errors.pcapng", "Errors*"))
    assert result.returncode == 1
    assert "FAIL  every packet is whole: malformed packets: expected [], seen ['" in result.stdout


def test_a_command_that_did_not_pass_is_missed(whole):
    result = verdict("--cids", "--gadget", MBNRIG.with_name("mbim-gadget"), whole)
    assert result.returncode == 1
    assert "FAIL  every command: PIN, command: expected True, seen False" in result.stdout
    assert " CONNECT, " not in result.stdout


def test_a_gadget_that_lists_no_command_is_no_proof(whole, tmp_path):
    result = verdict("--cids", "--gadget", program(tmp_path, ""), whole)
    assert result.returncode == 1
    assert "FAIL  every command: commands that the gadget lists: expected True" in result.stdout


def test_commands_of_one_packet_are_told_apart(monkeypatch):
    loader = importlib.machinery.SourceFileLoader("trace_judge", str(JUDGE))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("trace_judge", loader))
    loader.exec_module(module)
    types, services = "0x00000001,0x00000003,0x00000003", "one,other"
    line = "\t".join(["7", "", "", "", "0", types, "1,2", services, "", ""])
    monkeypatch.setattr(module, "run", lambda *_, **__: line + "\n")
    trace = module.Trace(Path("any"), 1)
    assert trace.messages == {module.COMMAND: 2, 1: 1}
    assert trace.cids == {(module.COMMAND, "one", 1): 1, (module.COMMAND, "other", 2): 1}


def test_what_is_no_trace_cannot_be_judged(tmp_path):
    (tmp_path / "zeros").write_bytes(bytes(64))
    assert verdict(tmp_path / "zeros").returncode == 2
    assert verdict(tmp_path / "missing").returncode == 2
