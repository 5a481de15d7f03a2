import { describe, expect, it } from 'vitest';
import { openView, writeRefusal } from '../../../src/kv/access.ts';
import { createSecretBox } from '../../../src/kv/secrets.ts';
import { KvStore } from '../../../src/kv/store.ts';

const box = createSecretBox([Buffer.alloc(32, 7)]);
const scope = { job: 'app', host: 'w1', demandedJobs: ['db'] };

function view(parts: { readonly box?: typeof box | undefined } = { box }) {
  const store = new KvStore({}, () => 0);
  for (const namespace of [
    'maand/bucket',
    'vars/job/db',
    'vars/bucket/job/db',
    'vars/job/other',
    'maand/worker/w2',
    'maand/job/app/worker/w2',
  ]) {
    store.put(namespace, 'k', namespace);
  }
  store.put('maand/bucket', 'active_jobs', 'app');
  store.putExact('secrets/job/app', 'password', box.seal(' hunter2 '));
  const heard: string[] = [];
  return { view: openView({ store, scope, box: parts.box, onSecret: (plain) => heard.push(plain) }), heard };
}

describe('openView', () => {
  it.each(['maand/bucket', 'vars/job/db'])('reads %s', (namespace) => {
    expect(view().view.get(namespace, 'k')).toEqual({ kind: 'found', value: namespace });
  });

  it.each(['vars/bucket/job/db', 'vars/job/other', 'maand/worker/w2', 'maand/job/app/worker/w2'])(
    'does not read %s',
    (namespace) => {
      const message = `${namespace} namespace is not available for job app`;
      expect(view().view.get(namespace, 'k')).toEqual({ kind: 'unreadable', message });
      expect(view().view.keys(namespace)).toEqual({ kind: 'unreadable', message });
    },
  );

  it('opens secrets, reports them for masking, and knows the older key name', () => {
    const opened = view();
    expect(opened.view.get('secrets/job/app', 'password')).toEqual({
      kind: 'found',
      value: ' hunter2 ',
      isSecret: true,
    });
    expect(opened.heard).toEqual([' hunter2 ']);
    expect(opened.view.get('maand/bucket', 'activejobs')).toEqual({ kind: 'found', value: 'app' });
    expect(opened.view.get('vars/job/app', 'nothing')).toEqual({ kind: 'missing' });
  });

  it.each([
    ['maand', 'bucket_id', 'b1'],
    ['maand/job/app', 'deploy_order', 'w1'],
    ['maand/job/app', 'WORKER_0', 'w1'],
    ['maand/job/app/worker/w1', 'new_version', '2.0.0'],
    ['vars/bucket', 'port_min', '30000'],
    ['vars/bucket', 'port_max', '39999'],
    ['vars/bucket/job/app', 'MEMORY', '1 GB'],
    ['vars/bucket/job/app', 'CPU', 'as written'],
  ])('answers %s %s from where it is kept today', (namespace, key, value) => {
    const store = new KvStore({}, () => 0);
    store.put('maand/bucket', 'bucket_id', 'b1');
    store.put('maand/job/app', 'rollout_order', 'w1');
    store.put('maand/job/app', 'worker_0', 'w1');
    store.put('maand/job/app/worker/w1', 'version', '2.0.0');
    store.put('vars/bucket', 'port_range', '30000, 39999');
    store.put('vars/bucket/job/app', 'memory', '1 GB');
    store.put('vars/bucket/job/app', 'cpu', '1');
    store.put('vars/bucket/job/app', 'CPU', 'as written');
    const opened = openView({ store, scope, box, onSecret: () => {} });
    expect(opened.get(namespace, key)).toEqual({ kind: 'found', value });
    expect(opened.keys('maand')).toEqual({ kind: 'found', keys: ['bucket_id'] });
  });

  it('says what to read instead of a key that was removed', () => {
    expect(view().view.get('maand/job/app', 'ports_json')).toEqual({
      kind: 'missing',
      hint: 'read each port by its name in maand/bucket',
    });
    expect(view().view.get('maand/job/app/worker/w1', 'is_seed')).toMatchObject({
      kind: 'missing',
      hint: expect.stringContaining('peer_workers'),
    });
    expect(view().view.get('vars/job/app', 'is_seed')).toEqual({ kind: 'missing' });
  });

  it('says why a secret cannot be read', () => {
    expect(view({ box: undefined }).view.get('secrets/job/app', 'password').kind).toBe('undecryptable');
    const foreign = createSecretBox([Buffer.alloc(32, 8)]);
    expect(view({ box: foreign }).view.get('secrets/job/app', 'password').kind).toBe('undecryptable');
    const rotated = createSecretBox([Buffer.alloc(32, 8), Buffer.alloc(32, 7)]);
    expect(view({ box: rotated }).view.get('secrets/job/app', 'password').kind).toBe('found');
  });
});

describe('writeRefusal', () => {
  const refusal = (
    event: 'pre_deploy' | 'post_deploy' | 'health_check' | 'cli',
    route: 'put' | 'delete' | 'put-secret',
    namespace: string,
    key = 'k',
  ) => writeRefusal({ job: 'app', event, route, namespace, key });

  it('allows own variables, own secrets by their route, and the rollout order before a deploy', () => {
    expect(refusal('post_deploy', 'put', 'vars/job/app')).toBeUndefined();
    expect(refusal('post_deploy', 'delete', 'vars/job/app')).toBeUndefined();
    expect(refusal('post_deploy', 'put-secret', 'secrets/job/app')).toBeUndefined();
    expect(refusal('pre_deploy', 'put', 'maand/job/app', 'rollout_order')).toBeUndefined();
    expect(refusal('cli', 'put', 'maand/job/app', 'rollout_order')).toBeUndefined();
  });

  it.each([
    ['post_deploy', 'put', 'maand/job/app', 'rollout_order'],
    ['pre_deploy', 'delete', 'maand/job/app', 'rollout_order'],
    ['pre_deploy', 'put', 'maand/job/app', 'workers'],
    ['pre_deploy', 'put', 'secrets/job/app', 'k'],
    ['pre_deploy', 'put-secret', 'vars/job/app', 'k'],
    ['pre_deploy', 'put', 'vars/job/db', 'k'],
  ] as const)('%s %s %s %s is refused', (event, route, namespace, key) => {
    expect(refusal(event, route, namespace, key)).toBe('Invalid or unauthorized namespace');
  });

  it('allows nothing during a health check', () => {
    expect(refusal('health_check', 'put', 'vars/job/app')).toContain('health_check');
  });
});
