/** Reads one amount of memory or CPU and reports what is wrong with it. */
import type { Parsed } from '../../base/parsed.ts';
import type { DocumentNode } from '../../document/document.ts';
import type { Findings } from '../../document/findings.ts';
import type { Source } from '../../document/source.ts';

export interface QuantityRequest {
  readonly node: DocumentNode | undefined;
  readonly parse: (text: string) => Parsed<number>;
  readonly source: Source;
  readonly findings: Findings;
  /** The message for a text that is not a quantity, given the reason. */
  readonly wrong: (reason: string) => string;
  /** The message for a quantity below zero. */
  readonly negative: string;
  /** The message for a number that should be a text; the number is still used. */
  readonly unquoted: string;
}

/** Returns the amount in MB or MHz, or 0 when it is missing or invalid. The schema has reported a value of another type. */
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
