"""The virtual board: a stock Debian kernel in QEMU that has the USB device controller and the host."""


class BoardError(Exception):
    """The virtual board failed. The text is one line that says what to do."""
