"""Tests the L2 connection on real USB: a connection of the API is a network interface.

    scripts/vm --gadget gadgetfs -- env PYTHONPATH=build/release/python /usr/bin/python3 -m pytest \\
        -p mbnrig.pytest_plugin --mbnrig-target vm [--mbnrig-transport cdc-wdm] host/l2/vm_test.py
"""

import re
import subprocess
from pathlib import Path

import pytest
import yaml
from mbnrig import eventually

SCENARIO = Path(__file__).resolve().parents[2] / "fixtures/scenarios/default.yaml"
NETWORK = yaml.safe_load(SCENARIO.read_text())["network"]["apns"][0]
FAMILIES = [NETWORK[family] for family in ("ipv4", "ipv6")]
ADDRESSES = {family["address"] for family in FAMILIES}
NAME_SERVERS = {server for family in FAMILIES for server in family["dns"]}


@pytest.fixture(scope="session")
def transport(request):
    if request.config.getoption("--mbnrig-target") == "embedded":
        pytest.skip("no real USB: needs --mbnrig-target vm or board")
    return request.config.getoption("--mbnrig-transport") or "libusb"


@pytest.fixture
def interface(transport):
    return {"libusb": "mbn0", "cdc-wdm": "wwan0"}[transport]


def ip(*arguments):
    return subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False).stdout


def addresses(interface):
    """The addresses that the network gave. (Link-local ones are the kernel's own.)"""
    found = set(re.findall(r"inet6? (\S+)", ip("addr", "show", "dev", interface)))
    return {address for address in found if not address.startswith("fe80:")}


def is_up(interface):
    return re.search(r"<[^>]*\bUP\b", ip("link", "show", "dev", interface)) is not None


def connect(rig, interface):
    rig.connection().connect("internet")
    eventually("the interface has its addresses", lambda: addresses(interface) == ADDRESSES)
    assert is_up(interface)


def test_a_connection_is_a_network_interface(rig, interface):
    connect(rig, interface)
    # The file is written once the interface is up.
    resolv = Path(f"/run/mbnrig/{interface}.resolv")
    eventually("its name servers are written", resolv.exists)
    servers = re.findall(r"^nameserver (\S+)", resolv.read_text(), re.MULTILINE)
    assert set(servers) == NAME_SERVERS


@pytest.mark.parametrize("size", (56, 1400, 4000))
def test_pings_are_answered_through_it(rig, interface, size):
    connect(rig, interface)
    for family in FAMILIES:
        command = ["ping", "-n", "-c", "20", "-i", "0.01", "-W", "10", "-I", interface]
        command += ["-s", str(size), family["gateway"]]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "20 packets transmitted, 20 received" in said.stdout, said.stdout + said.stderr


def test_it_goes_with_the_connection(rig, interface):
    connect(rig, interface)
    rig.connection().disconnect()
    eventually("no address is left", lambda: not addresses(interface))
    eventually("the interface is down", lambda: not is_up(interface))


def test_it_goes_with_the_modem_and_comes_with_the_next_connection(rig, interface):
    connect(rig, interface)
    rig.unplug()
    eventually("the interface is gone", lambda: not ip("link", "show", "dev", interface))
    rig.plug()
    rig.wait_for("OnInterfaceArrival", 2)
    connect(rig, interface)


def test_it_goes_with_the_service(rig, interface):
    connect(rig, interface)
    rig.stop_mbn()
    assert not addresses(interface)
    assert not is_up(interface)
