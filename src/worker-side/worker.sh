#!/bin/sh
# Shows which bucket and worker this is, and by which deploy it was written last.
set -u
bucket=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
exec cat "$bucket/worker.json"
