"""A data session of a modem behind the kernel's cdc_mbim, connected with mbimcli."""

import re

from .judging import CannotJudge, run


def connect(device: str, apn: str) -> None:
    """Attaches and connects. The device stays open, because closing it would end the connection."""
    transaction = None
    for option in (
        "--attach-packet-service",
        f"--connect=session-id=0,access-string={apn},ip-type=ipv4v6",
    ):
        command = ["mbimcli", "--device", device, option, "--no-close"]
        if transaction:
            command.append(f"--no-open={transaction}")
        kept = re.search(r"TRID: '(\d+)'", run(*command))
        transaction = kept.group(1) if kept else None


def configure(interface: str, apn: dict, namespace: str | None = None) -> dict[str, dict]:
    """Sets the scenario's addresses of the access point on the interface in the network namespace.
    Returns the families that have a gateway, by name."""
    ip = ("ip", "-n", namespace) if namespace else ("ip",)
    run(*ip, "link", "set", interface, "up")
    families = {}
    for family in ("ipv4", "ipv6"):
        if family not in apn or "gateway" not in apn[family]:
            continue
        extra = ("nodad",) if family == "ipv6" else ()
        run(*ip, "addr", "add", apn[family]["address"], "dev", interface, *extra)
        families[family] = apn[family]
    if not families:
        raise CannotJudge("the scenario's access point has no gateway to talk to")
    return families
