import { describe, expect, it } from 'vitest';
import { planText } from '../../../src/report/plan-text.ts';
import { jobPlan, step, storyPlan } from '../../support/rollout-story.ts';

describe('planText', () => {
  it('shows the plan wave by wave', () => {
    expect(planText(storyPlan)).toBe(`deploy dry-run: deployment required (1 start, 2 restarts, 1 stop)

reconcile:
  job "old": stop+remove on 10.0.0.3 (no longer placed there)
deployment sequence 0:
  job "api": deploy required (content)
    10.0.0.1  restart  reason=content changed=Makefile,"conf/a b.toml" matched=Makefile
    10.0.0.2  restart  reason=version version=1.0.0->2.0.0
    restart in 2 batches: [10.0.0.1] [10.0.0.2]
  job "docs": skip (already promoted on all allocations)
deployment sequence 2:
  job "web": deploy required (new)
    10.0.0.1  start  reason=unchanged
`);
  });

  it('shows that no deploy is required, and that no job matched', () => {
    const idle = jobPlan({ job: 'docs', required: false, reason: 'no allocations' });
    expect(planText({ required: false, reconcile: [], waves: [{ seq: 0, jobs: [idle] }] })).toBe(
      'deploy dry-run: no deployment required\n\ndeployment sequence 0:\n  job "docs": skip (no allocations)\n',
    );
    expect(planText({ required: false, reconcile: [], waves: [{ seq: 0, jobs: [] }] })).toBe(
      'deploy dry-run: no jobs matched\n',
    );
  });

  it('shows problems below their job, whole', () => {
    const problem = 'template a.tpl:1: no such key\ntemplate b.tpl:2: no such key';
    const text = planText({
      required: true,
      reconcile: [],
      waves: [{ seq: 0, jobs: [jobPlan({ job: 'api', problem })] }],
    });
    expect(text).toContain('  job "api": deploy required (cannot be planned)\n');
    expect(text).toContain('    problem: template a.tpl:1: no such key\n      template b.tpl:2: no such key\n');
  });

  it('keeps one line for an allocation whatever its paths are called', () => {
    const changed = ['a\nb', '::set-env name=X::y', ...Array.from({ length: 30 }, (_, at) => `file-${at}`)];
    const job = jobPlan({
      job: 'api',
      steps: [step({ host: '10.0.0.1', action: 'reload', reason: 'content', changed })],
    });
    const line = planText({ required: true, reconcile: [], waves: [{ seq: 0, jobs: [job] }] }).split('\n')[4];
    expect(line).toContain('changed="a\\nb","::set-env name=X::y",file-0,');
    expect(line).toContain('… (12 more)');
  });

  it('shows the reason why each allocation is stopped or removed', () => {
    const base = { job: 'old', host: 'h', allocationId: 'x' } as const;
    const text = planText({
      required: true,
      waves: [],
      reconcile: [
        { ...base, action: 'stop', workerLeft: false },
        { ...base, action: 'stop+remove', workerLeft: true },
        { ...base, action: 'forget', workerLeft: false },
      ],
    });
    expect(text.split('\n').slice(3, 6)).toEqual([
      '  job "old": stop on h (disabled)',
      '  job "old": stop+remove on h (the worker left the bucket)',
      '  job "old": forget on h (no longer placed there, never ran)',
    ]);
  });
});
