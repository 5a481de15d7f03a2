/** Reads one amount of memory or CPU. Reports an invalid amount. */
import type { Parsed } from '../../base/parsed.ts';
import type { DocumentNode } from '../../document/document.ts';
import type { Findings } from '../../document/findings.ts';
import type { Source } from '../../document/source.ts';

export interface QuantityRequest {
  readonly node: DocumentNode | undefined;
  readonly parse: (text: string) => Parsed<number>;
  readonly source: Source;
  readonly findings: Findings;
  /** Returns the message for a text that is not a quantity. `reason` comes from `parse`. */
  readonly wrong: (reason: string) => string;
  /** The message for a quantity below zero. */
  readonly negative: string;
  /** The warning for a number that should be written as a text. The number is still used. */
  readonly unquoted: string;
}

/**
 * Returns the amount in MB or MHz, or 0 when the amount is missing or invalid. The schema check has already reported a
 * value of a wrong type.
 */
export function readQuantity(request: QuantityRequest): number {
  const { node, parse, source, findings } = request;
  if (node?.kind !== 'scalar' || (typeof node.value !== 'string' && typeof node.value !== 'number')) return 0;
  const place = source.placeAt(node.start);
  if (typeof node.value === 'number') {
    findings.warning({ message: request.unquoted, place, hint: `write "${node.value}"` });
  }
  const result = parse(String(node.value));
  if (result.ok && result.value >= 0) return result.value;
  findings.error({ message: result.ok ? request.negative : request.wrong(result.reason), place });
  return 0;
}
