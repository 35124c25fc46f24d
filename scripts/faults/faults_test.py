"""Tests of the fault scripts with a gadget over USB/IP, which needs neither root nor a USB bus."""

import json
import re
import subprocess
import threading
from pathlib import Path

import pytest

FAULTS = Path(__file__).parent
ROOT = FAULTS.parents[1]
GADGET = ROOT / "build/release/bin/mbim-gadget"
PATIENCE = 60


class Running:
    def __init__(self, control: Path):
        self.control = control

    def run(self, fault: str, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [FAULTS / fault, "--control", self.control, *arguments],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def say(self, fault: str, *arguments: str) -> str:
        """The output of a script that succeeds."""
        done = self.run(fault, *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def ctl(self, method: str, **params):
        return json.loads(self.say("ctl", "--json", method, json.dumps(params)))

    def rules(self) -> list[dict]:
        return [entry["rule"] for entry in self.ctl("state")["rules"]]


@pytest.fixture
def gadget(tmp_path):
    control = tmp_path / "gadget.sock"
    command = [GADGET, "--controller", "usbip", "--listen", "127.0.0.1:0", "--control", control]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        # The wait for its output is bounded.
        end = threading.Timer(PATIENCE, process.kill)
        end.start()
        try:
            assert any("ready" in line for line in process.stdout), "the gadget did not start"
            end.cancel()
            yield Running(control)
        finally:
            end.cancel()
            process.terminate()
            assert process.wait(PATIENCE) == 0


def test_max_contexts(gadget):
    limit = lambda: gadget.ctl("state")["modem"]["contexts"]["limit"]
    assert gadget.say("max-contexts") == "the modem has 0 contexts to give\n"
    assert limit() == 0
    gadget.say("max-contexts", "--limit", "3")
    assert limit() == 3
    assert gadget.say("max-contexts", "--undo") == "the modem has 1 context to give\n"
    assert limit() == 1


def test_service_down_acts_before_other_rules(gadget):
    gadget.ctl("inject", on="open", do="status", status="BUSY")
    assert gadget.say("service-down") == "the modem is silent\n"
    assert gadget.rules()[0]["do"] == "drop"
    assert gadget.say("service-down") == "the modem is already silent\n"
    assert gadget.say("service-down", "--undo") == "the modem answers again\n"
    assert [rule["do"] for rule in gadget.rules()] == ["status"]


def test_unplug(gadget):
    assert gadget.say("unplug") == "the modem is unplugged\n"
    assert gadget.ctl("state")["plugged"] is False
    assert re.match("rule [0-9]+ unplugs", gadget.say("unplug", "--on-command", "CONNECT"))
    assert gadget.say("unplug", "--undo") == "the modem is plugged in\n"
    assert gadget.ctl("state")["plugged"] is True
    assert gadget.rules() == []


def test_ctl_reads_the_scenario_itself(gadget, tmp_path):
    scenario = tmp_path / "mine.yaml"
    scenario.write_text("contexts: {limit: 7}\n")
    loaded = json.loads(gadget.say("ctl", "load", str(scenario)))
    assert loaded == {"scenario": "mine", "replugged": True}
    scenario.write_text("sim: 3\n")
    refused = gadget.run("ctl", "load", str(scenario))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"{scenario}:1: sim: expected ")
    missing = gadget.run("ctl", "load", "none.yaml").stderr
    assert missing == "cannot read the scenario none.yaml: No such file or directory\n"
    assert gadget.ctl("state")["scenario"] == "mine"


def test_ctl_wait_tells_whether_the_rule_has_acted(gadget):
    rule = gadget.ctl("inject", on="open", do="drop")["rule"]
    waited = gadget.run("ctl", "wait", json.dumps({"rule": rule, "timeout_ms": 1}))
    assert waited.returncode == 1
    assert json.loads(waited.stdout) == {"reached": False, "hits": 0}
    assert waited.stderr == f"rule {rule} has acted only 0 times\n"


def test_mistakes_are_one_line(gadget):
    for arguments in (["release", '{"rule": 9}'], ["sett"], ["set", '{"sim.stat": 1}']):
        refused = gadget.run("ctl", *arguments)
        assert refused.returncode == 1
        assert len(refused.stderr.splitlines()) == 1
    assert gadget.run("ctl", "set", "sim").returncode == 2
    gadget.control = "/none"
    assert gadget.run("ctl", "state").stderr.startswith("no gadget listens at /none: ")
