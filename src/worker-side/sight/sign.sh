#!/bin/sh
# Replaces worker.json in one step, on a worker that has the folder of the bucket.
: "${maand_folder?}" "${maand_text?}"
[ -d "$maand_folder" ] || exit 0
umask 022
printf '%s\n' "$maand_text" >"$maand_folder/.worker.json.$$" &&
  mv -f "$maand_folder/.worker.json.$$" "$maand_folder/worker.json"
