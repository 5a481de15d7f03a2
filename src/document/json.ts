/** Parses the JSON files of a bucket into documents. A document contains the position of every value. */
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { quoted } from '../base/text/quote.ts';
import type { Document, DocumentNode, Member } from './document.ts';
import type { Findings } from './findings.ts';
import type { Source } from './source.ts';

const DEEPEST = 100;

/** Maps the parser's error names to sentences for people. */
const SENTENCES: Readonly<Record<string, string>> = {
  InvalidSymbol: 'there is a word that is not JSON',
  InvalidNumberFormat: 'a number is malformed',
  PropertyNameExpected: 'a property name in double quotes is expected',
  ValueExpected: 'a value is expected',
  ColonExpected: 'a colon is expected',
  CommaExpected: 'a comma is expected',
  CloseBraceExpected: 'a closing brace is expected',
  CloseBracketExpected: 'a closing bracket is expected',
  EndOfFileExpected: 'the document ends here, but there is more text',
  InvalidCommentToken: 'comments are not allowed in JSON',
  UnexpectedEndOfComment: 'comments are not allowed in JSON',
  UnexpectedEndOfString: 'a string is not closed',
  UnexpectedEndOfNumber: 'a number is not complete',
  InvalidUnicode: 'a \\u escape is malformed',
  InvalidEscapeCharacter: 'a string holds an unknown escape',
  InvalidCharacter: 'a string holds a control character, which must be escaped',
};

/**
 * Parses strict JSON: comments and trailing commas are errors. `subject` begins each message, e.g. `invalid
 * worker.json`. Returns `undefined` after an error. Only the first error is reported, because later errors are often
 * its consequences. If a key appears twice, the last value is used, and a warning is reported.
 */
export function parseJson(source: Source, subject: string, findings: Findings): Document | undefined {
  const refuse = (offset: number, detail: string, hint?: string): undefined => {
    const inText = Math.min(offset, source.text.trimEnd().length); // never points at the empty lines after the text
    findings.error({ message: `${subject}: ${detail}`, place: source.placeAt(inText), hint });
  };
  const tooDeep = offsetOfDepth(source.text, DEEPEST);
  if (tooDeep !== undefined) return refuse(tooDeep, `values are nested more than ${DEEPEST} levels deep`);
  const errors: ParseError[] = [];
  const tree = parseTree(source.text, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (first) {
    const comma = source.text.slice(0, first.offset).trimEnd().endsWith(',');
    const hint = comma ? 'remove the comma after the last entry' : undefined;
    return refuse(first.offset, SENTENCES[printParseErrorCode(first.error)] ?? 'it is not JSON', hint);
  }
  if (!tree) return refuse(0, 'a value is expected');
  return { source, root: convert(tree, { source, subject, findings }) };
}

/**
 * Returns the offset at which brackets are first nested deeper than `limit`, or undefined when they never are. The
 * limit is needed because other functions walk the document recursively.
 */
function offsetOfDepth(text: string, limit: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"' || character === '\n') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') {
      if (++depth > limit) return at;
    } else if (character === ']' || character === '}') depth--;
  }
  return undefined;
}

interface Conversion {
  readonly source: Source;
  readonly subject: string;
  readonly findings: Findings;
}

function convert(node: Node, conversion: Conversion): DocumentNode {
  const span = { start: node.offset, end: node.offset + node.length };
  const children = node.children ?? [];
  if (node.type === 'object') return { kind: 'object', members: convertMembers(children, conversion), ...span };
  if (node.type === 'array') {
    return { kind: 'array', items: children.map((child) => convert(child, conversion)), ...span };
  }
  if (typeof node.value === 'number' && !Number.isFinite(node.value)) refuseNumber(node.offset, conversion);
  return { kind: 'scalar', value: node.value, ...span };
}

function convertMembers(properties: readonly Node[], conversion: Conversion): Map<string, Member> {
  const { source, subject, findings } = conversion;
  const members = new Map<string, Member>();
  for (const { children: pair = [] } of properties) {
    const [key, value] = pair;
    if (!key || !value) continue; // only possible after a syntax error, and then this function is not called
    const name = String(key.value);
    if (members.delete(name)) {
      const place = source.placeAt(key.offset);
      findings.warning({ message: `${subject}: ${quoted(name)} appears twice, the last one is used`, place });
    }
    members.set(name, { keyStart: key.offset, writtenAs: name, node: convert(value, conversion) });
  }
  return members;
}

function refuseNumber(offset: number, { source, subject, findings }: Conversion): void {
  findings.error({ message: `${subject}: a number is too large`, place: source.placeAt(offset) });
}
