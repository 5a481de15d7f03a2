/** Reads and writes the text of the state. All stored states are read and written here. */
import type { StateDocument } from '../document.ts';
import { checkStored, type Format1, type StoredFormat2 } from './format-1.ts';
import { toFormat2, toLowestFormat } from './format-2.ts';
import { NewerStateError, StateFormatError } from './format-error.ts';

/** The newest format that can be read. */
const NEWEST_FORMAT = 2;

/**
 * Reads a document of any format that this version supports. Throws a `NewerStateError` when a newer version wrote the
 * document. Throws a `StateFormatError` when the text is not a valid document.
 */
export async function parseDocument(text: string): Promise<StateDocument> {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || !('format' in value)) {
    throw new StateFormatError('it is not a state document');
  }
  const { format } = value;
  if (typeof format === 'number' && format > NEWEST_FORMAT) {
    throw new NewerStateError(
      `it has format ${format}, written by a newer version; this one knows format ${NEWEST_FORMAT}`,
    );
  }
  return toFormat2(await checkStored(value));
}

/** Returns the value whose JSON is stored. */
export function toStored(document: StateDocument): Format1 | StoredFormat2 {
  return toLowestFormat(document);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new StateFormatError('it is not JSON', { cause: thrown });
  }
}
