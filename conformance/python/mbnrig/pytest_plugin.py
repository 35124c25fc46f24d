"""The pytest plugin: `pytest -p mbnrig.pytest_plugin` provides the fixture `rig`.

A test may choose its modem:  @pytest.mark.scenario("pin-locked")
"""

import pytest

import mbnrig


def pytest_addoption(parser):
    parser.addoption(
        "--mbnrig-target",
        default="embedded",
        choices=["embedded", "vm", "board"],
        help="where the rig's modem is: in this process, inside scripts/vm, or on a board",
    )
    parser.addoption(
        "--mbnrig-transport",
        default="",
        choices=["", "libusb", "cdc-wdm"],
        help="how the host reaches the modem: with libusb, or through the kernel's driver",
    )


def pytest_configure(config):
    config.addinivalue_line("markers", "scenario(name): the modem of fixtures/scenarios/<name>.yaml")


@pytest.fixture(scope="session")
def _mbnrig_bench(request):
    option = request.config.getoption
    with mbnrig.Rig(
        target=option("--mbnrig-target"), transport=option("--mbnrig-transport")
    ) as rig:
        yield rig


@pytest.fixture
def rig(request, _mbnrig_bench):
    """A freshly booted modem, with both services running and the profile "internet" stored."""
    marker = request.node.get_closest_marker("scenario")
    _mbnrig_bench.restart(marker.args[0] if marker else "default")
    _mbnrig_bench.store_profile("internet")
    return _mbnrig_bench
