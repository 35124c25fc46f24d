"""The measurements in the virtual board: scripts/virtual_board/measure on every controller that
supports them."""

import statistics
import tempfile
from pathlib import Path

from . import PROJECT, json_of
from .table import Row

TIMEOUT = 1500  # seconds of one board


def speed(gadget: str, options: list, command: list):
    return json_of(
        [
            PROJECT / "scripts/vm",
            "--gadget",
            gadget,
            "--clock",
            "instructions",
            "--timeout",
            TIMEOUT,
            *options,
            "--",
            PROJECT / "scripts/virtual_board/measure",
            *command,
        ],
        timeout=TIMEOUT + 600,
    )


def commands(rounds: int):
    # FunctionFS has no functional descriptors, so cdc_mbim does not bind and libmbim has no device.
    for gadget in ("gadgetfs", "usbip"):
        times = speed(gadget, [], ["commands", "--rounds", rounds])
        # Takes the median of each round first, so that a disturbed round counts only once.
        middle = {
            name: statistics.median(statistics.median(run) for run in runs) * 1e-6
            for name, runs in times.items()
        }
        for name, what in (("libusb", "our libusb host"), ("cdc-wdm", "our host on cdc_mbim")):
            aim = {"aim": "half or less", "at_most": 0.5} if name == "libusb" else {}
            yield Row(
                "commands",
                f"a command over {gadget}: {what}",
                middle[name],
                "s",
                "libmbim on cdc_mbim",
                middle["libmbim"],
                **aim,
            )


def tcp(rounds: int):
    # f_ncm's blocks have 16 KiB. The kernel's driver accepts larger blocks only if its user asks for
    # them.
    with tempfile.TemporaryDirectory() as folder:
        for gadget, carrier, kib in (
            ("functionfs", "libusb", 16),
            ("functionfs", "libusb", 64),
            ("usbip", "libusb", 16),
            ("usbip", "libusb", 64),
            ("usbip", "cdc_mbim", 16),
            ("gadgetfs", "cdc_mbim", 16),
        ):
            scenario = Path(folder) / f"tun-{kib}.yaml"
            size = kib * 1024
            scenario.write_text(
                f"name: tun-{kib}\n"
                "network: {data: tun}\n"
                f"usb: {{ntb: {{in_max_size: {size}, out_max_size: {size}}}}}\n"
            )
            rates = speed(
                gadget,
                ["--udcs", 2, "--scenario", scenario],
                ["tcp", "--carrier", carrier, "--rounds", rounds],
            )
            middle = {name: statistics.median(values) for name, values in rates.items()}
            host = "our libusb host" if carrier == "libusb" else "cdc_mbim"
            for direction in ("up", "down"):
                yield Row(
                    "tcp",
                    f"TCP {direction} over {gadget}, {host}, NTBs of {kib} KiB",
                    middle[f"modem {direction}"],
                    "bit/s",
                    "f_ncm and cdc_ncm",
                    middle[f"f_ncm {direction}"],
                    "as fast",
                    at_least=1.0,
                )
