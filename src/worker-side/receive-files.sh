#!/bin/sh
# Becomes the rsync whose command line is the arguments. Before that it says which programs are missing (status 127), makes the
# destination, and tells both streams that what follows is rsync's.
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
