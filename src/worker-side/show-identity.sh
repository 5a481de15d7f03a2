#!/bin/sh
# Prints the worker.json of a bucket. The status is 64 when this file is missing.
: "${maand_folder?}"
[ -e "$maand_folder/worker.json" ] || exit 64
cat "$maand_folder/worker.json"
