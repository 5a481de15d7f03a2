/**
 * What a worker does for the state: POSIX `sh` with nothing but the usual small tools. Below the worker's root,
 * `.maand/<mark>` tells which bucket a state name belongs to, `.maand/<mark>.lock` who may change it, `.maand/<mark>.fence` the
 * newest lock ever given here; `<bucket id>/state/` holds HEAD and the newest sealed snapshots.
 */
import { createHash } from 'node:crypto';
import { shellQuote } from '../base/text/shell-quote.ts';
import { OVERTAKEN } from '../transport/guarded-workers.ts';

/** The last line of an answer to `lookScript`. */
export const END_OF_ANSWER = 'end';
/** The last word that gives a lock back, and what is answered. */
export const RELEASE = 'release';
export const RELEASED = 'released';
const KEPT_SNAPSHOTS = 5;
const MUTEX_WAIT_SECONDS = 10;

export interface StatePlace {
  /** Of the worker. */
  readonly root: string;
  readonly mark: string;
}

/** The file name of a state's marks on workers: a run that has no state and no key finds them by its name alone. */
export function markOf(name: string): string {
  return createHash('sha256').update(`maand state name ${name}`).digest('hex').slice(0, 32);
}

export interface LockWish {
  readonly token: string;
  /** Token of a lock whose owner is proved gone; it is replaced like an expired one. */
  readonly goneToken: string;
  readonly ttlSeconds: number;
  /** One line without control characters, shown to whoever is refused. */
  readonly owner: string;
  /** Hosts whose lock is asked for although they hold no copy yet: they are about to get one. */
  readonly newcomers: ReadonlySet<string>;
}

/** The wish as one worker hears it. */
export type WorkerWish = Omit<LockWish, 'newcomers'> & { readonly from: 'holders' | 'newcomers' };

export interface LookWishes {
  /** Takes the lock first, and once it is there waits for one more line, `RELEASE`, to give it back. */
  readonly wish?: WorkerWish | undefined;
  /** Sends the newest snapshot along, in lines of hex bytes that begin with a space, unless it has this digest. */
  readonly unless?: string | undefined;
}

/**
 * Looks, and with a wish takes the lock before looking; see `sighting.ts` for the answer. Nothing is written without a wish, nor
 * on a worker without a copy that is not meant to get one.
 */
export function lookScript(place: StatePlace, { wish, unless }: LookWishes = {}): string {
  return [
    variables(place),
    READ_MARK,
    wish ? takeLock(wish) : '',
    LOOK,
    unless === undefined ? '' : `HAVE=${shellQuote(unless)}\n${SEND}`,
    wish ? LEAVE_MUTEX : '',
    `echo ${END_OF_ANSWER}`,
    wish ? AWAIT_RELEASE : '',
  ].join('\n');
}

/** Makes the lock last again; `lost` on standard output when it is another run's. */
export function renewScript(place: StatePlace, token: string): string {
  return [variables(place), `T=${shellQuote(token)}`, ANY_LOCK, MUTEX, OWN_LOCK, RENEW].join('\n');
}

export function releaseScript(place: StatePlace, token: string): string {
  return [variables(place), `T=${shellQuote(token)}`, ANY_LOCK, MUTEX, OWN_LOCK, REMOVE].join('\n');
}

/** Makes sure that the worker refuses fences below this one; a higher one stays. */
export function raiseFenceScript(place: StatePlace, fence: number): string {
  return [variables(place), MUTEX, `FENCE=${fence}`, RAISE].join('\n');
}

/** A worker that left forgets the state's name. */
export function forgetLine({ root, mark }: StatePlace): string {
  return ['', '.lock', '.fence'].map((end) => `rm -f ${shellQuote(`${root}/.maand/${mark}${end}`)}`).join('; ');
}

export interface SnapshotWrite {
  readonly token: string;
  readonly bucketId: string;
  /** Digest that HEAD must hold; empty: there must be none; `any`: an operator has decided that this one counts. */
  readonly expected: string;
  readonly serial: number;
  readonly digest: string;
  readonly sizeBytes: number;
  /** Lines of HEAD and of the mark. */
  readonly head: string;
  readonly markText: string;
}

/** Compare and swap; the snapshot is the script's input. `lost`, `conflict` or `short` on standard output when it was refused. */
export function writeScript(place: StatePlace, write: SnapshotWrite): string {
  const { token, bucketId, expected, serial, digest, sizeBytes, head, markText } = write;
  return [
    variables(place),
    `T=${shellQuote(token)}; B=${shellQuote(bucketId)}; WANT=${shellQuote(expected)}; SIZE=${sizeBytes}`,
    `NAME=${shellQuote(snapshotName(serial, digest))}; HEAD=${shellQuote(head)}; MARK=${shellQuote(markText)}; KEEP=${KEPT_SNAPSHOTS}`,
    RECEIVE,
    MUTEX,
    OWN_LOCK,
    SWAP,
  ].join('\n');
}

/** The snapshot that HEAD names, as lines of hex bytes: every worker has `od`. */
export function readScript({ root }: StatePlace, bucketId: string, serial: number, digest: string): string {
  const file = `${root}/${bucketId}/state/${snapshotName(serial, digest)}`;
  return `od -An -v -tx1 ${shellQuote(file)}`;
}

/** Names of the snapshots that are kept, newest first. */
export function listScript({ root }: StatePlace, bucketId: string): string {
  return `ls ${shellQuote(`${root}/${bucketId}/state`)} | sed -n 's/^snapshot-/&/p' | sort -r`;
}

/** One line for whatever changes a worker: it ends the shell when a newer run has had the lock here, and notes its own number. */
export function fenceGuard({ root, mark }: StatePlace, fence: number): string {
  const file = shellQuote(`${root}/.maand/${mark}.fence`);
  return [
    `f=$(cat ${file} 2>/dev/null)`,
    '[ -n "$f" ] || f=0',
    `[ "$f" -le ${fence} ] || { echo "maand: a newer run has taken over this worker (fence $f, this run has ${fence})" >&2; exit ${OVERTAKEN}; }`,
    `[ "$f" -eq ${fence} ] || ({ [ -d ${shellQuote(root)} ] || mkdir -p ${shellQuote(root)}; } && umask 077 && mkdir -p ${shellQuote(`${root}/.maand`)} && echo ${fence} >${file}.$$ && mv ${file}.$$ ${file}) || exit 1`,
  ].join('; ');
}

function snapshotName(serial: number, digest: string): string {
  return `snapshot-${String(serial).padStart(12, '0')}-${digest.slice(0, 16)}`;
}

function variables({ root, mark }: StatePlace): string {
  return `umask 077; R=${shellQuote(root)}; M="$R/.maand"; N=${shellQuote(mark)}; L="$M/$N.lock"; F="$M/$N.fence"
X=; Y=; K=; trap '[ -z "$X$Y" ] || rm -f "$X" "$Y"' EXIT; trap 'exit 143' HUP INT TERM`;
}

/** The root itself belongs to jobs as well: only what is ours is hidden from others. */
const MAKE_FOLDER = `{ [ -d "$R" ] || (umask 022; mkdir -p "$R"); } && mkdir -p "$M" || { echo "cannot make $M" >&2; exit 73; }`;

/**
 * `flock` where it is (small ones know no `-w`), else a link that only one can make and that names its maker. A link whose maker
 * is dead is removed by whoever makes the folder named after it, so that no two remove it one after the other.
 */
const MUTEX = `${MAKE_FOLDER}
i=0
nap() {
  i=$((i+1))
  [ $i -le ${MUTEX_WAIT_SECONDS * 10} ] || { echo "cannot lock $M: $1" >&2; exit 73; }
  sleep 0.1 2>/dev/null || sleep 1
}
if command -v flock >/dev/null 2>&1; then
  exec 9>"$M/.flock" || exit 73
  until flock -n 9; do nap 'another process holds it'; done
else
  b=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null)
  until ln -s "$$-$b" "$M/.mutex" 2>/dev/null; do
    h=$(readlink "$M/.mutex"); p=\${h%%-*}
    if [ -n "$h" ] && { [ "\${h#*-}" != "$b" ] || ! { kill -0 "$p" 2>/dev/null || [ -d "/proc/$p" ]; }; } && mkdir "$M/.mutex.$h" 2>/dev/null; then
      [ "$(readlink "$M/.mutex")" != "$h" ] || rm -f "$M/.mutex"
      rmdir "$M/.mutex.$h"
    fi
    nap "process $p holds $M/.mutex"
  done
  Y="$M/.mutex"
fi`;

/** t: token, a: when it was renewed last by this worker's clock, l: seconds that it lasts. */
const READ_LOCK = `t=; a=0; l=0; o=
[ ! -f "$L" ] || { read -r t a l; read -r o; } <"$L"
now=$(date +%s)`;

/** Where nobody has a lock, nothing is made only to find that out. */
const ANY_LOCK = `[ -f "$L" ] || { echo lost; exit 0; }`;

const OWN_LOCK = `${READ_LOCK}
[ "$t" = "$T" ] || { echo lost; exit 0; }`;

const RENEW = `printf '%s %s %s\\n%s\\n' "$T" "$now" "$l" "$o" >"$L.$$" && mv "$L.$$" "$L" && echo renewed`;

const REMOVE = `rm -f "$L" && echo ${RELEASED}`;

const RAISE = `f=$(cat "$F" 2>/dev/null)
[ "\${f:-0}" -ge "$FENCE" ] || { echo "$FENCE" >"$F.$$" && mv "$F.$$" "$F"; } || exit 73`;

/** B: the bucket that the state's name stands for here. */
const READ_MARK = `B=
[ ! -f "$M/$N" ] || read -r B <"$M/$N"`;

/** K: token of an owner that did not give the lock back. A lock from far in the future was taken before the clock was set right. */
function takeLock({ token, goneToken, ttlSeconds, owner, from }: WorkerWish): string {
  return `T=${shellQuote(token)}; G=${shellQuote(goneToken)}
if [ ${from} = newcomers ] || { [ -n "$B" ] && [ -f "$R/$B/state/HEAD" ]; }; then
${MUTEX}
${READ_LOCK}
if [ -z "$t" ] || [ "$t" = "$T" ] || [ "$t" = "$G" ] || [ $((now-a)) -gt "$l" ] || [ $((a-now)) -gt "$l" ]; then
  f=$(cat "$F" 2>/dev/null)
  printf '%s %s %s\\n%s\\n' "$T" "$now" ${ttlSeconds} ${shellQuote(owner)} >"$L.$$" && mv "$L.$$" "$L" || exit 73
  [ "$t" = "$T" ] || { K=$t; echo $((\${f:-0}+1)) >"$F.$$" && mv "$F.$$" "$F" || exit 73; }
fi
fi`;
}

const LOOK = `${READ_LOCK}
echo maand-state 1
echo "now $now"
echo "fence $(cat "$F" 2>/dev/null || echo 0)"
[ -z "$t" ] || printf 'lock %s %s %s %s\\n' "$t" "$a" "$l" "$o"
[ -z "$K" ] || echo "replaced $K"
[ -z "$B" ] || echo "mark $B"
for m in "$M"/*; do
  case \${m##*/} in "$N"|*.*|'*') continue ;; esac
  { read -r b; read -r n; } <"$m" 2>/dev/null && printf 'other %s %s\\n' "$b" "$n"
done
if [ -n "$B" ] && [ -f "$R/$B/state/HEAD" ]; then while IFS= read -r h; do echo "head $h"; done <"$R/$B/state/HEAD"; fi
for w in "$R"/*/worker.json; do
  [ -f "$w" ] || continue
  b=\${w%/worker.json}
  u=$(sed -n 's/.*"update_seq": *\\([0-9][0-9]*\\).*/\\1/p' "$w")
  printf 'bucket %s %s\\n' "\${b##*/}" "\${u:-0}"
done`;

/** HEAD's own words, quoted: what others wrote there must not become a path elsewhere. */
const SEND = `S="$R/$B/state"
if [ -n "$B" ] && [ -f "$S/HEAD" ]; then
  s=$(sed -n 's/^serial \\([0-9]*\\)$/\\1/p' "$S/HEAD"); d=$(sed -n 's/^digest \\([0-9a-f]*\\)$/\\1/p' "$S/HEAD")
  [ "$d" = "$HAVE" ] || od -An -v -tx1 "$S/snapshot-$(printf '%012d' "\${s:-0}")-$(printf '%.16s' "$d")" 2>/dev/null
fi`;

const LEAVE_MUTEX = `exec 9>&-
[ -z "$Y" ] || { rm -f "$Y"; Y=; }`;

/** Whose input ends without the word leaves the lock to its time: the run may still live. */
const AWAIT_RELEASE = `if [ -n "\${T:-}" ] && [ "$t" = "$T" ]; then
  W=; read -r W 2>/dev/null <&8 || :
  [ "$W" = ${RELEASE} ] || exit 0
${MUTEX}
${OWN_LOCK}
${REMOVE}
fi`;

const RECEIVE = `${MAKE_FOLDER}
X="$M/.receive.$$"
cat >"$X" || exit 73
[ $(wc -c <"$X") -eq "$SIZE" ] || { echo short; exit 0; }`;

/** What HEAD names is kept by name: after an operator's decision it may have a lower serial than what is there. */
const SWAP = `S="$R/$B/state"; d=
[ ! -f "$S/HEAD" ] || d=$(sed -n 's/^digest //p' "$S/HEAD")
[ "$WANT" = any ] || [ "$d" = "$WANT" ] || { echo "conflict $d"; exit 0; }
(umask 022; mkdir -p "$R/$B") && mkdir -p "$S" && chmod 700 "$S" && mv "$X" "$S/$NAME" || exit 73
{ sync "$S/$NAME"; } 2>/dev/null
printf '%s\\n' "$HEAD" >"$S/HEAD.$$" && mv "$S/HEAD.$$" "$S/HEAD" || exit 73
printf '%s\\n' "$MARK" >"$M/$N.$$" && mv "$M/$N.$$" "$M/$N" || exit 73
ls -t "$S" | sed -n '/^snapshot-/p' | sed "/^$NAME$/d" | sed "1,$((KEEP-1))d" | while read -r old; do rm -f "$S/$old"; done
echo written`;
