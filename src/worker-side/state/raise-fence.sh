#!/bin/sh
# Makes the worker refuse lower fences. Does not lower a higher fence. Runs after place.sh.
# shellcheck disable=SC2154 # place.sh assigns these variables
: "${maand_fence?}"
enter_mutex
fence=$(cat "$fence_file" 2>/dev/null)
[ "${fence:-0}" -ge "$maand_fence" ] || replace "$fence_file" "$maand_fence" || exit 73
