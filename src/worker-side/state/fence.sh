#!/bin/sh
# Ends the shell with status 75 when a newer run has had the lock on this worker. Otherwise records this run's fence.
: "${maand_root?}" "${maand_mark?}" "${maand_fence?}"
fence_file=$maand_root/.maand/$maand_mark.fence
fence=$(cat "$fence_file" 2>/dev/null)
fence=${fence:-0}
[ "$fence" -le "$maand_fence" ] || {
  echo "maand: a newer run has taken over this worker (fence $fence, this run has $maand_fence)" >&2
  exit 75
}
[ "$fence" -eq "$maand_fence" ] || (
  [ -d "$maand_root" ] || mkdir -p "$maand_root" || exit 1
  umask 077
  mkdir -p "$maand_root/.maand" && echo "$maand_fence" >"$fence_file.$$" && mv "$fence_file.$$" "$fence_file"
) || exit 1
