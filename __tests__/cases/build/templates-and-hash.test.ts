import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StageOutcome } from '../../../src/stage/stager.ts';
import type { AllocationRecord } from '../../../src/state/document.ts';
import { CaseBucket } from '../../support/case-bucket.ts';
import { stageJob, textsOf } from '../../support/stage-case.ts';
import { render } from '../../unit/template/render.ts';

const everywhere = { selectors: ['worker'] };

/** Builds a bucket whose job `app` has these files. */
async function bucketWith(files: Readonly<Record<string, string>>, manifest: object = {}): Promise<CaseBucket> {
  const paths = Object.entries(files).map(([path, text]) => [`workspace/jobs/app/${path}`, text]);
  const bucket = await CaseBucket.create({ jobs: { app: { ...everywhere, ...manifest } } });
  await bucket.build({ files: Object.fromEntries(paths) });
  return bucket;
}

function hashOf(outcome: StageOutcome): string {
  if (outcome.kind === 'failed') throw new Error(outcome.problems.map(({ message }) => message).join('\n'));
  return outcome.tree.hash;
}

describe('templates', () => {
  it.each([
    ['{{ split "a,b" "," }}', '[a b]'],
    ['{{ join (split "a,b" ",") "-" }}', 'a-b'],
    ['{{ trim "  x " }}', 'x'],
    ['{{ min 3 8 }}', '3'],
    ['{{ div 8 4 }}', '2'],
    ['{{ int "42" }}', '42'],
  ])('renders %s', (template, text) => expect(render(template)).toBe(text));

  it('a variable that is set inside a range keeps its value', () => {
    const template =
      '{{- $x := false -}}{{ range split "a,b" "," }}{{ if eq . "b" }}{{ $x = true }}{{ end }}{{ end }}{{ $x }}';
    expect(render(template)).toBe('true');
  });

  it('a range with index and value', () => {
    const template =
      '{{ range $i, $ip := split "1.1.1.1,2.2.2.2" "," }}{{ if $i }},{{ end }}{{ add $i 1 }}:{{ $ip }}{{ end }}';
    expect(render(template)).toBe('1:1.1.1.1,2:2.2.2.2');
  });

  it('a template within a template', () => {
    const template =
      '{{ define "u" -}}{{- $m := int . -}}{{- if ge $m 1024 -}}{{ div $m 1024 }}GB{{- else -}}{{ $m }}MB{{- end -}}{{- end }}{{ template "u" 2048 }}';
    expect(render(template)).toBe('2GB');
  });

  it('numbers with leading zeros', () => {
    expect(render('{{ printf "%02d" (add (int "0") 1) }}')).toBe('01');
  });

  it('`first` of an empty list is an empty text', () => {
    expect(render('{{ index (split "" ",") 0 }}')).toBe('');
  });

  it('errors name file and line, all of them at once', async () => {
    const wrong = ['.Nope', 'get "maand/bucket" "missing"', 'div 1 0', 'int "1.5"', 'add "1" 2'];
    const files = wrong.map((action, at) => [`conf/${at}.conf.tpl`, `fine\n\n{{ ${action} }}`] as const);
    const outcome = await stageJob(await bucketWith(Object.fromEntries(files)), 'app');
    if (outcome.kind !== 'failed') throw new Error('it was staged');
    expect(outcome.problems.map(({ file }) => file)).toEqual(files.map(([path]) => path));
    for (const { file, message } of outcome.problems) {
      expect(message).toContain(`job app on 10.0.0.1: execute template ${file}: template: ${file}:3:`);
    }
  });

  it('jobs in the older form, with selectors and templates of every kind, parse and render', async () => {
    const workers = [
      { host: '10.0.0.1', labels: ['store', 'metrics'], memory: '4 GB' },
      { host: '10.0.0.2', labels: ['store'], memory: '4 GB' },
    ];
    const store = {
      version: '1.2',
      selectors: ['store'],
      update_parallel_count: 1,
      resources: { memory: { min: '512 MB', max: '2 GB' }, ports: { store_port: 7000, store_http_port: {} } },
      commands: { command_password: { executed_on: ['post_build'], demands: { job: '', command: '', config: {} } } },
    };
    const metrics = {
      version: '1.0',
      selectors: ['metrics'],
      deploy_parallel_count: 1,
      resources: { ports: { metrics_http_port: {} } },
      commands: {
        command_scrape: { executed_on: ['cli'], demands: { job: 'store', command: 'command_password' } },
      },
    };
    const seeds = [
      '{{- $job := .Job -}}{{- $seeds := get (printf "maand/job/%s" $job) "workers" | trim -}}',
      'id: {{ get (printf "maand/job/%s/worker/%s" $job .WorkerIP) (printf "%s_allocation_index" $job) | int | add 1 }}',
      'seeds: "{{ range $i, $ip := split $seeds "," }}{{ if $i }},{{ end }}{{ $ip }}:{{ get "maand/bucket" "store_port" }}{{ end }}"',
      'heap: {{ div (int (get (printf "maand/job/%s" $job) "memory")) 2 }}M',
      '{{ with getOptional "secrets/job/store" "password" }}password: {{ . }}{{ else }}# none yet{{ end }}',
    ].join('\n');
    const scrape = [
      'targets:{{ range $ip := split (get "maand/worker" "store_workers") "," }}',
      '  - {{ $ip }}:{{ get "maand/bucket" "store_http_port" }}{{ end }}',
      'version: {{ get "maand/job/store" "version" }}',
      'path: {{ .JobPath }}/data',
    ].join('\n');
    const bucket = await CaseBucket.create({
      workers,
      jobs: { store, metrics },
      files: {
        'workspace/jobs/store/_hooks/command_password.py':
          'import maand\nmaand.put_job_secret("password", "of-the-store")\n',
        'workspace/jobs/store/store.yml.tpl': seeds,
        'workspace/jobs/metrics/_hooks/command_scrape.py': '',
        'workspace/jobs/metrics/scrape.yml.tpl': scrape,
      },
    });
    const { warnings } = await bucket.build();
    expect(warnings.some((text) => text.includes('is an older word for'))).toBe(true);
    const { bucketId } = await bucket.state();
    expect(textsOf(await stageJob(bucket, 'store', '10.0.0.2'))).toEqual({
      'store.yml': ['id: 2', 'seeds: "10.0.0.1:7000,10.0.0.2:7000"', 'heap: 1024M', 'password: of-the-store'].join(
        '\n',
      ),
    });
    expect(textsOf(await stageJob(bucket, 'metrics'))).toEqual({
      'scrape.yml': [
        'targets:',
        '  - 10.0.0.1:30001',
        '  - 10.0.0.2:30001',
        'version: 1.2',
        `path: /opt/worker/${bucketId}/jobs/metrics/data`,
      ].join('\n'),
    });
  });
});

describe('hash', () => {
  const THREE = { Makefile: 'start:\n', 'config/app.conf': 'x=1\n' };

  it('the hash covers the delivered files, and its key belongs to the bucket', async () => {
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    const reference = md5(['start:\n', 'x=1\n', '{}'].map(md5).join(''));
    expect(reference).toBe('164a3417eac288ea835c9a42b8f73c03');
    const bucket = await bucketWith(THREE);
    const hash = hashOf(await stageJob(bucket, 'app'));
    expect(hash).toMatch(/^h1:/);
    expect(hash).not.toContain(reference);
    // The hash does not include manifest.json, which is not delivered. It includes names and modes of files.
    await bucket.build({ jobs: { app: { ...everywhere, max_concurrent_upgrades: 7 } } });
    expect(hashOf(await stageJob(bucket, 'app'))).toBe(hash);
    await bucket.build({
      files: { 'workspace/jobs/app/config/app.conf': undefined, 'workspace/jobs/app/config/app.cfg': 'x=1\n' },
    });
    expect(hashOf(await stageJob(bucket, 'app'))).not.toBe(hash);
  });

  /**
   * Returns the status that `cat deployments` shows when the state holds this record of an allocation whose staged hash
   * is `same`.
   */
  async function statusOf(known: (same: string) => Partial<AllocationRecord>, disabled: 0 | 1): Promise<string> {
    const bucket = await bucketWith(THREE, { version: '2.0.0' });
    if (disabled === 1) await bucket.build({ files: { 'workspace/disabled.json': '{"jobs":{"app":{}}}' } });
    const same = hashOf(await stageJob(bucket, 'app'));
    await bucket.editState(({ allocations }) => ({
      allocations: allocations.map((record) => ({ ...record, ...known(same) })),
    }));
    return (await bucket.maand('cat', 'deployments')).json[0].rollout;
  }

  const promoted = (version: string) => (hash: string) => ({ promoted: { hash, version }, currentVersion: version });
  const stopped = (version: string) => (hash: string) => ({ ...promoted(version)(hash), stopped: true as const });

  it.each([
    ['other files', () => promoted('2.0.0')('h1:old'), 0, 'restart'],
    ['another version', promoted('1.0.0'), 0, 'restart'],
    ['what runs there', promoted('2.0.0'), 0, 'promoted'],
    ['never deployed', () => ({}), 0, 'new'],
    ['disabled, what ran there', stopped('2.0.0'), 1, 'disabled'],
    ['disabled, another version', stopped('1.0.0'), 1, 'disabled_restart'],
    ['disabled, other files', () => stopped('2.0.0')('h1:old'), 1, 'disabled_restart'],
    ['disabled, never deployed', () => ({}), 1, 'disabled'],
  ] as const)('the status of an allocation: %s', async (_what, known, disabled, status) => {
    expect(await statusOf(known, disabled)).toBe(status);
  });

  it('the status of an allocation: removed', async () => {
    const bucket = await bucketWith(THREE);
    await bucket.build({ jobs: { app: { selectors: ['nowhere'] } } });
    expect((await bucket.maand('cat', 'deployments')).json).toMatchObject([{ rollout: 'removed' }]);
  });
});

describe('prometheus', () => {
  const server = { 'workspace/jobs/prometheus/prometheus.yml': '' };

  it('the catalog of scrapes is that of a bucket without a server', async () => {
    const bucket = await CaseBucket.create({ jobs: { prometheus: everywhere }, files: server });
    await bucket.build();
    expect(await bucket.kv('maand/prometheus')).toEqual({
      scrape_configs: '[]',
      scrape_jobs: '',
      scrape_jobs_length: '0',
    });
  });

  it('files below _prometheus/ cannot fail a build and are not delivered', async () => {
    const both = { '_prometheus/scrape.yaml': 'not: [a list', '_prometheus/scrape.yaml.tpl': '{{ .Nope }}' };
    const outcome = await stageJob(await bucketWith(both), 'app');
    expect(outcome.kind === 'staged' && outcome.tree.files.map(({ path }) => path)).toEqual(['Makefile']);
  });

  it('both forms of prometheus.yml are refused', async () => {
    const bucket = await CaseBucket.create({ jobs: { prometheus: everywhere } });
    const files = { ...server, 'workspace/jobs/prometheus/prometheus.yml.tpl': '' };
    expect(await bucket.refused({ files })).toEqual([
      'ErrInvalidJob: invalid job: job prometheus cannot define both prometheus.yml and prometheus.yml.tpl',
    ]);
  });
});
