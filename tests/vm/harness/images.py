"""The images of the VM's dockerd. "box" is busybox and nothing else; "python" is what the VM itself has of glibc,
python3 and nginx, some 40 MB, imported when first asked for."""

import os
import shutil
import subprocess
from pathlib import Path

from integration.harness.engine import IMAGE, _copy_libraries, busybox_tree

TREE, PYTHON = Path("/run/world/box"), Path("/run/world/python")
DERIVED = Path("/run/world/derived")
PROGRAMS = Path(__file__).resolve().parents[3] / "build/release/tests/integration"


def box(docker):
    tree = busybox_tree(TREE)
    for name in ("calls", "threads"):
        if (PROGRAMS / name).exists():
            shutil.copy(PROGRAMS / name, tree / "bin" / name)
    docker.import_image(tree, IMAGE)


def need(docker, name):
    if name == IMAGE:
        return name
    if docker("image", "inspect", name, check=False).returncode != 0:
        docker.import_image(tree_of(name), name)
    return name


def tree_of(name):
    """The directory that the image is made of."""
    if name == IMAGE:
        return TREE
    if (DERIVED / name).is_dir():
        return DERIVED / name
    if name != "python":
        raise AssertionError(f"there is no image '{name}'")
    if not PYTHON.exists():
        # Cases are processes that may be killed: it is there wholly, or not.
        making = PYTHON.with_suffix(".making")
        _python_tree(making)
        making.rename(PYTHON)
    return PYTHON


def derived(name):
    """A copy of the box' tree that a case may change: an image of this name, for containers without docker."""
    shutil.rmtree(DERIVED / name, ignore_errors=True)
    return Path(shutil.copytree(TREE, DERIVED / name, symlinks=True))


def _python_tree(tree):
    """busybox's shell, and these programs with the libraries they need, at their own places."""
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(busybox_tree(TREE), tree, symlinks=True)
    library = next(Path("/usr/lib").glob("python3.*"))
    for program in ("/usr/bin/python3", "/usr/sbin/nginx", "/usr/bin/ping"):
        _copy(program, tree)
    shutil.copytree(library, tree / str(library).lstrip("/"), ignore=shutil.ignore_patterns(
        "__pycache__", "test", "idlelib", "tkinter", "ensurepip", "lib2to3", "pydoc_data", "distutils"))
    for module in (library / "lib-dynload").glob("*.so"):
        _copy_libraries(str(module), tree)
    for name in ("/etc/nginx", "/usr/share/nginx", "/var/log/nginx", "/var/lib/nginx"):
        if os.path.isdir(name):
            shutil.copytree(name, tree / name.lstrip("/"), symlinks=True, dirs_exist_ok=True)
    (tree / "etc/passwd").write_text((tree / "etc/passwd").read_text() + "www-data:x:33:33::/:/bin/sh\n")
    (tree / "etc/group").write_text((tree / "etc/group").read_text() + "www-data:x:33:\n")


def _copy(program, tree):
    if not os.path.exists(program):
        return
    place = tree / program.lstrip("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "--dereference", program, place], check=True)
    _copy_libraries(program, tree)
