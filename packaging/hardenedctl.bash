# Completion of hardenedctl for bash: commands, their options, and files.
# Made of the commands themselves: HARDENED_UPDATE_COMPLETION=1 unit_ctl --gtest_filter='Completion.*' writes it anew.

# What may stand behind "hardenedctl $1": words, and what the options among them want.
_hardenedctl_words() {
  case $1 in
    '') echo 'install uninstall check explain test status doctor log seccomp apparmor --help --version' ;;
    'seccomp') echo 'resolve meet diff check --help' ;;
    'apparmor') echo 'render load status from-bane --help' ;;
    'install') echo '--config --program --name --default --shadow --runc --dockerd --reload --force --dry-run --json --help' ;;
    'uninstall') echo '--force --purge --dockerd --reload --dry-run --json --help' ;;
    'check') echo '--effective --json --help' ;;
    'explain') echo '--process --resources --policy --image --name --diff --json --help' ;;
    'test') echo '--policy --this-host --json --help' ;;
    'status') echo '--policy --root --json --help' ;;
    'doctor') echo '--only --ignore --list --canary --image --docker-host --runtime --policy --json --help' ;;
    'log') echo '--file --follow --since --control --verdict --id --what-if --policy --json --help' ;;
    'seccomp resolve') echo '--capabilities --arch --kernel --json --help' ;;
    'seccomp meet') echo '--why --capabilities --arch --kernel --json --help' ;;
    'seccomp diff') echo '--capabilities --arch --kernel --json --help' ;;
    'seccomp check') echo '--under --capabilities --arch --kernel --json --help' ;;
    'apparmor render') echo '--profile --policy --container --peer --observe --json --help' ;;
    'apparmor load') echo '--profile --policy --container --peer --observe --json --help' ;;
    'apparmor status') echo '--json --help' ;;
    'apparmor from-bane') echo '--json --help' ;;
  esac
}

# Those of a command's options that want a value.
_hardenedctl_values() {
  case $1 in
    'install') echo '--config --program --name --runc --dockerd' ;;
    'uninstall') echo '--dockerd' ;;
    'explain') echo '--process --resources --policy --image --name' ;;
    'test') echo '--policy' ;;
    'status') echo '--policy --root' ;;
    'doctor') echo '--only --ignore --image --docker-host --runtime --policy' ;;
    'log') echo '--file --since --control --verdict --id --what-if --policy' ;;
    'seccomp resolve') echo '--capabilities --arch --kernel' ;;
    'seccomp meet') echo '--capabilities --arch --kernel' ;;
    'seccomp diff') echo '--capabilities --arch --kernel' ;;
    'seccomp check') echo '--under --capabilities --arch --kernel' ;;
    'apparmor render') echo '--profile --policy --container --peer' ;;
    'apparmor load') echo '--profile --policy --container --peer' ;;
  esac
}

# Commands with operands.
_hardenedctl_files() {
  echo 'check explain test status seccomp_resolve seccomp_meet seccomp_diff seccomp_check apparmor_from-bane'
}

_hardenedctl() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= key i
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -* ]] && break
    key=${command:+$command }${COMP_WORDS[i]}
    [[ -n $(_hardenedctl_words "$key") ]] || break
    command=$key
  done
  COMPREPLY=()
  case " $(_hardenedctl_values "$command") " in
    *" $before "*)
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$(_hardenedctl_words "$command")" -- "$word")
  if [[ $word != -* && " $(_hardenedctl_files) " == *" ${command// /_} "* ]]; then
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$word")
  fi
}

complete -o filenames -F _hardenedctl hardenedctl
