/** Tests builds of workspaces that use older words. */
import { describe, expect, it } from 'vitest';
import { buildCatalog } from '../../../src/catalog/build-catalog.ts';
import type { Continuity } from '../../../src/catalog/types.ts';
import { publishCatalog } from '../../../src/kv/publish.ts';
import { KvStore } from '../../../src/kv/store.ts';
import { readWorkspace } from '../../../src/workspace/read-workspace.ts';
import { makeBucket, messages, whereAndWhat } from '../../unit/workspace/bucket-folder.ts';

const NOTHING: Continuity = { bucketId: 'id', workers: {}, ports: {}, allocations: [] };

async function build(files: Readonly<Record<string, string>>) {
  const { workspace, diagnostics } = await readWorkspace({
    bucketDir: await makeBucket({ 'workspace/workers.json': '[{"host":"10.0.0.1"}]', ...files }),
  });
  if (!workspace) throw new Error('no workspace');
  const built = buildCatalog({ workspace, continuity: NOTHING, newId: () => 'new' });
  return { workspace, catalog: built.catalog, diagnostics: [...diagnostics, ...built.diagnostics] };
}

const AT = 'workspace/jobs/a';

describe('older words', () => {
  it('an older manifest gives one warning for each word and the catalog of the new form', async () => {
    const body = '"version":"1","selectors":["worker"]';
    const older = await build({
      [`${AT}/manifest.json`]: `{${body},"commands":{"command_service":{"executed_on":["cli"]}},"update_parallel_count":2,"deploy_parallel_count":3}`,
      [`${AT}/Makefile`]: '',
      [`${AT}/_modules/command_service.py`]: '',
    });
    const today = await build({
      [`${AT}/manifest.json`]: `{${body},"hooks":{"hook_service":{"executed_on":["cli"]}},"max_concurrent_upgrades":2,"max_concurrent_starts":3}`,
      [`${AT}/Makefile`]: '',
      [`${AT}/_hooks/hook_service.py`]: '',
    });
    expect(older.diagnostics.map((one) => `${whereAndWhat(one)} ${one.message}`)).toEqual([
      `warning ErrInvalidJob ${AT}/_modules:1:1 job a: _modules/ is an older name for _hooks/`,
      `warning ErrInvalidManifest ${AT}/_modules/command_service.py:1:1 job a: command_service.py is an older name for hook_service.py`,
      `warning ErrInvalidManifest ${AT}/manifest.json:1:39 manifest.json of job a: "commands" is an older word for "hooks"`,
      `warning ErrInvalidManifest ${AT}/manifest.json:1:51 manifest.json of job a: "command_service" is an older word for "hook_service"`,
      `warning ErrInvalidManifest ${AT}/manifest.json:1:94 manifest.json of job a: "update_parallel_count" is an older word for "max_concurrent_upgrades"`,
      `warning ErrInvalidManifest ${AT}/manifest.json:1:120 manifest.json of job a: "deploy_parallel_count" is an older word for "max_concurrent_starts"`,
    ]);
    expect(today.diagnostics).toEqual([]);
    const comparable = ({ catalog }: typeof today) =>
      JSON.stringify(catalog, (key, value) => (['dir', 'files', 'script', 'place'].includes(key) ? undefined : value));
    expect(comparable(older)).toEqual(comparable(today));
    expect(older.catalog.jobs[0]?.entry.hooks[0]?.script).toBe('_modules/command_service.py');
  });

  it('_hooks/ and _modules/ side by side are an error', async () => {
    const { diagnostics } = await build({
      [`${AT}/manifest.json`]: '{"selectors":["worker"]}',
      [`${AT}/Makefile`]: '',
      [`${AT}/_hooks/x.py`]: '',
      [`${AT}/_modules/x.py`]: '',
    });
    expect(diagnostics.map((one) => `${whereAndWhat(one)} ${one.message}`)).toEqual([
      `error ErrInvalidJob ${AT}/_modules:1:1 invalid job: job a has both _hooks/ and its older name _modules/`,
    ]);
  });

  it('an empty demand is ignored', async () => {
    const hook = '{"executed_on":["cli"],"demands":{"job":"","command":"","config":{}}}';
    const { catalog, diagnostics } = await build({
      [`${AT}/manifest.json`]: `{"selectors":["worker"],"hooks":{"hook_x":${hook}}}`,
      [`${AT}/Makefile`]: '',
      [`${AT}/_hooks/hook_x.py`]: '',
    });
    expect(catalog.jobs[0]).toMatchObject({
      deploymentSeq: 0,
      demandedJobs: [],
      entry: { hooks: [{ name: 'hook_x' }] },
    });
    expect(catalog.jobs[0]?.entry.hooks[0]?.demand).toBeUndefined();
    expect(messages(diagnostics)).toEqual([
      'manifest.json of job a: "demands" without job and hook mean no demand and can be left out',
    ]);
  });

  it('values of vars.toml are added to the values of hooks, and no key is removed', async () => {
    const store = new KvStore({}, () => 0);
    store.put('vars/job/a', 'of_a_hook', 'kept');
    const files = { [`${AT}/manifest.json`]: '{"selectors":["worker"]}', [`${AT}/Makefile`]: '' };
    const publish = async (vars: Readonly<Record<string, string>>) => {
      const { catalog, workspace, diagnostics } = await build({ ...files, ...vars });
      publishCatalog(store, catalog, workspace);
      return diagnostics.map(whereAndWhat);
    };
    expect(await publish({ [`${AT}/vars.toml`]: 'tracked = "yes"\nmore = "1"\n' })).toEqual([
      `warning ErrInvalidJobVars ${AT}/vars.toml:1:1`,
    ]);
    expect(store.keys('vars/job/a')).toEqual(['more', 'of_a_hook', 'tracked']);
    expect(store.keys('vars/bucket/job/a')).toEqual([]);
    await publish({ [`${AT}/vars.toml`]: 'tracked = "no"\n' });
    expect(store.keys('vars/job/a')).toEqual(['more', 'of_a_hook', 'tracked']);
    expect(store.get('vars/job/a', 'tracked')).toBe('no');
  });

  it('vars.toml together with vars.conf is an error, and so is a value that is not a text', async () => {
    const { diagnostics } = await build({
      [`${AT}/manifest.json`]: '{"selectors":["worker"]}',
      [`${AT}/Makefile`]: '',
      [`${AT}/vars.conf`]: '',
      [`${AT}/vars.toml`]: 'a = 1\n',
    });
    expect(diagnostics.map((one) => `${whereAndWhat(one)} ${one.message}`)).toEqual([
      `error ErrInvalidJobVars ${AT}/vars.toml:1:1 invalid vars.toml: job a has both vars.conf and the older vars.toml`,
      `error ErrInvalidJobVars ${AT}/vars.toml:1:5 invalid vars.toml: ${AT}/vars.toml "a" must be a string (got 1)`,
    ]);
  });
});
