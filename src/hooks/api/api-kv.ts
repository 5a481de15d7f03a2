/** Key/value routes of the hook API (docs/runtime-api.md "Keys and values"). */
import type { Masker } from '../../base/masker.ts';
import { type KvWriteRoute, openView, secretPlace, writeRefusal } from '../../kv/access.ts';
import { secretsNamespace, varsNamespace } from '../../kv/namespaces.ts';
import { todaysKey } from '../../kv/older-names.ts';
import { type SecretBox, SecretError } from '../../kv/secrets.ts';
import type { KvStore } from '../../kv/store.ts';
import { type ApiAnswer, ApiRefusal, type ApiRequest, type Fields, textField } from './api-request.ts';

const INVALID_NAMESPACE = 'Invalid or unauthorized namespace';
const MISSING_FIELD = 'Both namespace and key are required';
const NOT_FOUND: ApiAnswer = { status: 404, text: 'KV get operation failed' };
const DONE: ApiAnswer = { status: 200 };

export interface KvRoutes {
  readonly store: KvStore;
  /** Opens and seals secrets. Undefined when this run can neither read nor write secrets. */
  readonly box: SecretBox | undefined;
  readonly masker: Masker;
  /** Resolves when the store up to this revision is durable. Calls may overlap. */
  readonly persist: (revision: number) => Promise<void>;
  /** Called with a warning for each secret that cannot be masked in logs. */
  readonly warn: (message: string) => void;
}

/** Replies only once the value is durable; otherwise a crash would make the next run generate a different value. */
export async function getValue(routes: KvRoutes, { admission, fields }: ApiRequest): Promise<ApiAnswer> {
  const { namespace, key } = readName(fields);
  const { store, box, masker } = routes;
  await settle(routes, namespace, key);
  const view = openView({
    store,
    box,
    scope: admission.caller,
    onSecret: (plain, place) => void masker.add(plain, place),
  });
  const read = view.get(namespace, key);
  switch (read.kind) {
    case 'found':
      return { status: 200, json: { namespace, key, value: read.value } };
    case 'missing':
      return read.hint === undefined ? NOT_FOUND : { status: 404, text: `Key is gone: ${read.hint}` };
    case 'unreadable':
      return { status: 400, text: INVALID_NAMESPACE };
    case 'undecryptable':
      return { status: 500, text: `Internal server error: ${read.message}` };
  }
}

/** Returns the names of the job's variables, of its secrets, or of both. Never returns values. */
export function listKeys({ store }: KvRoutes, { admission, fields }: ApiRequest): ApiAnswer {
  const { job } = admission.caller;
  const own = [varsNamespace(job), secretsNamespace(job)];
  const asked = textField(fields, 'namespace');
  if (asked !== '' && !own.includes(asked)) return { status: 400, text: INVALID_NAMESPACE };
  const listed = asked === '' ? own : [asked];
  return {
    status: 200,
    json: { namespaces: Object.fromEntries(listed.map((namespace) => [namespace, store.keys(namespace)])) },
  };
}

export async function putValue(routes: KvRoutes, request: ApiRequest): Promise<ApiAnswer> {
  const { namespace, key: written } = readName(request.fields);
  const key = todaysKey(namespace, written);
  const value = textField(request.fields, 'value').trim();
  if (value === '') throw new ApiRefusal(400, MISSING_FIELD);
  checkWrite(request, { route: 'put', namespace, key });
  routes.store.put(namespace, key, value);
  await settle(routes, namespace, key);
  return DONE;
}

/** Seals and stores a secret. The value is stored unchanged. Storing an equal value again creates no new version. */
export async function putSecret(routes: KvRoutes, request: ApiRequest): Promise<ApiAnswer> {
  const { namespace, key } = readName(request.fields);
  const plain = textField(request.fields, 'value');
  if (plain === '') throw new ApiRefusal(400, MISSING_FIELD);
  checkWrite(request, { route: 'put-secret', namespace, key });
  const box = requireBox(routes);
  if (!routes.masker.add(plain, secretPlace(namespace, key))) {
    routes.warn(`secret ${namespace} ${key} is too short to be hidden in logs: use 6 characters or more`);
  }
  if (openedNow(routes, namespace, key) !== plain) routes.store.putExact(namespace, key, box.seal(plain));
  await settle(routes, namespace, key);
  return DONE;
}

/** Handles both delete routes: `delete` for variables, `delete-secret` for secrets. */
export async function deleteKey(
  routes: KvRoutes,
  request: ApiRequest,
  route: 'delete' | 'delete-secret',
): Promise<ApiAnswer> {
  const { namespace, key } = readName(request.fields);
  checkWrite(request, { route, namespace, key });
  const wasThere = routes.store.delete(namespace, key);
  await settle(routes, namespace, key);
  return wasThere ? DONE : NOT_FOUND;
}

/** Waits until the current entry of the key is durable, even if a different hook process wrote this entry. */
function settle({ store, persist }: KvRoutes, namespace: string, key: string): Promise<void> {
  return persist(store.revisionOf(namespace, key));
}

function readName(fields: Fields): { readonly namespace: string; readonly key: string } {
  const namespace = textField(fields, 'namespace');
  const key = textField(fields, 'key');
  if (namespace === '' || key === '') throw new ApiRefusal(400, MISSING_FIELD);
  return { namespace, key };
}

interface KvWrite {
  readonly route: KvWriteRoute;
  readonly namespace: string;
  readonly key: string;
}

function checkWrite({ admission }: ApiRequest, { route, namespace, key }: KvWrite): void {
  const { job, event } = admission.caller;
  const refusal = writeRefusal({ job, event, route, namespace, key });
  if (refusal !== undefined) throw new ApiRefusal(400, refusal);
}

function requireBox({ box }: KvRoutes): SecretBox {
  if (box === undefined)
    throw new ApiRefusal(500, 'Internal server error: this run has no state key to seal secrets with');
  return box;
}

/**
 * Returns the stored secret as plain text. Returns `undefined` when the secret is missing or can no longer be opened;
 * the new value then replaces the stored secret.
 */
function openedNow({ store, box }: KvRoutes, namespace: string, key: string): string | undefined {
  const sealed = store.get(namespace, key);
  if (sealed === undefined) return undefined;
  try {
    return box?.open(sealed);
  } catch (thrown) {
    if (thrown instanceof SecretError) return undefined;
    throw thrown;
  }
}
