import mbnrig
import pytest


def test_second_context_and_removal(rig):
    connection = rig.connection()
    connection.connect("internet")
    with pytest.raises(mbnrig.MbnError) as refused:
        connection.connect("internet")
    assert refused.value.name == "E_MBN_MAX_ACTIVATED_CONTEXTS"
    rig.unplug()
    rig.wait_for("OnInterfaceRemoval")
    with pytest.raises(mbnrig.MbnError) as gone:
        connection.connect("internet")
    assert (gone.value.name, gone.value.code) == ("ERROR_NOT_FOUND", 0x80070490)
