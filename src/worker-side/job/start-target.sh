#!/bin/sh
# Runs a make target of a job and notes which tree it ran with, so that the target does not run again after a run that
# died.
# maand_notes: the folder of the notes; maand_note: "HASH VERSION", empty when nothing is to be noted.
: "${maand_folder?}" "${maand_target?}" "${maand_notes?}" "${maand_note?}" "${maand_allocation?}"
cd "$maand_folder" || exit 1
[ -n "$maand_note" ] || exec make -s "$maand_target"
make -s "$maand_target" || exit
# When the note cannot be written, the target has succeeded all the same, and the state records it.
umask 077
{ mkdir -p "$maand_notes" && printf '%s\n' "$maand_note" >"$maand_notes/$maand_allocation"; } || :
