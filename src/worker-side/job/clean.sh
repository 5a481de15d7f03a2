#!/bin/sh
# Removes all files of a job except its data and its logs.
: "${maand_folder?}"
cd "$maand_folder" 2>/dev/null || exit 0
for entry in * .[!.]* ..?*; do
  case $entry in data | logs) continue ;; esac
  if [ -e "$entry" ] || [ -L "$entry" ]; then
    rm -rf -- "./$entry" || exit 1
  fi
done
