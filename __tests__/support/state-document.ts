import { createHash } from 'node:crypto';
import type { StateDocument } from '../../src/state/document.ts';

const hex = (text: string, length = 64) => createHash('sha256').update(text).digest('hex').slice(0, length);
/** Returns base64 text that does not compress. The same seed returns the same text. */
const noise = (seed: string, bytes: number) =>
  Buffer.from(Array.from({ length: Math.ceil(bytes / 32) }, (_, at) => hex(`${seed} ${at}`)).join(''), 'hex')
    .subarray(0, bytes)
    .toString('base64');
const hostOf = (at: number) => `10.0.${at >> 8}.${at & 255}`;

/**
 * Returns a state like that of a real fleet: 20 workers, and enough jobs for at least `sizeBytes` of JSON. The same size
 * returns the same state.
 */
export function stateOf(sizeBytes: number): StateDocument {
  let jobs = 4;
  for (;;) {
    const document = stateWith(jobs);
    if (JSON.stringify(document).length >= sizeBytes) return document;
    jobs = Math.ceil(jobs * 1.2);
  }
}

const workerOf = (host: string) => ({
  id: hex(host, 32),
  port: 22,
  user: 'deploy',
  root: '/opt/worker',
  useSudo: true,
});

function stateWith(jobs: number): StateDocument {
  const names = Array.from({ length: jobs }, (_, at) => `service-${at}`);
  const hosts = Array.from({ length: 20 }, (_, at) => hostOf(at));
  const record = (job: string, host: string) => ({
    id: `${hex(job + host, 8)}-0000-4000-8000-${hex(host + job, 12)}`,
    job,
    host,
    disabled: false,
    removed: false,
    currentVersion: '1.4.2',
    promoted: { hash: hex(job), version: '1.4.2' },
    delivered: hex(job),
  });
  const files = (job: string) =>
    Array.from({ length: 12 }, (_, at) => [`conf/part-${at}.toml`, hex(job + at)] as const);
  const rows = (job: string) => [
    { value: `https://${job}.internal:8443/`, version: 1, at: 1_760_000_000 },
    { value: noise(job, 96), version: 2, at: 1_760_000_100 }, // a sealed secret
  ];
  return {
    format: 2,
    name: 'shop/production',
    bucketId: '0a1b2c3d-4e5f-4678-9abc-def012345678',
    serial: 412,
    updateSeq: 87,
    builtDigest: hex('built'),
    hashKey: noise('key', 64),
    workers: Object.fromEntries(hosts.map((host) => [host, workerOf(host)])),
    ports: { pool: Object.fromEntries(names.map((job, at) => [`${job}_port`, 20_000 + at])) },
    allocations: names.flatMap((job) => hosts.slice(0, 5).map((host) => record(job, host))),
    trees: Object.fromEntries(names.map((job) => [hex(job), Object.fromEntries(files(job))])),
    postDeployPending: [],
    hostKeys: Object.fromEntries(hosts.map((host) => [`${host}:22`, `ssh-ed25519 ${hex(host)}`])),
    kv: Object.fromEntries(names.map((job) => [`vars/${job}`, { url: rows(job), token: rows(job) }])),
  };
}
