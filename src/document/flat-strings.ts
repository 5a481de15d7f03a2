import { excerpt, quoted } from '../base/text/quote.ts';
import { type ObjectNode, recordOf, textOf } from './document.ts';
import type { Findings } from './findings.ts';
import type { Source } from './source.ts';

interface FlatStringsRequest {
  readonly source: Source;
  readonly table: ObjectNode;
  readonly findings: Findings;
  /** Begins each message, e.g. `invalid bucket.conf:`. */
  readonly about: string;
}

/** A table whose values must all be strings (spec 00 §0.6); the others are reported and left out. */
export function flatStrings({ source, table, findings, about }: FlatStringsRequest): Readonly<Record<string, string>> {
  const strings: [string, string][] = [];
  for (const [key, { node }] of table.members) {
    const text = textOf(node);
    if (text !== undefined) {
      strings.push([key, text]);
      continue;
    }
    const raw = source.text.slice(node.start, node.end);
    const simple = node.kind === 'scalar' && !/["\\\r\n]/.test(raw);
    findings.error({
      message: `${about} ${quoted(key)} must be a string (got ${node.kind === 'object' ? 'a table' : excerpt(raw)})`,
      place: source.placeAt(node.start),
      hint: simple ? `write "${raw}"` : undefined,
    });
  }
  return recordOf(strings);
}
