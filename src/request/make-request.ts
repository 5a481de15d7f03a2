/**
 * Makes the typed request from command, operands and option texts, both for the action and for the command line. Throws a
 * `Failure` (exit code 2) with everything that is wrong.
 */
import { resolve } from 'node:path';
import { Failure } from '../base/failure.ts';
import { type Parsed, parsed, refused } from '../base/parsed.ts';
import { quoted } from '../base/text/quote.ts';
import { isFileWord, parseLabel, parseProxyJump, parseUser } from '../grammar/names.ts';
import type { CommandSpec } from './command-table.ts';
import { refuseContradictions } from './contradictions.ts';
import { parseTargets } from './notify/parse-targets.ts';
import { OPTIONS } from './option-table.ts';
import type { ConnectionRequest, Request, RequestFlags } from './request.ts';
import { parseStateLocation } from './state-location.ts';
import { Values } from './values.ts';

export interface RequestInput {
  readonly face: 'action' | 'cli';
  readonly spec: CommandSpec;
  readonly operands: readonly string[];
  /** Texts by option name, including secrets. */
  readonly texts: ReadonlyMap<string, string>;
  readonly workingDirectory: string;
  readonly home: string | undefined;
}

export interface MadeRequest {
  readonly request: Request;
  readonly logFormat: LogFormat;
}

export type LogFormat = 'text' | 'json' | 'kv';

const MOST_SECONDS = 604_800;
const MOST_DAYS = 36_500;

export function makeRequest(input: RequestInput): MadeRequest {
  const { face, spec } = input;
  if (spec.missing) throw notAvailable(spec);
  const values = new Values(input.texts, (name) => (face === 'action' ? `input ${name}` : `--${name}`));
  if (face === 'action') refuseScreenFlags(values);
  refuseMissing(values);
  refuseUnheard(values, spec);
  const request = read(input, values);
  refuseContradictions(values, request);
  const logFormat = values.choice('log-format', ['text', 'json', 'kv']) ?? 'text';
  values.requireSound();
  requireOperands(input);
  return { request, logFormat };
}

/** Returns the failure for a command that this version does not have. */
export function notAvailable({ name }: CommandSpec): Failure {
  return new Failure(`${name} is not available in this version`, { exitCode: 2 });
}

function refuseMissing(values: Values): void {
  for (const { name, missing } of OPTIONS) {
    if (missing && values.isGiven(name)) values.refuse(name, 'is not available in this version: leave it out');
  }
}

/** Refuses display flags for the action. In the action they can only come from the input `args`. */
function refuseScreenFlags(values: Values): void {
  for (const name of ['json', 'no-color', 'help', 'version']) {
    if (values.isGiven(name))
      values.refuse(name, 'is for the command line (the JSON is in the file of the output "result")');
  }
}

/**
 * Refuses options that the command does not support. To ignore such an option is dangerous: for example, a command that
 * ignores `dry-run` would write.
 */
function refuseUnheard(values: Values, { name: command }: CommandSpec): void {
  for (const { name, commands, missing } of OPTIONS) {
    if (missing || !commands || commands.includes(command) || !values.isGiven(name)) continue;
    values.refuse(name, `cannot be used with ${command} (only with ${commands.join(', ')})`);
  }
}

function requireOperands({ spec, operands }: RequestInput): void {
  if (operands.length <= spec.mostOperands) return;
  const usage = `maand ${spec.name} ${spec.operands}`.trim();
  throw new Failure(`${spec.name} does not accept the word ${quoted(operands[spec.mostOperands] ?? '')}`, {
    exitCode: 2,
    hint: `usage: ${usage}`,
  });
}

function read({ spec, operands, ...base }: RequestInput, values: Values): Request {
  const hookTimeoutSeconds = values.integer('hook-timeout', { least: 1, most: MOST_SECONDS });
  return {
    command: spec.name,
    operands,
    bucket: values.text('bucket')?.trim(),
    flags: readFlags(values),
    filters: {
      jobs: values.list('jobs'),
      workers: [...new Set([...values.list('workers'), ...values.list('worker')])],
      allocations: values.list('allocations'),
      labels: values.list('labels'),
    },
    connection: readConnection(values),
    state: {
      location: values.parsed('state', (text) => parseStateLocation(text, base)),
      key: values.text('state-key'),
      initialize: values.choice('initialize', ['auto', 'never']) ?? 'auto',
      lockWaitMs: (values.integer('lock-wait', { least: 0, most: MOST_SECONDS }) ?? 0) * 1000,
    },
    repair: {
      from: values.text('from')?.trim(),
      acceptRollback: values.flag('accept-rollback'),
      reason: values.text('reason')?.trim(),
      newKey: values.flag('new-key'),
      import: values.text('import'),
    },
    environment: values.parsed('environment', parseName) ?? 'default',
    jobConfigSelector: values.parsed('job-config-selector', parseName),
    hookTimeoutMs: hookTimeoutSeconds === undefined ? undefined : hookTimeoutSeconds * 1000,
    hookEnv: values.list('hook-env'),
    shellHooks: {
      before: values.text('before-deploy-hook'),
      after: values.text('after-deploy-hook'),
      workingDirectory: values.text('working-directory')?.trim(),
    },
    notify: values.parsed('notify', parseTargets) ?? [],
    allowStops: values.list('allow-stops'),
    planDigest: values.parsed('plan-digest', parseDigest),
    parallelWorkers: values.integer('parallel-workers', { least: 1, most: 1000 }),
    outPath: values.parsed('out', (folder) => parsed(resolve(base.workingDirectory, folder.trim()))),
    githubToken: values.text('github-token'),
    selectors: readSelectors(values),
    retainDays: values.integer('retain-days', { least: 0, most: MOST_DAYS }) ?? 0,
    forgottenWorkers: values.list('forget'),
    target: values.text('target'),
    script: values.text('run'),
    concurrency: values.integer('concurrency', { least: 1, most: 1000 }) ?? 1,
  };
}

function readFlags(values: Values): RequestFlags {
  return {
    build: values.flag('build'),
    check: values.flag('check'),
    fix: values.flag('fix'),
    dryRun: values.flag('dry-run'),
    force: values.flag('force'),
    syncOnly: values.flag('sync-only'),
    trustState: values.flag('trust-state'),
    allowDowngrade: values.flag('allow-downgrade'),
    wait: values.flag('wait'),
    verbose: values.flag('verbose'),
    reveal: values.flag('reveal'),
    active: values.flag('active'),
    deleted: values.flag('deleted'),
    diff: values.flag('diff'),
    purgeSecretsKv: values.flag('purge-secrets-kv'),
    withHooks: values.flag('with-hooks'),
    healthCheck: values.flag('health-check'),
    ignoreFailure: values.flag('ignore-failure'),
  };
}

function readConnection(values: Values): ConnectionRequest {
  return {
    privateKey: values.text('ssh-private-key'),
    passphrase: values.text('ssh-passphrase'),
    user: values.parsed('ssh-user', parseUser),
    port: values.integer('ssh-port', { least: 1, most: 65_535 }),
    proxyJump: values.parsed('ssh-proxy-jump', parseProxyJump),
    knownHosts: values.text('known-hosts'),
    hostKeyPolicy: values.choice('host-key-policy', ['strict', 'accept-new']) ?? 'strict',
  };
}

function readSelectors(values: Values): string[] {
  const labels = values.list('selectors').map((text) => {
    const label = parseLabel(text);
    if (label.ok) return label.value;
    values.refuse('selectors', label.reason);
    return '';
  });
  return [...new Set(labels)];
}

function parseName(text: string): Parsed<string> {
  const name = text.trim();
  return isFileWord(name)
    ? parsed(name)
    : refused(`must be part of a file name: letters, digits, ".", "_" and "-" (got ${quoted(name)})`);
}

function parseDigest(text: string): Parsed<string> {
  const digest = text.trim();
  return /^sha256:[0-9a-f]{64}$/.test(digest)
    ? parsed(digest)
    : refused(`must be sha256: and 64 hex digits (got ${quoted(digest)})`);
}
