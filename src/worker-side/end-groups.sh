#!/bin/sh
# Ends the process groups that are its arguments: TERM, some tenths of a second to comply, then KILL.
: "${maand_tenths?}"
# Fails when no group is there any more. Two spellings, since `kill -TERM -- -7` is unknown to some small shells, and
# `kill -s TERM -- -7` to others.
send() {
  signal=$1
  shift
  sent=1
  for group; do
    { kill -s "$signal" -- "-$group" || kill "-$signal" "-$group"; } 2>/dev/null && sent=0
  done
  return "$sent"
}
send TERM "$@" || exit 0
tenths=0
while [ "$tenths" -lt "$maand_tenths" ] && send 0 "$@"; do
  sleep 0.1 2>/dev/null || sleep 1
  tenths=$((tenths + 1))
done
send KILL "$@"
