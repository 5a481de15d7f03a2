#!/bin/sh
# Opens every program of the state: where its files are, its mutex, and the lock. Below the worker's root, `.maand/<mark>` tells
# which bucket a state name belongs to, `.maand/<mark>.lock` who may change it, `.maand/<mark>.fence` the newest lock ever given.
# shellcheck disable=SC2034 # the program that follows reads what is assigned here
: "${maand_root?}" "${maand_mark?}"
umask 077
marks=$maand_root/.maand
mark_file=$marks/$maand_mark
lock_file=$mark_file.lock
fence_file=$mark_file.fence
# What must not outlive this program.
received=
mutex=
trap '[ -z "$received$mutex" ] || rm -f "$received" "$mutex"' EXIT
trap 'exit 143' HUP INT TERM

# The root itself belongs to jobs as well: only what is ours is hidden from others.
make_marks() {
  if [ -d "$maand_root" ] || (umask 022 && mkdir -p "$maand_root"); then
    mkdir -p "$marks" && return
  fi
  printf 'cannot make %s\n' "$marks" >&2
  exit 73
}

# Waits a little for the mutex, ten seconds altogether.
nap() {
  naps=$((naps + 1))
  [ "$naps" -le 100 ] || { printf 'cannot lock %s: %s\n' "$marks" "$1" >&2; exit 73; }
  sleep 0.1 2>/dev/null || sleep 1
}

# `flock` where it is (small ones know no `-w`), else a link that only one can make and that names its maker.
enter_mutex() {
  make_marks
  naps=0
  if command -v flock >/dev/null 2>&1; then
    exec 9>"$marks/.flock" || exit 73
    until flock -n 9; do nap 'another process holds it'; done
    return
  fi
  boot=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)
  until ln -s "$$-$boot" "$marks/.mutex" 2>/dev/null; do
    maker=$(readlink "$marks/.mutex")
    process=${maker%%-*}
    [ -z "$maker" ] || is_alive || remove_mutex
    nap "process $process holds $marks/.mutex"
  done
  mutex=$marks/.mutex
}

is_alive() {
  [ "${maker#*-}" = "$boot" ] && { kill -0 "$process" 2>/dev/null || [ -d "/proc/$process" ]; }
}

# The link of a dead maker is removed by whoever makes the folder named after it, so that no two remove it one after the other.
remove_mutex() {
  mkdir "$marks/.mutex.$maker" 2>/dev/null || return 0
  [ "$(readlink "$marks/.mutex")" != "$maker" ] || rm -f "$marks/.mutex"
  rmdir "$marks/.mutex.$maker"
}

leave_mutex() {
  exec 9>&-
  [ -z "$mutex" ] || { rm -f "$mutex"; mutex=; }
}

# lock_at: when it was renewed last by this worker's clock; lock_ttl: seconds that it lasts.
read_lock() {
  lock_token=
  lock_at=0
  lock_ttl=0
  lock_owner=
  [ ! -f "$lock_file" ] || { read -r lock_token lock_at lock_ttl; read -r lock_owner; } <"$lock_file"
  now=$(date +%s)
}

# Where nobody has a lock, nothing is made only to find that out.
require_any_lock() {
  [ -f "$lock_file" ] || { echo lost; exit 0; }
}

require_own_lock() {
  read_lock
  [ "$lock_token" = "${maand_token?}" ] || { echo lost; exit 0; }
}

# Gives a file a new text, all at once: replace FILE TEXT
replace() {
  printf '%s\n' "$2" >"$1.$$" && mv "$1.$$" "$1"
}
