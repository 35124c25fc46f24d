"""The virtual board: a stock Debian kernel in QEMU with a USB device controller and a USB host side."""


class BoardError(Exception):
    """The virtual board cannot do its work; the text is one line that says what to do."""
