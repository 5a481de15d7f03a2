#!/bin/sh
# Runs the rsync command line in its arguments. When programs are missing, it prints their names and ends with status 127.
# Otherwise it creates the destination and marks on both streams where the output of rsync begins.
# maand_mirrored: folders below the destination whose contents are replaced. rsync would replace a link on the way to
# such a folder by a new folder. For a link to a folder, this program prints where it leads, and nothing is sent.
: "${maand_token?}" "${maand_tools?}" "${maand_destination?}" "${maand_mirrored?}"
maand_absent=
for maand_tool in $maand_tools; do
  command -v "$maand_tool" >/dev/null 2>&1 || maand_absent="$maand_absent $maand_tool"
done
[ -z "$maand_absent" ] || { printf '%s missing%s\n' "$maand_token" "$maand_absent" >&2; exit 127; }
refuse_dead_links "$maand_destination"
[ -d "$maand_destination" ] || mkdir -p -- "$maand_destination" || exit 1
for maand_folder in $maand_mirrored; do
  refuse_dead_links "$maand_destination/$maand_folder"
  maand_real=$(real_folder "$maand_destination/$maand_folder") || exit 1
  [ "$maand_real" != "$(real_folder "$maand_destination")/$maand_folder" ] || continue
  printf '%s leads %s %s\n' "$maand_token" "$maand_folder" "$maand_real" >&2
  exit 1
done
printf '\n%s ready %s\n' "$maand_token" $$
printf '\n%s ready %s\n' "$maand_token" $$ >&2
exec "$@"
