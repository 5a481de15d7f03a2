import { access } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/rollout/run.ts';
import type { CommandCall } from '../../../src/session/command-call.ts';
import type { Tools } from '../../../src/session/tools.ts';
import { withBucket } from '../../../src/session/with-bucket.ts';
import { withBuilt } from '../../../src/session/with-built.ts';
import { postBuild, withRun } from '../../../src/session/with-run.ts';
import { SessionBucket } from '../../support/session-bucket.ts';

/** Returns a call that reports when the connections of a run are closed. */
function noting(call: CommandCall, onClosed: () => void): CommandCall {
  const openTransport: Tools['openTransport'] = async (place) => ({
    ...(await call.tools.openTransport(place)),
    [Symbol.asyncDispose]: async () => onClosed(),
  });
  return { ...call, tools: { ...call.tools, openTransport } };
}

const run = <T>(call: CommandCall, work: (run: Run) => Promise<T>): Promise<T> =>
  withBucket(call, (read) =>
    withBuilt(read, { state: 'read', catalog: 'workspace' }, (built) => withRun(built, (opened) => work(opened.run))),
  );

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

describe('withRun', () => {
  it('keeps everything open until the work is done', async () => {
    const bucket = await SessionBucket.create();
    const story: string[] = [];
    const call = noting(bucket.call(['health_check']), () => void story.push('closed'));
    const folder = await run(call, async ({ staging }) => {
      const made = await staging.folder();
      await new Promise(setImmediate); // a resource that closes too early has been closed by now
      story.push(`worked, and the folder was ${(await exists(made)) ? 'there' : 'gone'}`);
      return made;
    });
    expect(story).toEqual(['worked, and the folder was there', 'closed']);
    expect(folder).toContain(`${bucket.dir}/tmp/`);
    expect(await exists(folder)).toBe(false);
  });

  it('closes everything when the work throws', async () => {
    const bucket = await SessionBucket.create();
    const story: string[] = [];
    const call = noting(bucket.call(['health_check']), () => void story.push('closed'));
    const working = run(call, async ({ staging }) => {
      story.push(await staging.folder());
      throw new TypeError('a bug');
    });
    await expect(working).rejects.toThrow(new TypeError('a bug'));
    expect(story).toEqual([expect.stringContaining(`${bucket.dir}/tmp/`), 'closed']);
    expect(await exists(story[0] ?? '')).toBe(false);
  });

  it('opens nothing that the work does not use', async () => {
    const bucket = await SessionBucket.create();
    await run(bucket.call(['health_check']), async () => 'nothing');
    expect(await exists(`${bucket.dir}/tmp`)).toBe(false);
  });
});

describe('postBuild', () => {
  it('runs the hooks of the build; without hooks no connection is opened', async () => {
    const bucket = await SessionBucket.create();
    const build = () =>
      withBucket(bucket.call(['build']), (read) =>
        withBuilt(read, { state: 'change', catalog: 'workspace' }, async (built) => {
          await postBuild(built);
          return built.state.ledger.kv.get('vars/job/web', 'word');
        }),
      );
    await bucket.addJob('web');
    expect(await build()).toBeUndefined();
    expect(await exists(`${bucket.dir}/tmp`)).toBe(false);
    await bucket.addJob('web', { hooks: { hook_say: { executed_on: ['post_build'] } } });
    const script = "import * as maand from './maand.js';\nawait maand.kv.put('word', 'built');\n";
    await bucket.write('workspace/jobs/web/_hooks/hook_say.js', script);
    expect(await build()).toBe('built');
    expect(bucket.events.filter(({ type }) => type === 'hook-finished')).toHaveLength(1);
  });
});
