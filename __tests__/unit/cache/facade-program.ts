/**
 * Does what cache steps of other actions do: it saves and restores a file in the current folder with the façade of
 * `@actions/cache`. It prints the returned keys.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { restoreCache, saveCache } from '@actions/cache';

await writeFile('kept.txt', 'kept');
const id = await saveCache(['kept.txt'], 'step/1');
await rm('kept.txt');
const restored = await restoreCache(['kept.txt'], 'step/', ['step/1']);
const text = restored && (await readFile('kept.txt', 'utf8'));
const again = await saveCache(['kept.txt'], 'step/1');
const none = (await restoreCache(['kept.txt'], 'other/')) ?? 'none';
console.log(`\nRESULT ${JSON.stringify({ id, restored, text, again, none })}`);
