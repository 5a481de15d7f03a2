/**
 * Checks one worker: whether it can be reached, accepts the login, and is prepared. One script runs over one connection
 * and writes nothing.
 */
import { problemReason } from '../events/problem-text.ts';
import { parseFacts } from '../sight/worker-facts.ts';
import { unansweredProblem } from '../transport/outcome-problem.ts';
import type { RemoteOutcome, Transport, TransportProblem, WorkerAddress } from '../transport/port.ts';
import { workerProgram } from '../worker-side/program.ts';
import { checksOf, type DoctorCheck } from './check.ts';
import { checkDeployed, type Deployed } from './deployed-checks.ts';

const TIMEOUT_MS = 30_000;
const LEAST_FREE_KB = 50 * 1024;
const LITTLE_FREE_KB = 1024 * 1024;
const MOST_SKEW_SECONDS = 30;

export interface WorkerVisit {
  readonly transport: Transport;
  readonly worker: WorkerAddress;
  readonly signal: AbortSignal;
  /** Returns the line of a host key that was unknown and was accepted. Returns `undefined` when the key was known. */
  readonly newKey: () => string | undefined;
  /** The state, when there is one that can be read. */
  readonly state: Omit<Deployed, 'facts'> | undefined;
}

export async function checkWorker({ transport, worker, signal, newKey, state }: WorkerVisit): Promise<DoctorCheck[]> {
  const beganMs = Date.now();
  const outcome = await transport.exec(
    worker,
    {
      label: 'doctor',
      script: workerProgram(['sight/facts', 'doctor-facts'], { variables: { root: worker.root } }),
      timeoutMs: TIMEOUT_MS,
    },
    signal,
  );
  const { ok, warning, failed } = checksOf(worker.host);
  const fault = faultIn(worker.host, outcome);
  if (fault) return [failed(fault.name, fault.seen, fault.fix)];
  const text = outcome.kind === 'exited' ? outcome.stdout : '';
  const facts = factsIn(text);
  const deployed = state ? checkDeployed({ ...state, facts: parseFacts(worker.host, text.split('\n')) }) : [];
  const line = newKey();
  const key = line
    ? warning(
        'host key',
        `it was not known: ${line}`,
        'compare it with the worker and add the line to workspace/known_hosts, or let the next deploy pin it',
      )
    : ok('host key', 'known');
  const { user, host, port, useSudo } = worker;
  return [
    ok('connection', `${user}@${host}:${port}${useSudo ? ', sudo without password' : ''}`),
    key,
    ...judgeFacts({ facts, worker, beganMs, endedMs: Date.now() }),
    ...deployed,
  ];
}

const NAMES: Partial<Record<TransportProblem['kind'], string>> = {
  'host-key': 'host key',
  auth: 'login',
  unreachable: 'connection',
};

/** Reads facts from text with one field per line. */
function factsIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').map((line) => {
      const at = line.indexOf(' ');
      return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

export interface FactsOfWorker {
  readonly facts: ReadonlyMap<string, string>;
  readonly worker: Pick<WorkerAddress, 'host' | 'user' | 'root' | 'useSudo'>;
  readonly beganMs: number;
  readonly endedMs: number;
}

/** Converts the facts of a worker to check results. The function is pure. */
export function judgeFacts({ facts, worker, beganMs, endedMs }: FactsOfWorker): DoctorCheck[] {
  const { ok, failed } = checksOf(worker.host);
  const tools = ['make', 'rsync'].map((tool) => {
    const version = facts.get(tool);
    if (version !== undefined) return ok(tool, version);
    const fix = `on the worker: apt-get install ${tool}, dnf install ${tool}, or apk add ${tool}`;
    return failed(tool, 'it is not installed there', fix);
  });
  const [writable = '', ...rest] = (facts.get('root') ?? '').split(' ');
  const folder = rest.join(' ');
  const clock = { seconds: Number(facts.get('time')), beganMs, endedMs };
  return [
    ...tools,
    checkRoot(worker, writable, folder),
    checkFree(facts.get('free'), worker.host, folder),
    checkClock(worker.host, clock),
  ];
}

/** Checks the root of a worker. `folder` is the root, or its nearest parent folder that exists. */
function checkRoot(
  { host, user, root, useSudo }: FactsOfWorker['worker'],
  writable: string,
  folder: string,
): DoctorCheck {
  const { ok, failed } = checksOf(host);
  const exists = folder === root ? `${root} is writable` : `${root} does not exist yet, ${folder} is writable`;
  if (writable === 'yes') return ok('root', exists);
  const may = useSudo ? 'root' : user;
  const seen = writable === 'file' ? `${folder} is not a folder` : `${may} may not write ${folder}`;
  return failed('root', seen, `on the worker: mkdir -p ${root} && chown ${may} ${root}; or set use_sudo = true`);
}

interface ClockReading {
  readonly seconds: number;
  readonly beganMs: number;
  readonly endedMs: number;
}

function checkClock(host: string, { seconds, beganMs, endedMs }: ClockReading): DoctorCheck {
  const { ok, warning } = checksOf(host);
  if (!Number.isFinite(seconds))
    return warning('clock', 'its clock could not be read', 'check the output of date +%s on the worker');
  const behind = beganMs / 1000 - 1 - seconds;
  const ahead = seconds - endedMs / 1000;
  const skew = Math.round(Math.max(0, behind, ahead));
  if (skew <= MOST_SKEW_SECONDS) return ok('clock', skew === 0 ? 'right' : `${skew} s off`);
  return warning('clock', `${skew} s ${ahead > 0 ? 'ahead' : 'behind'}`, 'on the worker: timedatectl set-ntp true');
}

function checkFree(text: string | undefined, host: string, folder: string): DoctorCheck {
  const { ok, warning, failed } = checksOf(host);
  const freeKb = Number(text);
  if (text === undefined || text === '' || !Number.isFinite(freeKb)) {
    return warning('disk', `the free space of ${folder} could not be read`, 'check the output of df -Pk on the worker');
  }
  const seen = `${Math.floor(freeKb / 1024)} MB free in ${folder}`;
  if (freeKb < LEAST_FREE_KB) return failed('disk', seen, 'free disk space on the worker');
  return freeKb < LITTLE_FREE_KB ? warning('disk', seen, 'free disk space on the worker soon') : ok('disk', seen);
}

interface VisitFault {
  readonly name: string;
  readonly seen: string;
  readonly fix: string;
}

/** Returns the reason why there are no facts. Returns `undefined` when there are facts. */
function faultIn(host: string, outcome: RemoteOutcome): VisitFault | undefined {
  switch (outcome.kind) {
    case 'failed': {
      const { kind, message, hint = 'run maand doctor again' } = outcome.problem;
      return { name: NAMES[kind] ?? 'connection', seen: message, fix: hint };
    }
    case 'timed-out': {
      const seen = problemReason(unansweredProblem(host, TIMEOUT_MS, outcome));
      return { name: 'connection', seen, fix: 'look at its load and its disks' };
    }
    case 'exited': {
      if (outcome.exitCode === 0) return undefined;
      const seen = outcome.stderr.trim() || `exit ${outcome.exitCode}`;
      return { name: 'connection', seen, fix: 'its shell lacks usual tools' };
    }
  }
}
