/** Reads `maand.conf`: the settings of a bucket, with a default value for every missing key. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { type Parsed, parsed, refused } from '../base/parsed.ts';
import { didYouMean, misspelling } from '../base/text/nearest-name.ts';
import { excerpt, quoted } from '../base/text/quote.ts';
import { type DocumentNode, flagOf, integerOf, placeOf, textOf } from '../document/document.ts';
import { Findings } from '../document/findings.ts';
import { parseToml, type TomlDocument } from '../document/toml.ts';
import { isFileWord, parseProxyJump, parseRoot, parseUser } from '../grammar/names.ts';
import { parseStatePlace } from '../grammar/state-place.ts';
import type { BucketReader } from './reader.ts';
import { foreignHint } from './stray-files.ts';
import { readText } from './text-file.ts';
import type { Settings } from './types.ts';

export interface SettingsResult {
  /** The settings, with defaults for missing and invalid keys; undefined when `maand.conf` is missing. */
  readonly settings: Settings | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export interface LoadedSettings extends SettingsResult {
  readonly document: TomlDocument | undefined;
}

const FILE = 'maand.conf';
const SUBJECT = 'invalid maand.conf';

/** Reads `maand.conf`. Also returns the document, for callers that report places in the file. */
export async function loadSettings(reader: BucketReader): Promise<LoadedSettings> {
  const findings = new Findings('ErrInvalidMaandConf');
  const source = await readText({ reader, path: FILE, subject: SUBJECT, findings });
  if (source === 'missing') {
    const hint = await foreignHint(reader);
    findings.error({ message: `no maand.conf in ${reader.bucket.dir}: run maand init`, hint });
    return { settings: undefined, document: undefined, diagnostics: findings.diagnostics };
  }
  const document = source === 'refused' ? undefined : parseToml(source, SUBJECT, findings);
  const settings = interpret(new Entries(document, findings));
  if (settings.certsRenewalBufferDays >= settings.certsTtlDays) {
    const message = `${FILE}: certs_renewal_buffer is not below certs_ttl: every build renews every certificate`;
    findings.warning({ message, ...(document && { place: placeOf(document, ['certs_renewal_buffer']) }) });
  }
  return { settings, document, diagnostics: findings.diagnostics };
}

const LONGEST_SECONDS = 604_800;

function interpret(entries: Entries): Settings {
  const sshPort = entries.integer('ssh_port', { fallback: 22, least: Number.NEGATIVE_INFINITY, most: 65535 });
  const certsTtlDays = entries.integer('certs_ttl', { fallback: 60, least: 0, most: 36_500 });
  const seconds = (fallback: number) => ({ fallback, least: 1, most: LONGEST_SECONDS });
  const settings: Settings = {
    sshUser: entries.text('ssh_user', 'agent', parseUser),
    sshKey: entries.text('ssh_key', 'worker.key', parseKeyFile),
    sshPort: sshPort <= 0 ? 22 : sshPort,
    sshProxyJump: entries.text('ssh_proxy_jump', '', parseProxyJump),
    useSudo: entries.flag('use_sudo', { fallback: true }),
    certsTtlDays: certsTtlDays === 0 ? 60 : certsTtlDays,
    certsRenewalBufferDays: Math.max(
      0,
      entries.integer('certs_renewal_buffer', { fallback: 0, least: Number.NEGATIVE_INFINITY, most: 36_500 }),
    ),
    jobConfigSelector: entries.text('job_config_selector', '', parseSelector),
    logFormat: logFormatOf(entries),
    stateName: entries.text('state_name', '', parseStateName),
    state: entries.parsed('state', parseStatePlace),
    allowDowngrade: entries.flag('allow_downgrade', { fallback: true }),
    workerRoot: entries.text('worker_root', '/opt/worker', parseRoot),
    commandTimeoutMs: entries.integer('command_timeout', seconds(300)) * 1000,
    hookTimeoutMs: entries.integer('hook_timeout', seconds(600)) * 1000,
    parallelWorkers: entries.integer('parallel_workers', { fallback: 32, least: 1, most: 1000 }),
    allowProbesWithHook: entries.flag('allow_probes_with_hook', { fallback: false }),
  };
  entries.reportUnknown();
  return settings;
}

function logFormatOf(entries: Entries): 'kv' | 'json' {
  const format = entries.text('log_format', 'kv', (text) => parsed(text.trim()));
  if (format === 'json' || format === 'jsonl') return 'json';
  if (format !== 'kv') entries.warn('log_format', `log_format ${quoted(format)} is unknown, kv is used`);
  return 'kv';
}

function parseKeyFile(text: string): Parsed<string> {
  const file = text.trim();
  const steps = file.split('/');
  if (!/[\p{Cc}\\]/u.test(file) && steps.every((step) => step !== '' && step !== '..' && step !== '.')) {
    return parsed(file);
  }
  return refused(`must be the name of a file in secrets/ (got ${quoted(file)})`);
}

function parseSelector(text: string): Parsed<string> {
  const selector = text.trim();
  return isFileWord(selector) ? parsed(selector) : refused(`must be part of a file name (got ${quoted(selector)})`);
}

function parseStateName(text: string): Parsed<string> {
  const name = text.trim();
  if (/^[\u0021-\u007e]{1,200}$/.test(name)) return parsed(name);
  return refused(`must be at most 200 characters of ASCII without spaces (got ${quoted(name)})`);
}

interface IntegerRange {
  readonly fallback: number;
  readonly least: number;
  readonly most: number;
}

/** Reads the entries of `maand.conf` by type. An invalid entry is reported, and its default is used. */
class Entries {
  readonly #document: TomlDocument | undefined;
  readonly #findings: Findings;
  readonly #known = new Set<string>();

  constructor(document: TomlDocument | undefined, findings: Findings) {
    this.#document = document;
    this.#findings = findings;
  }

  /** Returns the parsed text, or `fallback` when the text is missing, blank or invalid. */
  text(key: string, fallback: string, parse: (text: string) => Parsed<string>): string {
    return this.parsed(key, parse) ?? fallback;
  }

  /** Returns the parsed text, or undefined when the text is missing, blank or invalid. */
  parsed<T>(key: string, parse: (text: string) => Parsed<T>): T | undefined {
    const text = this.#take(key, 'a string', textOf);
    if (text === undefined || text.trim() === '') return undefined;
    const result = parse(text);
    if (result.ok) return result.value;
    this.#refuse(key, result.reason);
    return undefined;
  }

  integer(key: string, { fallback, least, most }: IntegerRange): number {
    const value = this.#take(key, 'an integer', integerOf);
    if (value === undefined) return fallback;
    if (value >= least && value <= most) return value;
    const range = Number.isFinite(least) ? `between ${least} and ${most}` : `at most ${most}`;
    this.#refuse(key, `must be ${range} (got ${value})`);
    return fallback;
  }

  flag(key: string, { fallback }: { readonly fallback: boolean }): boolean {
    return this.#take(key, 'true or false', flagOf) ?? fallback;
  }

  warn(key: string, text: string): void {
    this.#findings.warning({ message: `${FILE}: ${text}`, ...this.#placeOf(key) });
  }

  /**
   * Reports every entry that the other methods of this class have not read. A misspelled key is an error, and an
   * unknown key is a warning.
   */
  reportUnknown(): void {
    for (const [key, { keyStart }] of this.#document?.root.members ?? []) {
      if (this.#known.has(key)) continue;
      const place = this.#document && { place: this.#document.source.placeAt(keyStart) };
      const meant = misspelling(key, this.#known);
      if (meant) {
        this.#findings.error({ message: `${SUBJECT}: unknown key ${quoted(key)}`, hint: meant.hint, ...place });
      } else {
        const hint = didYouMean(key, this.#known);
        this.#findings.warning({ message: `${FILE}: unknown key ${quoted(key)} is ignored`, hint, ...place });
      }
    }
  }

  #take<T>(key: string, wanted: string, read: (node: DocumentNode) => T | undefined): T | undefined {
    this.#known.add(key);
    const node = this.#document?.root.members.get(key)?.node;
    if (!node || !this.#document) return undefined;
    const value = read(node);
    if (value === undefined) {
      const raw = this.#document.source.text.slice(node.start, node.end);
      this.#refuse(key, `must be ${wanted} (got ${node.kind === 'object' ? 'a table' : excerpt(raw)})`);
    }
    return value;
  }

  #refuse(key: string, detail: string): void {
    this.#findings.error({ message: `${SUBJECT}: ${key} ${detail}`, ...this.#placeOf(key) });
  }

  #placeOf(key: string) {
    const node = this.#document?.root.members.get(key)?.node;
    return node && this.#document ? { place: this.#document.source.placeAt(node.start) } : {};
  }
}
