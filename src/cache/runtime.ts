/**
 * Reads the cache settings that the runner gives to a JavaScript action: the address of the cache, and the permissions
 * of this run.
 */
import type { Absent, MayWrite } from './types.ts';
import { isWebAddress } from './web-address.ts';

export type RunnerEnvironment = Readonly<Record<string, string | undefined>>;

export interface CacheRuntime {
  readonly kind: 'runtime';
  readonly serviceUrl: string;
  readonly token: string;
  /** False only when the cache mode of the workflow forbids reading. */
  readonly mayRead: boolean;
  readonly mayWrite: MayWrite;
}

/** Permission bits of a scope in the token: 1 means read, 2 means write. */
const WRITE = 2;

/**
 * Reads variables that the runner gives only to actions, not to `run:` steps. `server` is the address of GitHub; an
 * empty text means the public GitHub.
 */
export function readCacheRuntime(env: RunnerEnvironment, server: string): CacheRuntime | Absent {
  const mode = (env.ACTIONS_CACHE_MODE ?? '').trim().toLowerCase();
  const { ACTIONS_RUNTIME_TOKEN: token, ACTIONS_RESULTS_URL: serviceUrl } = env;
  if (!isCloud(server || 'https://github.com'))
    return absent(`${server} is a GitHub Enterprise Server, which has no cache service that fits`);
  if (!token || !serviceUrl) return absent('the runner gives no access to a cache service');
  if (!env.ACTIONS_CACHE_SERVICE_V2) return absent('the runner has no cache service of version 2');
  if (!isWebAddress(serviceUrl)) return absent('ACTIONS_RESULTS_URL is not a web address');
  if (mode === 'none') return absent('the cache mode of this workflow is "none"');
  const mayWrite = mode === 'read' ? 'no' : permissionOf(token);
  return { kind: 'runtime', serviceUrl, token, mayRead: mode !== 'write-only', mayWrite };
}

function absent(reason: string): Absent {
  return { kind: 'absent', reason };
}

/**
 * Returns whether the server is GitHub itself, one of its data-residency domains, or a development host that behaves
 * like them.
 */
function isCloud(server: string): boolean {
  if (!isWebAddress(server)) return false;
  const host = new URL(server).hostname.toLowerCase();
  return host === 'github.com' || host.endsWith('.ghe.com') || host.endsWith('.localhost');
}

/**
 * Returns the permission in the token. The token is not verified here, because the result only predicts the answer of
 * the service.
 */
function permissionOf(token: string): MayWrite {
  const scopes = scopesOf(token);
  if (scopes === undefined) return 'unknown';
  return scopes.some(({ Permission: bits }) => (bits & WRITE) !== 0) ? 'yes' : 'no';
}

interface CacheScope {
  readonly Scope: string;
  readonly Permission: number;
}

function scopesOf(token: string): readonly CacheScope[] | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { ac?: unknown };
    const scopes: unknown = typeof claims.ac === 'string' ? JSON.parse(claims.ac) : claims.ac;
    return Array.isArray(scopes) && scopes.every(isScope) ? scopes : undefined;
  } catch {
    return undefined; // the token has another format that only its own service can read
  }
}

function isScope(value: unknown): value is CacheScope {
  return typeof value === 'object' && value !== null && 'Permission' in value && typeof value.Permission === 'number';
}
