"""E32: fanotify, and the mount calls that mount(2)'s rules do not cover."""

from vm.escapes._parts import ADMIN, capabilities
from vm.harness.escape import technique

CASES = technique(
    "E32", "fanotify_init, fsopen, open_tree, move_mount, fspick, mount_setattr", kind="C", grant=ADMIN,
    proof="""
reach fanotify_init 300:0:0
reach fsopen 430:0:0
reach open_tree 428:-1:0:1
reach move_mount 429:-1:0:-1:0:0
reach fspick 433:-1:0:0
reach mount_setattr 442:-1:0:0:0:0
""",
    allowed=capabilities("SYS_ADMIN"))
