"""mbim-gadget as firmware: its size, its memory, its time until it is enumerated."""

import statistics

from . import PROJECT
from .table import Row
from .usbip_host import firmware, stripped_size

STARTS = 7  # a round
BINARY = PROJECT / "build/firmware/bin/mbim-gadget"  # preset "firmware": static


def measure(rounds: int):
    yield Row(
        "firmware",
        "mbim-gadget, stripped",
        stripped_size(BINARY),
        "B",
        aim="3 MB or less",
        at_most=3e6,
    )
    times, resident = [], []
    for _ in range(rounds * STARTS):
        with firmware(binary=BINARY) as running:
            times.append(running.enumerate())
            resident.append(running.resident())
    yield Row(
        "firmware",
        "resident memory, one modem enumerated",
        statistics.median(resident),
        "B",
        aim="6 MB or less",
        at_most=6e6,
    )
    yield Row(
        "firmware",
        "from exec to SET_CONFIGURATION",
        statistics.median(times),
        "s",
        aim="100 ms or less",
        at_most=0.1,
    )
