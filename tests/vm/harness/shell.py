"""What the proofs of escapes say, as functions of busybox' sh. Each prints a line that begins with OPEN or SHUT.

    tries NAME COMMAND...       open if the command succeeds
    reads FILE                  there is something to be read
    writes FILE                 opened for writing, and not written to
    opens FILE                  opened for both, for devices
    mounts TYPE [OPTION...]     at a place of its own, and taken away again
    reach NAME CALL [ERRNO...]  a system call (`calls`, tests/integration/programs): shut if it is answered with EPERM,
                                EACCES or ENOSYS, or with one of these errnos; any other answer came from behind the door
"""

TOOLS = r"""
tries() {
  name=$1; shift
  if said=$("$@" 2>&1 </dev/null); then echo "OPEN $name"; else echo "SHUT $name: $(echo "$said" | head -n 1)"; fi
}
reads() { tries "read $1" sh -c '[ "$(dd if="$0" bs=4096 count=1 | wc -c)" -gt 0 ]' "$1"; }
opens() {
  # `<>` would make a file where there is no device.
  if [ ! -c "$1" ] && [ ! -b "$1" ]; then echo "SHUT open $1: it is not there"; return; fi
  tries "open $1" sh -c ': 3<>"$0"' "$1"
}
writes() {
  if [ ! -e "$1" ]; then echo "SHUT write $1: it is not there"; return; fi
  tries "write $1" sh -c ': 3>>"$0"' "$1"
}
mounts() {
  kind=$1; shift
  place=/tmp/mount.$kind
  mkdir -p $place
  # A kernel that says it has no such file system was asked: nothing stood before it.
  tries "mount $kind" mount -t "$kind" "$@" none $place | sed 's/^SHUT \(.*No such device.*\)/OPEN \1/'
  umount $place 2>/dev/null
}
reach() {
  name=$1 call=$2; shift 2
  answer=$(calls "$call" 2>&1)
  for shut in 1 13 38 "$@"; do
    if [ "$answer" = "$shut" ]; then echo "SHUT $name: errno $answer"; return; fi
  done
  case $answer in
    [0-9]*) echo "OPEN $name: errno $answer" ;;
    *) echo "SHUT $name: $answer" ;;
  esac
}
"""
