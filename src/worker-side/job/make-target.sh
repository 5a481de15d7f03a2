#!/bin/sh
# Runs a make target of a job.
# maand_folder: the folder of the job; maand_missing: the message when this folder is missing.
: "${maand_folder?}" "${maand_target?}" "${maand_missing?}"
cd "$maand_folder" 2>/dev/null || { printf '%s\n' "$maand_missing" >&2; exit 1; }
exec make -s "$maand_target"
