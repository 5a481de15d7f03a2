#!/bin/sh
# Gives the lock back; `lost` when it is another run's. After place.sh.
# shellcheck disable=SC2154 # place.sh assigns them
: "${maand_token?}"
require_any_lock
enter_mutex
require_own_lock
rm -f "$lock_file" && echo released
