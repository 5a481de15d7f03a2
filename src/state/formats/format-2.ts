/**
 * Converts between the stored formats and format 2, the shape of the state in memory. A state is stored in format 1 as
 * long as format 1 can hold it, so that older versions can read it.
 */
import type { StateDocument } from '../document.ts';
import type { Format1, StoredFormat2 } from './format-1.ts';

export function toFormat2({ members, ...rest }: Format1 | StoredFormat2): StateDocument {
  return { ...rest, format: 2, ...(members === undefined ? {} : { holders: members }) };
}

/** The inverse of `toFormat2`: returns the document in the lowest format that can hold it. */
export function toLowestFormat({ holders, adopted, deployer, ...rest }: StateDocument): Format1 | StoredFormat2 {
  const stored = { ...rest, ...(holders === undefined ? {} : { members: holders }) };
  const isPlain = adopted === undefined && deployer === undefined;
  if (isPlain && rest.allocations.every(({ unwellRestarts }) => unwellRestarts === undefined)) {
    return { ...stored, format: 1 };
  }
  return { ...stored, format: 2, ...(adopted && { adopted }), ...(deployer && { deployer }) };
}
