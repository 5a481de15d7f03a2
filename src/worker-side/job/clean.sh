#!/bin/sh
# Removes all files of a job except its data and its logs. Runs after links.sh.
: "${maand_folder?}"
refuse_dead_links "$maand_folder"
cd "$maand_folder" 2>/dev/null || exit 0
for entry in * .[!.]* ..?*; do
  case $entry in data | logs) continue ;; esac
  if [ -e "$entry" ] || [ -L "$entry" ]; then
    rm -rf -- "./$entry" || exit 1
  fi
done
