#!/bin/sh
# Releases the lock. Prints `lost` when another run has the lock. Runs after place.sh.
# shellcheck disable=SC2154 # place.sh assigns these variables
: "${maand_token?}"
require_any_lock
enter_mutex
require_own_lock
rm -f "$lock_file" && echo released
