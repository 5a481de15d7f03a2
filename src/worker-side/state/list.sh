#!/bin/sh
# Prints the names of the kept snapshots, newest first.
: "${maand_folder?}"
# shellcheck disable=SC2012 # this program makes the names, so they contain no special characters
ls "$maand_folder" | sed -n 's/^snapshot-/&/p' | sort -r
