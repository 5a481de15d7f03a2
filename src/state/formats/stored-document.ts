/** Reads and writes the text of the state. All stored states are read and written here. */
import type { StateDocument } from '../document.ts';
import { checkFormat1, type Format1 } from './format-1.ts';
import { toFormat1, toFormat2 } from './format-2.ts';
import { NewerStateError, StateFormatError } from './format-error.ts';

/** The format in which states are written. It is also the newest format that can be read. */
const STORED_FORMAT = 1;

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
  if (typeof format === 'number' && format > STORED_FORMAT) {
    throw new NewerStateError(
      `it has format ${format}, written by a newer version; this one knows format ${STORED_FORMAT}`,
    );
  }
  return toFormat2(await checkFormat1(value));
}

/** Returns the value whose JSON is stored. */
export function toStored(document: StateDocument): Format1 {
  return toFormat1(document);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    throw new StateFormatError('it is not JSON', { cause: thrown });
  }
}
