#!/bin/sh
# Stops a job. There is nothing to stop when nothing was delivered, or when the job has no Makefile.
: "${maand_folder?}"
cd "$maand_folder" 2>/dev/null || exit 0
[ -f Makefile ] || [ -f makefile ] || [ -f GNUmakefile ] || exit 0
exec make -s stop
