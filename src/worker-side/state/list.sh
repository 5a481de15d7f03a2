#!/bin/sh
# Prints the names of the kept snapshots, newest first.
: "${maand_folder?}"
# shellcheck disable=SC2012 # the names are ours
ls "$maand_folder" | sed -n 's/^snapshot-/&/p' | sort -r
