#!/bin/sh
# Shows files of a job, its arguments: "@N", what it is, and its bytes in hexadecimal, since a channel of lines would change what
# is no UTF-8; `od` is everywhere.
: "${maand_folder?}" "${maand_largest?}"
cd "$maand_folder" 2>/dev/null || exit 0
at=0
for file; do
  echo "@$at"
  at=$((at + 1))
  if [ -L "$file" ] || ! [ -f "$file" ]; then continue; fi
  if [ "$(wc -c <"$file")" -gt "$maand_largest" ]; then echo large; continue; fi
  echo file
  od -An -v -tx1 <"$file" || exit 1
done
