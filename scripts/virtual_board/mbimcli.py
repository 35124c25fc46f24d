"""Debian's mbimcli, and its expected output for a scenario's modem, in libmbim's words."""

import re
import subprocess

from .judging import CannotJudge, Judge, Refused, Scenario, Silent, word

# Words of scenarios that differ from libmbim's.
CONTROL_CAPS = {"manual-registration": "reg-manual", "hardware-radio-switch": "hw-radio-switch"}
DATA_CLASSES = {"1xevdo-rev-a": "1xevdo-reva", "1xevdo-rev-b": "1xevdo-revb"}
NETWORK_ERRORS = {  # TS 24.008, 10.5.5.14
    0: "none",
    7: "gprs-not-allowed",
    11: "plmn-not-allowed",
    33: "service-option-not-subscribed",
}


class Mbimcli:
    """Runs mbimcli. It opens and closes the device each time, unless `in_session` keeps it open."""

    def __init__(self, device: str, timeout: float):
        self.device = device
        self.timeout = timeout
        self.in_session = False
        self.transaction: str | None = None  # the next one, if the device is left open

    def __call__(self, option: str) -> str:
        command = ["mbimcli", "--device", self.device, option]
        if self.transaction is not None:
            command.append(f"--no-open={self.transaction}")
        if self.in_session:
            command.append("--no-close")
        try:
            result = subprocess.run(command, capture_output=True, text=True, timeout=self.timeout)
        except FileNotFoundError:
            raise CannotJudge("mbimcli is missing: run scripts/setup --vm") from None
        except subprocess.TimeoutExpired:
            raise Silent(f"mbimcli {option}: no end after {self.timeout:g} s") from None
        kept = re.search(r"TRID: '(\d+)'", result.stdout)
        self.transaction = kept.group(1) if self.in_session and kept else None
        if result.returncode != 0:
            raise Refused(f"mbimcli {option}: {result.stderr.strip() or result.stdout.strip()}")
        return result.stdout


def refused(judge: Judge, status: str, mbimcli: Mbimcli, option: str) -> None:
    """The step passes if the modem answers with this MBIM status, in libmbim's spelling."""
    try:
        mbimcli(option)
        seen = "success"
    except Refused as refusal:
        named = re.search(r"(?:operation failed|response message): (\S+)", str(refusal))
        seen = named.group(1) if named else str(refusal)
    judge.expect(option, status, seen)


def translate(words, table: dict[str, str]) -> list[str]:
    return [table.get(word, word) for word in words]


def flags(value) -> list[str]:
    """A scenario's flags are a list or one word."""
    return value if isinstance(value, list) else [] if value == "none" else [value]


def parts(text: str, head: str) -> dict[str, str]:
    """The text below each line that matches the head, by the head's group."""
    pieces = re.split(rf"^\s*{head}:\s*$", text, flags=re.MULTILINE)[1:]
    return dict(zip(pieces[::2], pieces[1::2]))


class World:
    """The expected state of the scenario's modem, with the changes of the judge."""

    def __init__(self, scenario: Scenario):
        self.scenario = scenario
        self.sim = scenario.get("sim", "state")
        self.pin1 = dict(scenario.get("sim", "pin1"))
        self.verified = False
        self.radio = word(scenario.get("radio", "software"))
        self.attached = word(scenario.get("network", "automatic_attach")) in ("on", True)
        self.attach_cause = 0  # why the network refused

    @property
    def required_pin(self) -> str | None:
        """The PIN that the SIM requires."""
        if self.pin1["mode"] != "enabled" or self.verified:
            return None
        return "pin1" if self.pin1["attempts"] > 0 else "puk1"

    @property
    def attempts(self) -> int:
        return self.pin1["attempts" if self.pin1["attempts"] > 0 else "puk_attempts"]

    def obstacle(self, needs: str) -> str | None:
        """The status of a command that needs the SIM, the PIN, the radio, the network or the packet
        service, and everything before it in this list; None if nothing is missing."""
        if self.sim not in ("ready", "not-activated"):
            return {"absent": "SimNotInserted", "bad": "BadSim"}.get(self.sim, "Failure")
        if needs == "sim":
            return None
        if self.required_pin:
            return "PinRequired"
        if needs == "pin":
            return None
        if "off" in (self.radio, word(self.scenario.get("radio", "hardware"))):
            return "RadioPowerOff"
        if needs == "radio":
            return None
        if not self.registered:
            return "NotRegistered"
        return None if needs == "network" or self.attached else "PacketServiceDetached"

    @property
    def registration(self) -> str:
        if self.scenario.get("network", "registration_mode") != "automatic":
            raise CannotJudge(f"{self.scenario.file}: the judge knows automatic registration only")
        if self.obstacle("radio"):
            return "deregistered"
        return self.scenario.get("network", "registration")

    @property
    def registered(self) -> bool:
        return self.registration in ("home", "roaming", "partner")

    @property
    def serving(self) -> dict:
        """The provider that the modem registers with."""
        if self.scenario.has("network", "serving"):
            return self.scenario.get("network", "serving")
        return self.scenario.get("sim", "home_provider")
