/**
 * Checks docs/templates.md: each example renders to the result below it, and the page names every function and every field.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderTemplate } from '../../../src/template/evaluator.ts';
import { FUNCTIONS } from '../../../src/template/functions/function-table.ts';
import type { RenderInput } from '../../../src/template/input.ts';
import { parseTemplate } from '../../../src/template/parse/parser.ts';
import { kvOf } from './render.ts';

const PAGE = readFileSync(new URL('../../../docs/templates.md', import.meta.url), 'utf8');

const INPUT: RenderInput = {
  data: { Job: 'api', WorkerIP: '10.0.0.1', Labels: ['eu', 'web', 'worker'] },
  kv: kvOf({
    'maand/bucket': { api_port: '8080', db_port: '5432' },
    'maand/job/api': { workers: '10.0.0.1,10.0.0.2', memory: '2048' },
    'maand/job/database': { workers: '10.0.1.1,10.0.1.2' },
    'maand/job/api/worker/10.0.0.1': { peer_workers: '10.0.0.2' },
    'maand/worker/10.0.0.1': { hostname: 'alpha', worker_cpu_mhz: '9600' },
    'vars/bucket/job/api': { mode: 'cluster' },
    'secrets/job/api': { password: 's3cret & more' },
  }),
};

const render = (source: string): string => renderTemplate(parseTemplate('app.conf.tpl', source), INPUT);

/** The fenced templates. The next fence after a template contains its result. */
const fenced = [...PAGE.matchAll(/```gotmpl\n(.*?)```\n\n```(output|error)\n(.*?)```/gs)].map(
  ([, source = '', kind = '', result = '']) => ({ source, kind, result }),
);

/** The rows of tables whose first cell is a template. */
const rows = [...PAGE.matchAll(/^\| `(.*\{\{.*)` \| `(.*)` \|$/gm)].map(([, source = '', result = '']) => [
  source.replaceAll('\\|', '|'),
  result,
]);

describe('the page about templates', () => {
  it('has its examples', () => {
    expect(fenced).toHaveLength(PAGE.match(/```gotmpl/g)?.length ?? 0);
    expect(fenced.map(({ kind }) => kind)).toEqual(['output', 'output', 'error']);
    expect(rows).toHaveLength(16);
  });

  it.each(fenced)('shows the result of this $kind: $source', ({ source, kind, result }) => {
    if (kind === 'error') expect(() => render(source)).toThrow(result.trim());
    else expect(render(source)).toBe(result);
  });

  it.each(rows)('is right about %s', (source, result) => {
    expect(render(source)).toBe(result);
  });

  it('names every function, and nothing that is not a function', () => {
    const missing = [...FUNCTIONS.keys()].filter((name) => !new RegExp(`\`${name}[ \`]`).test(PAGE));
    expect(missing).toEqual([]);
    const end = PAGE.indexOf('Texts are never converted');
    expect(end).toBeGreaterThan(0);
    const table = PAGE.slice(PAGE.indexOf('## Functions'), end);
    const named = [...table.matchAll(/`([a-z][A-Za-z]*)(?: [A-Z ]+)?`/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !FUNCTIONS.has(name))).toEqual([]);
  });
});
