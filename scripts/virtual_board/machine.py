"""Runs the board: QEMU, the streams of the command, the messages of the guest."""

import os
import shlex
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from . import BoardError, initramfs
from .kernel import Kernel

GUEST = Path(__file__).parent / "guest"
QEMU = "qemu-system-x86_64"
# A clock that counts instructions jumps while the guest waits for this machine, for its disk for
# example. So the guest's limits are longer by this factor; boot_timeout bounds them.
IDLE_FACTOR = 60
USBIP_ATTACH = Path(__file__).resolve().parents[1] / "usbip-attach"


@dataclass(frozen=True)
class Job:
    """The task of the board."""

    kernel: Kernel
    gadget: str  # functionfs, gadgetfs, usbip, none
    gadget_binary: Path
    scenario: Path
    trace: Path | None  # where the gadget writes one, in a share
    speed: str | None  # full, high, super; None: high, or the scenario's with usbip
    udcs: int
    shares: tuple[Path, ...]  # writable inside
    command: tuple[str, ...]
    folder: Path  # where the command runs
    environment: dict[str, str]
    boot_timeout: float  # seconds until the command starts
    modem_timeout: int  # seconds of these for the host side to see the modem
    timeout: float  # seconds that the command may take
    logs: Path  # an existing folder for kernel.log, gadget.log, qemu.log
    memory: int  # MiB
    instruction_clock: bool = False


def run(job: Job) -> int:
    """Boots, runs the command, switches off. Returns the command's exit status."""
    token = os.urandom(16).hex()
    with tempfile.TemporaryDirectory(prefix="mbnrig-vm-") as scratch:
        initrd = Path(scratch) / "initrd"
        initrd.write_bytes(initramfs.obtain(job.kernel).read_bytes() + _session(job, token))
        with _Board(job, initrd) as board:
            streams = [
                threading.Thread(
                    target=_pump, args=(board.ports[name], descriptor, token), daemon=True
                )
                for name, descriptor in (("stdout", 1), ("stderr", 2))
            ]
            for stream in streams:
                stream.start()
            try:
                status = board.follow()
            except BaseException:
                board.switch_off()
                for stream in streams:
                    stream.join(timeout=5)  # the output before the failure
                raise
            for stream in streams:
                stream.join()
            return status


class _Board:
    """A QEMU process with its virtio-serial ports."""

    def __init__(self, job: Job, initrd: Path):
        self.job = job
        self.ports: dict[str, socket.socket] = {}
        far_ends = {}
        for name in ("control", "stdout", "stderr"):
            self.ports[name], far_ends[name] = socket.socketpair()
        self.log = (job.logs / "qemu.log").open("wb")
        command = _qemu(job, initrd, {name: end.fileno() for name, end in far_ends.items()})
        try:
            self.process = subprocess.Popen(
                # The kernel ends the machine when this process ends, for whatever reason.
                ["setpriv", "--pdeathsig", "KILL", *command],
                stdin=subprocess.DEVNULL,
                stdout=self.log,
                stderr=self.log,
                pass_fds=[end.fileno() for end in far_ends.values()],
            )
        finally:
            for end in far_ends.values():
                end.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.switch_off()
        self.log.close()
        for port in self.ports.values():
            port.close()

    def switch_off(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def follow(self) -> int:
        """Reads the guest's messages until the command's exit status, and returns that."""
        deadline = time.monotonic() + self.job.boot_timeout
        running = False
        gadget_end = "0"
        while True:
            word, _, rest = self._line(deadline, running).partition(" ")
            if word == "ready":
                running = True
                deadline = time.monotonic() + self.job.timeout
            elif word == "failed":
                raise BoardError(rest + self._tails("kernel.log", "gadget.log"))
            elif word == "gadget":
                gadget_end = rest
            elif word == "exit":
                if gadget_end == "0":
                    return int(rest)
                end = "outlived SIGTERM"
                if gadget_end != "stuck":
                    end = f"ended with status {gadget_end}"
                raise BoardError(
                    f"the command ended with status {rest}, but mbim-gadget {end}"
                    + self._tails("gadget.log")
                )

    def _line(self, deadline: float, running: bool) -> str:
        port = self.ports["control"]
        line = b""
        while not line.endswith(b"\n"):
            port.settimeout(max(deadline - time.monotonic(), 0.001))
            try:
                byte = port.recv(1)
            except TimeoutError:
                if running:
                    raise TimeoutError(
                        f"the command was still running after {self.job.timeout:g} s"
                    ) from None
                raise BoardError(
                    f"the board was not up after {self.job.boot_timeout:g} s"
                    + self._tails("kernel.log", "gadget.log")
                ) from None
            if not byte:
                raise BoardError("the board went down" + self._last_words())
            line += byte
        return line.decode().strip()

    def _last_words(self) -> str:
        """Why the board went down: its message or the kernel's, or else the ends of the logs."""
        kernel_log = self.job.logs / "kernel.log"
        if kernel_log.exists():
            for line in reversed(kernel_log.read_text(errors="replace").splitlines()):
                for sign in ("mbnrig: ", "Kernel panic"):
                    if sign in line:
                        return f": {line[line.index(sign) :].removeprefix('mbnrig: ').rstrip()}"
        return self._tails("kernel.log", "qemu.log")

    def _tails(self, *logs: str, count: int = 5) -> str:
        """The last lines of logs, for the end of a message."""
        result = ""
        for name in logs:
            log = self.job.logs / name
            lines = log.read_text(errors="replace").splitlines() if log.exists() else []
            result += "".join(f"\n  {name}: {line.rstrip()}" for line in lines[-count:])
        return result


def _qemu(job: Job, initrd: Path, ports: dict[str, int]) -> list[str]:
    path = shutil.which(QEMU)
    if path is None:
        raise BoardError(f"{QEMU} is missing: run scripts/setup --vm")
    # GadgetFS loses requests if its program is slower than the host. On one processor the gadget,
    # which has the higher priority, always runs first after a transfer.
    processors = 1 if job.gadget == "gadgetfs" or job.instruction_clock else 2
    # Where instructions are counted, "enhanced rep movsb" (erms) would let the kernel copy one byte
    # an instruction, which is 0.5 GB a second. Without it the kernel copies eight bytes an
    # instruction, 4 GB a second, as on a small board.
    model = "max,-erms" if job.instruction_clock else "max"
    command = [path, "-accel", "tcg", "-machine", "q35", "-cpu", model, "-smp", str(processors)]
    if job.instruction_clock:
        # Each instruction is 2 ns, and idle time is skipped. So a measurement does not depend on
        # the load of this machine. A second processor does not start in this mode.
        command += ["-icount", "shift=1,sleep=off"]
    command += ["-m", str(job.memory), "-nodefaults", "-no-user-config", "-display", "none"]
    command += ["-no-reboot", "-nic", "none"]
    command += ["-kernel", str(job.kernel.image), "-initrd", str(initrd)]
    # An oops ends the board at once. So does a processor that is stuck in the kernel for a minute;
    # a shorter time may be due to the load of this machine. Interfaces keep the kernel's names
    # (wwan0).
    command += [
        "-append",
        "console=ttyS0 panic=-1 oops=panic mitigations=off nowatchdog net.ifnames=0 "
        "rcupdate.rcu_cpu_stall_timeout=60 sysctl.kernel.panic_on_rcu_stall=1",
    ]
    command += ["-chardev", f"file,id=kernel,path={_quoted(job.logs / 'kernel.log')}"]
    command += ["-serial", "chardev:kernel", "-device", "virtio-serial-pci,max_ports=8"]
    for name, descriptor in ports.items():
        command += ["-chardev", f"socket,id={name},fd={descriptor}"]
        command += ["-device", f"virtserialport,chardev={name},name={name}"]
    command += ["-chardev", f"file,id=gadget,path={_quoted(job.logs / 'gadget.log')}"]
    command += ["-device", "virtserialport,chardev=gadget,name=gadget"]
    local = "local,security_model=none,multidevs=remap"
    command += ["-virtfs", f"{local},path=/,mount_tag=root,readonly=on"]
    for number, share in enumerate(job.shares):
        command += ["-virtfs", f"{local},path={_quoted(share)},mount_tag=share{number}"]
    return command


def _quoted(path: Path) -> str:
    return str(path).replace(",", ",,")  # QEMU's option syntax


def _session(job: Job, token: str) -> bytes:
    """The part of the initramfs that is different for each run."""
    settings = {
        "udcs": str(job.udcs),
        "modem_timeout": str(job.modem_timeout * (IDLE_FACTOR if job.instruction_clock else 1)),
        "gadget": job.gadget,
        "gadget_binary": str(job.gadget_binary),
        "usbip_attach": str(USBIP_ATTACH),
        "usbip_address": "127.0.0.1:3240",
        "scenario": str(job.scenario),
        "trace": str(job.trace or ""),
        "speed": job.speed or "",
        "shares": "\n".join(str(share) for share in job.shares),
        "kernel_version": job.kernel.version,
        "kernel_modules": str(job.kernel.modules),
        "token": token,
    }
    environment = [f"{name}={value}" for name, value in sorted(job.environment.items())]
    folder = shlex.quote(str(job.folder))
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch)
        board = tree / "board"
        board.mkdir()
        (tree / "init").write_bytes((GUEST / "init").read_bytes())
        (tree / "init").chmod(0o755)
        (board / "session").write_bytes((GUEST / "session").read_bytes())
        (board / "settings").write_text(
            "".join(f"{name}={shlex.quote(value)}\n" for name, value in settings.items())
        )
        (board / "launch").write_text(
            f"cd {folder} || exit 126\nexec env -i {shlex.join(environment)} \"$@\"\n"
        )
        (board / "command").write_text(f"exec {shlex.join(job.command)}\n")
        return initramfs.pack(tree)


def _pump(port: socket.socket, descriptor: int, token: str) -> None:
    """Copies a stream while it comes, up to the mark at its end or to the end of the board."""
    mark = b"\0" + token.encode()
    held = b""
    listening = True
    while data := port.recv(65536):
        held += data
        if held.endswith(mark):
            _write(descriptor, held[: -len(mark)])
            return
        # Bytes that may be the beginning of the mark wait for the next ones.
        start = held.rfind(b"\0", max(len(held) - len(mark), 0))
        ready = start if start >= 0 and mark.startswith(held[start:]) else len(held)
        listening = listening and _write(descriptor, held[:ready])
        held = held[ready:]
    _write(descriptor, held)


def _write(descriptor: int, data: bytes) -> bool:
    """Returns False when the reader has closed the stream."""
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except BrokenPipeError:
        return False
    return True

