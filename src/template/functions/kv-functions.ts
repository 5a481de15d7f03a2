/**
 * Implements the key/value functions of templates. Each function reads from one namespace. When a key is missing, a
 * function fails, or returns an empty text if its name ends with `Optional`.
 */
import { fromBytes } from '../go-text/bytes.ts';
import { listOf, type Value } from '../go-text/value.ts';
import { CallFailure } from './call-failure.ts';
import { binary, type TemplateFunction, unary } from './function-signature.ts';
import { type KvReading, namespaceOfJob, type OnMissing } from './kv-reading.ts';

const byNamespaceAndKey = (name: string, onMissing: OnMissing): TemplateFunction =>
  binary(name, 'string', (namespace, key, kv) => kv.read(fromBytes(namespace), key, onMissing));

const byKey = (name: string, namespaceOf: (kv: KvReading) => string, onMissing: OnMissing): TemplateFunction =>
  unary(name, 'string', (key, kv) => kv.read(namespaceOf(kv), key, onMissing));

/**
 * Creates `getJob` and `getJobOptional`. Called with (key), they read from the rendering job; called with (job, key),
 * from the given job.
 */
function byJob(name: string, onMissing: OnMissing): TemplateFunction {
  const run = (values: readonly Value[], kv: KvReading): Value => {
    const first = values[0] as string | undefined;
    if (first === undefined || values.length > 2) throw new CallFailure(`${name}: want (key) or (job, key)`);
    if (values.length === 1) return kv.read(kv.ownJob, first, onMissing);
    return kv.read(namespaceOfJob(fromBytes(first)), values[1] as string, onMissing);
  };
  return { arity: 'any', name, parameters: [], rest: 'string', run };
}

/** The functions `get`, `getJob`, `getJobWorker` and `getWorker` with their `Optional` forms, `getSecret` and `keys`. */
export const KV_FUNCTIONS: readonly TemplateFunction[] = [
  byNamespaceAndKey('get', 'fail'),
  byNamespaceAndKey('getOptional', 'empty'),
  byJob('getJob', 'fail'),
  byJob('getJobOptional', 'empty'),
  byKey('getJobWorker', (kv) => kv.ownAllocation, 'fail'),
  byKey('getJobWorkerOptional', (kv) => kv.ownAllocation, 'empty'),
  byKey('getWorker', (kv) => kv.ownWorker, 'fail'),
  byKey('getWorkerOptional', (kv) => kv.ownWorker, 'empty'),
  byKey('getSecret', (kv) => kv.ownSecrets, 'fail'),
  unary('keys', 'string', (namespace, kv) => listOf(kv.keys(fromBytes(namespace)))),
];
