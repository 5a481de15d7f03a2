#!/bin/sh
# Prints what lies below the root of a worker: which worker and machine this is, the names of states, and for every
# bucket its worker.json and the folders of its jobs. Writes nothing.
: "${maand_root?}"

# Prints the kind of a path. A link is told apart, because data may be on another disk.
kind_of() {
  if [ -d "$1" ]; then
    kind='folder'
    [ ! -L "$1" ] || kind='link'
  elif [ -L "$1" ]; then
    kind='dangling'
  else
    kind='file'
  fi
}

print_facts() {
  worker_id=
  [ ! -f "$maand_root/.maand/worker-id" ] || read -r worker_id <"$maand_root/.maand/worker-id"
  [ -z "$worker_id" ] || printf 'worker-id %s\n' "$worker_id"
  boot_id=
  [ ! -r /proc/sys/kernel/random/boot_id ] || read -r boot_id </proc/sys/kernel/random/boot_id
  [ -z "$boot_id" ] || printf 'boot %s\n' "$boot_id"
  for mark in "$maand_root"/.maand/*; do
    case ${mark##*/} in *.* | '*' | worker-id) continue ;; esac
    { read -r marked_bucket; read -r marked_name; } <"$mark" 2>/dev/null &&
      printf 'state %s %s\n' "$marked_bucket" "$marked_name"
  done
  if [ -L "$maand_root" ] && [ ! -e "$maand_root" ]; then echo 'dangling root'; fi
  for deployed in "$maand_root"/*; do
    bucket_name=${deployed##*/}
    case $bucket_name in *[!A-Za-z0-9._-]* | .*) continue ;; esac
    kind_of "$deployed"
    if [ "$kind" = dangling ]; then
      printf 'folder %s dangling\n' "$bucket_name"
      continue
    fi
    [ -f "$deployed/worker.json" ] || [ -e "$deployed/jobs" ] || [ -L "$deployed/jobs" ] || continue
    printf 'folder %s %s\n' "$bucket_name" "$kind"
    print_bucket
  done
}

print_bucket() {
  if [ -f "$deployed/worker.json" ]; then
    printf 'identity %s ' "$bucket_name"
    head -c 65536 "$deployed/worker.json" | tr '\n\r' '  '
    echo
  fi
  if [ -L "$deployed/jobs" ] && [ ! -e "$deployed/jobs" ]; then printf 'jobs %s dangling\n' "$bucket_name"; fi
  for job in "$deployed"/jobs/*; do
    [ -e "$job" ] || [ -L "$job" ] || continue
    job_name=${job##*/}
    case $job_name in *[!A-Za-z0-9._-]*) continue ;; esac
    kind_of "$job"
    printf 'job %s %s %s\n' "$bucket_name" "$kind" "$job_name"
  done
}
