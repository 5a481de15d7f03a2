/**
 * Converts between format 1 and format 2, the format of the state in memory. The state is still stored in format 1, so
 * that older versions can read it.
 */
import type { StateDocument } from '../document.ts';
import type { Format1 } from './format-1.ts';

export function toFormat2({ members, ...rest }: Format1): StateDocument {
  return { ...rest, format: 2, ...(members === undefined ? {} : { holders: members }) };
}

/** The inverse of `toFormat2`. */
export function toFormat1({ holders, ...rest }: StateDocument): Format1 {
  return { ...rest, format: 1, ...(holders === undefined ? {} : { members: holders }) };
}
