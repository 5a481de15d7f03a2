#!/bin/sh
# Ends the process groups in its arguments: TERM, a wait of some tenths of a second, then KILL.
: "${maand_tenths?}"
# Fails when no group exists any more. It uses two spellings, since some small shells do not support `kill -TERM -- -7`
# and others do not support `kill -s TERM -- -7`.
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
send KILL "$@" || : # the last group may have ended by itself since
