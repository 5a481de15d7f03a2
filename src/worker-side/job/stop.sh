#!/bin/sh
# Stops a job. There is nothing to stop where nothing was delivered, or where the job is driven without a Makefile.
: "${maand_folder?}"
cd "$maand_folder" 2>/dev/null || exit 0
[ -f Makefile ] || [ -f makefile ] || [ -f GNUmakefile ] || exit 0
exec make -s stop
