#!/bin/sh
# The first part of every program of the state: its files, its mutex, and the lock. The files are below the worker's root.
# `.maand/<mark>` contains the bucket of a state name, `.maand/<mark>.lock` the owner of the lock, and
# `.maand/<mark>.fence` the number of the newest lock on this worker.
# shellcheck disable=SC2034 # the program after this one reads these variables
: "${maand_root?}" "${maand_mark?}"
umask 077
marks=$maand_root/.maand
mark_file=$marks/$maand_mark
lock_file=$mark_file.lock
fence_file=$mark_file.fence
# Paths of files that are removed when this program ends.
received=
mutex=
trap '[ -z "$received$mutex" ] || rm -f "$received" "$mutex"' EXIT
trap 'exit 143' HUP INT TERM

# Creates the folder of the marks. Only this folder is hidden from other users, because jobs also use the root.
make_marks() {
  if [ -d "$maand_root" ] || (umask 022 && mkdir -p "$maand_root"); then
    mkdir -p "$marks" && return
  fi
  printf 'cannot make %s\n' "$marks" >&2
  exit 73
}

# Waits 0.1 seconds for the mutex. Fails after ten seconds in total.
nap() {
  naps=$((naps + 1))
  [ "$naps" -le 100 ] || { printf 'cannot lock %s: %s\n' "$marks" "$1" >&2; exit 73; }
  sleep 0.1 2>/dev/null || sleep 1
}

# Takes the mutex. Uses `flock` where it exists, without the option -w, which small versions lack. Otherwise uses a
# symbolic link: only one process can create it, and its text identifies this process.
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

# Removes the link of a process that has ended. Several processes may try this at once. Only the process that can create
# a folder with the name of the ended process removes the link, so that a newer link is never removed.
remove_mutex() {
  mkdir "$marks/.mutex.$maker" 2>/dev/null || return 0
  [ "$(readlink "$marks/.mutex")" != "$maker" ] || rm -f "$marks/.mutex"
  rmdir "$marks/.mutex.$maker"
}

leave_mutex() {
  exec 9>&-
  [ -z "$mutex" ] || { rm -f "$mutex"; mutex=; }
}

# Reads the lock. lock_at: time of the last renewal, by this worker's clock; lock_ttl: lifetime of the lock in seconds.
read_lock() {
  lock_token=
  lock_at=0
  lock_ttl=0
  lock_owner=
  [ ! -f "$lock_file" ] || { read -r lock_token lock_at lock_ttl; read -r lock_owner; } <"$lock_file"
  now=$(date +%s)
}

# Ends the program when there is no lock. This check creates no files.
require_any_lock() {
  [ -f "$lock_file" ] || { echo lost; exit 0; }
}

require_own_lock() {
  read_lock
  [ "$lock_token" = "${maand_token?}" ] || { echo lost; exit 0; }
}

# Removes the drafts of programs that were killed while they wrote. The name of a draft ends with the number of its
# process. Call it only with the mutex: remove_drafts FOLDER, where FOLDER holds the snapshots.
remove_drafts() {
  for draft in "$marks"/.receive.* "$mark_file".[0-9]* "$lock_file".[0-9]* "$fence_file".[0-9]* "$1"/HEAD.[0-9]*; do
    case ${draft##*.} in *[!0-9]*) continue ;; esac
    [ -f "$draft" ] || continue
    kill -0 "${draft##*.}" 2>/dev/null || [ -d "/proc/${draft##*.}" ] || rm -f "$draft"
  done
}

# Replaces the text of a file in one step: replace FILE TEXT
replace() {
  printf '%s\n' "$2" >"$1.$$" && mv "$1.$$" "$1"
}
