/**
 * Runs many hook processes at once against one runtime API. The API makes each write durable in a real state file. Each
 * process checks every response that it receives. This file checks what needs the reports of all processes: lost updates and
 * overfull semaphores.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecretBox } from '../../src/kv/secrets.ts';
import { newDocument } from '../../src/state/first-document.ts';
import { Ledger } from '../../src/state/ledger.ts';
import { openFileStore } from '../../src/state-file/file-store.ts';
import { aHook, openRig } from '../unit/hooks/rig.ts';

const POOL_CAPACITY = 3;

const SCRIPT = `
import json, os, time
import maand

limit, unit, state = os.environ["HAMMER_LIMIT"], os.environ["HAMMER_UNIT"], os.environ["HAMMER_STATE"]
me = maand.allocation_index()
times, stays, wrong, rounds = {}, [], [], 0
own, sealed = "vars/job/api", "secrets/job/api"


def ask(kind, call, *words):
    began = time.monotonic_ns()
    response = call(*words)
    times.setdefault(kind, []).append(round((time.monotonic_ns() - began) / 1e6, 2))
    if response.status_code != 200:
        wrong.append(f"{kind} {words}: {response.status_code} {response.text}")
    return response


def read(namespace, key):
    return ask("get", maand.get_store_value, namespace, key).json().get("value")


def check(what, seen, expected):
    if seen != expected:
        wrong.append(f"{what}: {seen} instead of {expected}")


def stay(name, capacity, work):
    ask("acquire", maand.acquire_semaphore, name, capacity)
    entered = time.monotonic_ns()
    work()
    stays.append([name, entered, time.monotonic_ns()])
    ask("release", maand.release_semaphore, name)


def count():
    ask("put", maand.put_job_variable, "count", str(int(read(own, "count")) + 1))


def on_disk():
    with open(state) as file:
        return json.load(file)["kv"][own][f"own-{me}"][-1]["value"]


until = time.monotonic() + float(limit)
while time.monotonic() < until if unit == "seconds" else rounds < int(limit):
    rounds += 1
    ask("put", maand.put_job_variable, f"own-{me}", str(rounds))
    if unit == "rounds":
        check("on disk", on_disk(), str(rounds))
    check("own", read(own, f"own-{me}"), str(rounds))
    ask("put secret", maand.put_job_secret, f"sealed-{me}", f"secret {rounds} of {me}")
    check("sealed", read(sealed, f"sealed-{me}"), f"secret {rounds} of {me}")
    stay("counter", 1, count)
    stay("pool", ${POOL_CAPACITY}, lambda: ask("keys", maand.list_job_keys))
print(json.dumps({"rounds": rounds, "times": times, "stays": stays, "wrong": wrong}))
`;

interface ProcessReport {
  readonly rounds: number;
  /** The durations in milliseconds, by kind of request. */
  readonly times: Readonly<Record<string, readonly number[]>>;
  /** The name of a semaphore, and the times when a process entered and left it. All processes use the same clock. */
  readonly stays: readonly (readonly [name: string, enteredNs: number, leftNs: number])[];
  readonly wrong: readonly string[];
}

export interface HammerResult {
  readonly outcome: string;
  readonly rounds: number;
  readonly times: ReadonlyMap<string, readonly number[]>;
  /** A sentence for everything that was wrong. */
  readonly wrong: readonly string[];
  /** Number of files that were written for all writes. */
  readonly saves: number;
}

export interface HammerOptions {
  readonly processes: number;
  readonly limit: number;
  readonly unit: 'rounds' | 'seconds';
}

export async function hammerApi(options: HammerOptions): Promise<HammerResult> {
  const folder = await mkdtemp(join(tmpdir(), 'maand-hammer-'));
  try {
    return await hammerIn(folder, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function hammerIn(folder: string, { processes, limit, unit }: HammerOptions): Promise<HammerResult> {
  const store = openFileStore({ folder, environment: 'default', name: 'hammer' });
  const owner = { runId: '1', command: 'deploy', actor: 'hammer', url: '' };
  await using held = await store.lock(owner, 0, new AbortController().signal);
  const ledger = new Ledger(newDocument('hammer', createSecretBox([Buffer.alloc(32, 7)])), {
    nowSeconds: () => 0,
    save: (document) => held.save(document),
  });
  ledger.kv.put('vars/job/api', 'count', '0');
  await using rig = await openRig({
    files: { '_hooks/hook_hammer.py': SCRIPT },
    hooks: [aHook('hook_hammer', ['pre_deploy'])],
    hosts: Array.from({ length: processes }, (_, at) => `10.0.1.${at}`),
    store: ledger.kv,
    persist: (revision) => ledger.keep(revision),
    timeoutMs: 300_000,
  });
  const extra = { HAMMER_LIMIT: String(limit), HAMMER_UNIT: unit, HAMMER_STATE: store.description };
  const outcome = await rig.run({ event: 'pre_deploy', extra });
  const reports = rig.texts().map((text): ProcessReport => JSON.parse(text));
  const rounds = reports.reduce((sum, report) => sum + report.rounds, 0);
  const loaded = await store.load(new AbortController().signal);
  const saved = loaded.kind === 'found' ? loaded.document.kv : {};
  const wrong = [
    ...reports.flatMap((report) => report.wrong),
    ...rig.texts('stderr'),
    ...rig.warnings,
    ...crowded(reports, 'counter', 1),
    ...crowded(reports, 'pool', POOL_CAPACITY),
    ...differences('processes', reports.length, processes),
    ...differences('count', ledger.kv.get('vars/job/api', 'count'), String(rounds)),
    ...differences('versions of the count', ledger.kv.latest('vars/job/api', 'count')?.version, rounds + 1),
    ...differences('what is saved', JSON.stringify(saved), JSON.stringify(ledger.kv.toHistory())),
  ];
  return { outcome: outcome.kind, rounds, times: timesOf(reports), wrong, saves: ledger.serial };
}

function differences(what: string, seen: unknown, expected: unknown): string[] {
  return seen === expected ? [] : [`${what}: ${String(seen)} instead of ${String(expected)}`];
}

/**
 * Returns a problem when more processes than `capacity` held the semaphore at once. Each measured interval is within the
 * interval that the server granted, so an overlap of two measured intervals proves an overlap of the grants.
 */
function crowded(reports: readonly ProcessReport[], name: string, capacity: number): string[] {
  const stays = reports.flatMap((report) => report.stays).filter(([semaphore]) => semaphore === name);
  const steps = stays.flatMap(([, enteredNs, leftNs]) => [
    { atNs: enteredNs, change: 1 },
    { atNs: leftNs, change: -1 },
  ]);
  let inside = 0;
  let most = 0;
  for (const { change } of steps.sort((a, b) => a.atNs - b.atNs || a.change - b.change)) {
    inside += change;
    most = Math.max(most, inside);
  }
  return most > capacity ? [`semaphore ${name} of capacity ${capacity} had ${most} inside`] : [];
}

function timesOf(reports: readonly ProcessReport[]): Map<string, number[]> {
  const all = new Map<string, number[]>();
  for (const { times } of reports) {
    for (const [kind, ms] of Object.entries(times)) all.set(kind, [...(all.get(kind) ?? []), ...ms]);
  }
  return all;
}
