#!/bin/sh
# Prints which of the programs in its arguments are missing; the status is 64 when there are any.
maand_absent=
for tool; do
  command -v "$tool" >/dev/null 2>&1 || maand_absent="$maand_absent $tool"
done
[ -z "$maand_absent" ] || { printf '%s\n' "$maand_absent"; exit 64; }
