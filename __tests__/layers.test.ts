import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Maps each room to the rooms from which it may import (docs/architecture.md). The room of a path is the longest name that
 * matches. A file directly in src/ is its own room. No row may name a single file of another room, because rooms import only
 * whole rooms.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  ask: [],
  events: ['base'],
  grammar: ['base'],
  request: ['base', 'grammar'],
  document: ['base'],
  schema: ['base', 'grammar', 'document'],
  workspace: ['base', 'events', 'grammar', 'document', 'schema'],
  catalog: ['base', 'grammar', 'document', 'workspace'],
  kv: ['base', 'events', 'workspace', 'catalog'],
  template: [],
  plan: ['base', 'events', 'workspace', 'catalog'],
  'worker-side': ['base'],
  transport: ['events'],
  'transport/ssh': ['base', 'worker-side', 'transport'],
  sight: ['base', 'worker-side', 'transport'],
  state: ['base', 'schema', 'catalog', 'kv', 'transport', 'sight'],
  certs: ['base', 'workspace', 'catalog', 'kv', 'state'],
  stage: ['base', 'worker-side', 'workspace', 'catalog', 'kv', 'certs', 'template'],
  'state-file': ['base', 'state'],
  'state-fleet': ['base', 'worker-side', 'state', 'transport', 'sight'],
  cache: ['base', 'state'],
  hooks: ['base', 'ask', 'events', 'document', 'workspace', 'catalog', 'kv', 'certs'],
  health: ['base', 'events', 'workspace', 'catalog', 'transport'],
  rollout: [
    'base',
    'worker-side',
    'events',
    'workspace',
    'catalog',
    'kv',
    'plan',
    'stage',
    'state',
    'transport',
    'sight',
    'health',
  ],
  build: ['base', 'events', 'workspace', 'catalog', 'kv', 'certs', 'state', 'hooks', 'rollout'],
  report: ['base', 'events', 'plan'],
  notify: ['base', 'events', 'request', 'report'],
  adopt: ['base', 'worker-side', 'workspace', 'catalog', 'kv', 'stage', 'state', 'transport', 'sight'],
  doctor: ['ask', 'events', 'worker-side', 'catalog', 'hooks', 'sight', 'state', 'transport'],
  session: [
    'base',
    'ask',
    'worker-side',
    'events',
    'request',
    'workspace',
    'catalog',
    'kv',
    'plan',
    'stage',
    'state',
    'transport',
    'sight',
    'hooks',
    'rollout',
    'build',
  ],
  door: ['base', 'events', 'request', 'plan', 'report', 'session'],
  commands: [
    'base',
    'ask',
    'worker-side',
    'events',
    'grammar',
    'request',
    'workspace',
    'catalog',
    'kv',
    'certs',
    'plan',
    'stage',
    'state',
    'transport',
    'hooks',
    'health',
    'rollout',
    'build',
    'report',
    'notify',
    'adopt',
    'doctor',
    'sight',
    'session',
  ],
  wiring: [
    'base',
    'request',
    'catalog',
    'state',
    'state-file',
    'state-fleet',
    'cache',
    'transport',
    'transport/ssh',
    'session',
  ],
  'compose.ts': ['base', 'request', 'session', 'commands', 'wiring'],
  action: ['base', 'events', 'request', 'state', 'report', 'session', 'door'],
  cli: ['base', 'events', 'request', 'report', 'session', 'door'],
  'index.ts': ['action', 'compose.ts'],
  'post.ts': ['action', 'wiring'],
  'cli.ts': ['cli', 'compose.ts'],
};

/** Rooms that only compute: they do not use files, processes or the network. */
const PURE = ['catalog', 'plan', 'template', 'report'];
/** Maps each package of GitHub to the rooms that may import it. */
const GITHUB_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@actions/core': ['action'],
  '@actions/cache': ['cache'],
  '@actions/exec': ['ask'],
  '@actions/io': ['ask'],
  '@actions/http-client': ['cache'],
};
/** Rooms of adapters behind a port. Only the room wiring/ may choose one of them. */
const ADAPTERS = ['state-file', 'state-fleet', 'cache', 'transport/ssh'];

const SRC = join(import.meta.dirname, '../src');

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.ts') && !path.startsWith('hooks/clients/'),
);

const imports: Import[] = files.flatMap((from) => {
  const text = readFileSync(join(SRC, from), 'utf8');
  const found = [...text.matchAll(/(?:\bfrom\s+|\bimport\(\s*|\bimport\s+)'([^']+)'/g)].map(
    (match) => match[1] as string,
  );
  return found.map((to) => ({
    from,
    to: to.startsWith('.') ? relative(SRC, posix.join(SRC, posix.dirname(from), to)) : to,
  }));
});

const ROOMS = Object.keys(MAY_IMPORT).sort((a, b) => b.length - a.length);
const roomOf = (path: string): string =>
  ROOMS.find((room) => path === room || path.startsWith(`${room}/`)) ?? (path.split('/')[0] as string);
const isOurs = ({ to }: Import): boolean => files.includes(to);
const show = ({ from, to }: Import): string => `${from} -> ${to}`;

describe('docs/architecture.md', () => {
  const page = readFileSync(join(SRC, '../docs/architecture.md'), 'utf8');

  it('draws every room, once', () => {
    const rooms = Object.keys(MAY_IMPORT).filter((room) => !room.includes('/'));
    const drawn = page
      .split('\n')
      .flatMap((line) => /^\| (`.*?`) \|/.exec(line)?.[1]?.match(/[a-z-]+(?:\/|\.ts)(?=`)/g) ?? []);
    const missing = rooms.filter((room) => drawn.filter((name) => name.replace('/', '') === room).length !== 1);
    expect(missing).toEqual([]);
  });

  it('names only files and folders that exist', () => {
    const named = [...page.matchAll(/`((?:[a-z-]+\/)+(?:[a-z-]+\.ts)?)`/g)].map(([, path = '']) =>
      path.replace(/^src\//, ''),
    );
    const all = readdirSync(SRC, { recursive: true, encoding: 'utf8' });
    const known = (path: string) => all.some((file) => file.startsWith(path) || file.includes(`/${path}`));
    const inSources = named.filter((path) => !/^(?:docs|__tests__|schemas|dist|data|logs|secrets)\//.test(path));
    expect(inSources.length).toBeGreaterThan(40);
    expect(inSources.filter((path) => !known(path))).toEqual([]);
  });
});

describe('imports', () => {
  it('are found at all', () => {
    expect(imports.filter(isOurs).length).toBeGreaterThan(100);
    expect(imports.map(show)).toContain('wiring/open-store.ts -> state-file/file-store.ts');
  });

  it('go one way, from room to room', () => {
    const wrong = imports.filter(isOurs).filter(({ from, to }) => {
      const allowed = MAY_IMPORT[roomOf(from)] ?? [];
      return roomOf(from) !== roomOf(to) && !allowed.includes(roomOf(to));
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('go in one direction: a room is below every room that may import it', () => {
    const order = Object.keys(MAY_IMPORT);
    const upwards = order.flatMap((room, at) =>
      (MAY_IMPORT[room] ?? []).filter((other) => order.indexOf(other) >= at).map((other) => `${room} -> ${other}`),
    );
    expect(upwards).toEqual([]);
  });

  it('are all used: a permission without an import is refused', () => {
    const used = new Set(imports.filter(isOurs).map(({ from, to }) => `${roomOf(from)} -> ${roomOf(to)}`));
    const rights = Object.entries(MAY_IMPORT).flatMap(([room, others]) => others.map((other) => `${room} -> ${other}`));
    expect(rights.filter((right) => !used.has(right))).toEqual([]);
  });

  it('are listed for every room', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
  });

  it('keep pure rooms free of effects', () => {
    const wrong = imports.filter(
      ({ from, to }) => PURE.includes(roomOf(from)) && to !== 'node:crypto' && /^(?:node:|@actions\/)/.test(to),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it('leave the choice of adapters to the room wiring', () => {
    const rights = Object.entries(MAY_IMPORT).filter(([, others]) => others.some((one) => ADAPTERS.includes(one)));
    expect(rights.map(([room]) => room)).toEqual(['wiring']);
  });

  it('of the transport: the engine reaches workers through the fence, which is put in front in one place', () => {
    const textOf = (file: string): string => readFileSync(join(SRC, file), 'utf8');
    const engine = files.filter((file) =>
      /^(?:rollout|health|hooks|build|commands\/render|session\/hook-workers)\b/.test(file),
    );
    const bare = /\.exec\(worker|import type \{[^}]*\bTransport\b[^}]*\} from '[./]*transport\/port\.ts'/;
    expect(engine.filter((file) => bare.test(textOf(file)))).toEqual([]);
    expect(files.filter((file) => textOf(file).includes('guardWorkers('))).toEqual([
      'session/open-run.ts',
      'transport/guarded-workers.ts',
    ]);
    expect(files.filter((file) => /\b(?:fence|guard)\.(?:line|forget)\(/.test(textOf(file)))).toEqual([
      'transport/guarded-workers.ts',
    ]);
  });

  it('of the environment happen once: only the faces read the identity of the run', () => {
    const readers = files.filter((file) => readFileSync(join(SRC, file), 'utf8').includes('GITHUB_'));
    expect(readers.filter((file) => roomOf(file) !== 'action')).toEqual(['request/run-identity.ts']);
  });

  it('keep packages of GitHub in the rooms that need them', () => {
    const wrong = imports.filter(({ from, to }) => {
      const name = /(?:^|node_modules\/)(@actions\/[^/]+)/.exec(to)?.[1];
      return name !== undefined && !GITHUB_PACKAGES[name]?.includes(roomOf(from));
    });
    expect(wrong.map(show)).toEqual([]);
    expect(imports.filter(({ to }) => to.includes('@actions/cache')).map(({ from }) => from)).toEqual([
      'cache/cache-service.ts',
    ]);
  });

  it('load the cache lazily', () => {
    const heavy = ['cache/entries.ts', 'cache/cache-service.ts', 'cache/http-call.ts'];
    const early = imports.filter(({ from, to }) => heavy.includes(to) && from === 'cache/actions-cache.ts');
    expect(early.map(show)).toEqual(['cache/actions-cache.ts -> cache/entries.ts']);
    expect(readFileSync(join(SRC, 'cache/actions-cache.ts'), 'utf8')).toContain("await import('./entries.ts')");
  });

  it('make no circle between files', () => {
    expect(findCircle()).toEqual([]);
  });
});

function findCircle(): string[] {
  const next = new Map(
    files.map((file) => [file, imports.filter((one) => one.from === file && isOurs(one)).map(({ to }) => to)]),
  );
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const to of next.get(file) ?? []) {
      const circle = walk(to, [...path, file]);
      if (circle.length > 0) return circle;
    }
    done.add(file);
    return [];
  };
  return files.map((file) => walk(file, [])).find((circle) => circle.length > 0) ?? [];
}
