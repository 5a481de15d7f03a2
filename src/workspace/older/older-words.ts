/**
 * Replaces the older words in the tree of a document with the current words. So all later code handles only current
 * words. The places of values still point to the original text of the file. Each older word gives one warning, which
 * contains the repair. If an older and a current word are both present, the current word is used.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Repair, TextEdit } from '../../base/repair.ts';
import { quoted } from '../../base/text/quote.ts';
import { type DocumentNode, dataOf, type Member, type ObjectNode } from '../../document/document.ts';
import { dropMember, renameKey } from '../../document/edits.ts';
import type { Findings } from '../../document/findings.ts';
import type { Source } from '../../document/source.ts';

export interface OlderWord {
  readonly older: string;
  readonly today: string;
  /** The offset of the older word. */
  readonly start: number;
  readonly edits: readonly TextEdit[];
  /** The values of both words, when both words are present. */
  readonly rivals?: readonly [older: DocumentNode, today: DocumentNode];
  readonly hint?: string;
}

/** The document whose older words are translated, and the collection for the warnings. */
export interface OlderWordsRequest {
  readonly source: Source;
  readonly findings: Findings;
  /** The beginning of each message, e.g. `manifest.json of job api`. */
  readonly title: string;
}

export class OlderWords {
  readonly source: Source;
  readonly #findings: Findings;
  readonly #title: string;

  constructor({ source, findings, title }: OlderWordsRequest) {
    this.source = source;
    this.#findings = findings;
    this.#title = title;
  }

  report({ older, today, start, edits, rivals, hint }: OlderWord): void {
    const change = rivals ? `${older} removed, ${today} is present too` : `${older} -> ${today}`;
    const text = `${quoted(older)} is an older word for ${quoted(today)}${besides(rivals)}`;
    this.warn({ start, text, hint, repair: { change, edits } });
  }

  /** Adds a warning. `text` is the end of a sentence that begins with the title. */
  warn({ start, text, hint, repair }: OlderWarning): void {
    this.#findings.warning({ message: `${this.#title}: ${text}`, place: this.source.placeAt(start), hint, repair });
  }

  /** Returns the object with the current names of its members. `names` maps older names to current names. */
  rename(object: ObjectNode, names: Readonly<Record<string, string>>): ObjectNode {
    const members = new Map<string, Member>();
    for (const [name, member] of object.members) {
      const today = Object.hasOwn(names, name) ? names[name] : undefined;
      if (today === undefined) members.set(name, member);
      else if (this.#renameOne(object, { older: name, today, member }) === 'alone') members.set(today, member);
    }
    return { ...object, members };
  }

  #renameOne(object: ObjectNode, { older, today, member }: RenamedMember): 'alone' | 'beside today’s' {
    const twin = object.members.get(today);
    const edit = twin ? dropMember(this.source, object, older) : renameKey(this.source, member, today);
    const rivals = twin && ([member.node, twin.node] as const);
    this.report({ older, today, start: member.keyStart, edits: [edit], ...(rivals && { rivals }) });
    return twin ? 'beside today’s' : 'alone';
  }
}

interface OlderWarning {
  readonly start: number;
  readonly text: string;
  readonly hint?: string | undefined;
  readonly repair: Repair;
}

interface RenamedMember {
  readonly older: string;
  readonly today: string;
  readonly member: Member;
}

/** Returns the end of the warning when both words are present, otherwise an empty text. */
function besides(rivals: OlderWord['rivals']): string {
  if (!rivals) return '';
  const [older, today] = rivals;
  const same = isDeepStrictEqual(dataOf(older), dataOf(today));
  return same ? ', which is present too and is used' : ', which is present too, with another value, and is used';
}
