/**
 * Tests which edits of a deployed workspace stop jobs, and which edits are refused. After a refused edit, all jobs still run.
 * An accepted edit stops exactly the allocations that the plan has counted.
 */
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  attempt,
  bucketIdOf,
  CONFLICT,
  DB,
  deployed,
  disables,
  type Edit,
  EVERYTHING,
  keepWorkspace,
  LABELS,
  MAKEFILE,
  move,
  planOf,
  removes,
  running,
  selectorsOf,
  workersAs,
  writes,
} from '../../support/edited-site.ts';
import type { LocalSite } from '../../support/local-site.ts';

/** A title, the edit, and the allocations that it stops. */
type Accepted = readonly [what: string, edit: Edit, stops: readonly string[]];
/** A title, the edit, the code of the refusal, and the allocations that it would stop. */
type Refused = readonly [what: string, edit: Edit, code: string, jobs: readonly string[], stops: readonly string[]];

const ACCEPTED: readonly Accepted[] = [
  ['nothing', async () => {}, []],
  ['a label in upper case', workersAs({ ...LABELS, w3: ['DB'] }), []],
  ['a selector in upper case', selectorsOf(['Db']), []],
  ['a manifest without fields, whose job has the name of a label', writes(`${DB}/manifest.json`, '{}'), []],
  ['an empty list of selectors, likewise', selectorsOf([]), []],
  ['one worker of several taken out', workersAs({ w1: ['web'], w3: ['db'] }), ['agent@w2', 'api@w2']],
  ['one worker of several without its label', workersAs({ ...LABELS, w2: [] }), ['api@w2']],
  ['a label that moves to another worker', workersAs({ ...LABELS, w1: ['web', 'db'], w3: [] }), ['db@w3']],
  ['a job folder removed', removes(DB), ['db@w3']],
  ['two job folders of three removed', removes(DB, 'workspace/jobs/api'), ['api@w1', 'api@w2', 'db@w3']],
  ['a job folder renamed', (site) => move(site, DB, 'workspace/jobs/database'), ['db@w3']],
  ['a job disabled', disables({ jobs: { db: {} } }), ['db@w3']],
  ['every job disabled', disables({ jobs: { db: {}, api: {}, agent: {} } }), EVERYTHING],
  ['every worker disabled', disables({ workers: ['w1', 'w2', 'w3'] }), EVERYTHING],
  ['a worker disabled', disables({ workers: ['w3'] }), ['agent@w3', 'db@w3']],
  ['the only allocation of a job disabled', disables({ jobs: { db: { allocations: ['w3'] } } }), ['db@w3']],
  ['an unknown job disabled', disables({ jobs: { bd: {} } }), []],
  [
    'a disabled job relabelled in the same edit',
    async (site) => {
      await disables({ jobs: { db: {} } })(site);
      await site.useWorkers({ ...LABELS, w3: [] });
    },
    ['db@w3'],
  ],
  [
    'a disabled worker taken out in the same edit',
    async (site) => {
      await disables({ workers: ['w3'] })(site);
      await site.useWorkers({ w1: ['web'], w2: ['web'] });
    },
    ['agent@w3', 'db@w3'],
  ],
  ['a worker and a job added', workersAs({ ...LABELS, w4: ['web'] }), []],
];

const ALL = ['agent', 'api', 'db'];

const REFUSED: readonly Refused[] = [
  ['a label renamed', workersAs({ ...LABELS, w3: ['database'] }), 'stops-job', ['db'], ['db@w3']],
  [
    'a label misspelt on every worker',
    workersAs({ w1: ['wbe'], w2: ['wbe'], w3: ['db'] }),
    'stops-job',
    ['api'],
    ['api@w1', 'api@w2'],
  ],
  ['a selector misspelt', selectorsOf(['bd']), 'stops-job', ['db'], ['db@w3']],
  ['a selector too many', selectorsOf(['db', 'ssd']), 'stops-job', ['db'], ['db@w3']],
  ['selectors left out', writes('workspace/jobs/api/manifest.json', '{}'), 'stops-job', ['api'], ['api@w1', 'api@w2']],
  [
    'the only worker of a job taken out',
    workersAs({ w1: ['web'], w2: ['web'] }),
    'stops-job',
    ['db'],
    ['agent@w3', 'db@w3'],
  ],
  [
    'two workers taken out',
    workersAs({ w3: ['db'] }),
    'stops-job',
    ['api'],
    ['agent@w1', 'agent@w2', 'api@w1', 'api@w2'],
  ],
  [
    'labels of all workers lost',
    workersAs({ w1: [], w2: [], w3: [] }),
    'stops-job',
    ['api', 'db'],
    ['api@w1', 'api@w2', 'db@w3'],
  ],
  [
    'a label misspelt while the other worker is disabled',
    async (site) => {
      await disables({ workers: ['w2'] })(site);
      await site.useWorkers({ w1: ['wbe'], w2: ['web'], w3: ['db'] });
    },
    'stops-job',
    ['api'],
    ['agent@w2', 'api@w1', 'api@w2'],
  ],
  ['all workers swapped', workersAs({ w4: ['web'], w5: ['web'], w6: ['db'] }), 'stops-everything', ALL, EVERYTHING],
  ['no worker in the list', workersAs({}), 'stops-everything', ALL, EVERYTHING],
  ['workers.json removed', removes('workspace/workers.json'), 'stops-everything', ALL, EVERYTHING],
  [
    'workers.json renamed',
    (site) => move(site, 'workspace/workers.json', 'workspace/worker.json'),
    'stops-everything',
    ALL,
    EVERYTHING,
  ],
  ['every job folder removed', removes('workspace/jobs'), 'stops-everything', ALL, EVERYTHING],
  ['the workspace removed', removes('workspace'), 'stops-everything', ALL, EVERYTHING],
  [
    'the jobs of another bucket',
    async (site) => {
      await site.remove('workspace/jobs');
      await site.addJob('fresh', { selectors: ['worker'] }, { Makefile: MAKEFILE });
    },
    'stops-everything',
    ALL,
    EVERYTHING,
  ],
];

/** Edits that cause an error (exit code 2) before the plan is made. */
const MISTAKES: readonly (readonly [what: string, edit: Edit, message: string])[] = [
  ['selector for selectors', writes(`${DB}/manifest.json`, '{"selector":["db"]}'), 'unknown field "selector"'],
  ['lables for labels', writes('workspace/workers.json', '[{"host":"w1","lables":["web"]}]'), 'unknown field "lables"'],
  ['job for jobs in disabled.json', disables({ job: { api: {} } }), 'unknown field "job"'],
  ['a key of maand.conf misspelt', writes('maand.conf', 'use_sud = false\n'), 'unknown key "use_sud"'],
  ['a host twice', writes('workspace/workers.json', '[{"host":"w1"},{"host":"w1"}]'), 'duplicate host'],
  ['a host twice in other case', writes('workspace/workers.json', '[{"host":"w1"},{"host":"W1"}]'), 'duplicate host'],
  ['an empty workers.json', writes('workspace/workers.json', ''), 'invalid worker.json'],
  ['an empty disabled.json', writes('workspace/disabled.json', ''), 'invalid disabled.json'],
  ['an empty manifest', writes(`${DB}/manifest.json`, ''), 'invalid manifest.json'],
  ['workers.json cut off', writes('workspace/workers.json', '[{"host":"w1","lab'), 'invalid worker.json'],
  ['workers.json as an object', writes('workspace/workers.json', '{"host":"w1"}'), 'must be a list'],
  ['a manifest cut off', writes(`${DB}/manifest.json`, '{"selectors":["d'), 'invalid manifest.json'],
  ['a list as manifest', writes(`${DB}/manifest.json`, '[]'), 'must be an object'],
  ['the manifest removed', removes(`${DB}/manifest.json`), 'workspace/jobs/db is not a job'],
  [
    'the manifest renamed',
    (site) => move(site, `${DB}/manifest.json`, `${DB}/manifest.jsn`),
    'workspace/jobs/db is not a job',
  ],
  [
    'the manifest in other case',
    (site) => move(site, `${DB}/manifest.json`, `${DB}/Manifest.json`),
    'workspace/jobs/db is not a job',
  ],
  [
    'the manifest of another tool',
    (site) => move(site, `${DB}/manifest.json`, `${DB}/job.conf`),
    'job.conf is a file of another format',
  ],
  [
    'a job folder moved one level down',
    async (site) => {
      await site.write('workspace/jobs/group/README.md', '');
      await move(site, DB, 'workspace/jobs/group/db');
    },
    'and job db is deployed',
  ],
  [
    'a job folder moved one level up',
    (site) => move(site, DB, 'workspace/db'),
    'workspace/db has a manifest.json, but it is not in',
  ],
  ['jobs/ renamed', (site) => move(site, 'workspace/jobs', 'workspace/job'), 'jobs agent, api, db are deployed'],
  ['jobs/ moved beside workspace/', (site) => move(site, 'workspace/jobs', 'jobs'), 'jobs agent, api, db are deployed'],
  ['a Makefile removed', removes(`${DB}/Makefile`), 'Makefile or Makefile.tpl not found'],
  [
    'a job folder that became a symlink',
    async (site) => {
      await move(site, DB, 'workspace/elsewhere');
      await symlink(join(site.bucketDir, 'workspace/elsewhere'), join(site.bucketDir, DB));
    },
    'is a symlink to a folder',
  ],
  ...[
    'maand.conf',
    'workspace/workers.json',
    'workspace/disabled.json',
    'workspace/bucket.conf',
    'workspace/bucket.jobs.conf',
    `${DB}/manifest.json`,
    `${DB}/vars.conf`,
  ].map((path): (typeof MISTAKES)[number] => [`merge conflict marks in ${path}`, writes(path, CONFLICT), 'invalid']),
];

describe('an edit of a deployed workspace', () => {
  it.each(ACCEPTED)('is deployed: %s', async (_what, edit, stops) => {
    const site = await deployed();
    const id = await bucketIdOf(site);
    await edit(site);
    const { json, heading, summary } = await planOf(site, ['deploy', '--build']);
    expect({ refused: json.refused, stops: json.stops }).toEqual({ refused: null, stops: stops.length });
    if (stops.length > 0) {
      const counted = `${stops.length} stop${stops.length === 1 ? '' : 's'}`;
      expect([heading, summary]).toEqual([expect.stringContaining(counted), expect.stringContaining(counted)]);
    }
    expect(await attempt(site, ['deploy', '--build'])).toMatchObject({ exitCode: 0 });
    const after = new Set(await running(site, id));
    expect(EVERYTHING.filter((one) => !after.has(one))).toEqual(stops);
  });

  it.each(REFUSED)('is refused: %s', async (_what, edit, code, jobs, stops) => {
    const site = await deployed();
    const id = await bucketIdOf(site);
    await edit(site);
    const before = await planOf(site, ['deploy', '--build']);
    expect(before.json).toMatchObject({ refused: { code, jobs }, stops: stops.length });
    expect(before.heading).toContain(`${stops.length} stop${stops.length === 1 ? '' : 's'}`);
    expect(before.summary).toContain(code);
    expect(await attempt(site, ['deploy', '--build'])).toMatchObject({ exitCode: 3, code });
    expect(await running(site, id)).toEqual(EVERYTHING);
    const allowed = ['deploy', '--build', '--allow-stops', jobs.join(',')];
    expect((await planOf(site, allowed)).json).toMatchObject({ refused: null, stops: stops.length });
    expect(await attempt(site, allowed)).toMatchObject({ exitCode: 0 });
    const after = new Set(await running(site, id));
    expect(EVERYTHING.filter((one) => !after.has(one))).toEqual(stops);
  });
});

describe('a mistake in a deployed workspace', () => {
  let site: LocalSite;
  let restore: () => Promise<void>;

  beforeAll(async () => {
    site = await deployed();
    restore = await keepWorkspace(site);
  });

  it.each(MISTAKES)('is an error, and stops nothing: %s', async (_what, edit, message) => {
    await restore();
    await edit(site);
    for (const more of [['--dry-run'], ['--allow-stops', 'all']]) {
      const outcome = await attempt(site, ['deploy', '--build', ...more]);
      expect([outcome.exitCode, outcome.message]).toEqual([2, expect.stringContaining(message)]);
    }
    expect(await attempt(site, ['deploy'])).toMatchObject({ exitCode: 2 });
    expect(await running(site, await bucketIdOf(site))).toEqual(EVERYTHING);
  });
});
