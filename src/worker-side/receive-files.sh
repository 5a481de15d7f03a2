#!/bin/sh
# Runs the rsync command line in its arguments. When programs are missing, it prints their names and ends with status 127.
# Otherwise it creates the destination and marks on both streams where the output of rsync begins.
: "${maand_token?}" "${maand_tools?}" "${maand_destination?}"
maand_absent=
for maand_tool in $maand_tools; do
  command -v "$maand_tool" >/dev/null 2>&1 || maand_absent="$maand_absent $maand_tool"
done
[ -z "$maand_absent" ] || { printf '%s missing%s\n' "$maand_token" "$maand_absent" >&2; exit 127; }
[ -d "$maand_destination" ] || mkdir -p -- "$maand_destination" || exit 1
printf '\n%s ready %s\n' "$maand_token" $$
printf '\n%s ready %s\n' "$maand_token" $$ >&2
exec "$@"
