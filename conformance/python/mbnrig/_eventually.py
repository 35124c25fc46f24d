"""Waiting for what has no event of its own."""

import time


def eventually(what, condition, seconds=60.0):
    """Returns once condition() holds, which is looked at again and again; AssertionError after
    so many seconds, with `what` as what did not come about."""
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= limit:
            raise AssertionError(f"{what}: not within {seconds:g} s")
        time.sleep(0.02)
