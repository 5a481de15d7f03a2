import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Room → rooms that it may import from (docs/architecture.md). A file directly in src/ is a room of its own. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  document: ['base'],
  schema: ['base', 'document'],
  workspace: ['base', 'document', 'schema'],
  fix: ['base', 'document', 'workspace'],
  catalog: ['base', 'document', 'schema', 'workspace'],
  kv: ['base', 'workspace', 'catalog'],
  template: ['base'],
  plan: ['base', 'workspace', 'catalog'],
  state: ['base', 'workspace', 'catalog', 'kv', 'cache/types.ts'],
  cache: ['base'],
  certs: ['base', 'workspace', 'catalog', 'kv', 'state/document.ts'],
  stage: ['base', 'workspace', 'catalog', 'kv', 'certs', 'template'],
  transport: ['base'],
  hooks: ['base', 'document', 'workspace', 'catalog', 'kv', 'certs'],
  health: ['base', 'workspace', 'catalog', 'transport/port.ts'],
  rollout: [
    'base',
    'workspace',
    'catalog',
    'kv',
    'plan',
    'stage',
    'state/document.ts',
    'state/ledger.ts',
    'state/port.ts',
    'transport/port.ts',
    'health',
  ],
  notify: ['base', 'report', 'events/rollout-event.ts'],
  report: ['base', 'workspace', 'plan', 'events/rollout-event.ts'],
  steps: [
    'base',
    'request/request.ts',
    'workspace',
    'catalog',
    'kv',
    'certs',
    'plan',
    'stage',
    'state',
    'transport/port.ts',
    'hooks',
    'rollout',
    'state/handover.ts',
  ],
  commands: [
    'steps',
    'base',
    'request/request.ts',
    'workspace',
    'fix',
    'catalog',
    'kv',
    'certs',
    'plan',
    'stage',
    'state',
    'transport/port.ts',
    'hooks',
    'health',
    'rollout',
    'report',
    'notify/notifier.ts',
    'adopt',
    'doctor',
  ],
  adopt: ['base', 'catalog', 'kv', 'stage', 'state', 'transport/port.ts'],
  doctor: ['base', 'catalog', 'hooks', 'state/picture.ts', 'state/stop.ts', 'transport/port.ts'],
  replicas: ['base', 'state', 'transport/port.ts'],
  adapters: [
    'base',
    'request/request.ts',
    'catalog/address.ts',
    'session/face.ts',
    'session/tools.ts',
    'state',
    'cache',
    'replicas',
    'transport',
  ],
  'compose.ts': ['base', 'request/request.ts', 'session/face.ts', 'session/tools.ts', 'commands', 'adapters'],
  request: ['base', 'schema/grammar.ts', 'request/notify/target.ts', 'request/notify/parse-targets.ts'],
  action: [
    'base',
    'request',
    'session/face.ts',
    'plan',
    'report',
    'events/rollout-event.ts',
    'state/handover.ts',
    'wiring/finish-run.ts',
    'compose.ts',
  ],
  cli: ['base', 'request', 'session/face.ts', 'plan', 'report', 'events/rollout-event.ts', 'compose.ts'],
  'index.ts': ['action', 'compose.ts'],
  'post.ts': ['action', 'wiring/finish-run.ts'],
  'cli.ts': ['cli', 'compose.ts'],
};

/** Rooms that compute and never touch the machine. */
const PURE = ['catalog', 'plan', 'template', 'report'];
/** Packages of GitHub → rooms that may import them. */
const GITHUB_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@actions/core': ['action'],
  '@actions/cache': ['cache'],
  '@actions/http-client': ['cache'],
};
/** Adapters behind a port: only compose.ts picks one. */
const ADAPTERS = [
  'state-file/file-store.ts',
  'state-file/file-lock.ts',
  'state-fleet/fleet-store.ts',
  'cache/actions-cache.ts',
  'transport/ssh-transport.ts',
];

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

const roomOf = (path: string): string => path.split('/')[0] as string;
const isOurs = ({ to }: Import): boolean => files.includes(to);
const show = ({ from, to }: Import): string => `${from} -> ${to}`;

describe('imports', () => {
  it('are found at all', () => {
    expect(imports.filter(isOurs).length).toBeGreaterThan(100);
    expect(imports.map(show)).toContain('wiring/open-store.ts -> state-file/file-store.ts');
  });

  it('go one way, from room to room', () => {
    const wrong = imports.filter(isOurs).filter(({ from, to }) => {
      const allowed = MAY_IMPORT[roomOf(from)] ?? [];
      return roomOf(from) !== roomOf(to) && !allowed.includes(roomOf(to)) && !allowed.includes(to);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it('are known for every room', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => !(room in MAY_IMPORT))).toEqual([]);
  });

  it('keep pure rooms free of effects', () => {
    const wrong = imports.filter(
      ({ from, to }) => PURE.includes(roomOf(from)) && to !== 'node:crypto' && /^(?:node:|@actions\/)/.test(to),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  it('leave the choice of adapters to the room adapters', () => {
    const wrong = imports.filter(
      ({ from, to }) => ADAPTERS.includes(to) && roomOf(from) !== 'adapters' && roomOf(from) !== roomOf(to),
    );
    expect(wrong.map(show)).toEqual([]);
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
