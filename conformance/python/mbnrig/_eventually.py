"""Waiting for conditions that have no event."""

import time


def eventually(what, condition, seconds=60.0):
    """Checks condition() repeatedly and returns when it is true. Raises AssertionError after
    `seconds`; `what` names the condition in its message."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= limit:
            raise AssertionError(f"{what}: not within {seconds:g} s")
        time.sleep(0.02)
