/**
 * Tests the output of hooks in the action and on the command line. The output must not contain a secret in any form, and the
 * runner must not execute commands in the output.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ActionRun, type MainRun, runAction } from '../support/action-runner.ts';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { TestBucket } from '../support/test-bucket.ts';

const actionDir = join(import.meta.dirname, '../..');
const stateKey = createHash('sha256').update('a key for tests').digest('hex');
const everywhere = { version: '1.0.0', selectors: ['worker'] };

/** A secret that looks different in every encoding. */
const SECRET = 'pa"ss wörd/&+4711\nof two lines';
const FORMS = [
  'pa"ss wörd/&+4711',
  'of two lines',
  Buffer.from(SECRET).toString('base64'),
  encodeURIComponent('pa"ss wörd/&+4711'),
  'pa%22ss+w%C3%B6rd%2F%26%2B4711',
  JSON.stringify('pa"ss wörd/&+4711').slice(1, -1),
  'pa\\"ss w\\u00f6rd/&+4711',
  // the parts that remain when the secret is split in the middle
  'pa"ss wö',
  'rd/&+4711',
];

/** A hook that stores a secret in one run of the job and prints the secret in many forms. */
const TELLING = `
import base64, json, os, sys, urllib.parse
import maand

secret = ${JSON.stringify(SECRET)}
first = secret.splitlines()[0]
maand.kv.put_secret("password", secret)
for stream in (1, 2):
    os.write(stream, b"plain: " + secret.encode() + b"\\n")
    os.write(stream, b"split: " + first.encode()[:8])
    maand.kv.get("secrets/job/api", "password")  # a round trip, so that the two writes are two
    os.write(stream, first.encode()[8:] + b"\\n")
    os.write(stream, b"base64: " + base64.b64encode(secret.encode()) + b"\\n")
    os.write(stream, b"url: " + urllib.parse.quote(first, safe="").encode() + b" " + urllib.parse.quote_plus(first).encode() + b"\\n")
    os.write(stream, b"json: " + json.dumps({"p": first}).encode() + json.dumps(first, ensure_ascii=False).encode() + b"\\n")
if maand.hook_event() == "post_deploy":
    print("ssh:", maand.run_ssh(maand.allocation_ip(), "cat " + os.environ["REMOTE_FILE"]).stdout)
    maand.run_make_target("tell")
sys.exit(f"failed with {first}" if maand.hook_event() == os.environ["FAILS_IN"] else 0)
`;

const HOSTILE = `
import os
for line in (
    "::set-output name=changed::hacked",
    "::save-state name=staging::/",
    "  ::add-mask::deployed",
    "::error file=a::forged",
    "##[error]forged",
    "::stop-commands::pause",
    "\\x1b[2J\\x1b]0;title\\x07cleared",
    "over\\rwritten::warning::forged",
):
    print(line, flush=True)
os.write(1, b"not \\xff UTF-8\\n")
`;

let farm: Farm;
beforeAll(async () => {
  farm = await startFarm({ workers: 1 });
});
afterAll(() => farm.stop());

async function bucketWith(script: string, files: Readonly<Record<string, string>> = {}): Promise<TestBucket> {
  const bucket = await TestBucket.create(farm);
  const hooks = { hook_tell: { executed_on: ['pre_deploy', 'post_deploy'] } };
  await bucket.addJob('api', { ...everywhere, hooks }, { '_hooks/hook_tell.py': script, ...files });
  return bucket;
}

interface Told extends ActionRun {
  /** The content of the file that the output `result` names. */
  readonly result: string;
}

async function run(bucket: TestBucket, env: Readonly<Record<string, string>> = {}): Promise<Told> {
  const state = `file:${await temporaryFolder()}`;
  const inputs = { 'ssh-private-key': farm.privateKey, 'state-key': stateKey, state, verbose: 'true' };
  let result = '';
  const laterSteps = async ({ outputs }: MainRun) => {
    result = await readFile(outputs.result ?? '', 'utf8');
  };
  return { ...(await runAction({ actionDir, workspaceDir: bucket.dir, env, inputs, laterSteps })), result };
}

/** Returns everything that GitHub keeps or shows. Lines with `add-mask` are left out, because GitHub removes them. */
function written({ log, post, outputs, summary, state, result }: Told): string {
  const raw = `${log.raw}\n${post?.log.raw ?? ''}`;
  const shown = raw.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  return [...shown, JSON.stringify(outputs), JSON.stringify(state), summary, result].join('\n');
}

const found = (text: string): string[] => FORMS.filter((form) => text.includes(form));

describe('a secret that hooks print in many forms', () => {
  /** With these files, the worker prints the secret, too. */
  const files = {
    Makefile: 'start restart reload stop:\n\t@:\ntell:\n\t@cat password\n',
    'password.tpl': '{{ getSecret "password" }}\n',
  };

  async function tellingBucket(failsIn: string) {
    const bucket = await bucketWith(TELLING, files);
    await bucket.remove('workspace/jobs/api/Makefile.tpl');
    const remote = join(await temporaryFolder(), 'password');
    await writeFile(remote, SECRET);
    return { bucket, env: { FAILS_IN: failsIn, REMOTE_FILE: remote } };
  }

  it.each(['nothing', 'pre_deploy', 'post_deploy'])('is nowhere when %s fails', async (failsIn) => {
    const { bucket, env } = await tellingBucket(failsIn);
    const ended = await run(bucket, env);
    expect(ended.exitCode, ended.log.text).toBe(failsIn === 'nothing' ? 0 : 1);
    const text = written(ended);
    expect(found(text)).toEqual([]);
    for (const form of ['plain', 'split', 'base64', 'url']) expect(text).toContain(`${form}: ***`);
    expect(text).toContain('json: {"p": "***"}"***"');
    expect(ended.result).toContain('split: ***');
    expect(text.includes('ssh: ***')).toBe(failsIn !== 'pre_deploy');
  });

  it('is nowhere on the command line, in its documents and in the state', async () => {
    const { bucket, env } = await tellingBucket('post_deploy');
    const deploy = await bucket.maand(['deploy', '--build', '--json', '--verbose'], { env });
    expect(deploy.status, deploy.stderr).toBe(1);
    expect(deploy.json.hooks.map(({ exit_code: code }: { exit_code: number }) => code)).toEqual([0, 1]);
    const state = await readFile(join(bucket.dir, 'data/state.json'), 'utf8');
    expect(found(`${deploy.stdout}${deploy.stderr}${state}`)).toEqual([]);
    expect(deploy.json.hooks[0].stdout).toContain('split: ***');
  });
});

describe('hostile output', () => {
  it('is text, whatever its content is', async () => {
    const bucket = await bucketWith(HOSTILE);
    const ended = await run(bucket);
    expect(ended.exitCode, ended.log.text).toBe(0);
    expect(ended.outputs).toMatchObject({ changed: 'true', 'deployed-jobs': '["api"]' });
    const obeyed = ended.log.commands.filter(({ name }) => !['group', 'endgroup', 'add-mask', 'debug'].includes(name));
    expect(obeyed).toEqual([]);
    expect(ended.log.commands.map(({ value }) => value)).not.toContain('deployed');
    for (const words of ['name=changed', 'forged', 'stop-commands', 'cleared', 'written', 'not \ufffd UTF-8']) {
      expect(ended.log.text).toContain(words);
    }
    for (const sign of ['\x1b', '\x07', '\r', '##[error]']) expect(ended.log.raw).not.toContain(sign);
    expect(ended.post?.exitCode).toBe(0);
  });
});
