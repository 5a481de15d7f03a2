/** Lists every command with its names, its operands and its help text. */
import { Failure } from '../base/failure.ts';
import { didYouMean } from '../base/text/nearest-name.ts';
import { quoted } from '../base/text/quote.ts';
import { todaysWords } from './older-words.ts';
import { COMMANDS, type CommandName } from './request.ts';

export interface CommandSpec {
  readonly name: CommandName;
  /** Other spellings. A dash and an underscore are equal. */
  readonly aliases?: readonly string[];
  readonly operands: string;
  readonly mostOperands: number;
  readonly summary: string;
  /** Further sentences for the help page of the command. */
  readonly about?: readonly string[];
  readonly examples: readonly string[];
  /** Whether the command uses the state. If so, the request must have a state location and a state key. */
  readonly state: 'always' | 'with-key' | 'never';
  /** The command is part of the interface, but this version does not have it. */
  readonly missing?: true;
}

const MANY = Number.POSITIVE_INFINITY;

const missing = (name: CommandName, operands: string, summary: string): CommandSpec => ({
  name,
  operands,
  summary,
  mostOperands: MANY,
  examples: [],
  state: 'never',
  missing: true,
});

const TABLE: readonly CommandSpec[] = [
  {
    name: 'init',
    operands: '[DIR]',
    mostOperands: 1,
    summary: 'make a bucket',
    about: ['Keeps existing files, so it can be run again. Extends .gitignore and makes secrets/state.key.'],
    examples: ['maand init', 'maand init deploy/production'],
    state: 'always',
  },
  {
    name: 'build',
    operands: '',
    mostOperands: 0,
    summary: 'read and validate the workspace, place jobs, publish KV',
    about: [
      'Reports all errors at once, with file, line and column.',
      '--purge-secrets-kv deletes the variables and secrets that hooks stored for jobs without allocations, and lists them.',
      'A disabled job keeps them, unless it is named with --jobs.',
    ],
    examples: [
      'maand build',
      'maand build --check --json',
      'maand build --check --fix',
      'maand build --purge-secrets-kv --jobs old-api',
    ],
    state: 'always',
  },
  {
    name: 'deploy',
    operands: '',
    mostOperands: 0,
    summary: 'deploy the last build to the workers, wave by wave',
    about: [
      'Rolls only what changed, in batches, with a health check after each. The next deploy resumes a failed one.',
    ],
    examples: ['maand deploy --build', 'maand deploy -b --jobs api,web', 'maand deploy -b --dry-run --json'],
    state: 'always',
  },
  {
    name: 'validate',
    operands: '',
    mostOperands: 0,
    summary: 'short for build --check',
    about: ['Needs no key, no state and no SSH, and writes nothing.'],
    examples: ['maand validate'],
    state: 'never',
  },
  {
    name: 'plan',
    operands: '',
    mostOperands: 0,
    summary: 'short for deploy --build --dry-run',
    about: ['Contacts no worker, runs no hook, saves nothing.'],
    examples: ['maand plan', 'maand plan --json > plan.json'],
    state: 'with-key',
  },
  {
    name: 'health_check',
    operands: '',
    mostOperands: 0,
    summary: 'check the health of every worker and every job',
    examples: ['maand health_check', 'maand health_check --jobs api --wait'],
    state: 'always',
  },
  {
    name: 'hooks',
    aliases: ['hook'],
    operands: 'HOOK [JOB]',
    mostOperands: 2,
    summary: 'run a hook that is registered for the event cli',
    examples: ['maand hooks hook_backup', 'maand hook hook_backup database'],
    state: 'always',
  },
  {
    name: 'cat',
    operands: 'workers|jobs|allocations|deployments|hooks|ports|certs|kv|info',
    mostOperands: 4,
    summary: 'list what the bucket holds',
    about: [
      'Shows the bucket as a build would make it now. Contacts no worker, takes no lock, writes nothing.',
      'maand cat kv get NAMESPACE KEY [--reveal] shows one value.',
    ],
    examples: ['maand cat deployments', 'maand cat kv --jobs api', 'maand cat kv get maand/job/api job_name'],
    state: 'always',
  },
  {
    name: 'render',
    operands: 'JOB',
    mostOperands: 1,
    summary: 'show what a deploy would deliver',
    about: [
      'Lists the files with mode and size. Runs no hook and saves nothing; only --diff contacts workers.',
      'Lists keys that hooks have not written yet: templates that read them cannot be rendered before that.',
    ],
    examples: ['maand render api', 'maand render api --worker 10.0.0.1 --out /tmp/api', 'maand render api --diff'],
    state: 'with-key',
  },
  {
    name: 'job',
    operands: 'start|stop|restart|reload|status|run|create JOB',
    mostOperands: 2,
    summary: 'run a make target of a job by hand, or make a new job',
    about: [
      'start, stop, restart, reload, status: that target of the Makefile, on every active allocation, in rollout order and',
      'batches of max_concurrent_upgrades. run: any other target, --target NAME. JOB may be a list: A,B.',
      'A job with a job_control hook runs this hook instead, with the target in TARGET.',
      'The state does not change: the next deploy does not start a job that was stopped by hand, unless the job changed.',
      'To keep one stopped, disable it in workspace/disabled.json.',
      'create: makes workspace/jobs/JOB with manifest.json and a Makefile.',
    ],
    examples: [
      'maand job restart api --health-check',
      'maand job status api,web',
      'maand job stop database --allocations 10.0.0.2',
      'maand job run database --target backup',
      'maand job create api --selectors web,eu',
    ],
    state: 'always',
  },
  {
    name: 'run_command',
    operands: "'CMD'",
    mostOperands: 1,
    summary: 'run a command on workers',
    about: [
      "CMD is a script for sh: quote it. It runs in the bucket's folder on the worker (before the first deploy: the login",
      'folder) with BUCKET_ID and WORKER_IP, at most command_timeout seconds. Without CMD: workspace/command.sh.',
      'After the first failure no further worker begins; running ones are finished.',
    ],
    examples: [
      "maand run_command 'df -h /' --concurrency 10",
      "maand run_command 'systemctl restart docker' --labels db --health-check",
      "maand run_command 'apt-get -y upgrade' -w 10.0.0.1,10.0.0.2 --ignore-failure",
    ],
    state: 'always',
  },
  {
    name: 'gc',
    operands: '',
    mostOperands: 0,
    summary: 'remove folders, keys and records of removed allocations',
    about: [
      'Removes the whole folder of the job on their workers, with data/ and logs/. In the state it removes their records,',
      'keys of jobs without allocations (disabled ones count), and old versions of keys. Refused while a removed allocation',
      'still has to be stopped: run maand deploy first. On a worker that left workers.json it is kept until --forget.',
    ],
    examples: ['maand gc --dry-run', 'maand gc --retain-days 30', 'maand gc --forget 10.0.0.9'],
    state: 'always',
  },
  missing('rollback', 'JOB', 'bring back the previously promoted tree'),
  { ...missing('worker_facts', '', 'probe capacity into workers.json'), aliases: ['collect_facts', 'collect'] },
  missing('logs', 'show', 'read the log'),
  {
    name: 'state',
    operands: 'show|unlock|export|recover|rotate-key|adopt',
    mostOperands: 2,
    summary: 'show the state, or repair it',
    about: [
      'show               show every copy, the lock and unfinished steps, even when no run could start from the state',
      'unlock TOKEN       break the lock with this token or run id',
      'export             print the state as JSON; secrets and private keys stay sealed',
      'recover            use the newest remaining copy (or the one --from HOST) although it is not proven',
      'rotate-key         seal the state and every secret again, with the first key',
      'adopt [BUCKET-ID]  make a first state from the jobs that are deployed on the workers',
    ],
    examples: [
      'maand state show --json',
      'maand state unlock 3f0c8a52-4a0e-4a1d-9d1b-6d1f0f6f3a11',
      'maand state export --out state.json',
      'maand state recover --reason "two of three workers burnt"',
      'maand state recover --from 10.0.0.1 --accept-rollback --reason "wrong snapshot restored"',
      'maand state rotate-key --new-key',
      'maand state adopt --import ports.json',
    ],
    state: 'always',
  },
  {
    name: 'doctor',
    operands: '',
    mostOperands: 0,
    summary: 'check runner, keys and workers',
    about: ['Shows the cause, the evidence and the fix of each failure. Takes no lock and writes nothing.'],
    examples: ['maand doctor', 'maand doctor --workers 10.0.0.1 --json'],
    state: 'with-key',
  },
];

/** Returns all commands in the order of the help. */
export function commandSpecs(): readonly CommandSpec[] {
  return TABLE;
}

export function commandSpec(name: CommandName): CommandSpec {
  const spec = TABLE.find((one) => one.name === name);
  if (!spec) throw new Error(`no entry for the command ${name}`);
  return spec;
}

/**
 * Returns the command at the beginning of `written`, and the words after the command. Throws a `Failure` (exit code 2) with
 * the most similar name when the command is unknown.
 */
export function resolveCommand(written: readonly string[]): {
  readonly spec: CommandSpec;
  readonly operands: readonly string[];
  /** A sentence for each outdated word that was used. */
  readonly notes: readonly string[];
} {
  const { words, notes } = todaysWords(written);
  const [first = '', second = ''] = words.map(spelling);
  if (first === 'collect' && second === 'facts')
    return { spec: commandSpec('worker_facts'), operands: words.slice(2), notes };
  const spec = TABLE.find(({ name, aliases = [] }) => name === first || aliases.includes(first));
  if (spec) return { spec, operands: words.slice(1), notes };
  const names = TABLE.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const hint = didYouMean(first, names) ?? `there are: ${COMMANDS.join(', ')}`;
  throw new Failure(`unknown command ${quoted(words[0] ?? '')}`, { exitCode: 2, hint });
}

/** Replaces dashes by underscores, because users may write either of them. */
function spelling(word: string): string {
  return word.replaceAll('-', '_');
}
