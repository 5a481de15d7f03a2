#!/bin/sh
# Saves its input as a snapshot when HEAD has the expected digest. Prints `lost`, `conflict` or `short` when it refuses.
# Runs after place.sh.
# maand_want: the digest that HEAD must have. It is empty when there must be no HEAD, and `any` when an operator decided
# to save this snapshot.
# maand_name: the file name of the snapshot; maand_kept: the number of snapshots that are kept.
# shellcheck disable=SC2154 # place.sh assigns these variables
: "${maand_token?}" "${maand_bucket?}" "${maand_want?}" "${maand_size?}" "${maand_name?}" "${maand_head?}" "${maand_text?}" "${maand_kept?}"
make_marks
received=$marks/.receive.$$
cat >"$received" || exit 73
[ $(($(wc -c <"$received"))) -eq "$maand_size" ] || { echo short; exit 0; }
enter_mutex
require_own_lock
folder=$maand_root/$maand_bucket/state
digest=
[ ! -f "$folder/HEAD" ] || digest=$(sed -n 's/^digest //p' "$folder/HEAD")
[ "$maand_want" = any ] || [ "$digest" = "$maand_want" ] || { echo "conflict $digest"; exit 0; }
(umask 022 && mkdir -p "$maand_root/$maand_bucket") || exit 73
{ mkdir -p "$folder" && chmod 700 "$folder" && mv "$received" "$folder/$maand_name"; } || exit 73
{ sync "$folder/$maand_name"; } 2>/dev/null
replace "$folder/HEAD" "$maand_head" || exit 73
replace "$mark_file" "$maand_text" || exit 73
# Removes old snapshots, but never the one that HEAD names. After an operator's decision, that snapshot may have a lower
# serial than other snapshots on this worker.
# shellcheck disable=SC2012 # `ls` sorts by time, and the names contain no special characters
ls -t "$folder" | sed -n '/^snapshot-/p' | sed "/^$maand_name\$/d" | sed "1,$((maand_kept - 1))d" |
  while read -r old; do rm -f "$folder/$old"; done
echo written
