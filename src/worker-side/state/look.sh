#!/bin/sh
# Prints what a worker knows about a state. With a wish it takes the lock before it looks, and releases it when it reads
# the word `release`. Without a wish it writes nothing; neither does it on a worker that has no copy and should not get
# one. Runs after place.sh and facts.sh.
# maand_wish: empty, `holders` (only where there is a copy) or `newcomers`; maand_gone: the token of an owner that has
# provably ended; maand_send: `yes` to send the newest snapshot, unless its digest is maand_have.
# shellcheck disable=SC2154 # place.sh assigns them
: "${maand_wish?}" "${maand_token?}" "${maand_gone?}" "${maand_ttl?}" "${maand_owner?}" "${maand_send?}" "${maand_have?}"
# The token of an earlier owner that did not release the lock.
replaced=

# Sets `bucket` to the bucket id that this worker has for the name of the state.
read_mark() {
  bucket=
  [ ! -f "$mark_file" ] || read -r bucket <"$mark_file"
  folder=$maand_root/$bucket/state
}

has_copy() {
  [ -n "$bucket" ] && [ -f "$folder/HEAD" ]
}

# A lock with a time far in the future does not count: it was taken before the clock was corrected.
is_taken() {
  [ -n "$lock_token" ] && [ "$lock_token" != "$maand_token" ] && [ "$lock_token" != "$maand_gone" ] &&
    [ $((now - lock_at)) -le "$lock_ttl" ] && [ $((lock_at - now)) -le "$lock_ttl" ]
}

take_lock() {
  enter_mutex
  read_mark # another run may have saved the first state while this run waited for the mutex
  remove_drafts "$folder"
  read_lock
  ! is_taken || return 0
  fence=$(cat "$fence_file" 2>/dev/null)
  replace "$lock_file" "$maand_token $now $maand_ttl
$maand_owner" || exit 73
  [ "$lock_token" != "$maand_token" ] || return 0
  replaced=$lock_token
  replace "$fence_file" "$((${fence:-0} + 1))" || exit 73
}

# Uses only digits from HEAD, in quotes, so that other text in HEAD cannot become a path to another folder.
send_snapshot() {
  serial=$(sed -n 's/^serial \([0-9]*\)$/\1/p' "$folder/HEAD")
  digest=$(sed -n 's/^digest \([0-9a-f]*\)$/\1/p' "$folder/HEAD")
  [ "$digest" != "$maand_have" ] || return 0
  od -An -v -tx1 "$folder/snapshot-$(printf '%012d' "${serial:-0}")-$(printf '%.16s' "$digest")" 2>/dev/null
}

read_mark
if [ "$maand_wish" = newcomers ] || { [ "$maand_wish" = holders ] && has_copy; }; then take_lock; fi
read_lock
echo 'maand-state 1'
echo "now $now"
echo "fence $(cat "$fence_file" 2>/dev/null || echo 0)"
[ -z "$lock_token" ] || printf 'lock %s %s %s %s\n' "$lock_token" "$lock_at" "$lock_ttl" "$lock_owner"
[ -z "$replaced" ] || echo "replaced $replaced"
[ -z "$bucket" ] || echo "mark $bucket"
if has_copy; then
  while IFS= read -r line; do printf 'head %s\n' "$line"; done <"$folder/HEAD"
fi
print_facts
if [ "$maand_send" = yes ] && has_copy; then send_snapshot; fi
[ -z "$maand_wish" ] || leave_mutex
echo end
if [ -z "$maand_wish" ] || [ "$lock_token" != "$maand_token" ]; then exit 0; fi
# When the input ends without the word, the lock is kept until it expires, because the run may still be alive.
word=
read -r word 2>/dev/null <&8 || :
[ "$word" = release ] || exit 0
enter_mutex
require_own_lock
rm -f "$lock_file" && echo released
