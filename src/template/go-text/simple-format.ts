/**
 * Parses formats that contain only text and common directives (`%s`, `%-5d`, `%.2f`). The results are cached, so that a
 * format is parsed only once.
 */
import { type Directive, PLAIN } from './directive.ts';

/** A text and the directive after it. The last piece of a format may have no directive. */
export interface FormatPiece {
  readonly text: string;
  /** The verb of the directive: one letter. Empty when there is no directive. */
  readonly verb: string;
  readonly directive: Directive;
}

const MOST_KNOWN = 1000;
const known = new Map<string, readonly FormatPiece[] | undefined>();

/** Returns the pieces of a format, or undefined when the format contains `*`, `[n]` or a mistake. */
export function simplePieces(format: string): readonly FormatPiece[] | undefined {
  const pieces = known.get(format);
  if (pieces !== undefined || known.has(format)) return pieces;
  // Templates can create any number of formats, so the cache must be limited.
  if (known.size >= MOST_KNOWN) known.clear();
  const read = readPieces(format);
  known.set(format, read);
  return read;
}

const DIRECTIVE = /%([-+# 0]*)(\d{1,4})?(\.\d{0,4})?([A-Za-z%])/y;

function readPieces(format: string): readonly FormatPiece[] | undefined {
  const pieces: FormatPiece[] = [];
  let text = '';
  for (let at = 0; at < format.length; at = DIRECTIVE.lastIndex) {
    const percent = format.indexOf('%', at);
    text += format.slice(at, percent < 0 ? undefined : percent);
    if (percent < 0) break;
    DIRECTIVE.lastIndex = percent;
    const found = DIRECTIVE.exec(format);
    if (!found) return undefined;
    const [, , , , verb = ''] = found;
    if (verb === '%') {
      text += '%';
      continue;
    }
    pieces.push({ text, verb, directive: directiveOf(found) });
    text = '';
  }
  return text === '' ? pieces : [...pieces, { text, verb: '', directive: PLAIN }];
}

/** Returns the directive for a match of `DIRECTIVE` (flags, width, precision, verb). */
function directiveOf([, flags = '', width, precision, verb = '']: RegExpExecArray): Directive {
  const goSyntax = verb === 'v' || verb === 'w';
  const [plus, sharp] = [flags.includes('+'), flags.includes('#')];
  return {
    minus: flags.includes('-'),
    plus: plus && !goSyntax,
    sharp: sharp && !goSyntax,
    space: flags.includes(' '),
    zero: flags.includes('0'),
    plusV: plus && goSyntax,
    sharpV: sharp && goSyntax,
    width: width === undefined ? undefined : Number(width),
    precision: precision === undefined ? undefined : Number(precision.slice(1)),
  };
}
