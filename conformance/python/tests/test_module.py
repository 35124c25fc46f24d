"""Tests of the module beyond the example."""

import mbnrig
import pytest


def test_states_are_strings(rig):
    assert rig.interface().ready_state == "initialized"
    assert rig.interface().subscriber_id == "001010123456789"
    rig.connection().connect("internet")
    assert rig.connection().state == ("activated", "internet")
    rig.connection().disconnect()
    assert rig.connection().state == ("deactivated", "")


def test_a_snapshot_does_not_change(rig):
    before = rig.connection()
    before.connect("internet")
    assert before.state[0] != "activated"


@pytest.mark.scenario("pin-locked")
def test_scenario_mark_chooses_the_modem(rig):
    assert rig.interface().ready_state == "device_locked"
    with pytest.raises(mbnrig.MbnError) as refused:
        rig.connection().connect("internet")
    assert refused.value.name == "E_MBN_PIN_REQUIRED"


def test_faults_may_be_dicts(rig):
    rule = rig.inject({"on": "command", "cid": "CONNECT", "type": "set", "do": "status",
                       "status": "VOICE_CALL_IN_PROGRESS"})
    with pytest.raises(mbnrig.MbnError) as refused:
        rig.connection().connect("internet")
    assert refused.value.name == "E_MBN_VOICE_CALL_IN_PROGRESS"
    rig.wait_until_hit(rule)
    rig.clear_faults()
    rig.connection().connect("internet")


def test_an_invalid_fault_is_explained(rig):
    with pytest.raises(mbnrig.RigFault, match="CONECT"):
        rig.inject({"on": "command", "cid": "CONECT", "do": "drop"})


def test_service_down(rig):
    connection = rig.connection()
    rig.stop_mbn()
    with pytest.raises(mbnrig.MbnError) as refused:
        connection.connect("internet")
    assert refused.value.name == "ERROR_SERVICE_NOT_ACTIVE"


def test_rras_dials_and_hangs_up(rig):
    rig.connection()
    assert mbnrig.ras_service_running()
    with mbnrig.RasServer() as server:
        server.create_interface("internet")
        server.connect("internet")
        (port,) = server.ports()
        assert port.connected
        server.disconnect_port(port)
        with pytest.raises(mbnrig.RasError) as idle:
            server.disconnect("internet")
        assert idle.value.name == "ERROR_INTERFACE_NOT_CONNECTED"


def test_a_second_rig_is_refused(rig):
    with pytest.raises(mbnrig.RigFault, match="already up"):
        mbnrig.Rig()
