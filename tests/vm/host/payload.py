"""The second disk: the programs that were built, the suite, and what the VM is to do. Laid out as the source tree is."""

import json
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ("README.md", "config", "profiles", "packaging", "tests/vm", "tests/integration/harness", "tests/integration/programs/liar.py")
PROGRAMS = ("hardened-runtime", "hardenedctl", "hardened-hook")
HELPERS = ("calls", "threads", "noop-runtime", "passthrough-runtime")


def make(directory, job):
    """The path of the disk image."""
    tree, image = directory / "payload", directory / "payload.img"
    shutil.rmtree(tree, ignore_errors=True)
    image.unlink(missing_ok=True)
    for name in SOURCES:
        _copy(name, tree)
    build = Path("build/release")
    if not (ROOT / build / PROGRAMS[0]).exists():
        raise SystemExit(f"{build}/{PROGRAMS[0]} is not there: build it first (scripts/test vm does)")
    for name in [build / p for p in PROGRAMS] + [build / "tests/integration" / p for p in HELPERS]:
        if (ROOT / name).exists():
            _copy(name, tree)
    (tree / "job.json").write_text(json.dumps(job))
    megabytes = sum(f.stat().st_size for f in tree.rglob("*") if f.is_file()) // 1_000_000
    subprocess.run(["/sbin/mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-m", "0", "-L", "hardened", "-E", "root_owner=0:0",
                    "-d", tree, image, f"{megabytes * 5 // 4 + 16}M"], check=True)
    shutil.rmtree(tree)
    return image


def _copy(name, tree):
    source, place = ROOT / name, tree / name
    place.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, place, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy2(source, place)
