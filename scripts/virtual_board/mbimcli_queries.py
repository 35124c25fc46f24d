"""The expected output of mbimcli's queries for the modem of a scenario, one function for each command."""

import re
from pathlib import Path

from .judging import Judge, word
from .mbimcli import (
    CONTROL_CAPS,
    DATA_CLASSES,
    NETWORK_ERRORS,
    Mbimcli,
    World,
    flags,
    parts,
    refused,
    translate,
)

READY_STATES = {"ready": "initialized", "absent": "sim-not-inserted", "bad": "bad-sim"}

# The commands of Basic Connect that the gadget supports, by libmbim's names.
BASIC_CONNECT = {
    "device-caps",
    "subscriber-ready-status",
    "radio-state",
    "pin",
    "pin-list",
    "home-provider",
    "visible-providers",
    "register-state",
    "packet-service",
    "signal-state",
    "connect",
    "provisioned-contexts",
    "ip-configuration",
    "device-services",
    "device-service-subscribe-list",
    "emergency-mode",
}

# mbimcli's options for commands of Basic Connect that this modem does not have. Without
# --set-emergency-mode: MBIM 1.0 (10.5.36) does not have this set, and tshark calls it malformed.
NOT_SERVED = {
    "preferred-providers": ("--query-preferred-providers",),
    "service-activation": ("--set-service-activation=00",),
    "ip-packet-filters": (
        "--query-ip-packet-filters=0",
        "--set-ip-packet-filters=session-id=0,packet-filter=45,packet-mask=ff",
    ),
    "packet-statistics": ("--query-packet-statistics",),
    "network-idle-hint": ("--query-network-idle-hint", "--set-network-idle-hint=enabled"),
}

PINS = {
    "pin1": "PIN1",
    "pin2": "PIN2",
    "device_sim_pin": "Device SIM PIN",
    "device_first_sim_pin": "Device first SIM PIN",
    "network_pin": "Network PIN",
    "network_subset_pin": "Network subset PIN",
    "service_provider_pin": "Service provider PIN",
    "corporate_pin": "Corporate PIN",
    "subsidy_lock": "Subsidy lock",
    "custom": "Custom",
}


def binding(judge: Judge, world: World, device: str, interface: str) -> None:
    """The kernel's driver is bound to the modem of the scenario."""
    nodes = {
        device: Path("/sys/class/usbmisc") / Path(device).name,
        interface: Path("/sys/class/net") / interface,
    }
    for name, node in nodes.items():
        driver = node / "device/driver"
        bound = driver.resolve().name if driver.exists() else None
        judge.expect(f"driver of {name}", "cdc_mbim", bound)
    usb = (nodes[device] / "device").resolve().parent
    for attribute, key in (("idVendor", "vendor_id"), ("idProduct", "product_id")):
        seen = int((usb / attribute).read_text(), 16) if (usb / attribute).exists() else None
        judge.expect(attribute, world.scenario.get("usb", key), seen)
    serial = usb / "serial"
    seen = serial.read_text().strip() if serial.exists() else None
    judge.expect("serial", world.scenario.get("usb", "serial"), seen)


def device_caps(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    get = world.scenario.get
    judge.expect_fields(
        mbimcli("--query-device-caps"),
        {
            "Device type": get("device", "type"),
            "Cellular class": get("device", "cellular_class").split("-"),
            "Voice class": get("device", "voice_class"),
            "SIM class": get("device", "sim_class"),
            "Data class": translate(flags(get("device", "data_class")), DATA_CLASSES),
            "SMS caps": flags(get("device", "sms")),
            "Ctrl caps": translate(flags(get("device", "control")), CONTROL_CAPS),
            "Max sessions": get("device", "max_sessions") or max(get("contexts", "limit"), 1),
            "Device ID": get("device", "id"),
            "Firmware info": get("device", "firmware"),
            "Hardware info": get("device", "hardware"),
        },
    )


def subscriber(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    text = mbimcli("--query-subscriber-ready-status")
    get = world.scenario.get
    state = "device-locked" if world.required_pin else READY_STATES.get(world.sim, world.sim)
    readable = state in ("initialized", "not-activated")
    judge.expect_fields(
        text,
        {
            "Ready state": state,
            "Subscriber ID": get("sim", "subscriber_id") if readable else "",
            "SIM ICCID": get("sim", "icc_id") if readable or world.required_pin else "",
        },
    )
    numbers = get("sim", "telephone_numbers") if readable else []
    seen = re.search(r"Telephone numbers: \((\d+)\) '(.*)'", text)
    judge.expect("Telephone numbers", len(numbers), int(seen.group(1)) if seen else None)
    if numbers and seen:
        judge.expect("Telephone numbers", ", ".join(numbers), seen.group(2))


def radio(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    judge.expect_fields(
        mbimcli("--query-radio-state"),
        {
            "Hardware radio state": word(world.scenario.get("radio", "hardware")),
            "Software radio state": world.radio,
        },
    )


def pin_state(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    if status := world.obstacle("sim"):
        return refused(judge, status, mbimcli, "--query-pin-state")
    expected = {"PIN state": "unlocked"}
    if world.required_pin:
        expected = {
            "PIN state": "locked",
            "PIN type": world.required_pin,
            "Remaining attempts": world.attempts,
        }
    judge.expect_fields(mbimcli("--query-pin-state"), expected)


def pin_list(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    if status := world.obstacle("sim"):
        return refused(judge, status, mbimcli, "--query-pin-list")
    default = {"format": "numeric", "length_min": 4, "length_max": 8}
    listed = parts(mbimcli("--query-pin-list"), f"({'|'.join(PINS.values())})")
    judge.expect("PINs", list(PINS.values()), list(listed))
    for key, name in PINS.items():
        expected = {"Mode": "not-supported"}
        if world.scenario.has("sim", key):
            pin = default | (world.pin1 if key == "pin1" else world.scenario.get("sim", key))
            expected = {
                "Mode": pin["mode"],
                "Format": pin["format"],
                "Min length": pin["length_min"],
                "Max length": pin["length_max"],
            }
        judge.expect_fields(listed.get(name, ""), expected)


def provider(judge: Judge, text: str, expected: dict, further: tuple[str, ...] = ()) -> None:
    judge.expect_fields(
        text,
        {
            "Provider ID": expected["id"],
            "Provider name": expected["name"],
            "State": sorted({*expected.get("state", []), *further}),
            "Cellular class": expected["cellular_class"],
            "RSSI": expected["rssi"],
            "Error rate": expected["error_rate"],
        },
    )


def home_provider(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    if status := world.obstacle("pin"):
        return refused(judge, status, mbimcli, "--query-home-provider")
    provider(judge, mbimcli("--query-home-provider"), world.scenario.get("sim", "home_provider"))


def visible_providers(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    if status := world.obstacle("radio"):
        return refused(judge, status, mbimcli, "--query-visible-providers")
    wanted = world.scenario.get("network", "visible")
    if not wanted:
        return refused(judge, "ProvidersNotFound", mbimcli, "--query-visible-providers")
    seen = list(parts(mbimcli("--query-visible-providers"), r"Provider \[(\d+)\]").values())
    judge.expect("providers", len(wanted), len(seen))
    for text, expected in zip(seen, wanted):
        here = world.registered and expected["id"] == world.serving["id"]
        provider(judge, text, expected, ("visible", "registered") if here else ("visible",))


def registration(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    get = world.scenario.get
    named = world.registered or world.registration == "denied"
    denied = world.registration == "denied"
    classes = translate(flags(get("network", "data_class")), DATA_CLASSES)
    abroad = world.registration in ("roaming", "partner")
    text = get("network", "roaming_text") if world.scenario.has("network", "roaming_text") else ""
    judge.expect_fields(
        mbimcli("--query-registration-state"),
        {
            "Network error": NETWORK_ERRORS[get("network", "denial_cause") if denied else 0],
            "Register state": world.registration,
            "Register mode": "automatic",
            "Available data classes": classes if world.registered else [],
            "Current cellular class": [world.serving["cellular_class"]] if world.registered else [],
            "Provider ID": world.serving["id"] if named else "",
            "Provider name": world.serving["name"] if named else "",
            "Roaming text": text if abroad else "",
        },
    )


def packet_service(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    get = world.scenario.get
    cause = NETWORK_ERRORS[world.attach_cause]
    expected = {"Packet service state": "detached", "Network error": cause}
    if world.attached:
        expected = {
            "Packet service state": "attached",
            "Network error": NETWORK_ERRORS[0],
            "Available data classes": translate(flags(get("network", "data_class")), DATA_CLASSES),
            "Uplink speed": f"{get('network', 'uplink_speed')} bps",
            "Downlink speed": f"{get('network', 'downlink_speed')} bps",
        }
    judge.expect_fields(mbimcli("--query-packet-service-state"), expected)


def signal(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    unknown = 99  # TS 27.007
    rssi, errors = (world.scenario.get("network", key) for key in ("signal", "error_rate"))
    judge.expect_fields(
        mbimcli("--query-signal-state"),
        {
            "RSSI [0-31,99]": rssi if world.registered else unknown,
            "Error rate [0-7,99]": errors if world.registered else unknown,
        },
    )


def emergency_mode(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    wanted = word(world.scenario.get("network", "emergency"))
    seen = re.findall(r"Emergency mode: '(.*)'", mbimcli("--query-emergency-mode"))
    judge.expect("Emergency mode", [wanted], seen)


def provisioned_contexts(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    if status := world.obstacle("pin"):
        return refused(judge, status, mbimcli, "--query-provisioned-contexts")
    wanted = world.scenario.get("contexts", "provisioned")
    contexts(judge, mbimcli("--query-provisioned-contexts"), wanted)


def contexts(judge: Judge, text: str, wanted: list[dict]) -> None:
    """Checks the list of provisioned contexts."""
    seen = parts(text, r"Context ID (\d+)")
    judge.expect("contexts", [str(context["id"]) for context in wanted], list(seen))
    for context in wanted:
        judge.expect_fields(
            seen.get(str(context["id"]), ""),
            {
                "Context type": context.get("type", "none"),
                "Access string": context.get("access_string", ""),
                "Username": context.get("user_name", ""),
                "Password": context.get("password", ""),
                "Compression": context.get("compression", "none"),
                "Auth protocol": context.get("auth", "none"),
            },
        )


def not_connected(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    if status := world.obstacle("pin"):
        refused(judge, status, mbimcli, "--query-connection-state=0")
    else:
        judge.expect_fields(
            mbimcli("--query-connection-state=0"),
            {"Session ID": 0, "Activation state": "deactivated"},
        )
    refused(judge, "ContextNotActivated", mbimcli, "--query-ip-configuration=0")


def device_services(judge: Judge, _: World, mbimcli: Mbimcli) -> None:
    text = mbimcli("--query-device-services")
    services = re.split(r"\s*Service: ", text)[1:]
    basic = [service for service in services if service.startswith("'basic-connect'")]
    judge.expect("Basic Connect listed", 1, len(basic))
    listed = set(re.findall(r"([\w-]+) \(\d+\)", basic[0])) if basic else set()
    judge.expect("commands missing from Basic Connect", set(), BASIC_CONNECT - listed)
    judge.expect("commands that the judge does not ask for", set(), listed - BASIC_CONNECT)


def not_served(judge: Judge, _: World, mbimcli: Mbimcli) -> None:
    """The modem refuses commands that it does not have, and continues to work."""
    for options in NOT_SERVED.values():
        for option in options:
            refused(judge, "NoDeviceSupport", mbimcli, option)


# The queries that need no session.
QUERIES = (
    ("subscriber", subscriber),
    ("radio", radio),
    ("PIN state", pin_state),
    ("PIN list", pin_list),
    ("home provider", home_provider),
    ("visible providers", visible_providers),
    ("registration", registration),
    ("packet service", packet_service),
    ("signal", signal),
    ("emergency mode", emergency_mode),
    ("provisioned contexts", provisioned_contexts),
    ("connection", not_connected),
)
