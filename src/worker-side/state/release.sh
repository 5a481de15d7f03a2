#!/bin/sh
# Releases the lock; prints `lost` when another run has it. Runs after place.sh.
# shellcheck disable=SC2154 # place.sh assigns them
: "${maand_token?}"
require_any_lock
enter_mutex
require_own_lock
rm -f "$lock_file" && echo released
