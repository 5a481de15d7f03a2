#!/bin/sh
# Prints the worker.json of a bucket; the status is 64 when nothing of the bucket is here.
: "${maand_folder?}"
[ -e "$maand_folder/worker.json" ] || exit 64
cat "$maand_folder/worker.json"
