import { describe, expect, it } from 'vitest';
import { readWorkspace } from '../../../src/workspace/read-workspace.ts';
import { makeBucket, whereAndWhat } from './bucket-folder.ts';

async function read(text: string) {
  const { workspace, diagnostics } = await readWorkspace({
    bucketDir: await makeBucket({ 'workspace/workers.json': text }),
  });
  return { workers: workspace?.workers ?? [], flawed: workspace?.flaws.workers, diagnostics };
}

describe('workers.json', () => {
  it.each([
    ['[{"host":"a"}]', ['worker']],
    ['[{"host":"a","labels":["z","a"]}]', ['a', 'worker', 'z']],
    ['[{"host":"a","labels":["worker","Web"]}]', ['web', 'worker']],
    ['[{"host":"a","labels":null}]', ['worker']],
  ])('labels of %s', async (text, labels) => {
    const { workers, diagnostics } = await read(text);
    expect(workers.map((worker) => worker.labels)).toEqual([labels]);
    expect(diagnostics).toEqual([]);
  });

  it('sorts by position, then host', async () => {
    const { workers } = await read(
      '[{"host":"c"},{"host":"b","position":0},{"host":"a","position":5},{"host":"z","position":-1},{"host":"d"}]',
    );
    expect(workers.map(({ host, position }) => [host, position])).toEqual([
      ['z', -1],
      ['b', 0],
      ['c', 0],
      ['d', 4],
      ['a', 5],
    ]);
  });

  it.each([
    ['[{"host":"  "}]', '1:10', "host attribute can't be empty"],
    ['[{"labels":[]}]', '1:2', "host attribute can't be empty"],
    ['[{"host":5}]', '1:10', 'host must be a string (got 5)'],
    [
      '[{"host":"a b"}]',
      '1:10',
      'host must be an IPv4 address, an IPv6 address without brackets, or a host name (got "a b")',
    ],
    ['[{"host":"a"},\n {"host":" A "}]', '2:10', 'duplicate host "A"'],
    ['[{"host":"a","labels":["x","y","X"]}]', '1:32', 'worker a have duplicate labels'],
    [
      '[{"host":"a","labels":["-"]}]',
      '1:24',
      'worker a labels[0] must begin with a letter or digit and hold letters, digits, "_", "." and "-" (got "-")',
    ],
    ['[{"host":"a","labels":"x"}]', '1:23', 'worker a labels must be a list (got "x")'],
    ['[{"host":"a","memory":"5 GiB"}]', '1:23', 'worker a unsupported memory unit "GIB"'],
    ['[{"host":"a","memory":"-1"}]', '1:23', "worker a memory can't be less than 0"],
    ['[{"host":"a","cpu":"-1"}]', '1:20', "worker a, cpu can't be less than 0"],
    ['[{"host":"a","cpu":true}]', '1:20', 'worker a cpu must be a string or a number (got true)'],
    ['[{"host":"a","port":0}]', '1:21', 'worker a port must be between 1 and 65535 (got 0)'],
    ['[{"host":"a","port":22.5}]', '1:21', 'worker a port must be an integer (got 22.5)'],
    ['[{"host":"a","position":"1"}]', '1:25', 'worker a position must be an integer (got "1")'],
    [
      '[{"host":"a","user":"Root"}]',
      '1:21',
      'worker a user must be a user name of lower-case letters, digits, "_" and "-" (got "Root")',
    ],
    [
      '[{"host":"a","root":"/"}]',
      '1:21',
      'worker a root must be an absolute path of letters, digits, ".", "_" and "-", without "..", and not "/" (got "/")',
    ],
    [
      '[{"host":"a","host_key":"x"}]',
      '1:25',
      'worker a host_key must be a public host key such as "ssh-ed25519 AAAA…" (got "x")',
    ],
    ['[{"host":"a","tags":{"zone":1}}]', '1:29', 'worker a tags.zone must be a string (got 1)'],
    ['[{"position":"1","host":"a\\nb"}]', '1:14', 'worker a b position must be an integer (got "1")'],
    ['{}', '1:1', 'must be a list (got {})'],
    ['["a"]', '1:2', 'worker [0] must be an object (got "a")'],
    ['[{"host":"a"},]', '1:15', 'a value is expected'],
  ])('%s is refused', async (text, place, detail) => {
    const { flawed, diagnostics } = await read(text);
    expect(diagnostics.filter(({ message }) => message === `invalid worker.json: ${detail}`).map(whereAndWhat)).toEqual(
      [`error ErrInvalidWorkerJSON workspace/workers.json:${place}`],
    );
    expect(flawed).toBe(true);
  });

  it('names both places of a host that appears twice', async () => {
    const { diagnostics } = await read('[{"host":"a"},\n {"host":"a"}]');
    expect(diagnostics).toMatchObject([
      { place: { line: 2, column: 10 }, hint: 'it is already declared at workspace/workers.json:1:10' },
    ]);
  });

  it.each([
    ['[{"host":"a","memory":4096}]', '1:23', 'workers.json: memory of worker a should be a text'],
    ['[{"host":"a","labels":[" "]}]', '1:24', 'workers.json: an empty label of worker a is ignored'],
    ['[{"host":"a","tags":{" ":"x"}}]', '1:22', 'workers.json: a tag of worker a without name is ignored'],
    [
      '[{"host":"a","tags":{"A":"x","a":"y"}}]',
      '1:30',
      'workers.json: tag "a" of worker a appears twice, the last one is used',
    ],
    ['[{"host":"a","zzz":["x"]}]', '1:14', 'workers.json: unknown field "zzz" in [0] is ignored'],
    ['[{"Host":"a"}]', '1:3', 'workers.json: "Host" in [0] is accepted although its case is wrong'],
    ['[{"host":"a","HOST":"b"}]', '1:14', 'workers.json: "HOST" in [0] is ignored'],
    ['[{"host":"b","host":"a"}]', '1:14', 'invalid worker.json: "host" appears twice, the last one is used'],
  ])('%s is accepted with a warning', async (text, place, message) => {
    const { workers, diagnostics } = await read(text);
    expect(workers.map(({ host }) => host)).toEqual(['a']);
    expect(diagnostics.map(whereAndWhat)).toEqual([`warning ErrInvalidWorkerJSON workspace/workers.json:${place}`]);
    expect(diagnostics).toMatchObject([{ message }]);
  });

  it('reports a hundred errors of one file and counts the rest', async () => {
    const { diagnostics } = await read(JSON.stringify(Array.from({ length: 250 }, () => 1)));
    expect(diagnostics).toHaveLength(101);
    expect(diagnostics.at(-1)?.message).toBe('invalid worker.json: 150 more errors follow');
  });
});
