/**
 * A program that saves one entry, finds it through the adapter, and prints both outcomes. A test bundles the program to check
 * that the adapter works in `dist/`.
 */
import { randomUUID } from 'node:crypto';
import { openActionsCache } from '../../../src/cache/actions-cache.ts';

const shape = { format: 'test-1', magic: Buffer.from('MAGIC'), largestBytes: 1000 };
const cache = openActionsCache({ env: process.env, server: process.env.GITHUB_SERVER_URL ?? '', shape });
if (cache.kind === 'absent') throw new Error(cache.reason);
const { signal } = new AbortController();
const saved = await cache.save({ newKey: () => `state/${randomUUID()}`, bytes: Buffer.from('MAGIC one'), signal });
const found = await cache.find({ prefixes: ['state/'], signal });
console.log(JSON.stringify({ saved: saved.kind, found: found.kind === 'found' ? found.bytes.toString() : found }));
