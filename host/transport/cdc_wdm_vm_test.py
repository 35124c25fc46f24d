"""Tests the kernel's driver as the host's transport while another process has its device open.

    scripts/vm --gadget usbip -- env PYTHONPATH=build/release/python /usr/bin/python3 -m pytest \\
        -p mbnrig.pytest_plugin --mbnrig-target vm --mbnrig-transport cdc-wdm \\
        host/transport/cdc_wdm_vm_test.py
"""

import re
import subprocess

from mbnrig import eventually


def test_a_device_of_another_process_is_reported_and_used_later(rig, capfd):
    rig.stop_mbn()
    capfd.readouterr()
    holder = subprocess.Popen(
        ["sh", "-c", "exec 3<>/dev/cdc-wdm0 && echo held && read -r end"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout.readline() == "held\n"
        rig.start_mbn()
        log = []

        def holder_is_logged():
            log.append(capfd.readouterr().err)
            return re.search(r"/dev/cdc-wdm0 is held by sh \(process \d+\): stop it", "".join(log))

        eventually("the log says who holds it", holder_is_logged)
    finally:
        holder.communicate("end\n", timeout=60)
    rig.wait_for("OnInterfaceArrival", 2)
    assert rig.interface().ready_state == "initialized"
