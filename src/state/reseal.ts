/** Seals every sealed text of a state again when one key replaces another. */
import { isSealed, type SecretBox, SecretError } from '../kv/secrets.ts';
import type { StateDocument } from './document.ts';

export type Resealing =
  | { readonly kind: 'resealed'; readonly document: StateDocument; readonly count: number }
  /** None of the keys opens the texts at these places. */
  | { readonly kind: 'refused'; readonly places: readonly string[] };

/**
 * Opens every sealed text with `from` and seals it with `to`: the KV values with their history, the keys of
 * certificates, and the digest key.
 */
export function resealDocument(document: StateDocument, from: SecretBox, to: SecretBox): Resealing {
  const places: string[] = [];
  let count = 0;
  const resealed = mapTexts(document, [], (text, path) => {
    if (!isSealed(text)) return text;
    const plain = openOr(from, text);
    if (plain === undefined) places.push(path.join(' / '));
    else count++;
    return plain === undefined ? text : to.seal(plain);
  }) as StateDocument;
  return places.length > 0 ? { kind: 'refused', places } : { kind: 'resealed', document: resealed, count };
}

/** Returns the places of the sealed texts that `box` cannot open. */
export function unopenable(document: StateDocument, box: SecretBox): string[] {
  const result = resealDocument(document, box, box);
  return result.kind === 'refused' ? [...result.places] : [];
}

function openOr(box: SecretBox, sealed: string): string | undefined {
  try {
    return box.open(sealed);
  } catch (thrown) {
    if (thrown instanceof SecretError) return undefined;
    throw thrown;
  }
}

type TextMapping = (text: string, path: readonly string[]) => string;

function mapTexts(value: unknown, path: readonly string[], map: TextMapping): unknown {
  if (typeof value === 'string') return map(value, path);
  if (Array.isArray(value)) return value.map((item, at) => mapTexts(item, [...path, String(at)], map));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, mapTexts(item, [...path, key], map)]);
  return Object.fromEntries(entries);
}
