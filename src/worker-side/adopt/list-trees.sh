#!/bin/sh
# Lists every file that a delivery of this program would replace or delete, with its contents. Runs after blob.sh.
: "${maand_folder?}"
cd "$maand_folder" 2>/dev/null || { echo end; exit 0; }
for job in *; do
  [ -d "$job" ] || continue
  printf 'job %s\n' "$job"
  [ ! -f "$job/manifest.json" ] || { echo manifest; blob "$job/manifest.json"; }
  (
    cd "$job" || exit 74
    for entry in * .[!.]* ..?*; do
      case $entry in bin | data | logs | _hooks | _prometheus | manifest.json | vars.conf) continue ;; esac
      if [ -L "$entry" ] || [ ! -e "$entry" ]; then continue; fi
      find "./$entry" -type d | while IFS= read -r folder; do printf 'dir %s\n' "$folder"; done
      find "./$entry" -type f | while IFS= read -r file; do
        # shellcheck disable=SC2012 # only the mode is read, and `stat` differs between systems
        case $(ls -ld "$file") in -rw-------*) mode=600 ;; -??x*) mode=755 ;; *) mode=644 ;; esac
        printf 'file %s %s\n' "$mode" "$file"
        blob "$file"
      done || exit 74
    done
  ) || exit 74
done
echo end
