/**
 * Older words of a manifest → the words of today (spec 08, group A), on the tree: whatever reads the manifest afterwards
 * knows only the new words, and positions stay those of the file. Each occurrence gives one warning; where old and new
 * stand side by side the new one counts.
 */

import { excerpt, quoted } from '../base/quote.ts';
import {
  type Document,
  type DocumentNode,
  fieldOf,
  type Member,
  membersOf,
  type ObjectNode,
  textOf,
} from '../document/document.ts';
import type { Findings } from '../document/findings.ts';

export interface TranslationRequest {
  readonly document: Document;
  readonly findings: Findings;
  readonly job: string;
}

const RENAMED_FIELDS: Readonly<Record<string, string>> = {
  update_parallel_count: 'max_concurrent_upgrades',
  deploy_parallel_count: 'max_concurrent_starts',
};

export function translateManifest(request: TranslationRequest): Document {
  const { source, root } = request.document;
  if (root.kind !== 'object') return request.document;
  const members = new Map<string, Member>();
  for (const [name, member] of root.members) {
    if (name === 'hooks' || name === 'commands') continue;
    const today = Object.hasOwn(RENAMED_FIELDS, name) ? RENAMED_FIELDS[name] : undefined;
    if (today !== undefined) warnOlder(request, { older: name, today, start: member.keyStart });
    if (today === undefined) members.set(name, member);
    else if (!root.members.has(today)) members.set(today, member);
  }
  const hooks = translateHooks(root, request);
  if (hooks) members.set('hooks', hooks);
  return { source, root: { ...root, members } };
}

/** `commands` and `hooks` are one list. What is not an object is left for the schema to refuse. */
function translateHooks(root: ObjectNode, request: TranslationRequest): Member | undefined {
  const commands = root.members.get('commands');
  if (commands) warnOlder(request, { older: 'commands', today: 'hooks', start: commands.keyStart });
  const lists = [root.members.get('hooks'), commands].filter((list) => list !== undefined && !isBlank(list.node));
  const first = lists.find((list) => list?.node.kind !== 'object') ?? lists[0];
  if (first?.node.kind !== 'object') return first;
  const members = new Map<string, Member>();
  for (const [name, member] of lists.flatMap((list) => membersOf(list?.node))) {
    const today = hookName(name);
    if (today !== name) warnOlder(request, { older: name, today, start: member.keyStart });
    if (members.has(today)) refuseTwin(request, today, member.keyStart);
    else members.set(today, { ...member, node: translateHook(member.node, request) });
  }
  return { ...first, node: { ...first.node, members } };
}

/** `command_x` → `hook_x`. */
function hookName(name: string): string {
  return name.replace(/^command_/, 'hook_');
}

function translateHook(hook: DocumentNode, request: TranslationRequest): DocumentNode {
  const demands = fieldOf(hook, 'demands');
  if (hook.kind !== 'object' || demands?.kind !== 'object') return hook;
  const members = new Map(hook.members);
  const member = hook.members.get('demands');
  if (['job', 'hook', 'command'].every((name) => isBlank(fieldOf(demands, name)))) {
    members.delete('demands');
    warn(request, demands.start, '"demands" without job and hook mean no demand and can be left out');
  } else if (member) members.set('demands', { ...member, node: translateDemands(demands, request) });
  return { ...hook, members };
}

function translateDemands(demands: ObjectNode, request: TranslationRequest): ObjectNode {
  const members = new Map(demands.members);
  const command = demands.members.get('command');
  if (command) {
    warnOlder(request, { older: 'command', today: 'hook', start: command.keyStart });
    members.delete('command');
    if (!members.has('hook')) members.set('hook', command);
  }
  const hook = members.get('hook');
  const name = textOf(hook?.node)?.trim();
  if (hook?.node.kind === 'scalar' && name !== undefined && hookName(name) !== name) {
    if (!command) warnOlder(request, { older: name, today: hookName(name), start: hook.node.start });
    members.set('hook', { ...hook, node: { ...hook.node, value: hookName(name) } });
  }
  return { ...demands, members };
}

function isBlank(node: DocumentNode | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && (node.value === null || textOf(node)?.trim() === ''));
}

interface OlderWord {
  readonly older: string;
  readonly today: string;
  readonly start: number;
}

function warnOlder(request: TranslationRequest, { older, today, start }: OlderWord): void {
  warn(request, start, `${quoted(older)} is an older word for ${quoted(today)}`);
}

function warn({ document, findings, job }: TranslationRequest, start: number, text: string): void {
  findings.warning({ message: `manifest.json of job ${job}: ${text}`, place: document.source.placeAt(start) });
}

function refuseTwin({ document, findings, job }: TranslationRequest, hook: string, start: number): void {
  findings.error({
    code: 'ErrInvalidHookConfiguration',
    message: `invalid hook configuration: job ${job}, hook ${excerpt(hook)} is declared twice`,
    place: document.source.placeAt(start),
    hint: 'an older name became the name of another hook: rename one of them',
  });
}
