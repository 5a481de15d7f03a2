/** Lists the values of `format` that the schemas of the bucket use, each with the function that checks a text. */
import { type Parsed, parsed, refused } from '../base/parsed.ts';
import { compileGlob } from '../base/text/glob.ts';
import { parseHost, parseHostKey, parseLabel, parseRoot, parseUser } from '../grammar/names.ts';
import { parseVersion } from '../grammar/version.ts';

/**
 * Maps each value of `format` to its check. The reason that a check returns is the end of a sentence that begins with
 * the field.
 */
export const FORMATS = {
  host: parseHost,
  user: parseUser,
  root: parseRoot,
  'host-key': parseHostKey,
  label: parseLabel,
  glob: parseGlob,
  version: (text: string): Parsed<unknown> => (text.trim() === '' ? parsed('') : parseVersion(text)),
  bound: (text: string): Parsed<unknown> => parseVersion(text),
} as const satisfies Readonly<Record<string, (text: string) => Parsed<unknown>>>;

export type FormatName = keyof typeof FORMATS;

export function isFormatName(name: unknown): name is FormatName {
  return typeof name === 'string' && Object.hasOwn(FORMATS, name);
}

function parseGlob(pattern: string): Parsed<string> {
  const compiled = compileGlob(pattern);
  return 'error' in compiled ? refused(compiled.error) : parsed(pattern.trim());
}
