/**
 * Lists every input of the action and every flag of the command line. The action, the command line, the help and the error
 * messages all use this table.
 */
import type { CommandName } from './request.ts';

/** Kinds of option values. An option of kind `lines` may be repeated; each value becomes a line of the text. */
export type OptionKind = 'text' | 'lines' | 'list' | 'flag' | 'secret';

export interface OptionSpec {
  /**
   * The name with dashes. The command line reads a secret from the variable `MAAND_<NAME>`, where underscores replace the
   * dashes.
   */
  readonly name: string;
  readonly kind: OptionKind;
  /** The short form on the command line. */
  readonly short?: string;
  /** Marks a flag that is not an input of the action. */
  readonly only?: 'cli';
  /** The name of the value in the help. */
  readonly value?: string;
  readonly summary: string;
  /** A description of the default value. */
  readonly fallback?: string;
  /** Commands that support the option. When missing, all commands support it. */
  readonly commands?: readonly CommandName[];
  /**
   * The text may contain secrets. The command line reads it from a flag or from a variable, and child processes do not
   * inherit the variable.
   */
  readonly sensitive?: true;
  /** The option is part of the interface, but this version does not have it. A value is refused. */
  readonly missing?: true;
}

const DEPLOYING: readonly CommandName[] = ['deploy', 'plan'];

export const OPTIONS: readonly OptionSpec[] = [
  {
    name: 'command',
    kind: 'text',
    value: 'COMMAND',
    summary: 'the command, instead of a word on the command line',
    fallback: 'deploy in the action',
  },
  {
    name: 'bucket',
    kind: 'text',
    value: 'DIR',
    summary: 'bucket directory',
    fallback: 'the nearest parent with maand.conf',
  },
  {
    name: 'jobs',
    kind: 'list',
    value: 'A,B',
    summary: 'only these jobs',
    fallback: 'all',
    commands: [...DEPLOYING, 'build', 'health_check', 'hooks', 'cat'],
  },
  {
    name: 'workers',
    kind: 'list',
    short: 'w',
    value: 'H,…',
    summary: 'only these workers',
    fallback: 'all',
    commands: ['cat', 'render', 'run_command', 'doctor'],
  },
  {
    name: 'allocations',
    kind: 'list',
    value: 'H,…',
    summary: 'only the allocations on these workers',
    fallback: 'all',
    commands: ['job'],
  },
  {
    name: 'labels',
    kind: 'list',
    short: 'l',
    value: 'L,…',
    summary: 'only workers with one of these labels',
    fallback: 'all',
    commands: ['run_command'],
  },
  { name: 'only-waves', kind: 'text', value: '0,1-2', summary: 'only these waves of the deploy', missing: true },
  { name: 'build', kind: 'flag', short: 'b', only: 'cli', summary: 'build first', commands: DEPLOYING },
  {
    name: 'check',
    kind: 'flag',
    only: 'cli',
    summary: 'only validate; needs no key, no state and no SSH, and writes nothing',
    commands: ['build', 'validate'],
  },
  {
    name: 'fix',
    kind: 'flag',
    only: 'cli',
    summary: 'rewrite older words of the workspace first',
    commands: ['build'],
  },
  {
    name: 'purge-secrets-kv',
    kind: 'flag',
    only: 'cli',
    summary: 'delete values that hooks stored for jobs without allocations; with --jobs, also of disabled jobs',
    commands: ['build'],
  },
  {
    name: 'selectors',
    kind: 'list',
    only: 'cli',
    value: 'A,B',
    summary: 'labels that a worker must have to get the new job',
    fallback: 'the name of the job',
    commands: ['job'],
  },
  {
    name: 'retain-days',
    kind: 'text',
    only: 'cli',
    value: 'N',
    summary: 'keep the history of keys that changed in the last N days',
    fallback: '0',
    commands: ['gc'],
  },
  {
    name: 'forget',
    kind: 'list',
    only: 'cli',
    value: 'H,…',
    summary: 'delete the records of these workers, which are no longer in workers.json',
    commands: ['gc'],
  },
  {
    name: 'dry-run',
    kind: 'flag',
    short: 'n',
    summary: 'show what would happen, and change nothing',
    commands: [...DEPLOYING, 'gc'],
  },
  { name: 'force', kind: 'flag', summary: 'roll jobs even when nothing changed', commands: DEPLOYING },
  { name: 'sync-only', kind: 'flag', summary: 'deliver files, but run no make target', commands: DEPLOYING },
  {
    name: 'trust-state',
    kind: 'flag',
    summary: 'ask no worker when the state in a file says that there is nothing to do',
    commands: DEPLOYING,
  },
  {
    name: 'with-hooks',
    kind: 'flag',
    only: 'cli',
    summary: 'also run post_build and pre_deploy hooks in a dry run; values that they store are dropped',
    commands: DEPLOYING,
  },
  {
    name: 'plan-digest',
    kind: 'text',
    value: 'sha256:…',
    summary: 'refuse unless the plan has this digest',
    commands: ['deploy'],
  },
  { name: 'wait', kind: 'flag', summary: 'wait until the jobs are healthy', commands: ['health_check'] },
  {
    name: 'health-check',
    kind: 'flag',
    summary: 'wait after each batch until the jobs are healthy',
    commands: ['job', 'run_command'],
  },
  { name: 'hook', kind: 'text', value: 'HOOK', summary: 'the hook to run', commands: ['hooks'] },
  { name: 'target', kind: 'text', value: 'T', summary: 'the make target of job run', commands: ['job'] },
  {
    name: 'run',
    kind: 'text',
    value: 'CMD',
    summary: 'the command for the workers, instead of a word on the command line',
    fallback: 'the file workspace/command.sh',
    commands: ['run_command'],
  },
  {
    name: 'concurrency',
    kind: 'text',
    short: 'c',
    only: 'cli',
    value: 'N',
    summary: 'how many workers run it at the same time',
    fallback: '1',
    commands: ['run_command'],
  },
  {
    name: 'ignore-failure',
    kind: 'flag',
    only: 'cli',
    summary: 'continue with the other workers after a failure',
    commands: ['run_command'],
  },
  { name: 'args', kind: 'text', value: 'WORDS', summary: 'more words for the command, as typed in a shell' },
  { name: 'active', kind: 'flag', only: 'cli', summary: 'only keys that are not deleted', commands: ['cat'] },
  { name: 'deleted', kind: 'flag', only: 'cli', summary: 'only deleted keys', commands: ['cat'] },
  { name: 'worker', kind: 'list', only: 'cli', value: 'HOST', summary: 'the same as workers', commands: ['render'] },
  {
    name: 'out',
    kind: 'text',
    only: 'cli',
    value: 'PATH',
    summary: 'render: write into this folder, which must be empty or new; state export: write into this file',
    commands: ['render', 'state'],
  },
  {
    name: 'diff',
    kind: 'flag',
    only: 'cli',
    summary: 'show changes since the last promote; changed lines come from the workers that answer',
    commands: ['render'],
  },
  { name: 'reveal', kind: 'flag', only: 'cli', summary: 'show a secret as plain text', commands: ['cat'] },
  {
    name: 'from',
    kind: 'text',
    only: 'cli',
    value: 'HOST',
    summary: 'state recover: use the copy of this worker',
    commands: ['state'],
  },
  {
    name: 'accept-rollback',
    kind: 'flag',
    only: 'cli',
    summary: 'state recover: accept a copy that is older than the newest deploy on a worker',
    commands: ['state'],
  },
  {
    name: 'reason',
    kind: 'text',
    only: 'cli',
    value: 'TEXT',
    summary: 'state recover: the reason, which is kept in the state',
    commands: ['state'],
  },
  {
    name: 'new-key',
    kind: 'flag',
    only: 'cli',
    summary: 'state rotate-key: make a key, and put it first in secrets/state.key',
    commands: ['state'],
  },
  {
    name: 'import',
    kind: 'text',
    only: 'cli',
    value: 'FILE',
    summary: 'state adopt: a JSON file with ports and key/value entries, which are not on the workers',
    commands: ['state'],
  },
  {
    name: 'environment',
    kind: 'text',
    value: 'NAME',
    summary: 'each environment has its own state; uses workspace/workers.NAME.json when it exists',
    fallback: 'default',
  },
  {
    name: 'job-config-selector',
    kind: 'text',
    value: 'NAME',
    summary: 'use bucket.jobs.NAME.conf',
    fallback: 'from maand.conf',
  },
  {
    name: 'ssh-private-key',
    kind: 'secret',
    summary: 'text of the SSH key',
    fallback: 'the file secrets/<ssh_key> of the bucket',
  },
  { name: 'ssh-passphrase', kind: 'secret', summary: 'passphrase of the SSH key' },
  { name: 'ssh-user', kind: 'text', value: 'USER', summary: 'user on the workers', fallback: 'from maand.conf' },
  { name: 'ssh-port', kind: 'text', value: 'PORT', summary: 'SSH port of the workers', fallback: 'from maand.conf' },
  {
    name: 'ssh-proxy-jump',
    kind: 'text',
    value: 'USER@HOST:PORT,…',
    summary: 'jump hosts',
    fallback: 'from maand.conf',
  },
  {
    name: 'known-hosts',
    kind: 'text',
    value: 'TEXT',
    summary: 'host keys, in OpenSSH format',
    fallback: 'the file workspace/known_hosts',
  },
  {
    name: 'host-key-policy',
    kind: 'text',
    value: 'strict|accept-new',
    summary: 'accept-new pins the first key that a worker shows',
    fallback: 'strict',
  },
  {
    name: 'state-key',
    kind: 'secret',
    summary: 'encrypts the state and its secrets',
    fallback: 'on the command line the file secrets/state.key',
  },
  {
    name: 'state',
    kind: 'text',
    value: 'cache|workers|file:DIR',
    summary: 'where the state is kept',
    fallback: 'the bucket; in the action cache',
  },
  {
    name: 'initialize',
    kind: 'text',
    value: 'auto|never',
    summary: 'whether a run without a state may create one',
    fallback: 'auto',
  },
  {
    name: 'lock-wait',
    kind: 'text',
    value: 'SECONDS',
    summary: 'how long to wait for the lock of another run',
    fallback: '0',
  },
  {
    name: 'before-deploy-hook',
    kind: 'text',
    value: 'SCRIPT',
    summary: 'shell script before the deploy; when it fails, nothing is changed',
    commands: DEPLOYING,
  },
  {
    name: 'after-deploy-hook',
    kind: 'text',
    value: 'SCRIPT',
    summary: 'shell script after a successful deploy; when it fails, the deploy stays successful',
    commands: DEPLOYING,
  },
  {
    name: 'working-directory',
    kind: 'text',
    value: 'DIR',
    summary: 'folder in which the two shell scripts run',
    fallback: 'the bucket directory',
    commands: DEPLOYING,
  },
  {
    name: 'hook-timeout',
    kind: 'text',
    value: 'SECONDS',
    summary: 'time limit of a hook',
    fallback: 'hook_timeout of maand.conf, 600',
  },
  { name: 'hook-env', kind: 'list', value: 'NAME,…', summary: 'withheld variables that hooks may see' },
  {
    name: 'notify',
    kind: 'lines',
    value: 'URL',
    sensitive: true,
    summary: 'where messages about deploys are sent: slack://, smtp://, https://; may be given more than once',
  },
  {
    name: 'parallel-workers',
    kind: 'text',
    value: 'N',
    summary: 'how many workers are handled at the same time',
    fallback: 'from maand.conf, 32',
  },
  { name: 'log-format', kind: 'text', value: 'text|json|kv', summary: 'form of the live log', fallback: 'text' },
  { name: 'comment', kind: 'flag', summary: 'keep a comment with the result on the pull request', missing: true },
  {
    name: 'github-token',
    kind: 'secret',
    summary: 'asks GitHub whether the run that has the lock has ended',
    fallback: 'in the action the token of the job',
  },
  {
    name: 'verbose',
    kind: 'flag',
    short: 'v',
    summary: 'show every worker, every promote, and stack traces of internal errors',
  },
  { name: 'json', kind: 'flag', only: 'cli', summary: 'print exactly one JSON document on standard output' },
  { name: 'no-color', kind: 'flag', only: 'cli', summary: 'no colours (also with NO_COLOR)' },
  { name: 'help', kind: 'flag', short: 'h', only: 'cli', summary: 'show help' },
  { name: 'version', kind: 'flag', only: 'cli', summary: 'show the version' },
];

export function optionNamed(name: string): OptionSpec | undefined {
  return OPTIONS.find((option) => option.name === name);
}

/** Returns true when the text may come in a variable that child processes must not inherit. */
export function isWithheld({ kind, sensitive }: OptionSpec): boolean {
  return kind === 'secret' || sensitive === true;
}

/** Returns the name of the environment variable of a secret. */
export function secretVariable({ name }: OptionSpec): string {
  return `MAAND_${name.toUpperCase().replaceAll('-', '_')}`;
}
