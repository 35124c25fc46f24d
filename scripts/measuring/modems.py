"""Many modems in one process: the firmware with its USB/IP controller, for their memory, and a program
that also has their hosts, for commands."""

import statistics

from . import BIN, json_of
from .table import Row
from .usbip_host import firmware

COUNTS = (1, 10, 100, 1000)


def measure(rounds: int):
    alone = 0.0
    for count in COUNTS:
        with firmware(count) as running:
            resident = running.resident()
        if count == 1:
            alone = resident
            yield Row("modems", "mbim-gadget with 1 modem: memory", resident, "B")
            continue
        yield Row(
            "modems",
            f"mbim-gadget with {count}: memory of each further one",
            (resident - alone) / (count - 1),
            "B",
            aim="1 MB or less",
            at_most=1e6,
        )
    for count in COUNTS:
        runs = [json_of([BIN / "mbnrig-modems-benchmark", count], 300) for _ in range(rounds)]
        aim = {} if count == 1 else {"aim": "1 MB or less", "at_most": 1e6}
        yield Row(
            "modems",
            f"{count} opened, each with its host: memory of each",
            statistics.median(run["bytes_each"] for run in runs),
            "B",
            **aim,
        )
        yield Row(
            "modems",
            f"{count} opened: commands of all",
            statistics.median(run["commands_per_second"] for run in runs),
            "/s",
        )
