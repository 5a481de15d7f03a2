import { describe, expect, it } from 'vitest';
import { readWorkspace } from '../../../src/workspace/read-workspace.ts';
import { makeBucket, whereAndWhat } from './bucket-folder.ts';

async function read(manifest: string, files: Readonly<Record<string, string>> = {}) {
  const own = Object.fromEntries(Object.entries(files).map(([path, text]) => [`workspace/jobs/a/${path}`, text]));
  const { workspace, diagnostics } = await readWorkspace({
    bucketDir: await makeBucket({
      'maand.conf': files['maand.conf'] ?? '',
      'workspace/jobs/a/Makefile': '',
      ...own,
      'workspace/jobs/a/manifest.json': manifest,
    }),
  });
  return { job: workspace?.jobs[0], diagnostics };
}

const AT = 'workspace/jobs/a/manifest.json';

describe('manifest.json', () => {
  it.each([
    [
      '{}',
      { version: '', selectors: ['a'], restartPolicy: 'always', maxConcurrentUpgrades: 1, healthCheck: undefined },
    ],
    ['{"version":" 3 "}', { version: '3' }],
    ['{"version":""}', { version: '' }],
    ['{"version":null,"selectors":null,"hooks":null,"health_check":null,"certs":null}', { version: '', hooks: [] }],
    ['{"selectors":["worker"," GPU ","gpu",""]}', { selectors: ['worker', 'gpu'] }],
    ['{"selectors":[]}', { selectors: ['a'] }],
    ['{"max_concurrent_upgrades":-2,"max_concurrent_starts":-2}', { maxConcurrentUpgrades: 1, maxConcurrentStarts: 0 }],
    ['{"max_concurrent_upgrades":4,"max_concurrent_starts":2}', { maxConcurrentUpgrades: 4, maxConcurrentStarts: 2 }],
    ['{"restart_policy":"never","restart_globs":[]}', { restartPolicy: 'never', restartGlobs: [] }],
    ['{"resources":{"cpu":{"min":"12","max":"12"}}}', { cpuMhz: { min: 12, max: 12 } }],
    [
      '{"resources":{"cpu":{"min":"12 GHz"},"memory":{"min":"12 GB"}}}',
      { cpuMhz: { min: 12_000, max: 12_000 }, memoryMb: { min: 12_288, max: 12_288 } },
    ],
    ['{"resources":{"memory":{"max":"1 TB"}}}', { memoryMb: { min: 0, max: 1_048_576 } }],
    ['{"resources":{"memory":{"min":"5","max":""}}}', { memoryMb: { min: 5, max: 5 } }],
    [
      '{"resources":{"ports":{"b":{ },"a":1}}}',
      {
        ports: [
          { name: 'a', number: 1 },
          { name: 'b', number: undefined },
        ],
      },
    ],
    ['{"certs":{}}', { certificates: [] }],
    [
      '{"health_check":{"wait":{"attempts":7,"interval_seconds":0}}}',
      { healthCheck: { checks: [], timeoutMs: 5000, attempts: 7, intervalMs: 1000, successes: 1, minHealthyMs: 0 } },
    ],
  ])('%s is accepted as it is', async (manifest, expected) => {
    const { job, diagnostics } = await read(manifest);
    expect(diagnostics).toEqual([]);
    expect(job).toMatchObject(expected);
  });

  it.each([
    [
      '{"selectors":["worker"],',
      'ErrInvalidManifest 1:25',
      'invalid manifest.json: job a: a property name in double quotes is expected',
    ],
    ['[]', 'ErrInvalidManifest 1:1', 'invalid manifest.json: job a must be an object (got [])'],
    ['null', 'ErrInvalidManifest 1:1', 'invalid manifest.json: job a must be an object (got null)'],
    ['{"version":1}', 'ErrInvalidJobVersion 1:12', 'invalid manifest.json: job a version must be a string (got 1)'],
    [
      '{"version":"1.2.3.4"}',
      'ErrInvalidJobVersion 1:12',
      'job "a": invalid job version: "1.2.3.4" (want [v]major[.minor[.patch]][-prerelease])',
    ],
    [
      '{"version":"unknown"}',
      'ErrInvalidJobVersion 1:12',
      'job "a": invalid job version: "unknown" (want [v]major[.minor[.patch]][-prerelease])',
    ],
    [
      '{"selectors":"worker"}',
      'ErrInvalidManifest 1:14',
      'invalid manifest.json: job a selectors must be a list (got "worker")',
    ],
    [
      '{"selectors":["a b"]}',
      'ErrInvalidManifest 1:15',
      'invalid manifest.json: job a selectors[0] must begin with a letter or digit and hold letters, digits, "_", "." and "-" (got "a b")',
    ],
    [
      '{"selectors":[""," "]}',
      'ErrInvalidManifest 1:14',
      'invalid manifest.json: job a selectors hold only empty texts: no worker would match',
    ],
    [
      '{"max_concurrent_upgrades":"2"}',
      'ErrInvalidManifest 1:28',
      'invalid manifest.json: job a max_concurrent_upgrades must be an integer (got "2")',
    ],
    [
      '{"min_allocations_count":-1}',
      'ErrInvalidManifest 1:26',
      'invalid manifest.json: job a min_allocations_count must be >= 0 (got -1)',
    ],
    [
      '{"restart_policy":"bounce"}',
      'ErrInvalidManifest 1:19',
      'invalid manifest.json: job a restart_policy must be one of always, reload, never (got "bounce")',
    ],
    [
      '{"restart_policy":"Reload"}',
      'ErrInvalidManifest 1:19',
      'invalid manifest.json: job a restart_policy must be one of always, reload, never (got "Reload")',
    ],
    [
      '{"restart_globs":["a"]}',
      'ErrInvalidManifest 1:18',
      'invalid manifest.json: job a restart_globs requires restart_policy reload',
    ],
    [
      '{"restart_policy":"reload","restart_globs":["a","["]}',
      'ErrInvalidManifest 1:49',
      'invalid manifest.json: job a restart_globs: invalid glob pattern "["',
    ],
    [
      '{"restart_policy":"reload","restart_globs":[""]}',
      'ErrInvalidManifest 1:45',
      'invalid manifest.json: job a restart_globs: empty glob pattern',
    ],
    [
      '{"resources":{"cpu":{"min":"12","max":"11"}}}',
      'ErrInvalidManifest 1:28',
      'invalid manifest.json: job a minCPUMhz > maxCPUMhz',
    ],
    [
      '{"resources":{"memory":{"min":"12","max":"11"}}}',
      'ErrInvalidManifest 1:31',
      'invalid manifest.json: job a minMemoryMb > maxMemoryMb',
    ],
    [
      '{"resources":{"memory":{"min":"-1"}}}',
      'ErrInvalidManifest 1:31',
      "invalid manifest.json: job a resources.memory.min can't be less than 0",
    ],
    [
      '{"resources":{"memory":{"max":"1 GiB"}}}',
      'ErrInvalidManifest 1:31',
      'invalid manifest.json: job a resources.memory.max: unsupported memory unit "GIB"',
    ],
    [
      '{"resources":[]}',
      'ErrInvalidManifest 1:14',
      'invalid manifest.json: job a resources must be an object (got [])',
    ],
    ['{"resources":{"ports":{"1x":{}}}}', 'ErrPortKeyFormat 1:24', 'invalid port key format: port name "1x"'],
    [
      '{"resources":{"ports":{"x":"5432"}}}',
      'ErrInvalidManifestPort 1:28',
      'invalid manifest port declaration: port "x" must be {} or an integer, not "5432"',
    ],
    [
      '{"resources":{"ports":{"x":80.5}}}',
      'ErrInvalidManifestPort 1:28',
      'invalid manifest port declaration: port "x" must be {} or an integer, not 80.5',
    ],
    [
      '{"resources":{"ports":{"x":true}}}',
      'ErrInvalidManifestPort 1:28',
      'invalid manifest port declaration: port "x" must be {} or an integer, not true',
    ],
    [
      '{"resources":{"ports":{"x":null}}}',
      'ErrInvalidManifestPort 1:28',
      'invalid manifest port declaration: port "x" must be {} or an integer, not null',
    ],
    [
      '{"resources":{"ports":{"x":{"n":1}}}}',
      'ErrInvalidManifestPort 1:28',
      'invalid manifest port declaration: port "x" must be {} or an integer, not {"n":1}',
    ],
    [
      '{"resources":{"ports":{"x":0}}}',
      'ErrInvalidManifestPort 1:28',
      'invalid manifest port declaration: port "x" must be between 1 and 65535, not 0',
    ],
    [
      '{"resources":{"ports":{"x":70000}}}',
      'ErrInvalidManifestPort 1:28',
      'invalid manifest port declaration: port "x" must be between 1 and 65535, not 70000',
    ],
    [
      '{"health_check":{"checks":[{"type":"udp"}]}}',
      'ErrInvalidManifest 1:36',
      'invalid manifest.json: job a health_check.checks[0] type "udp" (want tcp, http, or ssh)',
    ],
    [
      '{"health_check":{"checks":[{}]}}',
      'ErrInvalidManifest 1:28',
      'invalid manifest.json: job a health_check.checks[0] type "" (want tcp, http, or ssh)',
    ],
    [
      '{"health_check":{"checks":[{"type":"SSH"}]}}',
      'ErrInvalidManifest 1:28',
      'invalid manifest.json: job a health_check.checks[0] ssh probe requires command',
    ],
    [
      '{"health_check":{"checks":[{"type":"ssh","command":" "}]}}',
      'ErrInvalidManifest 1:52',
      'invalid manifest.json: job a health_check.checks[0] ssh probe requires command',
    ],
    [
      '{"health_check":{"checks":[{"type":"tcp"}]}}',
      'ErrInvalidManifest 1:28',
      'invalid manifest.json: job a health_check.checks[0] missing port',
    ],
    [
      '{"health_check":{"checks":[{"type":"http","port":""}]}}',
      'ErrInvalidManifest 1:50',
      'invalid manifest.json: job a health_check.checks[0] missing port',
    ],
    [
      '{"health_check":{"checks":[{"type":"tcp","port":"x"}]}}',
      'ErrInvalidManifest 1:49',
      'invalid manifest.json: job a health_check.checks[0] port "x" not in resources.ports',
    ],
    [
      '{"health_check":{"checks":[{"type":"http","port":"p","path":"x"}]},"resources":{"ports":{"p":1}}}',
      'ErrInvalidManifest 1:61',
      'invalid manifest.json: job a health_check.checks[0] path must start with / (got "x")',
    ],
    [
      '{"health_check":{"checks":[{"type":"http","port":"p","scheme":"ftp"}]},"resources":{"ports":{"p":1}}}',
      'ErrInvalidManifest 1:63',
      'invalid manifest.json: job a health_check.checks[0].scheme must be one of http, https (got "ftp")',
    ],
    [
      '{"health_check":{"timeout_seconds":"5"}}',
      'ErrInvalidManifest 1:36',
      'invalid manifest.json: job a health_check.timeout_seconds must be an integer (got "5")',
    ],
  ])('%s is refused', async (manifest, codeAndPlace, message) => {
    const { diagnostics } = await read(manifest);
    const [code, place] = codeAndPlace.split(' ');
    expect(diagnostics.map(whereAndWhat)).toEqual([`error ${code} ${AT}:${place}`]);
    expect(diagnostics).toMatchObject([{ message, job: 'a' }]);
  });

  it.each([
    ['{"selector":["x"]}', '1:2', '"selector"', 'did you mean "selectors"?'],
    ['{"slectrs":["x"]}', '1:2', '"slectrs"', 'did you mean "selectors"?'],
    ['{"selector":["x"],"selectors":["x"]}', '1:2', '"selector"', 'did you mean "selectors"?'],
    ['{"resources":{"memroy":{}}}', '1:15', '"memroy" in resources', 'did you mean "memory"?'],
    ['{"health_check":{"wait":{"attempt":3}}}', '1:26', '"attempt" in health_check.wait', 'did you mean "attempts"?'],
    ['{"comands":{}}', '1:2', '"comands"', 'did you mean "commands"?'],
    [
      '{"min_concurrent_starts":1}',
      '1:2',
      '"min_concurrent_starts"',
      'remove it: "max_concurrent_starts" has a similar name and means something else',
    ],
  ])('%s is refused as misspelled', async (manifest, place, field, hint) => {
    const { diagnostics } = await read(manifest);
    expect(diagnostics.map(whereAndWhat)).toContain(`error ErrInvalidManifest ${AT}:${place}`);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ message: `invalid manifest.json of job a: unknown field ${field}`, hint }),
    );
  });

  it('takes max_concurrent_restarts as an older word, and never proposes the opposite of a field', async () => {
    const { diagnostics, job } = await read('{"max_concurrent_restarts":3,"reload_globs":["a"]}');
    expect(job?.maxConcurrentUpgrades).toBe(3);
    expect(diagnostics).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('older word for "max_concurrent_upgrades"') },
      { severity: 'warning', message: expect.stringContaining('unknown field "reload_globs" is ignored') },
    ]);
    expect(diagnostics.map(({ hint }) => hint)).toEqual([undefined, undefined]);
  });

  it.each([
    [
      '{"resources":{"mem":{}}}',
      '1:15',
      'manifest.json of job a: unknown field "mem" in resources is ignored',
      undefined,
    ],
    ['{"zzz":1}', '1:2', 'manifest.json of job a: unknown field "zzz" is ignored', undefined],
    [
      '{"Version":"1"}',
      '1:2',
      'manifest.json of job a: "Version" is accepted although its case is wrong',
      'the field is "version"',
    ],
    ['{"version":"1","VERSION":"2"}', '1:16', 'manifest.json of job a: "VERSION" is ignored', '"version" is there too'],
    [
      '{"version":"2","version":"1"}',
      '1:16',
      'invalid manifest.json: job a: "version" appears twice, the last one is used',
      undefined,
    ],
    [
      '{"resources":{"memory":{"min":512}}}',
      '1:31',
      'manifest.json of job a: resources.memory.min should be a text',
      'write "512"',
    ],
    [
      '{"max_failures":"25%"}',
      '1:17',
      'manifest.json of job a: max_failures is not available in this version and has no effect',
      undefined,
    ],
    [
      '{"rollback":"previous"}',
      '1:13',
      'manifest.json of job a: rollback is not available in this version and has no effect',
      undefined,
    ],
  ])('%s is accepted with a warning', async (manifest, place, message, hint) => {
    const { diagnostics } = await read(manifest);
    expect(diagnostics.map(whereAndWhat)).toEqual([`warning ErrInvalidManifest ${AT}:${place}`]);
    expect(diagnostics[0]).toMatchObject({ message, ...(hint !== undefined && { hint }) });
  });

  it('refuses a malformed max_failures', async () => {
    const { diagnostics } = await read('{"max_failures":"lots"}');
    expect(diagnostics.map(whereAndWhat)).toContain(`error ErrInvalidManifest ${AT}:1:17`);
    expect(diagnostics.map(({ message }) => message)).toContain(
      'invalid manifest.json: job a max_failures must be a number or a percentage such as "25%" (got "lots")',
    );
  });

  it('reads the valid parts of a certificate', async () => {
    const { job } = await read(
      '{"certs":{"web":{"subject":{"common_name":" w "},"one":true,"pkcs8":true,"key":"ec-p256"},"b":{}}}',
    );
    expect(job?.certificates).toEqual([
      { name: 'b', pkcs8: false, one: false, commonName: '', key: 'rsa-2048' },
      { name: 'web', pkcs8: true, one: true, commonName: 'w', key: 'ec-p256' },
    ]);
  });

  it('checks vars.conf', async () => {
    const { job, diagnostics } = await read('{}', { 'vars.conf': 'a = "1"\nb = true\n' });
    expect(job?.vars).toEqual({ a: '1' });
    expect(diagnostics).toMatchObject([
      { code: 'ErrInvalidJobVars', place: { file: 'workspace/jobs/a/vars.conf', line: 2, column: 5 } },
    ]);
  });
});

describe('probes beside a hook for the event health_check', () => {
  const hook = '"hooks":{"hook_h":{"executed_on":["health_check"]}}';
  const probes = `{${hook},"resources":{"ports":{"p":1}},"health_check":{"checks":[{"type":"tcp","port":"p"}]}}`;
  const script = { '_hooks/hook_h.py': '' };

  it('are refused', async () => {
    const { diagnostics } = await read(probes, script);
    expect(diagnostics.map(whereAndWhat)).toEqual([
      `error ErrInvalidManifest ${AT}:1:${probes.indexOf('[{"type"') + 1}`,
    ]);
  });

  it('are allowed by maand.conf', async () => {
    const { job, diagnostics } = await read(probes, { ...script, 'maand.conf': 'allow_probes_with_hook = true' });
    expect(diagnostics).toEqual([]);
    expect(job?.healthCheck?.checks).toHaveLength(1);
  });

  it('are not assumed when only a wait is given', async () => {
    const { job, diagnostics } = await read(
      `{${hook},"health_check":{"wait":{"attempts":3},"timeout_seconds":9}}`,
      script,
    );
    expect(diagnostics).toEqual([]);
    expect(job?.healthCheck).toMatchObject({ checks: [], attempts: 3, timeoutMs: 9000 });
  });
});
