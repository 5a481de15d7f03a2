import { describe, expect, it } from 'vitest';
import { adoptionRecord, blankState } from '../../../src/adopt/blank-state.ts';
import type { FoundBucket } from '../../../src/adopt/find-bucket.ts';
import { leftOut } from '../../../src/adopt/left-out.ts';
import { modesFor } from '../../../src/adopt/modes.ts';
import type { AllocationRecord } from '../../../src/state/document.ts';
import { blankDocument } from '../../../src/state/first-document.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { job } from '../../support/workspace-values.ts';

const TREE = { hash: 'h', files: {}, version: undefined };
const ADDRESS = { port: 22, user: 'agent', root: '/opt/worker', useSudo: false };
const HISTORY =
  'which post_deploy hooks were still to run, and the trees before these: there is nothing to roll back to';

/**
 * Returns a bucket that was found on w1. `listed` are the jobs in its `jobs.json`, and `delivered` are the jobs that have a
 * folder there.
 */
function found(listed: readonly string[], delivered: readonly string[], layout: FoundBucket['layout']): FoundBucket {
  const jobs = listed.map((name) => ({ job: name, disabled: false }));
  const bucket = { id: 'a', layout, workerId: 'w', updateSeq: 1, writer: undefined, jobs };
  const trees = new Map(delivered.map((name) => [name, TREE]));
  return { bucketId: 'a', layout, findings: [{ host: 'w1', address: ADDRESS, bucket, trees }] };
}

describe('the parts that an adoption cannot restore', () => {
  it('is only the history when everything else was found or given', () => {
    expect(leftOut(found(['web'], ['web'], 'ours'), { jobs: [], imports: 'given' })).toEqual([HISTORY]);
  });

  it('is reported completely when nothing was given and the original maand CLI had deployed', () => {
    const ports = [
      { name: 'web_port', number: undefined },
      { name: 'web_admin', number: 80 },
    ];
    const jobs = [job('web', { ports })];
    expect(leftOut(found(['web', 'gone'], ['web', 'stray'], 'other'), { jobs, imports: 'none' })).toEqual([
      'port numbers from the pool (web.web_port): they are on no worker; give them with --import, or they are assigned anew',
      'KV that hooks wrote, secrets, their history: they are on no worker; give them with --import',
      HISTORY,
      'file modes: the maand CLI makes every file executable, the workspace counts',
      'folders of jobs that jobs.json does not list: stray on w1',
      'jobs that jobs.json lists and that have no folder, a deploy starts them: gone on w1',
    ]);
  });
});

describe('the mode of a file on a worker', () => {
  const files = [
    { path: 'run.sh', sourcePath: '/run.sh', executable: true, sizeBytes: 1 },
    { path: 'app.toml.tpl', sourcePath: '/app.toml.tpl', executable: false, sizeBytes: 1 },
  ];
  const jobs = [job('web', { files })];

  it.each([
    ['ours', 'run.sh', 0o644, 0o644],
    ['other', 'run.sh', 0o644, 0o755],
    ['other', 'app.toml', 0o755, 0o644],
    ['other', 'made-there', 0o755, 0o755],
  ] as const)('laid by %s: %s', (layout, path, mode, counts) => {
    expect(modesFor(layout, jobs)({ job: 'web', path, mode })).toBe(counts);
  });
});

describe('a state that an adoption replaces', () => {
  const record: AllocationRecord = {
    id: 'web@w1',
    job: 'web',
    host: 'w1',
    disabled: false,
    removed: false,
    currentVersion: '0.0.0',
  };

  it('has never deployed anything', () => {
    const blank = blankState({ ...blankDocument(), serial: 2, allocations: [record], workers: {} });
    expect(blank).toMatchObject({ serial: 2, allocations: [], workers: {}, trees: {} });
  });

  it.each([
    ['a deploy has begun', { updateSeq: 1 }],
    ['something was delivered', { allocations: [{ ...record, delivered: 'h' }] }],
    ['something was started', { allocations: [{ ...record, applied: { hash: 'h', version: '1.0.0' } }] }],
    ['something was promoted', { allocations: [{ ...record, promoted: { hash: 'h', version: '1.0.0' } }] }],
  ])('does not give way when %s', async (_what, more) => {
    const refused = await refusalOf(async () => blankState({ ...blankDocument(), serial: 7, ...more }));
    expect(refused).toMatchObject({ exitCode: 3, code: 'state-not-adopted' });
    expect(refused.message).toContain('(serial 7)');
  });

  it('records who adopted which bucket', () => {
    const owner = { runId: '77', command: 'state adopt', actor: 'ann', url: '' };
    expect(adoptionRecord(owner, found(['web'], ['web'], 'ours'), new Date(0))).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      actor: 'ann',
      runId: '77',
      what: 'adopted bucket a from w1',
      reason: 'state adopt',
    });
  });
});
