/**
 * Translates the older words of one hook of a manifest: `depends_on`, `demands.command`, names such as `command_x`, and
 * the event `direct`.
 */
import type { TextEdit } from '../../base/repair.ts';
import { type ArrayNode, type DocumentNode, fieldOf, type ObjectNode, textOf } from '../../document/document.ts';
import { dropItem, dropMember, renameKey, replace } from '../../document/edits.ts';
import type { OlderWords } from './older-words.ts';

/** Returns the current name of a hook: `command_x` becomes `hook_x`. */
export function hookName(name: string): string {
  return name.replace(/^command_/, 'hook_');
}

/** Returns whether a value is missing, null or a blank text. */
export function isBlank(node: DocumentNode | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && (node.value === null || textOf(node)?.trim() === ''));
}

export function translateHook(written: DocumentNode, words: OlderWords): DocumentNode {
  if (written.kind !== 'object') return written;
  const hook = words.rename(written, { depends_on: 'demands' });
  const members = new Map(hook.members);
  const demands = members.get('demands');
  if (demands?.node.kind === 'object') {
    const kept = translateDemands(demands.node, words);
    if (kept) members.set('demands', { ...demands, node: kept });
    else {
      members.delete('demands');
      const name = written.members.has('demands') ? 'demands' : 'depends_on';
      const edits = [dropMember(words.source, written, name)];
      const text = '"demands" without job and hook mean no demand and can be left out';
      words.warn({
        start: demands.node.start,
        text,
        repair: { change: `${name} without job and hook removed`, edits },
      });
    }
  }
  const events = members.get('executed_on');
  if (events?.node.kind === 'array')
    members.set('executed_on', { ...events, node: translateEvents(events.node, words) });
  return { ...hook, members };
}

/** Returns the translated demands, or undefined when job and hook are blank. */
function translateDemands(written: ObjectNode, words: OlderWords): ObjectNode | undefined {
  if (['job', 'hook', 'command'].every((name) => isBlank(fieldOf(written, name)))) return undefined;
  const members = new Map(written.members);
  const command = members.get('command');
  const hook = members.get('hook');
  members.delete('command');
  if (hook) members.set('hook', { ...hook, node: translateName(hook.node, words) });
  if (command && hook) {
    const edits = [dropMember(words.source, written, 'command')];
    const rivals = [withTodaysName(command.node), withTodaysName(hook.node)] as const;
    words.report({ older: 'command', today: 'hook', start: command.keyStart, edits, rivals });
  } else if (command) {
    const edits = [renameKey(words.source, command, 'hook'), ...editsOfName(command.node)];
    words.report({ older: 'command', today: 'hook', start: command.keyStart, edits });
    members.set('hook', { ...command, node: withTodaysName(command.node) });
  }
  return { ...written, members };
}

/** Translates the value of `demands.hook`. */
function translateName(node: DocumentNode, words: OlderWords): DocumentNode {
  const edits = editsOfName(node);
  const name = textOf(node)?.trim() ?? '';
  if (edits.length > 0) words.report({ older: name, today: hookName(name), start: node.start, edits });
  return withTodaysName(node);
}

function withTodaysName(node: DocumentNode): DocumentNode {
  const name = textOf(node)?.trim();
  return node.kind === 'scalar' && name !== undefined ? { ...node, value: hookName(name) } : node;
}

function editsOfName(node: DocumentNode): TextEdit[] {
  const name = textOf(node)?.trim();
  return name === undefined || hookName(name) === name ? [] : [replace(node, JSON.stringify(hookName(name)))];
}

/** Replaces `direct` with `cli`. Removes `direct` when the list already contains `cli`. */
function translateEvents(list: ArrayNode, words: OlderWords): ArrayNode {
  let hasCli = list.items.some((item) => textOf(item) === 'cli');
  const items = list.items.flatMap((item, at) => {
    if (textOf(item) !== 'direct') return item;
    const edits = [hasCli ? dropItem(list, at) : replace(item, '"cli"')];
    words.report({ older: 'direct', today: 'cli', start: item.start, edits });
    const kept = hasCli ? [] : { ...item, value: 'cli' };
    hasCli = true;
    return kept;
  });
  return { ...list, items };
}
