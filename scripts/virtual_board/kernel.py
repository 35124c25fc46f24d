"""Finds, downloads and unpacks Debian kernels into a cache. Does not install them."""

import contextlib
import fcntl
import hashlib
import lzma
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import BoardError

DEFAULT_PACKAGE = "linux-image-amd64"


@dataclass(frozen=True)
class Kernel:
    """A kernel in the cache, ready to boot."""

    version: str  # as uname -r prints it
    image: Path  # for QEMU's option -kernel
    modules: Path  # its lib/modules/<version>, with depmod's tables
    folder: Path  # its own folder in the cache


def cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "mbnrig" / "kernels"


def obtain(wanted: str) -> Kernel:
    """The kernel of a .deb file or of a Debian package, which may be a meta package."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    if wanted.endswith(".deb"):
        deb = Path(wanted)
        if not deb.is_file():
            raise BoardError(f"--kernel: no file {deb}")
        stat = deb.stat()
        identity = f"{deb.resolve()} {stat.st_size} {stat.st_mtime_ns}"
        folder = cache / f"{deb.stem}-{hashlib.sha256(identity.encode()).hexdigest()[:8]}"
        with _locked(cache / "lock"):
            if not folder.is_dir():
                _unpack(deb, folder)
    else:
        package, release = _candidate(wanted, cache)
        folder = cache / f"{package}_{release.replace(':', '%')}"
        with _locked(cache / "lock"):
            if not folder.is_dir():
                with tempfile.TemporaryDirectory(dir=cache) as download:
                    _unpack(_download(package, Path(download)), folder)
    return _describe(folder)


def _candidate(wanted: str, cache: Path) -> tuple[str, str]:
    """The package with the kernel, and its version. Cached until apt's lists change."""
    lists = Path("/var/lib/apt/lists")
    edition = str(lists.stat().st_mtime_ns) if lists.exists() else ""
    memory = cache / f"candidate-{wanted.replace('/', '%')}"
    if memory.exists():
        remembered, *answer = memory.read_text().split()
        if remembered == edition:
            return answer[0], answer[1]
    package, release = _ask_apt(wanted)
    written = memory.with_suffix(f".{os.getpid()}")
    written.write_text(f"{edition} {package} {release}\n")
    written.rename(memory)
    return package, release


def _ask_apt(package: str) -> tuple[str, str]:
    """Follows meta packages to the package with the kernel."""
    for _ in range(3):
        shown = _run(["apt-cache", "show", "--no-all-versions", package])
        lines = shown.stdout.splitlines()
        fields = dict(line.split(": ", 1) for line in lines if re.match(r"[\w-]+: ", line))
        if shown.returncode != 0 or "Version" not in fields:
            raise BoardError(
                f"apt knows no package {package}: run apt-get update, or pass --kernel FILE.deb"
            )
        dependencies = [entry.split()[0] for entry in fields.get("Depends", "").split(",") if entry]
        kernels = [name for name in dependencies if name.startswith("linux-image-")]
        if not kernels:
            return package, fields["Version"]
        package = kernels[0]
    raise BoardError(f"package {package} leads to no kernel: name one with --kernel")


def _download(package: str, folder: Path) -> Path:
    print(f"vm: downloading {package} (once)", file=sys.stderr)
    result = _run(["apt-get", "download", "-q", package], cwd=folder)
    debs = list(folder.glob("*.deb"))
    if result.returncode != 0 or not debs:
        reason = (result.stderr.strip() or "no file came").splitlines()[-1]
        raise BoardError(
            f"cannot download {package} ({reason}): run apt-get update, or pass --kernel FILE.deb"
        )
    return debs[0]


def _unpack(deb: Path, folder: Path) -> None:
    """Unpacks into a folder. The folder appears when it is complete."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        whole = Path(scratch) / "kernel"
        result = _run(["dpkg-deb", "-x", str(deb), str(whole)])
        if result.returncode != 0:
            raise BoardError(f"cannot unpack {deb}: {result.stderr.strip().splitlines()[-1]}")
        images = list(whole.glob("boot/vmlinuz-*"))
        if len(images) != 1:
            raise BoardError(f"{deb.name} holds no kernel: name a linux-image with --kernel")
        version = images[0].name.removeprefix("vmlinuz-")
        # Later Debian releases have the modules below /usr/lib.
        if not (whole / "lib/modules").is_dir():
            (whole / "lib").mkdir(exist_ok=True)
            (whole / "usr/lib/modules").rename(whole / "lib/modules")
        _extract(images[0], whole / "boot/vmlinux")
        result = _run(["/sbin/depmod", "-b", str(whole), version])
        if result.returncode != 0:
            raise BoardError(f"depmod failed for kernel {version}: {result.stderr.strip()}")
        shutil.rmtree(whole / "usr", ignore_errors=True)
        whole.rename(folder)


def _extract(image: Path, target: Path) -> None:
    """Writes the ELF kernel inside of a bzImage, if it is xz (Documentation/x86/boot.rst).

    QEMU starts it directly (PVH); the emulated processor would need seconds to unpack it.
    """
    data = image.read_bytes()
    if data[0x202:0x206] != b"HdrS":
        return
    sectors = data[0x1F1]
    offset, length = struct.unpack_from("<II", data, 0x248)
    start = (sectors + 1) * 512 + offset
    payload = data[start : start + length]
    if payload[:6] != b"\xfd7zXZ\x00":
        return
    with contextlib.suppress(lzma.LZMAError):
        target.write_bytes(lzma.LZMADecompressor().decompress(payload))


def _describe(folder: Path) -> Kernel:
    image = next(folder.glob("boot/vmlinuz-*"))
    version = image.name.removeprefix("vmlinuz-")
    extracted = folder / "boot/vmlinux"
    return Kernel(
        version=version,
        image=extracted if extracted.exists() else image,
        modules=folder / "lib/modules" / version,
        folder=folder,
    )


@contextlib.contextmanager
def _locked(path: Path):
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: list[str], **options) -> subprocess.CompletedProcess:
    environment = os.environ | {"LC_ALL": "C"}
    try:
        return subprocess.run(command, capture_output=True, text=True, env=environment, **options)
    except FileNotFoundError as error:
        raise BoardError(f"{command[0]} is missing: run scripts/setup --vm") from error
