import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import { type Invocation, readArgs, readScreen } from '../../../src/cli/args.ts';

const launch = (line: string, env: Record<string, string> = {}) => ({
  argv: line.split(' ').filter((word) => word !== ''),
  env,
  workingDirectory: '/checkout',
});

function run(line: string, env: Record<string, string> = {}) {
  const invocation = readArgs(launch(line, env));
  if (invocation.kind !== 'run') throw new Error(`${line} does not run anything`);
  return invocation;
}

function failureOf(line: string): Failure {
  try {
    readArgs(launch(line));
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error(`${line} is fine`);
}

describe('readArgs', () => {
  it('has defaults for everything', () => {
    expect(run('deploy')).toEqual({
      kind: 'run',
      logFormat: 'text',
      request: {
        command: 'deploy',
        operands: [],
        allowStops: [],
        bucket: undefined,
        flags: {
          build: false,
          check: false,
          fix: false,
          dryRun: false,
          force: false,
          syncOnly: false,
          trustState: false,
          allowDowngrade: false,
          wait: false,
          verbose: false,
          reveal: false,
          active: false,
          deleted: false,
          diff: false,
          purgeSecretsKv: false,
          withHooks: false,
          healthCheck: false,
          ignoreFailure: false,
        },
        filters: { jobs: [], workers: [], allocations: [], labels: [] },
        connection: {
          privateKey: undefined,
          passphrase: undefined,
          user: undefined,
          port: undefined,
          proxyJump: undefined,
          knownHosts: undefined,
          hostKeyPolicy: 'strict',
        },
        state: { location: undefined, key: undefined, initialize: 'auto', lockWaitMs: 0 },
        repair: {
          from: undefined,
          acceptRollback: false,
          reason: undefined,
          newKey: false,
          import: undefined,
        },
        environment: 'default',
        jobConfigSelector: undefined,
        hookTimeoutMs: undefined,
        hookEnv: [],
        shellHooks: { before: undefined, after: undefined, workingDirectory: undefined },
        notify: [],
        planDigest: undefined,
        parallelWorkers: undefined,
        outPath: undefined,
        selectors: [],
        retainDays: 0,
        forgottenWorkers: [],
        target: undefined,
        script: undefined,
        concurrency: 1,
        githubToken: undefined,
      },
    });
  });

  it('has the workers of --worker and --workers, and a folder below the working directory', () => {
    const { filters, outPath } = run('render api --worker a --workers b,a --out sub').request;
    expect(filters.workers).toEqual(['b', 'a']);
    expect(outPath).toMatch(/^\/.*\/sub$/);
  });

  it('has the options of job run and run_command', () => {
    const { operands, target, filters } = run('job run api --target Migrate --allocations a,b').request;
    expect([operands, target, filters.allocations]).toEqual([['run', 'api'], 'Migrate', ['a', 'b']]);
    const command = run('run_command -l db,web -c 5 --run uptime').request;
    expect([command.filters.labels, command.concurrency, command.script]).toEqual([['db', 'web'], 5, 'uptime']);
  });

  it.each([
    ['deploy -b -n', { build: true, dryRun: true }],
    ['deploy -bnv', { build: true, dryRun: true, verbose: true }],
    ['--force deploy', { force: true }],
    ['deploy --sync_only', { syncOnly: true }],
    ['deploy --force=false', { force: false }],
    ['health-check --wait', { wait: true }],
    ['cat kv get a b --reveal', { reveal: true }],
    ['build --check', { check: true }],
    ['render api --diff', { diff: true }],
    ['plan --with-hooks', { withHooks: true }],
    ['job restart api --health_check', { healthCheck: true }],
    ['run_command uptime --ignore-failure', { ignoreFailure: true }],
  ])('reads the flags of %j', (line, flags) => expect(run(line).request.flags).toMatchObject(flags));

  it.each([
    ['health-check', 'health_check'],
    ['health_check', 'health_check'],
    ['hook h', 'hooks'],
    ['validate', 'validate'],
    ['plan', 'plan'],
    ['--command deploy', 'deploy'],
  ])('takes %j for %s', (line, command) => expect(run(line).request.command).toBe(command));

  it.each([
    ['cat kv get maand/job/api job_name', ['kv', 'get', 'maand/job/api', 'job_name']],
    ['hooks hook_backup database', ['hook_backup', 'database']],
    ['hooks database --hook hook_backup', ['hook_backup', 'database']],
    ['init -- --odd', ['--odd']],
    ['--args kv cat', ['kv']],
  ])('finds the operands of %j', (line, operands) => expect(run(line).request.operands).toEqual(operands));

  it('has a flag for every input that is not a secret', () => {
    const line =
      'deploy --bucket b --jobs a,b --jobs=c --ssh-user u --ssh-port 2222 --ssh_proxy_jump me@jump:22 --known-hosts x ' +
      '--host-key-policy accept-new --state file:s --initialize never --lock-wait 5 --environment prod --job-config-selector blue ' +
      `--hook-timeout 90 --hook-env A,B --plan-digest sha256:${'0'.repeat(64)} --parallel-workers 4 --log-format kv`;
    expect(run(line)).toMatchObject({
      logFormat: 'kv',
      request: {
        bucket: 'b',
        filters: { jobs: ['a', 'b', 'c'] },
        connection: { user: 'u', port: 2222, proxyJump: 'me@jump:22', knownHosts: 'x', hostKeyPolicy: 'accept-new' },
        state: { location: { kind: 'file', folder: '/checkout/s' }, initialize: 'never', lockWaitMs: 5000 },
        environment: 'prod',
        jobConfigSelector: 'blue',
        hookTimeoutMs: 90_000,
        hookEnv: ['A', 'B'],
        planDigest: `sha256:${'0'.repeat(64)}`,
        parallelWorkers: 4,
      },
    });
  });

  it('reads secrets only from the environment', () => {
    const env = { MAAND_SSH_PRIVATE_KEY: 'KEY\n', MAAND_SSH_PASSPHRASE: 'word', MAAND_STATE_KEY: 'seal' };
    expect(run('deploy', env).request).toMatchObject({
      connection: { privateKey: 'KEY\n', passphrase: 'word' },
      state: { key: 'seal' },
    });
    const refused = failureOf('deploy --state-key hush-hush');
    expect(refused.message).not.toContain('hush-hush');
    expect(refused.hint).toBe('set MAAND_STATE_KEY instead');
  });

  it.each([
    ['depoly', 'unknown command "depoly"', 'did you mean "deploy"?'],
    ['xyzzy', 'unknown command "xyzzy"', 'there are: init, build'],
    ['deploy --forse', 'unknown option "--forse"', 'did you mean "force"?'],
    ['deploy -x', 'unknown option "-x"', undefined],
    ['', 'no command is given', 'maand --help lists them'],
    ['cat jobs --jobs', '--jobs needs a value: --jobs A,B', undefined],
    ['cat jobs --jobs --active', '--jobs needs a value: --jobs A,B', undefined],
    ['deploy now', 'deploy does not accept the word "now"', 'usage: maand deploy'],
    ['deploy --force=maybe', '--force must be true or false (got "maybe")', undefined],
    ['deploy --environment ../x', '--environment must be part of a file name', undefined],
    ['deploy --plan-digest abc', '--plan-digest must be sha256: and 64 hex digits (got "abc")', undefined],
    ['deploy --ssh-user Root', '--ssh-user must be a user name', undefined],
    ['gc --retain-days -1', '--retain-days needs a value', undefined],
    ['gc --retain-days 1.5', '--retain-days must be a whole number between 0 and 36500', undefined],
    ['job create api --selectors web,a/b', '--selectors must begin with a letter or digit', undefined],
    ['cat kv --active --deleted', '--active and --deleted exclude each other', undefined],
    [
      'build --check --purge-secrets-kv',
      '--purge-secrets-kv cannot be used with --check, which writes nothing',
      undefined,
    ],
    ['deploy --with-hooks', '--with-hooks is for dry runs', undefined],
    ['job restart api --target x', '--target belongs to job run', undefined],
    ['job create api --health-check', '--health-check cannot be used with job create', undefined],
    ['run_command df -w a -l b', 'specify either --workers or --labels, not both', undefined],
    ['run_command df --run ls', '--run and a command in words exclude each other', undefined],
    ['run_command df -c 0', '--concurrency must be a whole number between 1 and 1000', undefined],
    ['build --jobs api', '--jobs cannot be used with build, except together with --purge-secrets-kv', undefined],
    ['deploy --state s3', '--state must be cache, workers or file:DIR', undefined],
  ])('refuses %j', (line, message, hint) => {
    const failure = failureOf(line);
    expect(failure.message).toContain(message);
    if (hint !== undefined) expect(failure.hint).toContain(hint);
    expect(failure.exitCode).toBe(2);
  });

  it.each(['rollback api', 'worker_facts', 'collect facts', 'logs show'])('says that %j is not available', (line) => {
    expect(failureOf(line).message).toMatch(/^[a-z_]+ is not available in this version$/);
  });

  it.each(['deploy --only-waves 1', 'deploy --comment'])('refuses the option of %j that does not exist yet', (line) => {
    expect(failureOf(line).message).toMatch(/^--[a-z-]+ is not available in this version: leave it out$/);
  });

  it.each([
    'build --dry-run',
    'deploy --labels x',
    'deploy --allocations x',
    'hooks h --health-check',
    'job restart api --run x',
    'gc --jobs api',
    'validate --purge-secrets-kv',
    'cat jobs --force',
    'deploy --wait',
    'deploy --workers h',
    'plan --reveal',
    'health_check --plan-digest x',
  ])('ignores nothing that a person asks for: %j', (line) =>
    expect(failureOf(line).message).toMatch(/^--[a-z-]+ cannot be used with [a-z_]+ \(only with /),
  );

  it('reports all mistakes at once', () => {
    expect(failureOf('deploy --ssh-port 0 --lock-wait x --notify y --reveal').message.split('\n')).toHaveLength(4);
  });

  it.each([
    ['--help', undefined],
    ['-h', undefined],
    ['help', undefined],
    ['deploy --help', 'deploy'],
    ['help health-check', 'health_check'],
    ['rollback -h', 'rollback'],
  ])('shows help for %j', (line, name) => {
    const invocation: Invocation = readArgs(launch(line));
    expect(invocation).toMatchObject({ kind: 'help' });
    expect(invocation.kind === 'help' && invocation.spec?.name).toBe(name);
  });

  it('shows the version', () => expect(readArgs(launch('--version'))).toEqual({ kind: 'version' }));
});

describe('readScreen', () => {
  it.each([
    ['deploy', {}, { json: false, color: 'auto', verbose: false }],
    ['--json deploy -v', {}, { json: true, color: 'auto', verbose: true }],
    ['deploy --no-color', {}, { color: 'never' }],
    ['deploy --no_color', {}, { color: 'never' }],
    ['deploy', { NO_COLOR: '1' }, { color: 'never' }],
    ['deploy', { NO_COLOR: '' }, { color: 'auto' }],
    ['deploy', { TERM: 'dumb' }, { color: 'never' }],
    ['--json --nonsense', {}, { json: true }],
  ])('%j %j', (line, env, screen) => expect(readScreen(launch(line, env))).toMatchObject(screen));
});
