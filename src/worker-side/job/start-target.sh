#!/bin/sh
# Runs a make target of a job and then writes a note with the tree of this job. With the note, the target does not run
# again after a killed run.
# maand_notes: the folder of the notes; maand_note: "HASH VERSION", or empty when no note is needed.
: "${maand_folder?}" "${maand_target?}" "${maand_notes?}" "${maand_note?}" "${maand_allocation?}"
cd "$maand_folder" || exit 1
[ -n "$maand_note" ] || exec make -s "$maand_target"
make -s "$maand_target" || exit
# A note that cannot be written is no failure: the target has succeeded, and the state records this.
umask 077
{ mkdir -p "$maand_notes" && printf '%s\n' "$maand_note" >"$maand_notes/$maand_allocation"; } || :
