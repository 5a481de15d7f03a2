#!/bin/sh
# Prints which bucket and worker this is, and which deploy wrote it last.
set -u
bucket=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
exec cat "$bucket/worker.json"
