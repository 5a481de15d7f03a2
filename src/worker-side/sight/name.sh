#!/bin/sh
# Gives the root of a worker a random id when it has none, and prints the id that counts. When two programs do this at
# the same time, both print the same id.
: "${maand_root?}" "${maand_id?}"
[ -d "$maand_root" ] || (umask 022 && mkdir -p "$maand_root") || exit 73
umask 077
mkdir -p "$maand_root/.maand" || exit 73
id_file=$maand_root/.maand/worker-id
if [ ! -s "$id_file" ]; then
  printf '%s\n' "$maand_id" >"$id_file.$$" || exit 73
  # a link is made only where no file is; without links, the later of two programs wins
  ln "$id_file.$$" "$id_file" 2>/dev/null || [ -s "$id_file" ] || mv "$id_file.$$" "$id_file"
  rm -f "$id_file.$$"
fi
cat "$id_file"
