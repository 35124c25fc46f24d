"""The file that the gadget in the board writes its trace to, and the file that keeps the trace."""

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from . import BoardError


@contextmanager
def kept(file: Path | None, base: Path):
    """The path of a trace in a new folder below BASE, for the board to write. When the block ends,
    for whatever reason, the trace is moved to FILE. None if FILE is None."""
    if file is None:
        yield None
        return
    file = file.resolve()
    if file.exists() and not file.is_file():
        raise BoardError(f"--trace: {file} is not a file that can be replaced")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)  # a trace of an older run
    base.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="trace-", dir=base) as folder:
        inside = Path(folder).resolve() / "trace.pcapng"
        try:
            yield inside
        finally:
            # The command ran as root and may have put anything there, even a link.
            if inside.is_file() and not inside.is_symlink():
                shutil.move(inside, file)
