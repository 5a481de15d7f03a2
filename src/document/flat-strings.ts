/** Reads tables that contain only strings: `bucket.conf`, the sections of `bucket.jobs.conf`, and `vars.conf`. */
import { excerpt, quoted } from '../base/text/quote.ts';
import { type ObjectNode, recordOf, textOf } from './document.ts';
import type { Findings } from './findings.ts';
import type { Source } from './source.ts';

interface FlatStringsRequest {
  readonly source: Source;
  readonly table: ObjectNode;
  readonly findings: Findings;
  /** The beginning of each message, e.g. `invalid bucket.conf:`. */
  readonly about: string;
}

/**
 * Returns the strings of a table whose values must all be strings. A value that is not a string, such as `x = 1`, is
 * reported as an error and omitted.
 */
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
