/**
 * Tests the simulated cache service with other clients. The service is useful for tests only when it behaves like the real
 * one.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type CacheServer, startCacheService } from '../../support/cache-service.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const run = promisify(execFile);
const TWIRP = 'twirp/github.actions.results.api.v1.CacheService/';

async function call(service: CacheServer, method: string, message: object) {
  const headers = {
    authorization: `Bearer ${service.environment().ACTIONS_RUNTIME_TOKEN}`,
    'content-type': 'application/json',
  };
  const response = await fetch(`${service.url}${TWIRP}${method}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(message),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

describe('the cache service of the tests', () => {
  it('serves the façade of @actions/cache', async () => {
    await using service = await startCacheService();
    const cwd = await temporaryFolder();
    const env = { ...process.env, ...service.environment(), RUNNER_TEMP: cwd, GITHUB_WORKSPACE: cwd };
    const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'facade-program.ts')], { env, cwd });
    const result = JSON.parse(/^RESULT (.*)$/m.exec(stdout)?.[1] ?? '{}');
    expect(result).toEqual({ id: 1, restored: 'step/1', text: 'kept', again: -1, none: 'none' });
  });

  it('accepts uploads in blocks and serves ranges, each with its own signature', async () => {
    await using service = await startCacheService();
    const identity = { key: 'k', version: 'v' };
    const { body: reserved } = await call(service, 'CreateCacheEntry', identity);
    const address = reserved.signed_upload_url ?? '';
    const put = (query: string, body: string) => fetch(`${address}${query}`, { method: 'PUT', body });
    expect((await put('', 'no blob type')).status).toBe(400);
    await put('&comp=block&blockid=QQ%3D%3D', 'hello ');
    await put('&comp=block&blockid=Qg%3D%3D', 'world');
    const list = '<BlockList><Latest>QQ==</Latest><Latest>Qg==</Latest></BlockList>';
    expect((await put('&comp=blocklist', list)).status).toBe(201);
    expect((await call(service, 'GetCacheEntryDownloadURL', identity)).body).toMatchObject({ ok: false });
    expect((await call(service, 'FinalizeCacheEntryUpload', { ...identity, size_bytes: '10' })).body).toMatchObject({
      ok: false,
    });
    expect((await call(service, 'FinalizeCacheEntryUpload', { ...identity, size_bytes: '11' })).body).toMatchObject({
      ok: true,
    });
    const { body: match } = await call(service, 'GetCacheEntryDownloadURL', identity);
    const range = await fetch(match.signed_download_url ?? '', { headers: { range: 'bytes=6-8' } });
    expect([range.status, range.headers.get('content-range'), await range.text()]).toEqual([
      206,
      'bytes 6-8/11',
      'wor',
    ]);
    expect((await fetch(address)).status).toBe(403);
    expect((await put('&comp=block&blockid=QQ%3D%3D', 'HELLO ')).status).toBe(409);
  });

  it('keeps a reserved key taken, and accepts only its own tokens', async () => {
    await using service = await startCacheService();
    const identity = { key: 'k', version: 'v' };
    expect(await call(service, 'CreateCacheEntry', identity)).toMatchObject({ status: 200 });
    expect(await call(service, 'CreateCacheEntry', identity)).toMatchObject({
      status: 409,
      body: { code: 'already_exists' },
    });
    const body = JSON.stringify(identity);
    const headers = { authorization: `Bearer ${service.environment().ACTIONS_RUNTIME_TOKEN}x` };
    const forged = await fetch(`${service.url}${TWIRP}CreateCacheEntry`, { method: 'POST', headers, body });
    expect(forged.status).toBe(401);
  });
});
