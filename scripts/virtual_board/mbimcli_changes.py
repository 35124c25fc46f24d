"""The expected effects of mbimcli's commands that change the modem of a scenario."""

import re

from .judging import Judge, word
from .mbimcli import Mbimcli, World, refused
from .mbimcli_queries import (
    QUERIES,
    contexts,
    packet_service,
    pin_list,
    pin_state,
    radio,
    registration,
    signal,
)

NEW_PIN = "4711"
WRONG_PIN = "0000"
WRONG_PUK = "00000000"
APPEND_CONTEXT = 0xFFFFFFFF  # MBIM 1.0, 10.5.13.5
FULL_ATTEMPTS = 3  # the attempts after a right entry


def everything(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    """All queries that need no session give the expected state."""
    for _, query in QUERIES:
        query(judge, world, mbimcli)


def enter_pin(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    """A SIM that waits for its PIN: a wrong one costs an attempt, the right one unlocks it."""
    refused(judge, "Failure", mbimcli, f"--enter-pin={WRONG_PIN}")
    world.pin1["attempts"] -= 1
    pin_state(judge, world, mbimcli)
    refused(judge, "PinRequired", mbimcli, f"--disable-pin={world.pin1['value']}")
    judge.expect("entered", True, successful(mbimcli(f"--enter-pin={world.pin1['value']}")))
    world.verified = True
    world.pin1["attempts"] = FULL_ATTEMPTS
    everything(judge, world, mbimcli)


def enter_puk(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    """A SIM that waits for its PUK: a PIN is refused, a wrong PUK costs an attempt, the right PUK
    sets a new PIN."""
    refused(judge, "PinRequired", mbimcli, f"--enter-pin={world.pin1['value']}")
    refused(judge, "Failure", mbimcli, f"--enter-puk={WRONG_PUK},{NEW_PIN}")
    world.pin1["puk_attempts"] -= 1
    pin_state(judge, world, mbimcli)
    judge.expect(
        "unblocked", True, successful(mbimcli(f"--enter-puk={world.pin1['puk']},{NEW_PIN}"))
    )
    world.pin1 |= {"value": NEW_PIN, "attempts": FULL_ATTEMPTS}
    world.verified = True
    everything(judge, world, mbimcli)


def manage_pin(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    """A PIN is switched on, changed and switched off. With a wrong PIN none of this works."""
    if world.pin1["mode"] == "disabled":
        refused(judge, "PinDisabled", mbimcli, f"--enter-pin={world.pin1['value']}")
        refused(judge, "PinDisabled", mbimcli, f"--change-pin={world.pin1['value']},{NEW_PIN}")
        refused(judge, "Failure", mbimcli, f"--enable-pin={WRONG_PIN}")
        judge.expect("enabled", True, successful(mbimcli(f"--enable-pin={world.pin1['value']}")))
        world.pin1["mode"], world.verified = "enabled", True
        pin_list(judge, world, mbimcli)
        pin_state(judge, world, mbimcli)
    refused(judge, "OperationNotAllowed", mbimcli, f"--enable-pin={world.pin1['value']}")
    old, new = world.pin1["value"], NEW_PIN[::-1]
    refused(judge, "Failure", mbimcli, f"--change-pin={WRONG_PIN},{new}")
    judge.expect("changed", True, successful(mbimcli(f"--change-pin={old},{new}")))
    refused(judge, "Failure", mbimcli, f"--disable-pin={old}")
    judge.expect("disabled", True, successful(mbimcli(f"--disable-pin={new}")))
    world.pin1 |= {"value": new, "mode": "disabled"}
    pin_list(judge, world, mbimcli)
    pin_state(judge, world, mbimcli)


def successful(text: str) -> bool:
    return "PIN operation successful" in text


def switch_radio(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    """Radio off: the network and the packet service are lost. Radio on: they come back."""
    for switch in ("off", "on"):
        if switch == world.radio == "off":
            continue  # the scenario begins in this state
        judge.expect_fields(
            mbimcli(f"--set-radio-state={switch}"),
            {
                "Hardware radio state": word(world.scenario.get("radio", "hardware")),
                "Software radio state": switch,
            },
        )
        world.radio = switch
        for query in (radio, registration, packet_service, signal):
            query(judge, world, mbimcli)


def register(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    """mbimcli can ask for automatic registration only."""
    status = world.obstacle("radio")
    if not status and world.registration == "denied":
        status = "Failure"
    if status:
        return refused(judge, status, mbimcli, "--register-automatic")
    text = mbimcli("--register-automatic")
    judge.expect("launched", True, "Successfully launched automatic registration" in text)
    registration(judge, world, mbimcli)


def signal_reports(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    """Signal reports: the modem gives back the settings that it got."""
    for interval, rssi, errors in ((30, 3, 2), (0, 0, 0)):
        expected = {
            "Signal strength interval": interval,
            "RSSI threshold": rssi,
            "Error rate threshold": errors,
        }
        option = (
            f"--set-signal-state=signal-strength-interval={interval},rssi-threshold={rssi},"
            f"error-rate-threshold={errors}"
        )
        judge.expect_fields(mbimcli(option), expected)
        judge.expect_fields(mbimcli("--query-signal-state"), expected)


def provision(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    """A provisioned context is added, changed and removed."""
    option = "--set-provisioned-contexts="
    if status := world.obstacle("pin"):
        return refused(judge, status, mbimcli, f"{option}context-id=0,context-type=internet")
    there = world.scenario.get("contexts", "provisioned")
    number = next(n for n in range(len(there) + 1) if n not in [one["id"] for one in there])
    added = {"id": number, "type": "mms", "access_string": "pictures"}
    added |= {"user_name": "somebody", "password": "secret", "auth": "chap"}
    changed = {"id": number, "type": "ims", "access_string": "voice", "compression": "enable"}
    refused(
        judge, "InvalidParameters", mbimcli, f"{option}context-id={number},context-type=internet"
    )
    contexts(
        judge,
        mbimcli(
            f"{option}context-id={APPEND_CONTEXT},context-type=mms,auth=chap,username=somebody,"
            "password=secret,access-string=pictures"
        ),
        [*there, added],
    )
    mbimcli(f"{option}context-id={number},context-type=ims,compression=enable,access-string=voice")
    contexts(judge, mbimcli("--query-provisioned-contexts"), [*there, changed])
    mbimcli(f"{option}context-id={number},context-type=none")
    contexts(judge, mbimcli("--query-provisioned-contexts"), there)


def attach(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    """The packet service is attached, detached and attached again, or refused."""
    if status := world.obstacle("network"):
        refused(judge, status, mbimcli, "--attach-packet-service")
        return refused(judge, status, mbimcli, "--detach-packet-service")
    if world.scenario.get("network", "packet_service") == "refused":
        refused(judge, "Failure", mbimcli, "--attach-packet-service")
        world.attach_cause = world.scenario.get("network", "attach_refusal_cause")
        return packet_service(judge, world, mbimcli)
    for word_, attached in (("attach", True), ("detach", False), ("attach", True)):
        text = mbimcli(f"--{word_}-packet-service")
        done = re.search(rf"Successfully {word_}ed (to|from) packet service", text)
        judge.expect(f"{word_}ed", True, done is not None)
        world.attached = attached
        packet_service(judge, world, mbimcli)


def ip_type(apn: dict) -> str:
    families = tuple(family for family in ("ipv4", "ipv6") if family in apn)
    return {("ipv4",): "ipv4", ("ipv6",): "ipv6"}.get(families, "ipv4v6")


def connect_option(apn: dict, session: int) -> str:
    properties = {"session-id": session, "access-string": apn["name"], "ip-type": ip_type(apn)}
    if apn.get("user_name"):
        auth = apn.get("auth", "none")
        properties["auth"] = "pap" if auth == "none" else auth
        properties |= {"username": apn["user_name"], "password": apn["password"]}
    return "--connect=" + ",".join(f"{name}={value}" for name, value in properties.items())


def connect(judge: Judge, world: World, mbimcli: Mbimcli) -> None:
    """Connects as many sessions as the modem allows, each with the addresses of its access point.
    One more is refused, and so are those that the network rejects. Then all are disconnected."""
    apns = world.scenario.get("network", "apns")
    if status := world.obstacle("packet service"):
        return refused(judge, status, mbimcli, connect_option(apns[0], 0))
    refused(judge, "InvalidAccessString", mbimcli, "--connect=session-id=0,access-string=nowhere")
    secured = [apn for apn in apns if apn.get("user_name")]
    for apn in secured:
        wrong = connect_option(apn | {"password": "wrong"}, 0)
        refused(judge, "InvalidUserNamePwd", mbimcli, wrong)
    limit = world.scenario.get("contexts", "limit")
    # Access points with a password come first, because they must get a session.
    chosen = [*secured, *(apn for apn in apns if apn not in secured)]
    if limit == 1:
        chosen = [apns[0]]
    for session, apn in enumerate(chosen[:limit]):
        text = mbimcli(connect_option(apn, session))
        judge.expect("connected", True, "Successfully connected" in text)
        judge.expect_fields(
            mbimcli(f"--query-connection-state={session}"),
            {
                "Session ID": session,
                "Activation state": "activated",
                "Voice call state": "none",
                "IP type": ip_type(apn),
                "Context type": "internet",
                "Network error": "none",
            },
        )
        ip_configuration(judge, apn, mbimcli(f"--query-ip-configuration={session}"))
    up = min(limit, len(chosen))
    if up == limit:
        refused(judge, "MaxActivatedContexts", mbimcli, connect_option(apns[0], up))
    for session in range(up):
        text = mbimcli(f"--disconnect={session}")
        judge.expect("disconnected", True, "Successfully disconnected" in text)
        judge.expect_fields(
            mbimcli(f"--query-connection-state={session}"), {"Activation state": "deactivated"}
        )
    refused(judge, "ContextNotActivated", mbimcli, "--disconnect=0")


def ip_configuration(judge: Judge, apn: dict, text: str) -> None:
    for family, name in (("ipv4", "IPv4"), ("ipv6", "IPv6")):
        opening = f"{name} configuration available"
        section = text.partition(opening)[2].partition("configuration available")[0]
        if family not in apn:
            judge.expect(f"{name} configuration", "none", re.match(r": '(.*)'", section).group(1))
            continue
        wanted = apn[family]
        expected = {"IP [0]": wanted["address"]}
        if "gateway" in wanted:
            expected["Gateway"] = wanted["gateway"]
        if "mtu" in wanted:
            expected["MTU"] = wanted["mtu"]
        expected |= {f"DNS [{at}]": server for at, server in enumerate(wanted.get("dns", []))}
        judge.expect_fields(section, expected)


def close(_: Judge, __: World, mbimcli: Mbimcli) -> None:
    mbimcli.in_session = False
    mbimcli("--noop")
