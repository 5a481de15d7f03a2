#!/bin/sh
# Ends the process groups in its arguments: sends TERM, waits at most maand_tenths tenths of a second, and sends KILL.
: "${maand_tenths?}"
# Sends a signal to all groups. Fails when no group exists any more. It tries two forms of `kill`, because some small
# shells support only `kill -s TERM -- -7` and others only `kill -TERM -7`.
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
send KILL "$@" || : # the last group may have ended in the meantime
