"""mbnrig: an MBIM modem that fails on command, and the MBN and RRAS APIs on top of it.

    import mbnrig

    with mbnrig.Rig() as rig:
        rig.store_profile("internet")
        rig.connection().connect("internet")
"""

from mbnrig._errors import ApiError, MbnError, RasError
from mbnrig._eventually import eventually
from mbnrig._mbnrig import (
    Connection,
    Interface,
    Port,
    RasServer,
    Rig,
    RigFault,
    ras_service_running,
)

__all__ = [
    "ApiError",
    "Connection",
    "Interface",
    "MbnError",
    "Port",
    "RasError",
    "RasServer",
    "Rig",
    "RigFault",
    "eventually",
    "ras_service_running",
]
