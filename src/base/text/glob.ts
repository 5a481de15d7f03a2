/**
 * Matches job-relative paths against globs. `*` and `?` do not match a slash, and `**` matches any number of folders.
 * `[a-z]` and `[!a-z]` are character classes. A backslash makes the next character literal. A pattern without a slash
 * matches file names at any depth. A pattern with a slash matches whole paths. A pattern that ends with a slash matches
 * everything below that folder. The time of a match is at most proportional to the pattern length × the path length.
 */

export interface Glob {
  /** Returns whether the pattern matches `path`. The path is relative, with forward slashes. */
  matches(path: string): boolean;
}

export interface GlobError {
  readonly error: string;
}

type Token =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'class'; readonly negated: boolean; readonly ranges: readonly (readonly [string, string])[] };

type Segment = readonly Token[] | 'any depth';

/**
 * Compiles a pattern. Returns an error for an empty pattern, for a backslash at the end, and for a class that is empty,
 * not closed, or has a reversed range.
 */
export function compileGlob(pattern: string): Glob | GlobError {
  const text = pattern.trim().replace(/^(?:\.\/)+/, '');
  if (text === '') return { error: 'empty glob pattern' };
  const segments: Segment[] = [];
  for (const part of text.replace(/^\//, '').split('/')) {
    const segment = part === '**' ? 'any depth' : tokenize(part);
    if (segment === undefined) return { error: `invalid glob pattern ${JSON.stringify(pattern)}` };
    segments.push(segment);
  }
  const whole: readonly Segment[] = text.includes('/') ? belowLast(segments) : ['any depth', ...segments];
  return { matches: (path) => matchSegments(whole, path.split('/')) };
}

/**
 * Replaces the empty last segment of a pattern such as `config/`, so that the pattern matches everything below
 * `config`.
 */
function belowLast(segments: readonly Segment[]): readonly Segment[] {
  const last = segments.at(-1);
  return last !== undefined && last.length === 0
    ? [...segments.slice(0, -1), 'any depth', [{ kind: 'star' }]]
    : segments;
}

function tokenize(part: string): Token[] | undefined {
  const characters = Array.from(part);
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string;
    if (character === '*') tokens.push({ kind: 'star' });
    else if (character === '?') tokens.push({ kind: 'any' });
    else if (character === '[') {
      const read = readClass(characters, at + 1);
      if (!read) return undefined;
      tokens.push(read.token);
      at = read.end;
    } else {
      const literal = character === '\\' ? characters[++at] : character;
      if (literal === undefined) return undefined;
      tokens.push({ kind: 'character', character: literal });
    }
  }
  return tokens;
}

/**
 * Reads a class. `from` is the position after the opening bracket; `end` is the position of the closing bracket.
 * Returns undefined when the class is malformed.
 */
function readClass(characters: readonly string[], from: number): { token: Token; end: number } | undefined {
  let at = from;
  const negated = characters[at] === '!' || characters[at] === '^';
  if (negated) at++;
  const ranges: (readonly [string, string])[] = [];
  while (at < characters.length && characters[at] !== ']') {
    const low = readLiteral(characters, at);
    const isRange = characters[low.next] === '-' && characters[low.next + 1] !== ']';
    const high = isRange ? readLiteral(characters, low.next + 1) : low;
    if (low.literal === undefined || high.literal === undefined || high.literal < low.literal) return undefined;
    ranges.push([low.literal, high.literal]);
    at = high.next;
  }
  if (at >= characters.length || ranges.length === 0) return undefined;
  return { token: { kind: 'class', negated, ranges }, end: at };
}

function readLiteral(characters: readonly string[], at: number): { literal: string | undefined; next: number } {
  return characters[at] === '\\'
    ? { literal: characters[at + 1], next: at + 2 }
    : { literal: characters[at], next: at + 1 };
}

function matchSegments(segments: readonly Segment[], steps: readonly string[]): boolean {
  return matchSequence({
    pattern: segments,
    items: steps,
    isStar: (segment) => segment === 'any depth',
    matchesOne: (segment, step) => segment !== 'any depth' && matchStep(segment, step),
  });
}

function matchStep(tokens: readonly Token[], step: string): boolean {
  return matchSequence({
    pattern: tokens,
    items: Array.from(step),
    isStar: (token) => token.kind === 'star',
    matchesOne: matchCharacter,
  });
}

function matchCharacter(token: Token, character: string): boolean {
  switch (token.kind) {
    case 'character':
      return token.character === character;
    case 'any':
      return true;
    case 'star':
      return false;
    case 'class':
      return token.ranges.some(([low, high]) => low <= character && character <= high) !== token.negated;
  }
}

interface Sequence<P, T> {
  readonly pattern: readonly P[];
  readonly items: readonly T[];
  /** Returns whether the part matches any number of items. */
  readonly isStar: (part: P) => boolean;
  readonly matchesOne: (part: P, item: T) => boolean;
}

/**
 * Matches with limited backtracking. After a mismatch, only the last star matches one more item. The number of items
 * that earlier stars match never needs to change.
 */
function matchSequence<P, T>({ pattern, items, isStar, matchesOne }: Sequence<P, T>): boolean {
  let part = 0;
  let item = 0;
  let star = -1;
  let resumeAt = 0;
  while (item < items.length) {
    const current = pattern[part];
    if (current !== undefined && isStar(current)) {
      star = part++;
      resumeAt = item;
    } else if (current !== undefined && matchesOne(current, items[item] as T)) {
      part++;
      item++;
    } else if (star >= 0) {
      part = star + 1;
      item = ++resumeAt;
    } else return false;
  }
  return pattern.slice(part).every(isStar);
}
