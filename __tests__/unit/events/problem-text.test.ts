import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../src/events/problem.ts';
import { problemReason, problemText } from '../../../src/events/problem-text.ts';

const worker = '10.0.0.1';
const exit: Problem = { kind: 'exit', worker, what: 'make start', exitCode: 2, said: 'no port' };

const SENTENCES: readonly (readonly [Problem, string])[] = [
  [{ kind: 'connection', worker, cause: 'lost', message: 'worker 10.0.0.1 is lost' }, 'worker 10.0.0.1 is lost'],
  [
    { kind: 'connection', worker, cause: 'auth', message: 'worker 10.0.0.1 refused', hint: 'add the key' },
    'worker 10.0.0.1 refused (add the key)',
  ],
  [{ kind: 'silent', worker, limitMs: 30_000 }, 'worker 10.0.0.1: no answer within 30 s'],
  [
    { kind: 'timed-out', worker, what: 'make stop', limitMs: 1000 },
    'worker 10.0.0.1: make stop timed out after 1 s (command_timeout in maand.conf)',
  ],
  [exit, 'worker 10.0.0.1: make start failed (exit 2): no port'],
  [{ ...exit, said: '' }, 'worker 10.0.0.1: make start failed (exit 2)'],
  [
    { ...exit, kind: 'overtaken', exitCode: 75, said: 'maand: a newer run' },
    'worker 10.0.0.1: make start failed (exit 75): maand: a newer run',
  ],
  [
    { kind: 'unreadable', worker, what: 'its files', exitCode: 1, said: 'no' },
    'worker 10.0.0.1: its files cannot be read (exit 1): no',
  ],
  [
    { kind: 'missing-tools', worker, tools: ['make', 'rsync'] },
    'worker 10.0.0.1 missing prerequisites: make, rsync (install them there, e.g. apt-get install make rsync)',
  ],
  [{ kind: 'delivery-timed-out', worker, limitMs: 1_800_000 }, 'worker 10.0.0.1: rsync did not end within 30 minutes'],
  [
    { kind: 'out-of-step', worker, fault: { kind: 'absent' }, remedy: 'maand deploy' },
    'worker 10.0.0.1: nothing of this bucket is there (run maand deploy)',
  ],
  [
    { kind: 'out-of-step', worker, fault: { kind: 'behind', found: 1, delivered: 3 }, remedy: 'maand deploy --force' },
    'worker 10.0.0.1: update_seq mismatch: it holds an older deploy (1) than the last one (3) (run maand deploy --force)',
  ],
  [{ kind: 'cancelled' }, 'cancelled'],
  [{ kind: 'cancelled', when: 'while waiting for health' }, 'cancelled while waiting for health'],
  [{ kind: 'hook', said: 'job api hook hook_a failed: x' }, 'job api hook hook_a failed: x'],
  [
    {
      kind: 'unhealthy',
      problems: [
        { kind: 'list', problems: [{ kind: 'probe', probe: 'tcp', at: 'a:1', said: 'connection refused' }, exit] },
        { kind: 'hook', said: 'b: hook h: sick' },
      ],
    },
    'health check failed: tcp a:1: connection refused; worker 10.0.0.1: make start failed (exit 2): no port; b: hook h: sick',
  ],
  [{ kind: 'templates', messages: ['one', 'two'] }, 'one\ntwo'],
  [
    { kind: 'batches', action: 'start', cause: { kind: 'several', problems: [exit, { ...exit, worker: '10.0.0.2' }] } },
    'start new allocations: worker 10.0.0.1: make start failed (exit 2): no port\nworker 10.0.0.2: make start failed (exit 2): no port',
  ],
  [{ kind: 'batches', action: 'reload', cause: { kind: 'cancelled' } }, 'reload updated allocations: cancelled'],
  [{ kind: 'target', target: 'go', by: 'make', cause: { kind: 'cancelled' } }, 'target go failed: cancelled'],
  [{ kind: 'target', target: 'go', by: 'hooks', cause: { kind: 'cancelled' } }, 'target go: cancelled'],
  [{ kind: 'still-running', workers: ['a', 'b'] }, 'the disabled allocation on a, b could not be stopped'],
  [{ kind: 'upstream', job: 'db' }, 'skipped, upstream job db failed'],
];

describe('the words of a problem', () => {
  it.each(SENTENCES)('%j', (problem, sentence) => {
    expect(problemText(problem)).toBe(sentence);
  });

  it('leave the worker out where it is named already', () => {
    expect(problemReason({ kind: 'silent', worker, limitMs: 500 })).toBe('no answer within 0.5 s');
  });
});
