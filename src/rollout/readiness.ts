import { mapLimit } from '../base/concurrency.ts';
import { type Run, workerOf } from './run.ts';

const SCRIPT = `missing=
for tool in make rsync; do command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"; done
[ -z "$missing" ] || { printf '%s\\n' "$missing"; exit 64; }`;
const MISSING = 64;
const TIMEOUT_MS = 30_000;

/** Host → why it cannot be used. */
export type ReadinessProblems = ReadonlyMap<string, string>;

/**
 * Connects to workers and looks for the tools that a deploy needs there (spec 10 §3.2), each worker once per run. A worker
 * that is not ready fails the jobs that live on it before anything is sent for them.
 */
export class Readiness {
  readonly #run: Run;
  readonly #checks = new Map<string, Promise<string | undefined>>();

  constructor(run: Run) {
    this.#run = run;
  }

  async check(hosts: readonly string[]): Promise<ReadinessProblems> {
    const problems = await mapLimit(hosts, this.#run.settings.parallelWorkers, (host) => this.#checkOnce(host));
    const found = hosts.map((host, at): [string, string | undefined] => [host, problems[at]]);
    return new Map(found.filter((entry): entry is [string, string] => entry[1] !== undefined));
  }

  #checkOnce(host: string): Promise<string | undefined> {
    const known = this.#checks.get(host);
    if (known) return known;
    const check = this.#ask(host);
    this.#checks.set(host, check);
    return check;
  }

  async #ask(host: string): Promise<string | undefined> {
    const { transport, signal } = this.#run;
    const command = { label: 'prerequisites', script: SCRIPT, timeoutMs: TIMEOUT_MS };
    const outcome = await transport.exec(workerOf(this.#run, host), command, signal);
    switch (outcome.kind) {
      case 'failed': {
        const { message, hint } = outcome.problem;
        return hint === undefined ? message : `${message} (${hint})`;
      }
      case 'timed-out':
        return `worker ${host}: no answer within ${TIMEOUT_MS / 1000} s`;
      case 'exited':
        return exitProblem(host, outcome);
    }
  }
}

function exitProblem(host: string, outcome: { exitCode: number; stdout: string; stderr: string }): string | undefined {
  if (outcome.exitCode === 0) return undefined;
  if (outcome.exitCode !== MISSING) {
    return `worker ${host}: the prerequisites check failed (exit ${outcome.exitCode}): ${outcome.stderr.trim()}`;
  }
  const tools = outcome.stdout.trim().split(/\s+/);
  return `worker ${host} missing prerequisites: ${tools.join(', ')} (install them there, e.g. apt-get install ${tools.join(' ')})`;
}
