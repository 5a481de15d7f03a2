/** The product's key/value functions (spec 05 §5.3): each names its namespace, and a missing key is a failure or an empty text. */
import { fromBytes, toBytes } from './bytes.ts';
import { binary, CallFailure, type TemplateFunction, unary } from './function-signature.ts';
import type { RenderInput } from './input.ts';
import { listOf, type Value } from './value.ts';

type OnMissing = 'fail' | 'empty';

function read(input: RenderInput, namespaceBytes: string, keyBytes: string, onMissing: OnMissing): string {
  const namespace = fromBytes(namespaceBytes);
  const key = fromBytes(keyBytes);
  const found = input.kv.get(namespace, key);
  switch (found.kind) {
    case 'found':
      return toBytes(found.value);
    case 'missing':
      if (onMissing === 'empty') return '';
      if (found.hint !== undefined) throw new CallFailure(toBytes(`key not found: it is gone, ${found.hint}`));
      throw new CallFailure('key not found or deleted', { namespace, key });
    case 'unreadable':
    case 'undecryptable':
      throw new CallFailure(toBytes(found.message));
  }
}

function readKeys(input: RenderInput, namespace: string): readonly string[] {
  const found = input.kv.keys(fromBytes(namespace));
  if (found.kind === 'unreadable') throw new CallFailure(toBytes(found.message));
  return found.keys.map(toBytes).sort((a, b) => (a < b ? -1 : 1));
}

/** A field of the data that names a namespace. */
function identity({ data }: RenderInput, field: 'Job' | 'WorkerIP'): string {
  const value = data[field];
  if (typeof value !== 'string') throw new CallFailure(`not available here: the data has no .${field}`);
  return toBytes(value);
}

const jobNamespace = (job: string): string => `maand/job/${job}`;
const workerNamespace = (input: RenderInput): string => `maand/worker/${identity(input, 'WorkerIP')}`;
const allocationNamespace = (input: RenderInput): string =>
  `${jobNamespace(identity(input, 'Job'))}/worker/${identity(input, 'WorkerIP')}`;
const secretsNamespace = (input: RenderInput): string => `secrets/job/${identity(input, 'Job')}`;

const byNamespaceAndKey = (name: string, onMissing: OnMissing): TemplateFunction =>
  binary(name, 'string', (namespace, key, input) => read(input, namespace, key, onMissing));

const byKey = (name: string, namespaceOf: (input: RenderInput) => string, onMissing: OnMissing): TemplateFunction =>
  unary(name, 'string', (key, input) => read(input, namespaceOf(input), key, onMissing));

/** `getJob key` asks for the rendering job, `getJob job key` for another one. */
function byJob(name: string, onMissing: OnMissing): TemplateFunction {
  const run = (values: readonly Value[], input: RenderInput): Value => {
    const [first, second] = values as readonly string[];
    if (first === undefined || values.length > 2) throw new CallFailure(`${name}: want (key) or (job, key)`);
    if (second === undefined) return read(input, jobNamespace(identity(input, 'Job')), first, onMissing);
    return read(input, jobNamespace(first), second, onMissing);
  };
  return { name, parameters: [], rest: 'string', run };
}

/** `get getJob getJobWorker getWorker` with their `Optional` forms, `getSecret` and `keys`. */
export const KV_FUNCTIONS: readonly TemplateFunction[] = [
  byNamespaceAndKey('get', 'fail'),
  byNamespaceAndKey('getOptional', 'empty'),
  byJob('getJob', 'fail'),
  byJob('getJobOptional', 'empty'),
  byKey('getJobWorker', allocationNamespace, 'fail'),
  byKey('getJobWorkerOptional', allocationNamespace, 'empty'),
  byKey('getWorker', workerNamespace, 'fail'),
  byKey('getWorkerOptional', workerNamespace, 'empty'),
  byKey('getSecret', secretsNamespace, 'fail'),
  unary('keys', 'string', (namespace, input) => listOf(readKeys(input, namespace))),
];
