import { describe, expect, it } from 'vitest';
import { isRsyncServer, rsyncArguments } from '../../../src/transport/ssh/rsync.ts';

const delivery = {
  sources: ['/stage/./jobs/api/'],
  destination: '/opt/worker/b',
  protect: ['jobs/api/data'],
  tools: [],
  timeoutMs: 1500,
};

describe('rsyncArguments', () => {
  it('never writes in place, follows links, or takes owners along', () => {
    const words = rsyncArguments(delivery).join(' ');
    for (const option of ['--inplace', '--links', '--owner', '--group', '--archive', '-a '])
      expect(words).not.toContain(` ${option}`);
    for (const option of ['--checksum', '--perms', '--delete', '--force', '--timeout=2', '--exclude=/jobs/api/data']) {
      expect(rsyncArguments(delivery).some((word) => word.startsWith(option))).toBe(true);
    }
  });

  it('ends with the sources and the destination as a folder', () => {
    const words = rsyncArguments({ ...delivery, destination: '/opt/worker/b//' });
    expect(words.slice(-3)).toEqual(['--', '/stage/./jobs/api/', 'worker:/opt/worker/b/']);
  });

  it('takes wildcards in a protected name literally', () => {
    const words = rsyncArguments({ ...delivery, protect: ['jobs/a*b/data', 'jobs/a\\b/data'] });
    expect(words).toContain('--exclude=/jobs/a\\*b/data');
    expect(words).toContain('--exclude=/jobs/a\\b/data');
  });

  it.each(['jobs/api/', '/stage/jobs/api/'])('refuses the source %s, which would delete elsewhere', (source) => {
    expect(() => rsyncArguments({ ...delivery, sources: [source] })).toThrow(RangeError);
  });
});

describe('isRsyncServer', () => {
  it('takes the receiving end of rsync only', () => {
    expect(isRsyncServer(['rsync', '--server', '-sprcRe.iLsfxCIvu'])).toBe(true);
    expect(isRsyncServer(['rsync', '--server', '-s', '.', '/opt/x y'])).toBe(false);
    expect(isRsyncServer(['rsync', '--server', '; rm -rf /'])).toBe(false);
    expect(isRsyncServer(['rsync', '--daemon'])).toBe(false);
    expect(isRsyncServer(['sh', '--server'])).toBe(false);
    expect(isRsyncServer([])).toBe(false);
  });
});
