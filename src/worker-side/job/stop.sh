#!/bin/sh
# Stops a job. Runs after links.sh. Succeeds without doing anything when the job was never delivered or has no Makefile.
: "${maand_folder?}"
refuse_dead_links "$maand_folder"
cd "$maand_folder" 2>/dev/null || exit 0
[ -f Makefile ] || [ -f makefile ] || [ -f GNUmakefile ] || exit 0
exec make -s stop
