/**
 * Runs every example of docs/hooks.md and docs/runtime-api.md as a hook on real workers. The output must match the output on
 * the page.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Farm, startFarm } from '../support/ssh-farm.ts';
import { TestBucket } from '../support/test-bucket.ts';

interface Example {
  readonly page: string;
  readonly line: number;
  readonly language: 'python' | 'typescript' | 'sh';
  /**
   * The word after the language. It is the event of the hook, or `setup` for lines that come before the other examples of the
   * page.
   */
  readonly purpose: string;
  readonly text: string;
  readonly output: string | undefined;
}

const FENCE = /^( *)```(python|typescript|sh)(?: (\w+))?\n(.*?)^\1```\n(?:\n```output\n(.*?)```\n)?/gms;

/**
 * Returns the examples of a page. Examples of shell hooks are left out, because they are command lines and
 * `documented-examples.test.ts` runs them.
 */
function examplesOf(page: string): Example[] {
  const [text = ''] = readFileSync(join(import.meta.dirname, '../../docs', page), 'utf8').split('\n## Shell hooks');
  return [...text.matchAll(FENCE)].map((found) => {
    const [, indent = '', language, purpose = 'cli', code = '', output] = found;
    return {
      page,
      line: text.slice(0, found.index).split('\n').length,
      language: language as Example['language'],
      purpose,
      text: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      output,
    };
  });
}

/** runtime-api.md comes first, because it shows the content of the store, and hooks.md leaves keys in the store. */
const all = ['runtime-api.md', 'hooks.md'].flatMap(examplesOf);
const setup = all.filter(({ purpose }) => purpose === 'setup');
const examples = all.filter(({ purpose }) => purpose !== 'setup');
const nameOf = ({ page, line }: Example) => `hook_${page.replace(/\W/g, '_')}_${line}`;

/** Returns an example as the script of a hook. The `setup` lines of the page come first. */
function scriptOf({ page, language, text }: Example): [ending: string, text: string] {
  if (language !== 'sh') return [language === 'python' ? 'py' : 'ts', text];
  const whole = [...setup.filter((one) => one.page === page).map((one) => one.text), text].join('\n');
  return ['py', `import subprocess\nsubprocess.run(["sh", "-eu", "-c", ${JSON.stringify(whole)}], check=True)\n`];
}

const MAKEFILE = 'start restart reload stop:\n\t@echo $@ >> ../../journal\n';

let farm: Farm;
let bucket: TestBucket;
beforeAll(async () => {
  farm = await startFarm({ workers: 2 });
  bucket = await TestBucket.create(farm);
  const hooks = examples.map((example) => [nameOf(example), { executed_on: ['cli'] }]);
  const manifest = {
    version: '1.0.0',
    selectors: ['worker'],
    resources: { ports: { api_port: 8080 } },
    hooks: Object.fromEntries(hooks.filter((_hook, at) => examples[at]?.purpose === 'cli')),
  };
  const scripts = examples.map((example) => {
    const [ending, text] = scriptOf(example);
    return [`_hooks/${nameOf(example)}.${ending}`, text];
  });
  await bucket.addJob('api', manifest, { Makefile: MAKEFILE, ...Object.fromEntries(scripts) });
  await bucket.remove('workspace/jobs/api/Makefile.tpl');
  await succeed('deploy', '--build');
});
afterAll(() => farm.stop());

async function succeed(...args: readonly string[]) {
  const run = await bucket.maand([...args, '--json']);
  expect(run.status, `${run.stdout}${run.stderr}`).toBe(0);
  return run.json;
}

const ofPurpose = (purpose: string) =>
  examples.filter((one) => one.purpose === purpose).map((one) => [`${one.page}:${one.line}`, one] as const);

describe('examples of the pages about hooks', () => {
  it('exist in both languages, and all of them run', () => {
    for (const language of ['python', 'typescript', 'sh']) {
      expect(examples.filter((one) => one.language === language).length).toBeGreaterThan(1);
    }
    expect(new Set(examples.map(({ purpose }) => purpose))).toEqual(new Set(['cli', 'job_control']));
    expect(all.filter(({ page, language }) => page === 'runtime-api.md' && language === 'sh')).toHaveLength(6);
  });

  it.each(ofPurpose('cli'))('%s runs', async (_where, example) => {
    const { hooks } = await succeed('hooks', nameOf(example), 'api');
    expect(hooks).toHaveLength(2);
    if (example.output === undefined) return;
    for (const { stdout } of hooks) expect(`${stdout}\n`).toBe(example.output);
  });

  it.each(ofPurpose('job_control'))('%s takes the place of make', async (_where, example) => {
    const canary = await TestBucket.create(farm);
    const hooks = { [nameOf(example)]: { executed_on: ['job_control'] } };
    const files = { Makefile: MAKEFILE, [`_hooks/${nameOf(example)}.py`]: example.text };
    await canary.addJob('api', { version: '1.0.0', selectors: ['worker'], hooks }, files);
    await canary.remove('workspace/jobs/api/Makefile.tpl');
    for (const words of [[], ['--force']]) {
      const deploy = await canary.maand(['deploy', '--build', ...words]);
      expect(deploy.status, deploy.stderr).toBe(0);
    }
    for (const worker of farm.workers) {
      expect(readFileSync(join(await canary.folderOn(worker), 'journal'), 'utf8')).toBe('start\nrestart\n');
    }
  });
});

describe('the page about the runtime API', () => {
  it('names every route of the server, and no other', () => {
    const server = readFileSync(join(import.meta.dirname, '../../src/hooks/api/api-server.ts'), 'utf8');
    const routes = new Set([...server.matchAll(/^ {4}'(\/[a-z/]+)':/gm)].map(([, path]) => path));
    const page = readFileSync(join(import.meta.dirname, '../../docs/runtime-api.md'), 'utf8');
    const named = new Set([...page.matchAll(/`(?:GET|PUT|POST|DELETE) (\/[a-z/]+)`/g)].map(([, path]) => path));
    expect(named).toEqual(routes);
  });
});
