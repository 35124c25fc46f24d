"""Tests of scripts/vm as a user runs it. A boot takes some six seconds."""

import os
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
VM = PROJECT / "scripts/vm"


def vm(*arguments, **options) -> subprocess.CompletedProcess:
    return subprocess.run([VM, *map(str, arguments)], capture_output=True, timeout=900, **options)


def bare(command: str, *arguments, **options) -> subprocess.CompletedProcess:
    """A shell command on a board without a gadget."""
    return vm("--gadget", "none", *arguments, "--", "sh", "-c", command, **options)


def gadget(tmp_path: Path, script: str) -> list[str]:
    """Options for a board whose mbim-gadget is this shell script."""
    binary = tmp_path / "bin/mbim-gadget"
    binary.parent.mkdir()
    binary.write_text("#!/bin/sh\n" + script)
    binary.chmod(0o755)
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text("name: none\n")
    return ["--gadget", "functionfs", "--build", str(tmp_path), "--scenario", str(scenario)]


@pytest.fixture(scope="module")
def board() -> dict[str, list[str]]:
    """The answers to questions about the inside of one board with two controllers."""
    questions = {
        "kernel": "uname -r",
        "udcs": "ls /sys/class/udc",
        "udevd": "cat /proc/$(pidof systemd-udevd)/comm",
        "usb": "ls /dev/bus/usb",
        "gadgetfs": "mkdir -p /dev/gadget && mount -t gadgetfs g /dev/gadget && ls /dev/gadget",
        "functionfs": "mkdir -p /sys/kernel/config/usb_gadget/g/functions/ffs.mbim && echo made",
        "drivers": "ls /sys/bus/usb/drivers",
        "modprobe": "modprobe -a vhci-hcd usbip-vudc && ls /sys/class/udc",
        "loopback": "cat /sys/class/net/lo/flags",
        "devices": "ls /dev/net/tun /dev/usbmon0 /dev/pts/ptmx /dev/shm -d",
        "root": "touch /usr/touched && ls /usr/touched",
        "user": "id -u",
    }
    script = "".join(f"echo '== {name}'; {text}\n" for name, text in questions.items())
    result = bare(script, "--udcs", "2")
    assert result.returncode == 0, result.stderr.decode()
    answers: dict[str, list[str]] = {}
    for line in result.stdout.decode().splitlines():
        if line.startswith("== "):
            answers[line[3:]] = lines = []
        else:
            lines.append(line)
    return answers


def test_the_kernel_is_debians_and_not_the_machines_own(board):
    assert board["kernel"][0].endswith("-amd64")
    assert board["kernel"] != [os.uname().release]


def test_there_are_as_many_controllers_as_asked_for(board):
    assert board["udcs"] == ["dummy_udc.0", "dummy_udc.1"]
    assert board["usb"] == ["001", "002"]


def test_udev_runs(board):
    assert board["udevd"] == ["systemd-udevd"]


def test_both_gadget_interfaces_are_usable(board):
    assert board["gadgetfs"] == ["dummy_udc"]
    assert board["functionfs"] == ["made"]


def test_the_kernels_mbim_driver_waits_for_a_modem(board):
    assert "cdc_mbim" in board["drivers"]


def test_further_modules_of_the_kernel_can_be_loaded(board):
    assert board["modprobe"] == ["dummy_udc.0", "dummy_udc.1", "usbip-vudc.0"]


def test_the_usual_devices_are_there(board):
    assert board["devices"] == ["/dev/net/tun", "/dev/pts/ptmx", "/dev/shm", "/dev/usbmon0"]
    assert int(board["loopback"][0], 16) & 1  # IFF_UP


def test_root_may_write_anywhere_and_the_machine_keeps_nothing_of_it(board):
    assert board["user"] == ["0"]
    assert board["root"] == ["/usr/touched"]
    assert not Path("/usr/touched").exists()


def test_streams_stay_apart_and_unmangled_and_the_status_passes():
    result = bare(r"printf 'a\r\n\0b\n\tc'; printf 'to stderr\n' >&2; exit 7")
    assert result.stdout == b"a\r\n\0b\n\tc"
    first, second = result.stderr.decode().splitlines()
    assert first == "to stderr"
    assert second.startswith("vm: the command ended with status 7 (logs in ")
    assert result.returncode == 7


def test_files_come_in_and_get_out_and_the_environment_passes(tmp_path):
    noise = os.urandom(3_000_000)
    (tmp_path / "noise").write_bytes(noise)
    result = bare(
        "cat noise && cp noise copy && mv copy moved && echo $MBNRIG_WORD $SECRET >word",
        "--share",
        tmp_path,
        cwd=tmp_path,
        env=os.environ | {"MBNRIG_WORD": "two words 'quoted'", "SECRET": "kept out"},
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == noise
    assert (tmp_path / "moved").read_bytes() == noise
    assert (tmp_path / "word").read_text() == "two words 'quoted'\n"


def test_output_comes_while_the_command_runs(tmp_path):
    go = tmp_path / "go"
    command = ["--gadget", "none", "--share", tmp_path, "--", "sh", "-c"]
    script = f"echo first; until [ -e {shlex.quote(str(go))} ]; do sleep 0.05; done; echo second"
    with subprocess.Popen([VM, *command, script], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"first\n"
        go.touch()
        assert process.stdout.read() == b"second\n"
    assert process.returncode == 0


def test_a_background_process_does_not_hold_the_board_up():
    result = bare("sleep 1000 & echo done")
    assert (result.returncode, result.stdout) == (0, b"done\n")


def test_a_command_that_takes_too_long_ends_with_124():
    result = bare("echo begun; exec sleep 1000", "--timeout", "5")
    assert result.returncode == 124
    assert result.stdout == b"begun\n"
    assert b"vm: the command was still running after 5 s" in result.stderr


def test_a_board_that_goes_down_is_told_from_a_command_that_fails():
    result = bare("echo c >/proc/sysrq-trigger; sleep 1000")
    assert result.returncode == 125
    assert b"vm: the board went down" in result.stderr
    assert b"Kernel panic" in result.stderr


def test_sigterm_takes_the_machine_along(tmp_path):
    logs = tmp_path / "logs"
    command = [VM, "--gadget", "none", "--logs", logs, "--", "sh", "-c", "echo up; sleep 1000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"up\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 128 + signal.SIGTERM
    assert not processes_naming(str(logs))


def test_sigkill_takes_the_machine_along(tmp_path):
    logs = tmp_path / "logs"
    command = [VM, "--gadget", "none", "--logs", logs, "--", "sh", "-c", "echo up; sleep 1000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"up\n"
        process.kill()
    deadline = time.monotonic() + 10
    while processes_naming(str(logs)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not processes_naming(str(logs))


def test_a_gadget_that_dies_is_shown_with_its_last_words(tmp_path):
    result = vm(*gadget(tmp_path, "echo 'no such key: modmem' >&2; exit 3\n"), "--", "true")
    assert result.returncode == 125
    assert b"mbim-gadget ended with status 3 before the host side saw a modem" in result.stderr
    assert b"gadget.log: no such key: modmem" in result.stderr


def test_a_gadget_without_a_modem_is_given_up(tmp_path):
    result = vm(*gadget(tmp_path, "exec sleep 1000\n"), "--modem-timeout", "1", "--", "true")
    assert result.returncode == 125
    assert b"vm: the host side saw no modem within 1 s" in result.stderr


def test_a_missing_gadget_is_said_before_anything_boots(tmp_path):
    result = vm("--build", tmp_path, "--", "true")
    assert result.returncode == 125
    line = f"vm: no {tmp_path}/bin/mbim-gadget: build it, or name another build folder with --build"
    assert result.stderr.decode() == line + "\n"


def test_a_kernel_without_gadget_drivers_names_what_it_lacks(tmp_path):
    tree = tmp_path / "tree"
    for folder in ("DEBIAN", "boot", "lib/modules/6.1.0-test"):
        (tree / folder).mkdir(parents=True)
    (tree / "DEBIAN/control").write_text(
        "Package: linux-image-test\nVersion: 1\nArchitecture: amd64\n"
        "Maintainer: mbnrig <mbnrig@example.org>\nDescription: a kernel without modules\n"
    )
    (tree / "boot/vmlinuz-6.1.0-test").write_bytes(b"\0" * 4096)
    for name in ("modules.builtin", "modules.order"):
        (tree / "lib/modules/6.1.0-test" / name).write_text("")
    deb = tmp_path / "linux-image-test.deb"
    subprocess.run(["dpkg-deb", "--build", tree, deb], check=True, capture_output=True)
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    result = bare("true", "--kernel", deb, env=environment)
    assert result.returncode == 125
    assert b"vm: kernel 6.1.0-test lacks the modules " in result.stderr
    assert b"dummy_hcd" in result.stderr


@pytest.mark.parametrize(
    ("kernel", "message"),
    [
        ("linux-image-nonesuch", "apt knows no package linux-image-nonesuch: run apt-get update"),
        ("/nonesuch.deb", "--kernel: no file /nonesuch.deb"),
    ],
)
def test_an_unknown_kernel_is_one_line(kernel, message):
    result = bare("true", "--kernel", kernel)
    assert result.returncode == 125
    assert result.stderr.decode().startswith(f"vm: {message}")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--",),
        ("--udcs", "0", "--", "true"),
        ("--gadget", "x", "--", "true"),
        ("--gadget", "gadgetfs", "--speed", "super", "--", "true"),
        ("--gadget", "none", "--trace", "x.pcapng", "--", "true"),
    ],
)
def test_a_wrong_command_line_ends_with_2(arguments):
    assert vm(*arguments).returncode == 2


def processes_naming(text: str) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().decode(errors="replace")
        except OSError:
            continue  # it has ended since
        if text in line:
            found.append(line)
    return found
