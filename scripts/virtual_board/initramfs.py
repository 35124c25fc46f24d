"""The board's initramfs: busybox and the kernel modules, in the order in which they load."""

import hashlib
import lzma
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import BoardError
from .kernel import Kernel

BUSYBOX = Path("/bin/busybox")

# The modules that every run needs, without their dependencies. modprobe on the board loads others
# (vhci-hcd, usbip-vudc ...).
MODULES = (
    "virtio_pci",
    "virtio_console",
    "9pnet_virtio",
    "9p",
    "overlay",
    "configfs",
    "dummy_hcd",
    "libcomposite",
    "usb_f_fs",
    "gadgetfs",
    "cdc_mbim",
    "usbmon",
    "tun",
)


def obtain(kernel: Kernel) -> Path:
    """The archive for this kernel. Builds it if the kernel's cache folder does not have it yet."""
    recipe = "\n".join(MODULES) + f"{BUSYBOX.stat().st_mtime_ns}" + Path(__file__).read_text()
    archive = kernel.folder / f"initramfs-{hashlib.sha256(recipe.encode()).hexdigest()[:12]}.cpio"
    if not archive.exists():
        with tempfile.TemporaryDirectory() as scratch:
            tree = Path(scratch)
            (tree / "bin").mkdir()
            shutil.copy(BUSYBOX, tree / "bin/busybox")
            (tree / "modules").mkdir()
            for position, module in enumerate(load_order(kernel)):
                name = module.name.partition(".")[0]
                (tree / f"modules/{position:02}-{name}.ko").write_bytes(_plain(module))
            unfinished = archive.with_suffix(f".{os.getpid()}")
            unfinished.write_bytes(pack(tree))
            unfinished.rename(archive)
    return archive


def load_order(kernel: Kernel) -> list[Path]:
    """The files of MODULES and of all their dependencies, each behind its dependencies."""
    dependencies: dict[str, tuple[Path, list[Path]]] = {}
    for line in (kernel.modules / "modules.dep").read_text().splitlines():
        path, _, needed = line.partition(":")
        # depmod lists the modules in reverse order of loading.
        order = [kernel.modules / entry for entry in reversed(needed.split())]
        dependencies[_name(path)] = (kernel.modules / path, order)
    builtin = {_name(line) for line in (kernel.modules / "modules.builtin").read_text().split()}
    result: list[Path] = []
    missing = [name for name in MODULES if name not in dependencies and name not in builtin]
    if missing:
        raise BoardError(
            f"kernel {kernel.version} lacks the modules {', '.join(missing)}: "
            "take linux-image-amd64 or another full (not cloud) kernel with --kernel"
        )
    for name in MODULES:
        if name in dependencies:
            module, needed = dependencies[name]
            result += [path for path in (*needed, module) if path not in result]
    return result


def pack(tree: Path) -> bytes:
    """A folder as a cpio archive that the kernel unpacks; archives may be concatenated."""
    names = sorted(str(path.relative_to(tree)) for path in tree.rglob("*"))
    try:
        result = subprocess.run(
            ["cpio", "--create", "--format=newc", "--owner=+0:+0", "--quiet"],
            input="\n".join(names).encode(),
            cwd=tree,
            capture_output=True,
        )
    except FileNotFoundError as error:
        raise BoardError("cpio is missing: run scripts/setup --vm") from error
    if result.returncode != 0:
        raise BoardError(f"cpio failed: {result.stderr.decode().strip()}")
    return result.stdout


def _name(path: str) -> str:
    return Path(path).name.partition(".")[0].replace("-", "_")


def _plain(module: Path) -> bytes:
    data = module.read_bytes()
    if module.suffix == ".xz":
        return lzma.decompress(data)
    if module.suffix == ".zst":
        return subprocess.run(["zstd", "-dc"], input=data, check=True, capture_output=True).stdout
    return data
