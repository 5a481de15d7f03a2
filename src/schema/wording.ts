/** Writes messages about violations of a schema. */
import type { DiagnosticCode } from '../base/diagnostic.ts';
import { didYouMean } from '../base/text/nearest-name.ts';
import { excerpt, quoted } from '../base/text/quote.ts';
import type { Document } from '../document/document.ts';
import type { Findings } from '../document/findings.ts';
import type { ValuePath } from '../document/value.ts';
import { FORMATS, isFormatName } from './formats.ts';
import type { Violation } from './schema.ts';

/** The words for one violation when a document needs different words than the default message. */
export interface ViolationWording {
  /** The whole message. */
  readonly message?: string;
  /** The beginning of the message. `about` replaces the subject and the path. */
  readonly about?: string;
  readonly code?: DiagnosticCode;
  readonly hint?: string;
}

export interface Reported {
  readonly document: Document;
  readonly violations: readonly Violation[];
  readonly findings: Findings;
  /** The beginning of each message, e.g. `invalid manifest.json: job api`. */
  readonly subject: string;
  readonly wordingOf: (violation: Violation, raw: string) => ViolationWording;
}

const MOST = 100;

/** Reports one error for each violation, up to 100. One further error states how many violations are not shown. */
export function reportViolations({ document, violations, findings, subject, wordingOf }: Reported): void {
  const { source } = document;
  for (const violation of violations.slice(0, MOST)) {
    const raw = excerpt(source.text.slice(violation.node.start, violation.node.end));
    const { message, about, code, hint = hintOf(violation) } = wordingOf(violation, raw);
    const beginning = about ?? [subject, pathText(violation.path)].filter((part) => part !== '').join(' ');
    findings.error({
      message: message ?? `${beginning} ${detailOf(violation, raw)}`,
      place: source.placeAt(violation.start),
      hint,
      ...(code && { code }),
    });
  }
  const more = violations.slice(MOST)[0];
  if (!more) return;
  const message = `${subject.replace(/:$/, '')}: ${violations.length - MOST} more errors follow`;
  findings.error({ message, place: source.placeAt(more.start) });
}

/** Returns the path as text: `['checks', 0, 'type']` becomes `checks[0].type`. */
export function pathText(path: ValuePath): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('');
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

/** Returns the reason of the violation, as the end of a sentence that begins with the field. */
export function detailOf({ keyword, schema, property, node }: Violation, raw: string): string {
  switch (keyword) {
    case 'type':
      return `must be ${typesOf(schema.type)} (got ${raw})`;
    case 'enum':
      return `must be one of ${(schema.enum ?? []).join(', ')} (got ${raw})`;
    case 'minimum':
    case 'maximum':
      return `must be ${rangeOf(schema.minimum, schema.maximum)} (got ${raw})`;
    case 'minLength':
      return "can't be empty";
    case 'maxLength':
      return `can't have more than ${schema.maxLength} characters`;
    case 'minItems':
      return "can't be an empty list";
    case 'required':
      return `must have ${quoted(property ?? '')}`;
    case 'additionalProperties':
      return `has the unknown field ${quoted(property ?? '')}`;
    case 'propertyNames':
      return `has the malformed name ${quoted(property ?? '')}`;
    case 'format':
      return formatReason(schema.format, node.kind === 'scalar' ? node.value : undefined);
    default:
      return `is malformed (got ${raw})`;
  }
}

function typesOf(types: string | readonly string[] = []): string {
  const named = [types].flat().filter((type) => type !== 'null');
  return named.map((type) => TYPES[type] ?? type).join(' or ');
}

function rangeOf(minimum: number | undefined, maximum: number | undefined): string {
  if (maximum === undefined) return `>= ${minimum}`;
  return minimum === undefined ? `<= ${maximum}` : `between ${minimum} and ${maximum}`;
}

function formatReason(format: unknown, value: unknown): string {
  if (!isFormatName(format) || typeof value !== 'string') return 'is malformed';
  const result = FORMATS[format](value);
  return result.ok ? 'is malformed' : result.reason;
}

function hintOf({ keyword, schema, property, node }: Violation): string | undefined {
  if (keyword === 'additionalProperties') return didYouMean(property ?? '', Object.keys(schema.properties ?? {}));
  if (keyword !== 'enum' || node.kind !== 'scalar' || typeof node.value !== 'string') return undefined;
  return didYouMean(node.value.trim(), schema.enum ?? []);
}
