import { describe, expect, it } from 'vitest';
import { buildCatalog } from '../../../src/catalog/build-catalog.ts';
import type { Continuity } from '../../../src/catalog/types.ts';
import { publishCatalog } from '../../../src/kv/publish.ts';
import { KvStore } from '../../../src/kv/store.ts';
import type { Workspace } from '../../../src/workspace/types.ts';
import { job, jobConfig, worker, workspace } from '../../support/workspace-values.ts';

function publish(
  parts: Partial<Workspace>,
  store = new KvStore({}, () => 0),
  allocations: Continuity['allocations'] = [],
) {
  const continuity = { bucketId: 'the-bucket', workers: {}, ports: {}, allocations };
  const value = workspace(parts);
  const { catalog } = buildCatalog({ workspace: value, continuity, newId: () => 'worker-id' });
  publishCatalog(store, catalog, value);
  return store;
}

const live = (store: KvStore) =>
  store.namespaces().flatMap((namespace) => store.keys(namespace).map((key) => `${namespace} ${key}`));
const all = (store: KvStore, namespace: string) =>
  Object.fromEntries(store.keys(namespace).map((key) => [key, store.get(namespace, key)]));

describe('publishCatalog', () => {
  it('publishes the keys of a worker and a job that templates expect', () => {
    const workers = [
      worker('10.0.0.2', { labels: ['web', 'worker'], position: 0, tags: { zone: 'A' }, hostname: 'two' }),
      worker('10.0.0.1', { labels: ['worker'], position: 1, memoryMb: 1_048_576 }),
    ];
    const jobs = [job('svc', { version: '1.2', ports: [{ name: 'svc_port', number: 80 }], vars: { a: '1', b: '1' } })];
    const store = publish({ workers, jobs, bucketVars: { x: 'y' }, jobConfig: jobConfig({ svc: { b: '2' } }) });
    expect(all(store, 'maand/bucket')).toEqual({
      bucket_id: 'the-bucket',
      jobs: 'svc',
      active_jobs: 'svc',
      svc_port: '80',
    });
    expect(all(store, 'maand/worker')).toMatchObject({
      worker_workers: '10.0.0.2,10.0.0.1',
      worker_workers_length: '2',
      worker_0: '10.0.0.2',
      web_0: '10.0.0.2',
      worker_label_id: 'b61822e8-357d-3aff-b7ea-accf348d9134',
    });
    expect(all(store, 'maand/worker/10.0.0.2')).toEqual({
      worker_ip: '10.0.0.2',
      worker_id: 'worker-id',
      hostname: 'two',
      position: '0',
      labels: 'web,worker',
      web_allocation_index: '0',
      worker_allocation_index: '0',
      worker_peers: '10.0.0.1',
      worker_memory_mb: '0',
      worker_cpu_mhz: '0',
      jobs: 'svc',
    });
    expect(store.get('maand/worker/10.0.0.1', 'worker_memory_mb')).toBe('1048576');
    expect(all(store, 'maand/worker/10.0.0.2/tags')).toEqual({ zone: 'A' });
    expect(all(store, 'maand/job/svc')).toEqual({
      job_id: expect.any(String),
      name: 'svc',
      job_name: 'svc',
      version: '1.2',
      selectors: 'worker',
      min_memory_mb: '0',
      max_memory_mb: '0',
      min_cpu_mhz: '0',
      max_cpu_mhz: '0',
      memory: '0',
      cpu: '0',
      workers: '10.0.0.2,10.0.0.1',
      workers_length: '2',
      worker_0: '10.0.0.2',
      worker_1: '10.0.0.1',
      rollout_order: '10.0.0.2,10.0.0.1',
    });
    expect(all(store, 'maand/job/svc/worker/10.0.0.1')).toEqual({
      svc_allocation_index: '1',
      peer_workers: '10.0.0.2',
    });
    expect(all(store, 'vars/bucket/job/svc')).toEqual({ a: '1', b: '2' });
    expect(all(store, 'vars/bucket')).toEqual({ x: 'y' });
  });

  it('adds no new version when nothing changed', () => {
    const parts = { workers: [worker('w1')], jobs: [job('a')] };
    const store = publish(parts);
    const before = JSON.stringify(store.toHistory());
    publish(parts, store);
    expect(JSON.stringify(store.toHistory())).toBe(before);
  });

  it('clears removed jobs and workers, and keeps what hooks wrote for jobs that stay', () => {
    const store = publish({ workers: [worker('w1'), worker('w2')], jobs: [job('a'), job('b')] });
    for (const name of ['a', 'b']) store.put(`vars/job/${name}`, 'hook', 'wrote');
    store.putExact('secrets/job/b', 'password', 'sealed');
    const allocations = ['a|w1', 'a|w2', 'b|w1', 'b|w2'].map((pair) => ({
      id: pair,
      job: pair.slice(0, 1),
      host: pair.slice(2),
    }));
    publish({ workers: [worker('w1')], jobs: [job('a')] }, store, allocations);
    expect(live(store).filter((name) => /w2|job\/b/.test(name))).toEqual([]);
    expect(store.get('vars/job/a', 'hook')).toBe('wrote');
  });

  it('clears a job of the workspace that lost its last allocation only once', () => {
    const store = publish({ workers: [worker('w1')], jobs: [job('a')] });
    const allocations = [{ id: 'x', job: 'a', host: 'w1' }];
    const moved = { workers: [worker('w1')], jobs: [job('a', { selectors: ['gpu'] })] };
    publish(moved, store, allocations);
    const revision = store.revision;
    publish(moved, store, allocations);
    expect([store.keys('maand/job/a'), store.revision]).toEqual([[], revision]);
  });

  it('keeps certificates and the promoted version of an allocation', () => {
    const parts = { workers: [worker('w1')], jobs: [job('a')] };
    const store = publish(parts);
    store.put('maand/job/a/worker/w1', 'version', '1.0.0');
    store.put('maand/job/a/worker/w1', 'certs/a.crt', 'PEM');
    publish(parts, store);
    expect(store.keys('maand/job/a/worker/w1')).toEqual([
      'a_allocation_index',
      'certs/a.crt',
      'peer_workers',
      'version',
    ]);
  });
});
