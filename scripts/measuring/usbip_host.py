"""The firmware as a process, and a USB/IP client that can enumerate a device. The client works without
a kernel, so its times have no waits of a kernel."""

import contextlib
import os
import re
import socket
import struct
import subprocess
import tempfile
import time
from pathlib import Path

from . import BIN, CannotMeasure

PATIENCE = 120  # seconds


class Firmware:
    """A running mbim-gadget that offers modems over USB/IP."""

    def __init__(self, process: subprocess.Popen, port: int, began: float):
        self.pid, self.port, self.began = process.pid, port, began

    def resident(self) -> int:
        """Bytes in memory."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) * 1024

    def enumerate(self, bus_id: str = "1-1") -> float:
        """Enumerates a device up to SET_CONFIGURATION. Returns the seconds since exec."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(struct.pack(">HHI32s", 0x0111, 0x8003, 0, bus_id.encode()))
            _, _, status = struct.unpack(">HHI", _receive(connection, 8))
            if status != 0:
                raise CannotMeasure(f"the firmware does not export {bus_id}")
            _receive(connection, 312)
            _control(connection, 0x80, 6, 0x0100, 18)
            head = _control(connection, 0x80, 6, 0x0200, 9)
            _control(connection, 0x80, 6, 0x0200, struct.unpack_from("<H", head, 2)[0])
            _control(connection, 0x00, 9, 1, 0)
            return time.monotonic() - self.began


def _receive(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise CannotMeasure("the firmware has closed the connection")
        data += part
    return data


def _control(connection, request_type: int, request: int, value: int, length: int) -> bytes:
    setup = struct.pack("<BBHHH", request_type, request, value, 0, length)
    into_host = int(bool(request_type & 0x80))
    connection.sendall(
        struct.pack(">IIIII", 1, 1, 0x10001, into_host, 0)
        + struct.pack(">IIiII", 0, length, 0, 0, 0)
        + setup
    )
    status, actual = struct.unpack_from(">iI", _receive(connection, 48), 20)
    if status != 0:
        raise CannotMeasure(f"the firmware refuses the request {request} with {status}")
    return _receive(connection, actual) if into_host else b""


@contextlib.contextmanager
def firmware(modems: int = 1, binary: Path = BIN / "mbim-gadget"):
    """The firmware, started and ready. Ends it afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        command = [binary, "--controller", "usbip", "--listen", "127.0.0.1:0"]
        command += ["--control", f"{folder}/modem.sock", "--log-level", "warn"]
        for number in range(modems):
            scenario = Path(folder) / f"{number}.yaml"
            scenario.write_text(f"name: modem {number}\nusb: {{serial: BENCH{number:04}}}\n")
            command += ["--scenario", str(scenario)]
        began = time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                for line in process.stdout:
                    if ready := re.search(r"ready,.*:(\d+)$", line.rstrip()):
                        break
                else:
                    raise CannotMeasure("mbim-gadget did not start")
                yield Firmware(process, int(ready.group(1)), began)
            finally:
                process.terminate()
                try:
                    process.wait(timeout=PATIENCE)
                except subprocess.TimeoutExpired:
                    process.kill()


def stripped_size(binary: Path) -> int:
    """The size of the program without symbols, in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        stripped = Path(folder) / binary.name
        subprocess.run(["strip", "-o", stripped, binary], check=True)
        return os.path.getsize(stripped)
