"""Where the gadget in the board writes its trace, and where the trace is afterwards."""

import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from . import BoardError


@contextmanager
def kept(file: Path | None, base: Path):
    """A place for a trace in a new folder below BASE, which the board may have as its own; however
    the block ends, what is there is moved to FILE. None where no trace is wanted."""
    if file is None:
        yield None
        return
    file = file.resolve()
    if file.exists() and not file.is_file():
        raise BoardError(f"--trace: {file} is no file that could be replaced")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)  # an older one is none of this run's
    base.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="trace-", dir=base) as folder:
        inside = Path(folder).resolve() / "trace.pcapng"
        try:
            yield inside
        finally:
            # Root inside may have put there what it likes, a link to somewhere else too.
            if inside.is_file() and not inside.is_symlink():
                shutil.move(inside, file)
