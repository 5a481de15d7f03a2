#!/bin/sh
# Prints the files of a job that are named in its arguments. For each file, it prints "@N", the kind of the file, and the
# bytes in hexadecimal. Hexadecimal is used because a channel of lines would change bytes that are not UTF-8. Every
# worker has `od`.
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
