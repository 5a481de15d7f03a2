/** Replaces the older words of a manifest (`commands`, `update_parallel_count`, …) with the current words. */

import type { TextEdit } from '../../base/repair.ts';
import { excerpt } from '../../base/text/quote.ts';
import { type Document, type Member, membersOf, type ObjectNode } from '../../document/document.ts';
import { dropMember, renameKey, replace, spanOf } from '../../document/edits.ts';
import type { Findings } from '../../document/findings.ts';
import { hookName, isBlank, translateHook } from './older-hooks.ts';
import { OlderWords } from './older-words.ts';

export interface TranslationRequest {
  readonly document: Document;
  readonly findings: Findings;
  readonly job: string;
}

const RENAMED_FIELDS = {
  update_parallel_count: 'max_concurrent_upgrades',
  max_concurrent_restarts: 'max_concurrent_upgrades',
  deploy_parallel_count: 'max_concurrent_starts',
} as const;

/** Older name → current name of a field of the manifest. */
export const OLDER_FIELDS: Readonly<Record<string, string>> = { ...RENAMED_FIELDS, commands: 'hooks' };

export function translateManifest(request: TranslationRequest): Document {
  const { document, findings, job } = request;
  const { source, root } = document;
  if (root.kind !== 'object') return document;
  const words = new OlderWords({ source, findings, title: `manifest.json of job ${excerpt(job)}` });
  const members = new Map(words.rename(root, RENAMED_FIELDS).members);
  members.delete('commands');
  const hooks = translateHooks(root, { ...request, words });
  if (hooks) members.set('hooks', hooks);
  return { source, root: { ...root, members } };
}

interface HooksRequest extends TranslationRequest {
  readonly words: OlderWords;
}

/**
 * Joins `commands` and `hooks` into one object. A value that is not an object is returned unchanged; the schema check
 * reports it.
 */
function translateHooks(root: ObjectNode, request: HooksRequest): Member | undefined {
  const { words } = request;
  const commands = root.members.get('commands');
  if (commands) {
    const edits = joiningEdits(root, commands, words);
    words.report({ older: 'commands', today: 'hooks', start: commands.keyStart, edits });
  }
  const lists = [root.members.get('hooks'), commands].filter((list) => list !== undefined && !isBlank(list.node));
  const first = lists.find((list) => list?.node.kind !== 'object') ?? lists[0];
  if (first?.node.kind !== 'object') return first;
  const members = new Map<string, Member>();
  for (const [name, member] of lists.flatMap((list) => membersOf(list?.node))) {
    const today = hookName(name);
    if (members.has(today)) refuseTwin(request, today, member.keyStart);
    if (today !== name) {
      const edits = [renameKey(words.source, member, today)];
      words.report({ older: name, today, start: member.keyStart, edits });
    }
    if (!members.has(today)) members.set(today, { ...member, node: translateHook(member.node, words) });
  }
  return { ...first, node: { ...first.node, members } };
}

/** Returns the edits that rename `commands` to `hooks`, or move its entries to the end of `hooks`. */
function joiningEdits(root: ObjectNode, commands: Member, { source }: OlderWords): TextEdit[] {
  const hooks = root.members.get('hooks');
  if (!hooks) return [renameKey(source, commands, 'hooks')];
  const [last, moved] = [hooks, commands].map(({ node }) => membersOf(node).at(-1)?.[1]);
  if (!moved) return [dropMember(source, root, 'commands')];
  if (!last) return [dropMember(source, root, 'hooks'), renameKey(source, commands, 'hooks')];
  const { end } = spanOf(last);
  const inner = { start: commands.node.start + 1, end: spanOf(moved).end };
  return [dropMember(source, root, 'commands'), replace({ start: end, end }, ',', inner)];
}

function refuseTwin({ document, findings, job }: HooksRequest, hook: string, start: number): void {
  findings.error({
    code: 'ErrInvalidHookConfiguration',
    message: `invalid hook configuration: job ${excerpt(job)}, hook ${excerpt(hook)} is declared twice`,
    place: document.source.placeAt(start),
    hint: 'the older name of one hook stands for the name of another hook: rename one of them',
  });
}
