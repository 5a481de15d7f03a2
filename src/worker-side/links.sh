#!/bin/sh
# Functions about links on the way to a folder. People move folders to bigger disks and leave a link in their place.

# Ends the program when a part of an absolute path is a link that leads nowhere, for example because a disk is not mounted.
refuse_dead_links() {
  link=$1
  while [ -n "$link" ]; do
    if [ -L "$link" ] && [ ! -e "$link" ]; then
      printf '%s is a link that leads nowhere (%s): is its disk mounted? Nothing was changed there\n' "$link" "$(readlink "$link")" >&2
      exit 1
    fi
    link=${link%/*}
  done
}

# Prints the path of a folder without links. The folder and folders above it may be missing.
real_folder() {
  if [ -d "$1" ]; then (cd -P -- "$1" && pwd -P); else printf '%s/%s\n' "$(real_folder "${1%/*}")" "${1##*/}"; fi
}
