"""E70: the runtime's own program, caught while it is in the container, and opened for writing once it has ended (CVE-2019-5736).

runc runs there from a sealed copy since 1.0-rc6, so bare runc is closed; hardened itself has called execve by then.
"""

from vm.harness.escape import CLOSED, technique

HUNT = r"""
while :; do
  for process in /proc/[0-9]*; do
    case $(readlink $process/exe) in
      *runc* | *hardened* | *crun* | *memfd*)
        # A redirection that fails ends a shell when it is exec's.
        if (: <$process/exe); then
          exec 4<$process/exe
          echo "caught $(readlink $process/exe)"
          for i in 1 2 3 4 5 6 7 8 9 10; do
            if (: 3>>/proc/self/fd/4); then echo OPEN runtime; exit; fi
            sleep 0.2
          done
          echo SHUT runtime; exit
        fi ;;
    esac
  done
done 2>/dev/null
"""


def proof(attempt):
    box = attempt.box(command=("sh", "-c", HUNT))
    for _ in range(3):
        box.exec("/proc/self/exe", "--help")
    said = (box.path / "output").read_text()
    return attempt.vm.wait(lambda: _last_word(box), "what the hunter caught", seconds=15) if "caught" in said else "SHUT nothing was caught"


def _last_word(box):
    said = (box.path / "output").read_text()
    return said if "OPEN" in said or "SHUT" in said else ""


CASES = technique("E70", "overwriting the runtime's program", kind="C", grant=(), bare=CLOSED, proof=proof)
