/** Parses the input `state`, which names the place of the state. */
import { resolve } from 'node:path';
import { type Parsed, parsed, refused } from '../base/parsed.ts';
import { quoted } from '../base/text/quote.ts';
import type { StateLocation } from './request.ts';

export interface LocationBase {
  readonly workingDirectory: string;
  /** The folder that replaces `~`. Undefined when it is unknown. */
  readonly home: string | undefined;
}

const FILE = 'file:';

/** Parses `cache`, `workers` or `file:DIR`. A relative folder is resolved against the working directory. */
export function parseStateLocation(text: string, base: LocationBase): Parsed<StateLocation> {
  const location = text.trim();
  if (location === 'cache' || location === 'workers') return parsed({ kind: location });
  const folder = location.startsWith(FILE) ? location.slice(FILE.length).trim() : '';
  if (folder === '') return refused(`must be cache, workers or file:DIR (got ${quoted(location)})`);
  if (!folder.startsWith('~/')) return parsed({ kind: 'file', folder: resolve(base.workingDirectory, folder) });
  if (base.home === undefined) return refused(`begins with ~, and HOME is not set (got ${quoted(location)})`);
  return parsed({ kind: 'file', folder: resolve(base.home, folder.slice(2)) });
}
