"""The virtual board: a stock Debian kernel in QEMU, USB device controller and host in one."""


class BoardError(Exception):
    """The virtual board cannot do its work; the text is one line that says what to do."""
