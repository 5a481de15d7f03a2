#!/bin/sh
# Prints the missing programs among its arguments. The status is 64 when at least one program is missing.
maand_absent=
for tool; do
  command -v "$tool" >/dev/null 2>&1 || maand_absent="$maand_absent $tool"
done
[ -z "$maand_absent" ] || { printf '%s\n' "$maand_absent"; exit 64; }
