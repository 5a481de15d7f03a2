/** Writes one setting into `maand.conf`. The rest of the file stays as it is, with its comments and line ends. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { rewriteFile } from '../base/durable-file.ts';
import { applyEdits, replace, spanOf } from '../document/edits.ts';
import { placeBucket } from './bucket.ts';
import { BucketReader } from './reader.ts';
import { loadSettings } from './settings.ts';

export interface Setting {
  readonly key: string;
  readonly value: string;
  /** The purpose of the setting. When a new line is added, this text becomes a comment above the line. */
  readonly purpose: string;
}

/** Returns the line that sets a value in `maand.conf`. */
export function settingLine({ key, value }: Pick<Setting, 'key' | 'value'>): string {
  return `${key} = ${JSON.stringify(value)}`; // every JSON string is a TOML string
}

/**
 * Sets a value in an existing `maand.conf` without errors: replaces the line of the key, or adds a line. Rejects when
 * the file cannot be read or written.
 */
export async function writeSetting(bucketDir: string, setting: Setting): Promise<void> {
  const path = await realpath(join(bucketDir, 'maand.conf')); // the target of a symlink is written, so that the symlink stays
  const { document } = await loadSettings(new BucketReader(await placeBucket(bucketDir)));
  if (!document) throw new Error(`${path} has errors`);
  const { text } = document.source;
  const member = document.root.members.get(setting.key);
  const changed = member ? applyEdits(text, [replace(spanOf(member), settingLine(setting))]) : withLine(text, setting);
  const mark = (await readFile(path, 'utf8')).startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  await rewriteFile({ path, text: `${mark}${changed}`, mode: (await stat(path)).mode & 0o777 });
}

const BYTE_ORDER_MARK = '\uFEFF';

/** Adds the line at the end, or at the beginning when a line at the end would belong to a table of the file. */
function withLine(text: string, setting: Setting): string {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = `# ${setting.purpose}${end}${settingLine(setting)}${end}`;
  if (/^[ \t]*\[/m.test(text)) return `${lines}${end}${text}`;
  if (text === '') return lines;
  return `${text}${text.endsWith('\n') ? '' : end}${end}${lines}`;
}
