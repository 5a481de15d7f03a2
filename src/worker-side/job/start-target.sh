#!/bin/sh
# Runs a make target of a job and notes which tree it ran with, so that a run which dies right then is not repeated.
# maand_notes: the folder of the notes; maand_note: "HASH VERSION", empty when nothing is to be noted.
: "${maand_folder?}" "${maand_target?}" "${maand_notes?}" "${maand_note?}" "${maand_allocation?}"
cd "$maand_folder" || exit 1
[ -n "$maand_note" ] || exec make -s "$maand_target"
make -s "$maand_target" || exit
# A worker that cannot note it has done it all the same: the state will say so.
umask 077
{ mkdir -p "$maand_notes" && printf '%s\n' "$maand_note" >"$maand_notes/$maand_allocation"; } || :
