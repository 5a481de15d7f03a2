#!/bin/sh
# Renews the lock; prints `lost` when another run has it. Runs after place.sh.
# shellcheck disable=SC2154 # place.sh assigns them
: "${maand_token?}"
require_any_lock
enter_mutex
require_own_lock
replace "$lock_file" "$maand_token $now $lock_ttl
$lock_owner" && echo renewed
