/**
 * Follows the hooks tutorial step by step on real workers and checks every statement. The scripts are in Python, and in
 * TypeScript under Bun and under Node.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MaandRun } from '../support/run-maand.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { TestBucket } from '../support/test-bucket.ts';

interface Language {
  readonly name: string;
  readonly ending: 'py' | 'ts';
  /** The folders of PATH. */
  readonly path: readonly string[];
  readonly migrate: string;
  /** Prints the variables of a deploy, keeps a secret, and prints the jobs that wait for this hook. */
  readonly schema: string;
  readonly health: string;
  readonly order: string;
}

const FOLDERS = (process.env.PATH ?? '').split(delimiter);
const WITHOUT_BUN = FOLDERS.filter((folder) => !existsSync(join(folder, 'bun')));
const WITH_BUN = [join(import.meta.dirname, '../../node_modules/.bin'), ...FOLDERS];

const PYTHON: Omit<Language, 'name' | 'path'> = {
  ending: 'py',
  migrate: await readFile(join(import.meta.dirname, '../fixtures/hooks/hook_migrate.py'), 'utf8'),
  schema: `
import maand

if maand.kv.get("secrets/job/database", "password", None) is None:
    maand.kv.put_secret("password", "correct-horse-battery")
maand.kv.put("schema", maand.env()["NEW_VERSION"])
for demand in maand.demands():
    print("wanted by", demand["job"], demand["hook"], demand["demand_config"]["min_version"])
print("schema", maand.kv.get("vars/job/database", "schema"))
`,
  health: `
import maand

done = maand.run_ssh(maand.allocation_ip(), "cat " + maand.kv.get("vars/bucket/job/api", "marker"), check=False)
print("health says", done.stdout.strip() or "nothing")
raise SystemExit(done.returncode)
`,
  order: `
import maand

workers = maand.kv.get("maand/job/api", "workers").split(",")
maand.put_rollout_order(list(reversed(workers))).raise_for_status()
`,
};

const TYPESCRIPT: Omit<Language, 'name' | 'path'> = {
  ending: 'ts',
  migrate: `
import * as maand from './maand';

const job = maand.job();
const worker = await maand.worker();
console.log(\`migrate api on \${worker.worker_ip} alloc=\${job.allocation_id}\`);
// Example: read KV
const jobName: string = await maand.kv.get('maand/job/api', 'job_name');
console.log(\`job name from KV: \${jobName}\`);
`,
  schema: `
import { demands, env, kv } from './maand';

if ((await kv.get('secrets/job/database', 'password', '')) === '') await kv.putSecret('password', 'correct-horse-battery');
await kv.put('schema', env().NEW_VERSION as string);
for (const { job, hook, demand_config } of await demands()) console.log('wanted by', job, hook, demand_config.min_version);
console.log('schema', await kv.get('vars/job/database', 'schema'));
`,
  health: `
import { allocationIp, kv, runSsh } from './maand';

const marker = await kv.get('vars/bucket/job/api', 'marker');
const done = await runSsh(allocationIp() as string, \`cat \${marker}\`, { check: false });
console.log('health says', done.stdout.trim() || 'nothing');
process.exit(done.returncode);
`,
  order: `
import { kv, putRolloutOrder } from './maand';

const workers = (await kv.get('maand/job/api', 'workers')).split(',');
await putRolloutOrder(workers.reverse());
`,
};

const LANGUAGES: readonly Language[] = [
  { name: 'Python', path: FOLDERS, ...PYTHON },
  { name: 'TypeScript under Bun', path: WITH_BUN, ...TYPESCRIPT },
  { name: 'TypeScript under Node', path: WITHOUT_BUN, ...TYPESCRIPT },
];

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 2 });
});
afterAll(() => farm.stop());

const api = {
  version: '1.0.0',
  selectors: ['worker'],
  hooks: {
    hook_migrate: { executed_on: ['cli', 'pre_deploy'] },
    hook_health: { executed_on: ['health_check'] },
  },
};
const demands = { job: 'database', hook: 'hook_schema', config: { min_version: '1.0.0' } };

class Tutorial {
  readonly bucket: TestBucket;
  readonly language: Language;
  readonly marker: string;
  readonly hosts: readonly string[];

  constructor(bucket: TestBucket, language: Language) {
    this.bucket = bucket;
    this.language = language;
    this.marker = join(bucket.dir, 'health');
    this.hosts = farm.workers.map(({ host }) => host);
  }

  apiFiles(): Record<string, string> {
    const { ending, migrate, health } = this.language;
    return {
      'vars.conf': `marker = "${this.marker}"\n`,
      [`_hooks/hook_migrate.${ending}`]: migrate,
      [`_hooks/hook_health.${ending}`]: health,
    };
  }

  script(job: string, hook: string, text: string): Promise<void> {
    return this.bucket.write(`workspace/jobs/${job}/_hooks/${hook}.${this.language.ending}`, text);
  }

  manifest(job: string, manifest: object): Promise<void> {
    return this.bucket.write(`workspace/jobs/${job}/manifest.json`, JSON.stringify(manifest, null, 2));
  }

  maand(...args: readonly string[]): Promise<MaandRun> {
    return this.bucket.maand(args, { env: { PATH: this.language.path.join(delimiter) } });
  }

  succeed(...args: readonly string[]): Promise<MaandRun> {
    return this.#ends(0, args);
  }

  /** Runs a command that must be refused (exit code 2). Returns its standard error. */
  async refused(...args: readonly string[]): Promise<string> {
    return (await this.#ends(2, args)).stderr;
  }

  async #ends(status: number, args: readonly string[]): Promise<MaandRun> {
    const run = await this.maand(...args);
    if (run.status === status) return run;
    throw new Error(`${args.join(' ')} ended with ${run.status} instead of ${status}\n${run.stdout}${run.stderr}`);
  }
}

async function begin(language: Language): Promise<Tutorial> {
  const tutorial = new Tutorial(await TestBucket.create(farm), language);
  await tutorial.bucket.addJob('api', api, tutorial.apiFiles());
  await tutorial.bucket.write('health', 'ready');
  return tutorial;
}

describe.each(LANGUAGES)('the hooks tutorial in $name', (language) => {
  it('step 1: enforces its rules at build', async () => {
    const tutorial = await begin(language);
    const { bucket } = tutorial;
    const { hook_migrate: migrate } = api.hooks;
    const refusals: readonly [object, string][] = [
      [{ ...api, hooks: { migrate } }, 'hook_'],
      [{ ...api, hooks: { hook_migrate: { executed_on: ['before_deploy'] } } }, 'before_deploy'],
      [{ ...api, health_check: { checks: [{ type: 'ssh', command: 'true' }] } }, 'health_check'],
      [{ ...api, hooks: { ...api.hooks, hook_absent: migrate } }, 'hook_absent'],
    ];
    for (const [at, [manifest]] of refusals.entries()) {
      await bucket.addJob(`api${at}`, manifest, tutorial.apiFiles());
    }
    const findings = (await tutorial.refused('build')).split('\n');
    for (const [at, [, words]] of refusals.entries()) {
      const ofJob = findings.filter((line) => line.includes(`workspace/jobs/api${at}`));
      expect(ofJob.join('\n')).toContain(words);
      await bucket.remove(`workspace/jobs/api${at}`);
    }
    await tutorial.succeed('build');
    await bucket.remove(`workspace/jobs/api/_hooks/hook_health.${language.ending}`);
    expect(await tutorial.refused('build')).toContain('hook_health');
  });

  it('steps 2 and 3: builds, and runs from the command line', async () => {
    const tutorial = await begin(language);
    const { bucket, hosts } = tutorial;
    await tutorial.succeed('build');
    const run = await tutorial.succeed('hooks', 'hook_migrate', 'api', '--verbose');
    const { json: allocations } = await bucket.maand(['cat', 'allocations', '--json']);
    expect(allocations).toHaveLength(2);
    for (const { allocation_id: id, worker_ip: host } of allocations) {
      expect(run.stderr).toContain(`api@${host} | migrate api on ${host} alloc=${id}`);
      expect(run.stderr).toContain(`api@${host} | job name from KV: api`);
    }
    expect(existsSync(join(bucket.dir, 'workspace/jobs/api/_hooks/maand.py'))).toBe(false);
    expect(await tutorial.succeed('cat', 'hooks')).toMatchObject({
      stdout: expect.stringMatching(/hook_health.*health_check[\s\S]*hook_migrate.*cli/),
    });

    // disabled allocations are included
    await bucket.write('workspace/disabled.json', JSON.stringify({ jobs: { api: { allocations: [hosts[0]] } } }));
    await tutorial.succeed('build');
    const all = await tutorial.succeed('hooks', 'hook_migrate'); // the name of the job is optional
    for (const host of hosts) expect(all.stderr).toContain(`migrate api on ${host}`);
  });

  it('step 3: takes batch width from the manifest, and the order from put_rollout_order()', async () => {
    const tutorial = await begin(language);
    const orders = { hook_order: { executed_on: ['cli'] } };
    await tutorial.script('api', 'hook_order', language.order);
    const starts = async () => {
      const { stderr } = await tutorial.succeed('hooks', 'hook_migrate', 'api', '--verbose');
      return [...stderr.matchAll(/migrate api on (\S+)/g)].map(([, host]) => host);
    };
    await tutorial.manifest('api', { ...api, hooks: { ...api.hooks, ...orders } });
    await tutorial.succeed('build');
    expect(await starts()).toEqual(tutorial.hosts);
    await tutorial.succeed('hooks', 'hook_order', 'api');
    expect(await starts()).toEqual([...tutorial.hosts].reverse());
  });

  it('step 4: runs before a deploy', async () => {
    const tutorial = await begin(language);
    await tutorial.succeed('build');
    const deploy = await tutorial.succeed('deploy', '--jobs', 'api', '--json', '--verbose');
    const { phases } = deploy.json.jobs[0] as { phases: readonly { phase: string }[] };
    const names = phases.map(({ phase }) => phase);
    expect(names[0]).toBe('pre_deploy');
    expect(names.indexOf('sync')).toBeGreaterThan(0);
    expect(deploy.stderr).toContain('job name from KV: api');
    expect(deploy.stderr).toContain('health says ready'); // the health check runs again after the start
    expect(await tutorial.bucket.filesOn(farm.workers[0] as never, 'jobs/api')).toEqual(['Makefile', 'release.txt']);

    await tutorial.script('api', 'hook_migrate', language.ending === 'py' ? 'raise SystemExit(3)' : 'process.exit(3)');
    await tutorial.bucket.write('workspace/jobs/api/release.txt', '2\n');
    await tutorial.succeed('build');
    await tutorial.bucket.journal();
    expect(await tutorial.maand('deploy', '--jobs', 'api')).toMatchObject({ status: 1 });
    expect(await tutorial.bucket.journal()).toEqual([]);
  });

  it('step 5: waits for the job that it demands, in the version that it demands', async () => {
    const tutorial = await begin(language);
    const { bucket } = tutorial;
    const database = {
      version: '1.0.0',
      selectors: ['worker'],
      hooks: { hook_schema: { executed_on: ['pre_deploy', 'cli'] } },
    };
    await bucket.addJob('database', database, { [`_hooks/hook_schema.${language.ending}`]: language.schema });
    const demanding = { ...api, version: '2.0.0', hooks: { hook_migrate: { executed_on: ['pre_deploy'], demands } } };
    await tutorial.manifest('api', demanding);
    const built = await tutorial.succeed('build', '--json');
    expect(built.json.waves).toEqual([['database'], ['api']]);
    const schema = await tutorial.succeed('hooks', 'hook_schema');
    expect(schema.stderr).toContain('wanted by api hook_migrate 1.0.0');
    await tutorial.succeed('deploy');
    expect((await bucket.journal()).map((line) => line.split(' ')[1])).toEqual(['database', 'database', 'api', 'api']);

    for (const [manifest, words] of [
      [{ ...database, version: '0.9.0' }, '1.0.0'],
      [{ selectors: ['worker'], hooks: database.hooks }, 'version'],
      [{ ...database, hooks: { hook_other: database.hooks.hook_schema } }, 'hook_schema'],
    ] as const) {
      await tutorial.manifest('database', manifest);
      await tutorial.script('database', 'hook_other', language.schema);
      expect(await tutorial.refused('build')).toContain(words);
    }
  });

  it('step 6: checks health with a command', async () => {
    const tutorial = await begin(language);
    await tutorial.manifest('api', { ...api, health_check: { wait: { attempts: 1 } } });
    await tutorial.succeed('build');
    const well = await tutorial.succeed('health_check', '--jobs', 'api', '--wait', '--verbose');
    expect(well.stderr).toContain('health says ready');
    expect(well.stdout).toContain('health check passed: api');
    await tutorial.succeed('deploy');
    await tutorial.succeed('job', 'restart', 'api', '--health_check');
    await tutorial.bucket.remove('health');
    const sick = await tutorial.maand('health_check', '--jobs', 'api');
    expect(sick.status).toBe(1);
    const sentence = (host: string) => `${host}: hook hook_health: command execution failed (exit 1)`;
    expect(sick.stdout).toContain(`health check failed: api (${tutorial.hosts.map(sentence).join('; ')})`);
  });

  it('keys and secrets: templates of the same deploy can read the values of hooks', async () => {
    const tutorial = await begin(language);
    const { bucket } = tutorial;
    const schema = { executed_on: ['pre_deploy'] };
    await bucket.addJob(
      'database',
      { version: '1.4.0', selectors: ['worker'], hooks: { hook_schema: schema } },
      {
        [`_hooks/hook_schema.${language.ending}`]: language.schema,
        'database.conf.tpl': [
          '{{ get "maand/job/database" "job_name" }} {{ get "vars/job/database" "schema" }}',
          '{{ getSecret "password" }} on {{ get (printf "maand/worker/%s" .WorkerIP) "worker_ip" }}',
          '',
        ].join('\n'),
      },
    );
    await tutorial.succeed('build');
    const deploy = await tutorial.succeed('deploy', '--verbose');
    for (const worker of farm.workers) {
      const conf = await readFile(join(await bucket.folderOn(worker), 'jobs/database/database.conf'), 'utf8');
      expect(conf).toBe(`database 1.4.0\ncorrect-horse-battery on ${worker.host}\n`);
    }
    expect(deploy.stdout + deploy.stderr).not.toContain('correct-horse-battery');
    const state = await readFile(join(bucket.dir, 'data/state.json'), 'utf8');
    expect(state).not.toContain('correct-horse-battery');
    await bucket.journal();
    await tutorial.succeed('deploy');
    expect(await bucket.journal()).toEqual([]); // the same values cause no new rollout
  });
});

describe('the hooks tutorial', () => {
  it('runs the Python of the job environment when it exists', async () => {
    const tutorial = await begin(LANGUAGES[0] as Language);
    const python = '#!/bin/sh\necho from the environment of the job\nexec python3 "$@"\n';
    await tutorial.bucket.write('workspace/jobs/api/_hooks/.venv/bin/python3', python, 0o755);
    await tutorial.succeed('build');
    const run = await tutorial.succeed('hooks', 'hook_migrate', 'api', '--verbose');
    expect(run.stderr).toContain('from the environment of the job');
    expect(run.stderr).toContain('job name from KV: api');
  });
});
