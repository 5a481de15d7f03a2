#!/bin/sh
# Lists every bucket below the root with its worker.json and jobs.json. Also lists the names of states that have mark
# files on this worker. Runs after blob.sh.
: "${maand_root?}"
for mark in "$maand_root"/.maand/*; do
  case ${mark##*/} in *.* | '*' | worker-id) continue ;; esac
  bucket=
  name=
  { read -r bucket; read -r name; } <"$mark" 2>/dev/null
  printf 'mark %s %s\n' "$bucket" "$name"
done
for identity in "$maand_root"/*/worker.json; do
  [ -f "$identity" ] || continue
  folder=${identity%/worker.json}
  maker=other
  [ ! -f "$folder/bin/runner.sh" ] || maker=ours
  printf 'bucket %s %s\n' "$maker" "${folder##*/}"
  echo worker
  blob "$identity"
  [ ! -f "$folder/jobs.json" ] || { echo jobs; blob "$folder/jobs.json"; }
done
echo end
