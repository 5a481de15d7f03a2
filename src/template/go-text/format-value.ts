/**
 * Formats any value for a directive of `printf`. As in Go, a wrong verb is not an error: the output shows it, e.g.
 * `%!d(string=x)`.
 */
import { type Directive, PLAIN, pad, truncate } from './directive.ts';
import { formatComplex, formatFloatValue, formatInteger } from './format-number.ts';
import { canBackquote, quote } from './quote.ts';
import { elementsOf, type List, type Struct, typeName, type Value } from './value.ts';

/** Formats a value; `verb` is one character. */
export function formatValue(value: Value, verb: string, directive: Directive): string {
  if (value === null && (verb === 'v' || verb === 'T')) return pad('<nil>', directive);
  if (verb === 'T') return pad(truncate(typeName(value), directive), directive);
  return formatKnown(value, verb, directive) ?? badVerb(value, verb, directive);
}

/** Returns the text that `print` and an action such as `{{.}}` write: the value as `%v` without flags. */
export function displayText(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return value.toString();
  return formatValue(value, 'v', PLAIN);
}

function badVerb(value: Value, verb: string, directive: Directive): string {
  if (value === null) return `%!${verb}(<nil>)`;
  return `%!${verb}(${typeName(value)}=${formatKnown(value, 'v', directive) ?? ''})`;
}

function formatKnown(value: Value, verb: string, directive: Directive): string | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string') return formatText(value, verb, directive);
  if (typeof value === 'object') return formatObject(value, verb, directive);
  if (typeof value !== 'boolean') return formatInteger({ value, isByte: false }, verb, directive);
  return verb === 't' || verb === 'v' ? pad(String(value), directive) : undefined;
}

function formatObject(value: Exclude<Value & object, null>, verb: string, directive: Directive): string | undefined {
  switch (value.kind) {
    case 'float':
      return formatFloatValue(value.value, verb, directive);
    case 'byte':
      return formatInteger({ value: value.value, isByte: true }, verb, directive);
    case 'complex':
      return formatComplex(value, verb, directive);
    case 'list':
      return verb === 'p' || verb === 'w' ? undefined : formatList(value, verb, directive);
    case 'struct':
      return verb === 'p' || verb === 'w' ? undefined : formatStruct(value, verb, directive);
  }
}

function formatList(list: List, verb: string, directive: Directive): string {
  const elements = elementsOf(list).map((element) => formatValue(element, verb, directive));
  return directive.sharpV ? `${typeName(list)}{${elements.join(', ')}}` : `[${elements.join(' ')}]`;
}

function formatStruct({ fields, typeName: type }: Struct, verb: string, directive: Directive): string {
  const isNamed = directive.sharpV || directive.plusV;
  const parts = [...fields].map(([name, field]) => (isNamed ? `${name}:` : '') + formatValue(field, verb, directive));
  return directive.sharpV ? `${type}{${parts.join(', ')}}` : `{${parts.join(' ')}}`;
}

function formatText(text: string, verb: string, directive: Directive): string | undefined {
  switch (verb) {
    case 'v':
      return directive.sharpV ? quotedText(text, directive) : pad(truncate(text, directive), directive);
    case 's':
      return pad(truncate(text, directive), directive);
    case 'q':
      return quotedText(text, directive);
    case 'x':
      return hexText(text, directive);
    case 'X':
      return hexText(text, directive, 'upper');
    default:
      return undefined;
  }
}

function quotedText(text: string, directive: Directive): string {
  const cut = truncate(text, directive);
  const isRaw = directive.sharp && canBackquote(cut);
  return pad(isRaw ? `\`${cut}\`` : quote(cut, directive.plus ? 'ascii' : 'printable'), directive);
}

/** Returns the bytes in hexadecimal. Here, the precision counts bytes. */
function hexText(text: string, directive: Directive, letters: 'lower' | 'upper' = 'lower'): string {
  const { precision, space, sharp } = directive;
  const bytes = precision === undefined ? text : text.slice(0, precision);
  const prefix = sharp && bytes !== '' ? '0x' : '';
  const pairs = Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0'));
  const written = prefix + pairs.join(space ? ` ${prefix}` : '');
  return pad(letters === 'upper' ? written.toUpperCase() : written, directive);
}
