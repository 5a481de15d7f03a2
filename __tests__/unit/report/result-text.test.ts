import { describe, expect, it } from 'vitest';
import type { DeployJson } from '../../../src/report/deploy-json.ts';
import { DeployReport } from '../../../src/report/deploy-report.ts';
import { reasonIn, resultText } from '../../../src/report/result-text.ts';
import { story, storyFailures } from '../../support/rollout-story.ts';

function storyJson(): DeployJson {
  const report = new DeployReport(0);
  for (const event of story) report.add(event);
  return report.toJson({ ok: false, updateSeq: 4, serial: 41, runId: 'run-1', nowMs: 12_345 });
}

const EMPTY: DeployJson = {
  ok: true,
  update_seq: 4,
  serial: 41,
  run_id: 'r',
  started_at: '',
  duration_ms: 900,
  reconcile: [],
  waves: [],
  jobs: [],
  hooks: [],
};
const docs = { job: 'docs', outcome: 'skipped', duration_ms: 1, phases: [] } as const;

describe('resultText', () => {
  it('shows the outcome and reason of every job, then every failure', () => {
    expect(
      resultText(storyJson(), storyFailures),
    ).toBe(`deploy ended with failures after 12.3s: 1 skipped, 1 failed, 1 blocked, 1 allocation stopped (update_seq 4)
  api   failed     restart updated allocations: worker 10.0.0.2: make restart failed (exit 2): cannot bind
  docs  skipped    already promoted on all allocations
  web   blocked    skipped, upstream job api failed
  old@10.0.0.3: stopped
deploy failed:
job api: restart updated allocations: worker 10.0.0.2: make restart failed (exit 2): cannot bind
job web: skipped, upstream job api failed
`);
  });

  it.each([
    [[docs], 'nothing to do: job docs is deployed already\n'],
    [[docs, { ...docs, job: 'web' }], 'nothing to do: all 2 jobs are deployed already\n'],
    [[], 'nothing to do: no job of the selection is placed on a worker\n'],
  ])('says in one sentence that there was nothing to do', (jobs, text) => {
    expect(resultText({ ...EMPTY, jobs }, [])).toBe(text);
  });

  it('does not report a run with stops as idle, and counts only confirmed stops', () => {
    const ends = [
      ['a', 'forgotten', 'forgotten, it never ran'],
      ['b', 'stopped', 'stopped'],
      ['c', 'given-up', 'not stopped, its worker could not be asked'],
      ['d', 'unknown', 'perhaps not stopped, the connection was lost meanwhile'],
      ['e', 'failed', 'could not be stopped'],
      ['f', 'cancelled', 'not stopped, the run was cancelled'],
    ] as const;
    const reconcile = ends.map(([job, outcome]) => ({ job, worker: 'h', action: 'stop', outcome }));
    const text = resultText({ ...EMPTY, jobs: [docs], reconcile }, []);
    expect(text).toContain('deploy finished after 900ms: 1 skipped, 1 allocation stopped');
    for (const [job, , words] of ends) expect(text).toContain(`  ${job}@h: ${words}\n`);
  });

  it('shows the duration of a deployed job', () => {
    const jobs = [{ job: 'api', outcome: 'deployed', duration_ms: 65_000, phases: [] } as const];
    expect(resultText({ ...EMPTY, jobs }, [])).toContain('  api  deployed   1m 05s\n');
  });
});

describe('reasonIn', () => {
  it('finds the failures of a deploy, or otherwise uses the last line', () => {
    expect(reasonIn('deploy', resultText(storyJson(), storyFailures))).toMatch(/^deploy failed:\njob api: restart/);
    expect(reasonIn('validate', 'a.json:1:1: error: no\n1 error(s)\n')).toBe('maand validate failed: 1 error(s)');
    expect(reasonIn('hooks', '')).toBe('maand hooks failed: it gave no reason');
  });
});
