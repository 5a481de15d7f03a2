import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../src/workspace/read-workspace.ts';
import { makeBucket, messages, whereAndWhat } from './bucket-folder.ts';

const DEFAULTS = {
  sshUser: 'agent',
  sshKey: 'worker.key',
  sshPort: 22,
  sshProxyJump: '',
  useSudo: true,
  certsTtlDays: 60,
  certsRenewalBufferDays: 0,
  jobConfigSelector: '',
  logFormat: 'kv',
  stateName: '',
  state: undefined,
  allowDowngrade: true,
  workerRoot: '/opt/worker',
  commandTimeoutMs: 300_000,
  hookTimeoutMs: 600_000,
  parallelWorkers: 32,
  allowProbesWithHook: false,
};

async function read(text: string) {
  return readSettings(await makeBucket({ 'maand.conf': text }));
}

describe('maand.conf', () => {
  it('has a default for every key, use_sudo true among them', async () => {
    expect(await read('')).toEqual({ settings: DEFAULTS, diagnostics: [] });
  });

  it.each([
    ['ssh_port = 0', {}],
    ['ssh_port = -5', {}],
    ['certs_ttl = 0', {}],
    ['certs_renewal_buffer = -3', {}],
    ['ssh_user = ""\nssh_key = " "\nworker_root = ""', {}],
    ['job_config_selector = " prod "', { jobConfigSelector: 'prod' }],
    ['log_format = "json"', { logFormat: 'json' }],
    ['log_format = "jsonl"', { logFormat: 'json' }],
    ['ssh_key = "fleet/a.key"', { sshKey: 'fleet/a.key' }],
    ['worker_root = "/srv/x/"', { workerRoot: '/srv/x' }],
    ['use_sudo = false', { useSudo: false }],
    ['\ufeffuse_sudo = false', { useSudo: false }],
    ['# only\r\nuse_sudo = false\r\n', { useSudo: false }],
  ])('%j', async (text, expected) => {
    expect(await read(text)).toEqual({ settings: { ...DEFAULTS, ...expected }, diagnostics: [] });
  });

  it.each([
    ['ssh_port = 65536', '1:12', 'ssh_port must be at most 65535 (got 65536)'],
    ['ssh_port = "22"', '1:12', 'ssh_port must be an integer (got "22")'],
    ['use_sudo = "yes"', '1:12', 'use_sudo must be true or false (got "yes")'],
    ['ssh_user = 7', '1:12', 'ssh_user must be a string (got 7)'],
    ['x = 1979-05-27\nssh_user = 1979-05-27', '2:12', 'ssh_user must be a string (got 1979-05-27)'],
    [
      'ssh_user = "Bad User"',
      '1:12',
      'ssh_user must be a user name of lower-case letters, digits, "_" and "-" (got "Bad User")',
    ],
    ['ssh_key = "../id"', '1:11', 'ssh_key must be the name of a file in secrets/ (got "../id")'],
    ['ssh_key = "/etc/key"', '1:11', 'ssh_key must be the name of a file in secrets/ (got "/etc/key")'],
    ['certs_ttl = -1', '1:13', 'certs_ttl must be between 0 and 36500 (got -1)'],
    ['certs_ttl = 1.5', '1:13', 'certs_ttl must be an integer (got 1.5)'],
    ['hook_timeout = 0', '1:16', 'hook_timeout must be between 1 and 604800 (got 0)'],
    ['command_timeout = 99999999', '1:19', 'command_timeout must be between 1 and 604800 (got 99999999)'],
    ['parallel_workers = 0', '1:20', 'parallel_workers must be between 1 and 1000 (got 0)'],
    ['job_config_selector = "../x"', '1:23', 'job_config_selector must be part of a file name (got "../x")'],
    ['ssh_proxy_jump = "a:0"', '1:18', 'ssh_proxy_jump must be a list of user@host:port (got "a:0")'],
    ['state_name = "a b"', '1:14', 'state_name must be at most 200 characters of ASCII without spaces (got "a b")'],
    ['[use_sudo]\nx = 1', '1:2', 'use_sudo must be true or false (got a table)'],
  ])('%j is refused at %s', async (text, place, detail) => {
    const { settings, diagnostics } = await read(text);
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(messages(errors)).toEqual([`invalid maand.conf: ${detail}`]);
    expect(errors.map(whereAndWhat)).toEqual([`error ErrInvalidMaandConf maand.conf:${place}`]);
    expect(settings).toEqual(DEFAULTS);
  });

  it('reports every mistake at once', async () => {
    const { diagnostics } = await read('use_sudo = 1\nssh_prot = 22\nssh_port = true\nzzz = 1\n');
    expect(diagnostics.map(whereAndWhat).sort()).toEqual([
      'error ErrInvalidMaandConf maand.conf:1:12',
      'error ErrInvalidMaandConf maand.conf:2:1',
      'error ErrInvalidMaandConf maand.conf:3:12',
      'warning ErrInvalidMaandConf maand.conf:4:1',
    ]);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({
        message: 'invalid maand.conf: unknown key "ssh_prot"',
        hint: 'did you mean "ssh_port"?',
      }),
    );
  });

  it('warns when every build would renew every certificate', async () => {
    const { diagnostics } = await read('certs_ttl = 30\ncerts_renewal_buffer = 30\n');
    expect(diagnostics.map(whereAndWhat)).toEqual(['warning ErrInvalidMaandConf maand.conf:2:24']);
  });

  it('warns of an unknown log format', async () => {
    const { settings, diagnostics } = await read('log_format = "xml"');
    expect(settings?.logFormat).toBe('kv');
    expect(diagnostics.map(whereAndWhat)).toEqual(['warning ErrInvalidMaandConf maand.conf:1:14']);
  });

  it('has a place for a syntax error and for bytes that are not text', async () => {
    expect((await read('use_sudo = \n')).diagnostics.map(whereAndWhat)).toEqual([
      'error ErrInvalidMaandConf maand.conf:1:11',
    ]);
    const bytes = Buffer.concat([Buffer.from('# é\nssh_user = "'), Buffer.from([0xff, 0xfe]), Buffer.from('"\n')]);
    const { diagnostics } = await readSettings(await makeBucket({ 'maand.conf': bytes }));
    expect(diagnostics.map(whereAndWhat)).toEqual(['error ErrInvalidMaandConf maand.conf:2:13']);
    expect(messages(diagnostics)).toEqual(['invalid maand.conf: maand.conf is not UTF-8 text']);
  });
});
