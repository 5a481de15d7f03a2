import { describe, expect, it } from 'vitest';
import type { RolloutEvent } from '../../../src/events/rollout-event.ts';
import { toPlanJson } from '../../../src/plan/plan-json.ts';
import { DeployReport } from '../../../src/report/deploy-report.ts';
import { deploySummary, planSummary } from '../../../src/report/markdown/markdown.ts';
import { codeBlock, details, fitSummary, plain, table } from '../../../src/report/markdown/markdown-parts.ts';
import { waveDiagram } from '../../../src/report/markdown/wave-diagram.ts';
import { hookRecord, jobPlan, step, story, storyFailures, storyPlan } from '../../support/rollout-story.ts';

function summaryOf(events: readonly RolloutEvent[], failures: readonly string[]): string {
  const report = new DeployReport(0);
  for (const event of events) report.add(event);
  return deploySummary(
    report.toJson({ ok: failures.length === 0, updateSeq: 4, serial: 41, runId: 'r', nowMs: 5000 }),
    failures,
  );
}

describe('plain', () => {
  it.each([
    ['a|b', 'a&#124;b'],
    ['`rm -rf`', '&#96;rm -rf&#96;'],
    ['<script>', '&lt;script&gt;'],
    ['line one\nline two\r\nthree', 'line one<br>line two<br>three'],
    ['@octocat', '&#64;octocat'],
    ['**bold** [x](http://y)', '\\*\\*bold\\*\\* \\[x\\](http://y)'],
    ['$x^2$', '\\$x^2\\$'],
    ['\u001b[31mred', '\ufffd\\[31mred'],
    ['\u202eevil', '\ufffdevil'],
    ['::set-output name=a::b', '::set-output name=a::b'],
  ])('%j stays text', (text, expected) => {
    expect(plain(text)).toBe(expected);
  });

  it('cuts a text that is too long for a cell', () => {
    expect(plain('x'.repeat(5000))).toHaveLength(1000);
  });
});

describe('parts', () => {
  it('make a fence that the text cannot close', () => {
    expect(codeBlock('a\n```\nb\n````')).toBe('`````\na\n```\nb\n````\n`````\n\n');
  });

  it('fold, with an escaped title', () => {
    expect(details('a <b> |', 'body')).toBe('<details><summary>a &lt;b&gt; &#124;</summary>\n\nbody\n\n</details>\n\n');
  });

  it('make no table of nothing', () => {
    expect(table(['A'], [])).toBe('');
  });

  it('leave out complete sections above the limit, and report this', () => {
    const summary = fitSummary(['head\n', 'x'.repeat(100), 'tail\n'], 50);
    expect(summary).toContain('head\ntail\n');
    expect(summary).toContain('1 of 3 sections were left out');
  });
});

describe('waveDiagram', () => {
  it('draws waves in order', () => {
    const diagram = waveDiagram([
      { seq: 0, jobs: [{ job: 'db', mark: 'good' }] },
      { seq: 1, jobs: [] },
      { seq: 2, jobs: [{ job: 'a"]; click x', mark: 'bad' }] },
    ]);
    expect(diagram).toContain(
      '```mermaid\nflowchart LR\n  subgraph wave0["wave 0"]\n    wave0job0["db"]:::good\n  end\n',
    );
    expect(diagram).toContain('wave2job0["a___ click x"]:::bad');
    expect(diagram).toContain('wave0 --> wave2');
  });

  it('only counts when there are many jobs', () => {
    const jobs = Array.from({ length: 200 }, (_, at) => ({ job: `job-${at}`, mark: 'idle' as const }));
    expect(waveDiagram([{ seq: 0, jobs }])).toContain('wave0["wave 0: 200 jobs"]');
    expect(waveDiagram([])).toBe('');
  });
});

describe('deploySummary', () => {
  it('begins with tables, draws the waves and folds the rest', () => {
    const summary = summaryOf(story, storyFailures);
    expect(summary).toContain('## maand deploy: failed');
    expect(summary).toContain('| 1 skipped, 1 failed, 1 blocked | 5.0s | 4 | 41 | r |');
    expect(summary).toContain('| ❌ failed | **api** | 0 | 2 | 9.0s | restart updated allocations: worker 10.0.0.2');
    expect(summary).toContain('| ⛔ blocked | **web** | 2 | 0 | 0ms | skipped, upstream job api failed |');
    expect(summary).toContain('- job web: skipped, upstream job api failed');
    expect(summary).toContain('subgraph wave2');
    expect(summary).toContain('| ✅ | old | 10.0.0.3 | stopped |');
    expect(summary).toContain('<summary>Phases (7)</summary>');
    expect(summary).toContain('<summary>Hook hook_migrate (pre_deploy) of api&#64;10.0.0.1: ok, 1.2s</summary>');
    expect(summary.indexOf('| Outcome |')).toBeLessThan(summary.indexOf('```mermaid'));
    expect(summary.indexOf('```mermaid')).toBeLessThan(summary.indexOf('<details>'));
  });

  it('reports when there was nothing to do', () => {
    const events: RolloutEvent[] = [
      { type: 'wave-started', seq: 0, jobs: ['docs'] },
      { type: 'job-finished', job: 'docs', outcome: 'skipped', durationMs: 1, reason: 'unchanged' },
    ];
    expect(summaryOf(events, [])).toContain(
      '## maand deploy: nothing to do\n\nnothing to do: job docs is deployed already.',
    );
  });

  it('escapes all texts of hooks and workers inside its tables', () => {
    const hostile = '| a | b |\n</details><img src=x> ``` ::set-output name=x::y';
    const events: RolloutEvent[] = [
      { type: 'wave-started', seq: 0, jobs: ['api'] },
      { type: 'hook-finished', record: hookRecord({ command: hostile, stdout: hostile, hook: hostile }) },
      { type: 'job-finished', job: 'api', outcome: 'failed', durationMs: 1, error: hostile },
    ];
    const summary = summaryOf(events, [hostile]);
    const outsideOfCode = summary.replace(/(`{3,})[\s\S]*?\n\1\n/g, '');
    expect(outsideOfCode).not.toContain('<img');
    expect(outsideOfCode).not.toContain('```');
    expect(outsideOfCode.match(/<\/details>/g)?.length).toBe(outsideOfCode.match(/<details>/g)?.length);
    const row = summary.split('\n').find((line) => line.startsWith('| ❌'));
    expect(row?.split('|')).toHaveLength(8);
  });

  it('stays below 1 MiB with a thousand talkative hooks', () => {
    const record = hookRecord({ stdout: 'x'.repeat(60_000), stderr: 'y'.repeat(60_000) });
    const events = Array.from({ length: 1000 }, (): RolloutEvent => ({ type: 'hook-finished', record }));
    const summary = summaryOf([...story, ...events], storyFailures);
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
    expect(summary).toContain('sections were left out');
    expect(summary).toContain('| ❌ failed | **api** |');
  });
});

describe('planSummary', () => {
  it('shows what would happen', () => {
    const summary = planSummary(storyPlan, toPlanJson(storyPlan, 'serial 41'));
    expect(summary).toContain('## maand plan: deployment required');
    expect(summary).toMatch(/\| serial 41 \| sha256:[0-9a-f]{64} \|/);
    expect(summary).toContain('| 🔵 deploy | **api** | 0 | 2 restart | content |');
    expect(summary).toContain('| ⚪ skip | **docs** | 0 | 1 skip | already promoted on all allocations |');
    expect(summary).toContain('| old | 10.0.0.3 | stop+remove | no longer placed there |');
    expect(summary).toContain('<summary>The whole plan</summary>');
  });

  it('points to the file when the plan is large', () => {
    const steps = Array.from({ length: 3000 }, (_, at) =>
      step({ host: `worker-${at}.example.org`, action: 'restart', reason: 'content', changed: ['Makefile', 'config'] }),
    );
    const plan = { required: true, reconcile: [], waves: [{ seq: 0, jobs: [jobPlan({ job: 'api', steps })] }] };
    const summary = planSummary(plan, toPlanJson(plan, 'none'));
    expect(summary).not.toContain('worker-7.example.org');
    expect(summary).toContain('the file of the output `plan-file`');
  });
});
