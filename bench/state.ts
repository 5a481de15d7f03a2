/**
 * `npm run bench state [BYTES]`: measures the cost of sealing and opening a state, in CPU and wall time, over many
 * rounds.
 */
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { stateOf } from '../__tests__/support/state-document.ts';
import { openSnapshot, sealSnapshot } from '../src/state/snapshot.ts';
import { readSnapshotHeader } from '../src/state/snapshot-header.ts';

const ROUNDS = 20;
const document = stateOf(Number(process.argv[2] ?? 1_000_000));
const keys = [randomBytes(32)];
const writer = { runId: '1234567890', attempt: 1, sha: 'f'.repeat(40), ref: 'refs/heads/main', actor: 'octocat' };
const expect = { name: document.name, lineage: document.bucketId };
const seal = () => sealSnapshot({ document, parent: '', writer, at: new Date(), keys });
const bytes = await seal();
const json = JSON.stringify(document);

console.log(`state ${json.length} bytes, sealed ${bytes.length} bytes, Node ${process.version}`);
await measure('seal', seal);
await measure('open', () => openSnapshot({ bytes, keys, expect }));
await measure('read the header', () => readSnapshotHeader(bytes));
for (const level of [1, 3, 6, 9]) {
  const packed = gzipSync(json, { level, chunkSize: 256 * 1024 }).length;
  await measure(`gzip ${level} alone (${packed} bytes)`, () => gzipSync(json, { level, chunkSize: 256 * 1024 }));
}

async function measure(what: string, work: () => unknown): Promise<void> {
  await work();
  const cpu = process.cpuUsage();
  const started = performance.now();
  for (let round = 0; round < ROUNDS; round++) await work();
  const { user, system } = process.cpuUsage(cpu);
  const wallMs = (performance.now() - started) / ROUNDS;
  console.log(`${what.padEnd(34)} ${((user + system) / 1000 / ROUNDS).toFixed(2)} ms CPU  ${wallMs.toFixed(2)} ms`);
}
