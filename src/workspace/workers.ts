/** Reads `workers.json`, or its variant for an environment: the workers, their labels, capacity and SSH settings. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { compareText } from '../base/order.ts';
import type { Parsed } from '../base/parsed.ts';
import { canonicalHost } from '../base/text/host-spelling.ts';
import { excerpt, quoted } from '../base/text/quote.ts';
import {
  type Document,
  type DocumentNode,
  fieldOf,
  integerOf,
  itemsOf,
  membersOf,
  recordOf,
  textOf,
} from '../document/document.ts';
import { Findings } from '../document/findings.ts';
import { parseJson } from '../document/json.ts';
import { parseHost, parseHostKey, parseLabel, parseRoot, parseUser } from '../grammar/names.ts';
import { parseCpuMhz, parseMemoryMb } from '../grammar/units.ts';
import { fitFields } from '../schema/fields.ts';
import { findViolations, schemaOf, type Violation } from '../schema/schema.ts';
import { pathText, reportViolations, type ViolationWording } from '../schema/wording.ts';
import { readQuantity } from './manifest/quantity.ts';
import { OlderWords } from './older/older-words.ts';
import type { BucketReader } from './reader.ts';
import { readText } from './text-file.ts';
import type { WorkerEntry } from './types.ts';

export interface WorkersRequest {
  readonly reader: BucketReader;
  /** If `workers.<environment>.json` exists, this file is read instead of `workers.json`. */
  readonly environment: string | undefined;
}

export interface WorkersResult {
  /** The valid workers, sorted by position, then host. */
  readonly workers: readonly WorkerEntry[];
  readonly diagnostics: readonly Diagnostic[];
}

const SUBJECT = 'invalid worker.json';
const OLDER_FIELDS = { roles: 'labels' } as const;

/**
 * Reads the workers. A missing file means no workers. An invalid entry is reported, and the valid entries are returned.
 */
export async function readWorkers({ reader, environment }: WorkersRequest): Promise<WorkersResult> {
  const findings = new Findings('ErrInvalidWorkerJSON');
  const own = `workspace/workers.${environment}.json`;
  const replaced = environment !== undefined && (await reader.look(own)).kind !== 'missing';
  const path = replaced ? own : 'workspace/workers.json';
  const source = await readText({ reader, path, subject: SUBJECT, findings });
  const written = source === 'missing' || source === 'refused' ? undefined : parseJson(source, SUBJECT, findings);
  if (!written) return { workers: [], diagnostics: findings.diagnostics };
  const title = path.slice(path.lastIndexOf('/') + 1);
  const schema = schemaOf('workers');
  const words = new OlderWords({ source: written.source, findings, title });
  const translated = { ...written, root: translateEntries(written.root, words) };
  const document = fitFields({
    document: translated,
    schema,
    findings,
    title,
    older: OLDER_FIELDS,
    unknown: 'drop with a warning',
  });
  const violations = await findViolations('workers', document);
  const wordingOf = (violation: Violation) => wordingFor(violation, document);
  reportViolations({ document, violations, findings, subject: `${SUBJECT}:`, wordingOf });
  const workers = itemsOf(document.root).flatMap((node, index) =>
    readWorker({ node, index, document, findings, title }),
  );
  refuseTwins(workers, findings);
  workers.sort((a, b) => a.position - b.position || compareText(a.host, b.host));
  return { workers, diagnostics: findings.diagnostics };
}

/** Translates `roles`, the older word for `labels`. */
function translateEntries(root: DocumentNode, words: OlderWords): DocumentNode {
  if (root.kind !== 'array') return root;
  const items = root.items.map((item) => (item.kind === 'object' ? words.rename(item, OLDER_FIELDS) : item));
  return { ...root, items };
}

/** Returns the words for a violation. The message contains the host of the worker instead of its index in the list. */
function wordingFor({ path, property }: Violation, { root }: Document): ViolationWording {
  const [index, ...field] = path;
  if (typeof index !== 'number') return {};
  if (property === 'host') return { message: `${SUBJECT}: host attribute can't be empty` };
  if (field[0] === 'host') return { about: `${SUBJECT}: host` };
  const host = textOf(fieldOf(itemsOf(root)[index], 'host'))?.trim();
  const worker = host ? `worker ${excerpt(host)}` : `worker [${index}]`;
  return { about: [SUBJECT, ': ', worker, field.length > 0 ? ` ${pathText(field)}` : ''].join('') };
}

interface WorkerRequest {
  readonly node: DocumentNode;
  readonly index: number;
  readonly document: Document;
  readonly findings: Findings;
  readonly title: string;
}

/**
 * Returns a list with one worker. Returns an empty list when the entry has no valid host. Invalid values of the
 * remaining fields are reported and omitted.
 */
function readWorker(request: WorkerRequest): WorkerEntry[] {
  const { node, index, document } = request;
  const host = parsedField(node, 'host', parseHost);
  if (host === undefined) return [];
  return [
    {
      host,
      hostname: textOf(fieldOf(node, 'hostname'))?.trim() ?? '',
      labels: readLabels(host, request),
      memoryMb: readCapacity(host, { ...request, key: 'memory', parse: parseMemoryMb }),
      cpuMhz: readCapacity(host, { ...request, key: 'cpu', parse: parseCpuMhz }),
      tags: readTags(host, request),
      position: integerOf(fieldOf(node, 'position')) ?? index,
      port: integerOf(fieldOf(node, 'port')),
      user: parsedField(node, 'user', parseUser),
      root: parsedField(node, 'root', parseRoot),
      hostKey: parsedField(node, 'host_key', parseHostKey),
      place: document.source.placeAt((fieldOf(node, 'host') ?? node).start),
    },
  ];
}

function parsedField(node: DocumentNode, name: string, parse: (text: string) => Parsed<string>): string | undefined {
  const text = textOf(fieldOf(node, name));
  const result = text === undefined ? undefined : parse(text);
  return result?.ok ? result.value : undefined;
}

function readLabels(host: string, { node, document, findings, title }: WorkerRequest): readonly string[] {
  const labels = new Set(['worker']);
  let wroteWorker = false;
  for (const item of itemsOf(fieldOf(node, 'labels'))) {
    const result = parseLabel(textOf(item) ?? '');
    if (!result.ok || textOf(item) === undefined) continue;
    const place = document.source.placeAt(item.start);
    const label = result.value;
    const isTwin = label === 'worker' ? wroteWorker : labels.has(label);
    if (label === '') findings.warning({ message: `${title}: an empty label of worker ${host} is ignored`, place });
    else if (isTwin)
      findings.error({
        message: `${SUBJECT}: worker ${host} have duplicate labels`,
        place,
        hint: `"${label}" appears twice`,
      });
    else labels.add(label);
    if (label === 'worker') wroteWorker = true;
  }
  return [...labels].sort(compareText);
}

interface CapacityRequest extends WorkerRequest {
  readonly key: 'memory' | 'cpu';
  readonly parse: (text: string) => Parsed<number>;
}

function readCapacity(host: string, { node, document, findings, title, key, parse }: CapacityRequest): number {
  return readQuantity({
    node: fieldOf(node, key),
    parse,
    source: document.source,
    findings,
    wrong: (reason) => `${SUBJECT}: worker ${host} ${reason}`,
    negative: `${SUBJECT}: worker ${host}${key === 'cpu' ? ',' : ''} ${key} can't be less than 0`,
    unquoted: `${title}: ${key} of worker ${host} should be a text`,
  });
}

/** Returns the tags with trimmed lower-case keys and trimmed values. */
function readTags(host: string, { node, document, findings, title }: WorkerRequest): Readonly<Record<string, string>> {
  const tags = new Map<string, string>();
  for (const [written, member] of membersOf(fieldOf(node, 'tags'))) {
    const text = textOf(member.node);
    if (text === undefined) continue;
    const key = written.trim().toLowerCase();
    const place = document.source.placeAt(member.keyStart);
    if (key === '') findings.warning({ message: `${title}: a tag of worker ${host} without name is ignored`, place });
    else {
      if (tags.has(key)) {
        const message = `${title}: tag ${quoted(key)} of worker ${host} appears twice, the last one is used`;
        findings.warning({ message, place });
      }
      tags.set(key, text.trim());
    }
  }
  return recordOf(tags);
}

/** Reports hosts that appear twice. Names that differ only in case are the same host. */
function refuseTwins(workers: readonly WorkerEntry[], findings: Findings): void {
  const first = new Map<string, WorkerEntry>();
  for (const worker of workers) {
    const name = canonicalHost(worker.host);
    const earlier = first.get(name);
    if (!earlier) first.set(name, worker);
    else {
      const { file, line, column } = earlier.place;
      findings.error({
        message: `${SUBJECT}: duplicate host "${worker.host}"`,
        place: worker.place,
        hint: `it is already declared at ${file}:${line}:${column}`,
      });
    }
  }
}
