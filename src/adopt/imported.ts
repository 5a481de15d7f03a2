/**
 * Reads from a JSON file the data that an adoption cannot find on workers: ports from the pool, and KV values that
 * hooks wrote.
 */
import { isSealed, type SecretBox, SecretError } from '../kv/secrets.ts';
import { KvStore } from '../kv/store.ts';
import type { StateDocument } from '../state/document.ts';

export interface Imported {
  readonly ports: StateDocument['ports'];
  readonly kv: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const NAMESPACE = /^(?:vars|secrets)\/job\/[^/]+$/;

/**
 * Parses `{ "ports": { JOB: { NAME: NUMBER } }, "kv": { NAMESPACE: { KEY: VALUE } } }`. Throws a `RangeError` that
 * describes the fault.
 */
export function parseImported(text: string): Imported {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RangeError('it is not JSON');
  }
  if (!isObject(value)) throw new RangeError('it must be an object with "ports" and "kv"');
  const { ports = {}, kv = {}, ...others } = value;
  const [stray] = Object.keys(others);
  if (stray !== undefined) throw new RangeError(`"${stray}" means nothing here: there are "ports" and "kv"`);
  const isPort = (number: unknown) =>
    Number.isSafeInteger(number) && (number as number) > 0 && (number as number) < 65_536;
  if (!isTable(ports, isPort)) throw new RangeError('"ports" must be { job: { name: number } }');
  if (!isTable(kv, (one) => typeof one === 'string')) throw new RangeError('"kv" must be { namespace: { key: text } }');
  const foreign = Object.keys(kv).find((namespace) => !NAMESPACE.test(namespace));
  if (foreign === undefined) return { ports, kv } as Imported;
  throw new RangeError(
    `"kv" has the namespace "${foreign}": only vars/job/JOB and secrets/job/JOB are imported, a build makes the others`,
  );
}

export interface Boxes {
  /** Seals with the key of this bucket. */
  readonly own: SecretBox;
  /** Opens secrets that the maand CLI sealed with `secrets/kv.key`. Undefined when that file is missing. */
  readonly foreign: SecretBox | undefined;
}

export interface Importing {
  readonly imported: Imported;
  readonly boxes: Boxes;
  readonly nowSeconds: number;
}

/**
 * Adds the imported ports and KV values. Secrets are sealed with the key of this bucket. In the file, they may be plain
 * text or sealed by the maand CLI. Throws a `RangeError` when a secret cannot be opened.
 */
export function withImported(base: StateDocument, { imported, boxes, nowSeconds }: Importing): StateDocument {
  const { ports, kv } = imported;
  const store = new KvStore(base.kv, () => nowSeconds);
  for (const [namespace, entries] of Object.entries(kv)) {
    const isSecret = namespace.startsWith('secrets/');
    for (const [key, value] of Object.entries(entries)) {
      store.putExact(
        namespace,
        key,
        isSecret ? boxes.own.seal(openForeign(value, `${namespace} ${key}`, boxes)) : value,
      );
    }
  }
  return { ...base, ports, kv: store.toHistory() };
}

function openForeign(value: string, where: string, { foreign }: Boxes): string {
  if (!isSealed(value)) return value;
  if (!foreign) throw new RangeError(`${where} is sealed, and there is no secrets/kv.key of 32 bytes to open it`);
  try {
    return foreign.open(value);
  } catch (thrown) {
    if (!(thrown instanceof SecretError)) throw thrown;
    throw new RangeError(`${where} does not open with secrets/kv.key`, { cause: thrown });
  }
}

function isTable(value: unknown, isCell: (cell: unknown) => boolean): value is Record<string, Record<string, unknown>> {
  return isObject(value) && Object.values(value).every((row) => isObject(row) && Object.values(row).every(isCell));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
