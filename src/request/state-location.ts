/** Parses the input `state`, which names the place of the state, and resolves the folder of a state in a file. */
import { resolve } from 'node:path';
import { type Parsed, parsed, refused } from '../base/parsed.ts';
import { quoted } from '../base/text/quote.ts';
import { parseStatePlace, statePlaceText, type WrittenStatePlace } from '../grammar/state-place.ts';
import type { StateLocation } from './request.ts';

export interface LocationBase {
  readonly workingDirectory: string;
  /** The folder that replaces `~`. Undefined when it is unknown. */
  readonly home: string | undefined;
}

/** Parses `cache`, `workers` or `file:DIR`. A relative folder is resolved against the working directory. */
export function parseStateLocation(text: string, base: LocationBase): Parsed<StateLocation> {
  const place = parseStatePlace(text);
  return place.ok ? locateState(place.value, base) : place;
}

/** Returns the place with an absolute folder. Refuses a folder below `~/` when the home folder is unknown. */
export function locateState(place: WrittenStatePlace, { workingDirectory, home }: LocationBase): Parsed<StateLocation> {
  if (place.kind !== 'file') return parsed(place);
  if (!place.folder.startsWith('~/')) {
    return parsed({ kind: 'file', folder: resolve(workingDirectory, place.folder) });
  }
  if (home === undefined) return refused(`begins with ~, and HOME is not set (got ${quoted(statePlaceText(place))})`);
  return parsed({ kind: 'file', folder: resolve(home, place.folder.slice(2)) });
}
