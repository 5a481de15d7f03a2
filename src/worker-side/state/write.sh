#!/bin/sh
# Saves the snapshot that is its input: compare and swap. `lost`, `conflict` or `short` when it was refused. After place.sh.
# maand_want: the digest that HEAD must hold, empty when there must be none, `any` when an operator has decided that this one
# counts; maand_name: file name of the snapshot; maand_kept: how many stay.
# shellcheck disable=SC2154 # place.sh assigns them
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
# What HEAD names is kept by name: after an operator's decision it may have a lower serial than what is there.
# shellcheck disable=SC2012 # the order is by time, and the names are ours
ls -t "$folder" | sed -n '/^snapshot-/p' | sed "/^$maand_name\$/d" | sed "1,$((maand_kept - 1))d" |
  while read -r old; do rm -f "$folder/$old"; done
echo written
