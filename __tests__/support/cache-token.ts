import { createHmac, randomBytes } from 'node:crypto';
import type { TokenScope } from './cache-entries.ts';

const SECRET = randomBytes(32);
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (text: string) => createHmac('sha256', SECRET).update(text).digest('base64url');

/** Returns a token like those that the runner gives to a job: a JWT whose `ac` claim is the JSON text of its cache scopes. */
export function cacheToken(scopes: readonly TokenScope[]): string {
  const claims = { sub: 'job', scp: 'Actions.Results:4711:4712', ac: JSON.stringify(scopes) };
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${sign(text)}`;
}

/** Returns the scopes of a token that `cacheToken` made in this process. Returns undefined for any other header. */
export function scopesOfHeader(authorization: string | undefined): readonly TokenScope[] | undefined {
  const [, header, claims, signature] = /^Bearer ([^.]+)\.([^.]+)\.([^.]+)$/.exec(authorization ?? '') ?? [];
  if (claims === undefined || sign(`${header}.${claims}`) !== signature) return undefined;
  const { ac } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { ac: string };
  return JSON.parse(ac) as TokenScope[];
}

/** Returns the signature of the address of one blob, for reading or for writing. */
export function signAddress(id: number, use: 'read' | 'write'): string {
  return sign(`${use} ${id}`);
}
