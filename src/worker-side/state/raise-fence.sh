#!/bin/sh
# Makes the worker refuse lower fences; a higher fence stays. Runs after place.sh.
# shellcheck disable=SC2154 # place.sh assigns them
: "${maand_fence?}"
enter_mutex
fence=$(cat "$fence_file" 2>/dev/null)
[ "${fence:-0}" -ge "$maand_fence" ] || replace "$fence_file" "$maand_fence" || exit 73
