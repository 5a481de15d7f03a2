#!/bin/sh
# Removes a folder, also when a link leads to it: its contents, and the link. Runs after links.sh.
# maand_kind: `job`, or `bucket` for a folder with the folders of all jobs.
# Prints a line `left PATH` for each link of a job to a folder elsewhere, because other jobs may use that folder.
: "${maand_folder?}" "${maand_kind?}"
refuse_dead_links "$maand_folder"

# Removes what is in a folder, and then the folder, or the link to it.
remove() {
  for name in data logs bin; do
    [ ! -L "$1/$name" ] || [ ! -d "$1/$name" ] || printf 'left %s\n' "$(real_folder "$1/$name")"
  done
  if [ -L "$1" ] && [ -d "$1" ]; then
    (cd -P -- "$1" && for entry in * .[!.]* ..?*; do rm -rf -- "./$entry" || exit 1; done) || exit 1
  fi
  rm -rf -- "$1" || exit 1
}

if [ "$maand_kind" = bucket ]; then
  refuse_dead_links "$maand_folder/jobs"
  for job in "$maand_folder"/jobs/*; do
    refuse_dead_links "$job"
    [ ! -d "$job" ] || remove "$job"
  done
  [ ! -d "$maand_folder/jobs" ] || remove "$maand_folder/jobs"
fi
[ ! -d "$maand_folder" ] || remove "$maand_folder"
