#!/bin/sh
# Prints the facts about a worker that `maand doctor` needs, one fact on each line.
: "${maand_root?}"
folder=$maand_root
# When the root does not exist yet, its nearest existing parent folder is checked.
while [ ! -e "$folder" ]; do
  folder=${folder%/*}
  [ -n "$folder" ] || folder=/
done
for tool in make rsync; do
  command -v "$tool" >/dev/null 2>&1 && echo "$tool $($tool --version 2>/dev/null | head -n 1)"
done
writable='no'
[ -d "$folder" ] || writable='file'
[ -d "$folder" ] && [ -w "$folder" ] && [ -x "$folder" ] && writable='yes'
printf 'root %s %s\n' "$writable" "$folder"
echo "free $(df -Pk "$folder" | sed -n 2p | sed 's/  */ /g' | cut -d' ' -f4)"
echo "time $(date +%s)"
print_facts
