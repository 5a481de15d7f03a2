/** Tests the annotations that the runner reads from the bundle for findings in real workspaces. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ActionRun, runAction } from '../support/action-runner.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const actionDir = join(import.meta.dirname, '../..');
const KEYED = { 'state-key': createHash('sha256').update('a key for tests').digest('hex') };

/** Returns a checkout that has the bucket in a folder of the repository. */
async function checkout(files: Readonly<Record<string, string>>): Promise<string> {
  const dir = await temporaryFolder();
  await mkdir(join(dir, '.git'));
  const bucket = { 'maand.conf': '', 'workspace/workers.json': '[]', ...files };
  for (const [path, text] of Object.entries(bucket)) {
    const file = join(dir, 'deploy/production', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return dir;
}

async function run(workspaceDir: string, inputs: Readonly<Record<string, string>>): Promise<ActionRun> {
  return runAction({ actionDir, workspaceDir, inputs: { bucket: 'deploy/production', ...inputs } });
}

const job = (name: string, manifest: string): Readonly<Record<string, string>> => ({
  [`workspace/jobs/${name}/manifest.json`]: manifest,
  [`workspace/jobs/${name}/Makefile`]: '',
});

describe('annotations', () => {
  it('name the file from the root of the repository, with line and column of the value', async () => {
    const dir = await checkout(job('api', '{\n  "restart_policy": "bounce",\n  "colour": 1\n}\n'));
    const { log, exitCode } = await run(dir, { command: 'validate' });
    const file = 'deploy/production/workspace/jobs/api/manifest.json';
    expect(exitCode).toBe(2);
    expect(log.annotations('error')[0]).toMatchObject({
      properties: { file, line: '2', col: '21', title: 'ErrInvalidManifest' },
      value: expect.stringContaining('bounce'),
    });
    expect(log.annotations('warning')[0]).toMatchObject({ properties: { file, line: '3' } });
  });

  it('are ten of a kind, errors first; one notice counts the rest', async () => {
    const bad = '{ "restart_policy": "bounce", "colour": 1 }';
    const names = Array.from({ length: 12 }, (_, at) => `job-${at}`);
    const dir = await checkout(Object.assign({}, ...names.map((name) => job(name, bad))));
    const { log } = await run(dir, { command: 'validate' });
    const kinds = log.commands.map(({ name }) => name).filter((name) => ['error', 'warning', 'notice'].includes(name));
    expect(kinds).toEqual([
      ...Array.from({ length: 9 }, () => 'error'),
      ...Array.from({ length: 10 }, () => 'warning'),
      'notice',
      'error', // the reason why the step fails
    ]);
    expect(log.annotations('notice')[0]?.value).toMatch(/^3 more errors and \d+ more warnings are in the log/);
    for (const name of names) expect(log.text).toContain(`deploy/production/workspace/jobs/${name}/manifest.json:1:21`);
  });

  it('show each warning of a build with state once', async () => {
    const dir = await checkout(job('api', '{ "colour": 1 }'));
    const state = `file:${await temporaryFolder()}`;
    const { log, exitCode } = await run(dir, { ...KEYED, state, command: 'build' });
    expect(exitCode, log.text).toBe(0);
    expect(log.annotations('warning').filter(({ value }) => value.includes('colour'))).toHaveLength(1);
  });

  it('contain no text that the runner reads as a command', async () => {
    const evil = '\\n::add-mask::x\\r\\n::set-output name=a::b\\n##[error]evil';
    const manifest = `{ "restart_policy": "${evil}", "${evil}": 1, "version": "::stop-commands::t" }`;
    const dir = await checkout({
      ...job('api', manifest),
      ...job('a,b%0A::error::x', '{}'),
      ...job('two\n::warning file=x::lines', '{}'),
    });
    const ended = await run(dir, { command: 'validate' });
    expect(ended.exitCode).toBe(2);
    const { commands } = ended.log;
    expect([...new Set(commands.map(({ name }) => name))].sort()).toEqual(['add-mask', 'error', 'warning']);
    expect(commands.filter(({ name, value }) => name === 'add-mask' && value === 'x')).toEqual([]);
    expect(commands.filter(({ properties }) => properties.file === 'x')).toEqual([]);
    expect(commands.filter(({ value }) => value === 'lines' || value === 'x' || value === 'evil')).toEqual([]);
    expect(Object.keys(ended.outputs)).not.toContain('a');
    for (const { name, properties } of commands) {
      if (name !== 'add-mask' && properties.file !== undefined)
        expect(properties.file).toMatch(/^deploy\/production\//);
    }
  });
});
