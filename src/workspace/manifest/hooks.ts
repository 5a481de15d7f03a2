/** Reads `hooks` of a manifest: the events, demands, time limit and script of each hook. */
import { posix } from 'node:path';
import { excerpt } from '../../base/text/quote.ts';
import {
  type DocumentNode,
  dataOf,
  fieldOf,
  integerOf,
  itemsOf,
  type Member,
  membersOf,
  type ObjectNode,
  recordOf,
  textOf,
} from '../../document/document.ts';
import { HOOK_EVENTS, type HookEvent } from '../../events/hook-event.ts';
import { compareVersions, parseVersion } from '../../grammar/version.ts';
import { hookFolderOf, type JobFolder, jobPath } from '../job/job-folder.ts';
import type { Demand, HookEntry } from '../types.ts';
import type { ManifestRequest } from './manifest-request.ts';

const HOOK_NAME = /^hook_[A-Za-z0-9_]+$/;
const LANGUAGES = { py: 'python', ts: 'typescript', js: 'javascript' } as const;

/**
 * Returns the hooks in the order of the manifest. An invalid hook stays in the list, with the parts that can be read.
 * Otherwise a demand for this hook in a different job would be reported as a second error.
 */
export function readHooks(request: ManifestRequest): readonly HookEntry[] {
  return membersOf(fieldOf(request.document.root, 'hooks')).map(([name, member]) => {
    const declared: DeclaredHook = { name, member, request };
    const seconds = integerOf(fieldOf(member.node, 'timeout_seconds'));
    return {
      name,
      events: eventsOf(member.node),
      demand: readDemand(declared),
      timeoutMs: seconds === undefined ? undefined : seconds * 1000,
      ...(HOOK_NAME.test(name) ? findScript(declared) : unknownScript(declared)), // malformed names have no script
    };
  });
}

/** Returns the first hook that the manifest declares for an event, even an invalid one. */
export function hookFor(event: HookEvent, root: DocumentNode): string | undefined {
  return membersOf(fieldOf(root, 'hooks')).find(([, { node }]) => eventsOf(node).includes(event))?.[0];
}

interface DeclaredHook {
  readonly name: string;
  readonly member: Member;
  readonly request: ManifestRequest;
}

function eventsOf(node: DocumentNode): readonly HookEvent[] {
  const written = itemsOf(fieldOf(node, 'executed_on')).map(textOf);
  const events = written.flatMap((text) => HOOK_EVENTS.find((event) => event === text) ?? []);
  return [...new Set(events)];
}

type Script = Pick<HookEntry, 'script' | 'language'>;

/**
 * Finds the script of a hook. Exactly one of `_hooks/<name>.py`, `.ts` and `.js` must exist. A script with an older
 * name is accepted, with a warning.
 */
function findScript({ name, member, request }: DeclaredHook): Script {
  const { document, job, findings, folder } = request;
  const about = `job ${excerpt(job)} hook ${name}`;
  const place = document.source.placeAt(member.keyStart);
  const under = `${jobPath(job)}/${hookFolderOf(folder)}`;
  const stem = [member.writtenAs, name].find((one) => scriptsOf(one, folder).length > 0) ?? name;
  const [script, ...others] = scriptsOf(stem, folder);
  if (script && stem !== name) warnOlderScript(request, script.script, name);
  if (!script) {
    const names = `${stem}.py, ${stem}.ts, or ${stem}.js`;
    const expected = `expected ${names} under ${excerpt(under)}`;
    const [older] = scriptsOf(name.replace(/^hook_/, 'command_'), folder);
    const hint = older && `${older.script} exists: rename it to the name of the hook`;
    findings.error({ code: 'ErrHookFileNotFound', message: `${about}: hook file not found: ${expected}`, place, hint });
  } else if (others.length > 0) {
    const several = `multiple implementations for ${stem} under ${excerpt(under)} (use only one of .py, .ts, .js)`;
    const message = `${about}: invalid hook configuration: ${several}`;
    findings.error({ code: 'ErrInvalidHookConfiguration', message, place });
  }
  return script ?? unknownScript({ name, member, request });
}

/** Warns about a script with an older name, e.g. `command_x.py` instead of `hook_x.py`. */
function warnOlderScript({ document, job, findings }: ManifestRequest, script: string, hook: string): void {
  const name = `${hook}${posix.extname(script)}`;
  const file = posix.join(posix.dirname(document.source.file), script);
  findings.warning({
    message: `job ${excerpt(job)}: ${posix.basename(script)} is an older name for ${name}`,
    place: { file, line: 1, column: 1 },
    repair: {
      change: `${script} -> ${name}`,
      edits: [],
      move: { from: file, to: posix.join(posix.dirname(file), name) },
    },
  });
}

function unknownScript({ name, request }: DeclaredHook): Script {
  return { script: `${hookFolderOf(request.folder)}/${name}.py`, language: 'python' };
}

function scriptsOf(stem: string, folder: JobFolder): Script[] {
  const paths = new Set(folder.files.map((file) => file.path));
  return Object.entries(LANGUAGES)
    .map(([extension, language]) => ({ script: `${hookFolderOf(folder)}/${stem}.${extension}`, language }))
    .filter(({ script }) => paths.has(script));
}

function readDemand(declared: DeclaredHook): Demand | undefined {
  const demands = fieldOf(declared.member.node, 'demands');
  if (demands?.kind !== 'object') return undefined;
  const job = textOf(fieldOf(demands, 'job'))?.trim() ?? '';
  const hook = textOf(fieldOf(demands, 'hook'))?.trim() ?? '';
  if (job === '' || hook === '') {
    refuseHalf(declared, demands);
    return undefined;
  }
  if (job === declared.request.job) {
    refuseSelf(declared, demands);
    return undefined;
  }
  const config = fieldOf(demands, 'config');
  const minVersion = boundOf(fieldOf(config, 'min_version'));
  const maxVersion = boundOf(fieldOf(config, 'max_version'));
  if (minVersion !== undefined && maxVersion !== undefined) checkOrder(declared, { minVersion, maxVersion, config });
  const free = membersOf(config).map(([key, { node }]) => [key, dataOf(node)] as const);
  return { job, hook, minVersion, maxVersion, config: recordOf(free) };
}

/**
 * Returns a version bound that is written as a text or an integer. Returns undefined for a value of a different type;
 * the schema check has already reported such a value.
 */
function boundOf(node: DocumentNode | undefined): string | undefined {
  const number = integerOf(node);
  const text = textOf(node)?.trim() ?? (number === undefined ? undefined : String(number));
  return text !== undefined && parseVersion(text).ok ? text : undefined;
}

function refuseHalf({ name, request }: DeclaredHook, demands: ObjectNode): void {
  const { document, job, findings } = request;
  const fields = ['job', 'hook'].map((key) => fieldOf(demands, key));
  if (fields.some((field) => field && textOf(field) === undefined)) return; // a value of a wrong type was already reported
  findings.error({
    code: 'ErrInvalidHookDemand',
    message: `invalid hook demand: job ${excerpt(job)} hook ${excerpt(name)} demands.job and demands.hook must both be set`,
    place: document.source.placeAt(demands.start),
  });
}

function refuseSelf({ name, request }: DeclaredHook, demands: ObjectNode): void {
  const { document, job, findings } = request;
  findings.error({
    code: 'ErrInvalidHookConfiguration',
    message: `invalid hook configuration: job ${excerpt(job)}, hook ${excerpt(name)} invalid configuration, self referencing`,
    place: document.source.placeAt((fieldOf(demands, 'job') ?? demands).start),
  });
}

interface VersionBounds {
  readonly minVersion: string;
  readonly maxVersion: string;
  readonly config: DocumentNode | undefined;
}

function checkOrder({ name, member, request }: DeclaredHook, { minVersion, maxVersion, config }: VersionBounds): void {
  const { document, job, findings } = request;
  const min = parseVersion(minVersion);
  const max = parseVersion(maxVersion);
  if (!min.ok || !max.ok || compareVersions(min.value, max.value) <= 0) return;
  findings.error({
    code: 'ErrInvalidHookConfiguration',
    message: `invalid hook configuration: job ${excerpt(job)} hook ${excerpt(name)}: min_version ${minVersion} > max_version ${maxVersion}`,
    place: document.source.placeAt((fieldOf(config, 'min_version') ?? member.node).start),
  });
}
