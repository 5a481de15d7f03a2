/** Parses the words that say where a state is kept: `cache`, `workers` or `file:DIR`. */
import { type Parsed, parsed, refused } from '../base/parsed.ts';
import { quoted } from '../base/text/quote.ts';

/** The place of a state as people write it. `folder` is the text after `file:`; a relative path is not resolved. */
export type WrittenStatePlace =
  | { readonly kind: 'cache' }
  | { readonly kind: 'workers' }
  | { readonly kind: 'file'; readonly folder: string };

const FILE = 'file:';

/** Parses `cache`, `workers` or `file:DIR`. Surrounding white space is ignored. */
export function parseStatePlace(text: string): Parsed<WrittenStatePlace> {
  const place = text.trim();
  if (place === 'cache' || place === 'workers') return parsed({ kind: place });
  const folder = place.startsWith(FILE) ? place.slice(FILE.length).trim() : '';
  if (folder !== '') return parsed({ kind: 'file', folder });
  return refused(`must be cache, workers or file:DIR (got ${quoted(place)})`);
}

/** Returns the text that `parseStatePlace` parses into this place. */
export function statePlaceText(place: WrittenStatePlace): string {
  return place.kind === 'file' ? `${FILE}${place.folder}` : place.kind;
}
