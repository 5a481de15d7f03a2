#!/bin/sh
# Runs a make target of a job of this bucket: runner.sh TARGET JOB
set -u
if [ "$#" -ne 2 ]; then
  echo "usage: runner.sh TARGET JOB" >&2
  exit 2
fi
bucket=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
if [ ! -d "$bucket/jobs/$2" ]; then
  echo "runner.sh: there is no job $2 in $bucket/jobs" >&2
  exit 1
fi
exec make -s -C "$bucket/jobs/$2" "$1"
