import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RemoteCommand, RemoteOutcome, Transport } from '../../../src/transport/port.ts';
import { CAN_SUDO } from '../../support/can-sudo.ts';
import { farmTransport, NEVER } from '../../support/farm-transport.ts';
import { isRunning } from '../../support/process-tree.ts';
import { type Farm, startFarm } from '../../support/ssh-farm.ts';

const BASHRC = `
echo "Welcome to this worker"
echo "disk 91% full" >&2
printf 'no line break'
set -v
cd /
`;

let farm: Farm;
let transport: Transport;
beforeAll(async () => {
  farm = await startFarm({ workers: 1, bashrc: BASHRC });
  transport = farmTransport(farm, { killGraceMs: 500 });
});
afterAll(async () => {
  await transport[Symbol.asyncDispose]();
  await farm.stop();
});

function exec(command: Partial<RemoteCommand>, signal = NEVER, useSudo = false): Promise<RemoteOutcome> {
  const worker = farm.workers[0]?.address({ useSudo });
  if (!worker) throw new Error('no worker');
  return transport.exec(worker, { label: 'test', script: 'true', timeoutMs: 20_000, ...command }, signal);
}

/** Starts a script that first prints process ids. Resolves with these ids while the script still runs. */
function startHanging(script: string, options: { signal?: AbortSignal; useSudo?: boolean; timeoutMs?: number } = {}) {
  let tell = (_pids: number[]): void => {};
  const pids = new Promise<number[]>((resolve) => {
    tell = resolve;
  });
  const onLine = (line: string): void => {
    if (line.startsWith('pids ')) tell(line.split(' ').slice(1).map(Number));
  };
  const outcome = exec({ script, onLine, timeoutMs: options.timeoutMs ?? 60_000 }, options.signal, options.useSudo);
  return { pids, outcome };
}

describe('the lines of a command', () => {
  const flood = 'i=0; while [ $i -lt 1000 ]; do echo "line $i of many lines"; i=$((i + 1)); done; echo the end';

  async function linesOf(mostLineChars?: number): Promise<{ outcome: RemoteOutcome; lines: string[] }> {
    const lines: string[] = [];
    const command = {
      label: 'flood',
      script: flood,
      timeoutMs: 20_000,
      onLine: (line: string) => void lines.push(line),
    };
    const limit = mostLineChars === undefined ? {} : { mostLineChars };
    return { outcome: await exec({ ...command, ...limit }), lines };
  }

  it('are all reported when there are few', async () => {
    const { outcome, lines } = await linesOf();
    expect(outcome).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(lines).toHaveLength(1001);
  });

  it('that are all needed fail the command when they are too many', async () => {
    const { outcome, lines } = await linesOf(10_000);
    expect(outcome).toMatchObject({ kind: 'failed', problem: { kind: 'broken' } });
    expect(lines.join('\n').length).toBeLessThan(10_100);
    expect(lines.at(-1)).toMatch(/output cut/);
  });
});

describe('exec', () => {
  it.each([0, 1, 2, 77, 127, 255])('carries exit status %i', async (status) => {
    expect(await exec({ script: `exit ${status}` })).toMatchObject({ kind: 'exited', exitCode: status });
  });

  it('returns 128 + signal number for a script that a signal ended', async () => {
    expect(await exec({ script: 'kill -KILL $$' })).toMatchObject({ kind: 'exited', exitCode: 137 });
  });

  it('separates the outputs and drops what login files print', async () => {
    const lines: [string, string][] = [];
    const outcome = await exec({
      script: 'echo one; echo two >&2; printf three',
      onLine: (line, stream) => lines.push([stream, line]),
    });
    expect(outcome).toMatchObject({ kind: 'exited', exitCode: 0, stdout: 'one\nthree', stderr: 'two\n' });
    expect(lines.filter(([stream]) => stream === 'stdout').map(([, line]) => line)).toEqual(['one', 'three']);
    expect(lines.filter(([stream]) => stream === 'stderr').map(([, line]) => line)).toEqual(['two']);
  });

  it('reports a line when it is printed, not when the script ends', async () => {
    const stop = new AbortController();
    const { pids, outcome } = startHanging('echo pids 1; sleep 1000', { signal: stop.signal });
    expect(await pids).toEqual([1]);
    stop.abort();
    expect(await outcome).toMatchObject({ kind: 'failed', problem: { kind: 'cancelled' } });
  });

  it('passes any value of an environment variable, out of sight of other users', async () => {
    const awkward = ` it's "$HOME" \`id\` \\ * ; & | > < ~ ! # % \n second line\ttab é €🙂 `;
    const outcome = await exec({
      script: `printf '%s' "$AWKWARD"; tr '\\0' ' ' </proc/$$/cmdline >&2; tr '\\0' ' ' </proc/$PPID/cmdline >&2`,
      env: { AWKWARD: awkward, EMPTY: '' },
    });
    expect(outcome).toMatchObject({ kind: 'exited', exitCode: 0, stdout: awkward });
    expect(outcome.kind === 'exited' && outcome.stderr).not.toContain('second line');
  });

  it('gives scripts an empty standard input', async () => {
    expect(await exec({ script: 'cat; echo end' })).toMatchObject({ kind: 'exited', stdout: 'end\n' });
  });

  it('runs a long script with here documents and functions', async () => {
    const filler = `: ${'x'.repeat(100)}\n`.repeat(2000);
    const script = `f() { cat <<'EOF'\na } b\nEOF\n}\n${filler}f # a comment`;
    expect(await exec({ script })).toMatchObject({ kind: 'exited', exitCode: 0, stdout: 'a } b\n' });
  });

  it('reports a script that sh cannot read', async () => {
    const outcome = await exec({ script: 'if true; then' });
    expect(outcome).toMatchObject({ kind: 'exited', stderr: expect.stringMatching(/syntax error/i) });
    expect(outcome.kind === 'exited' && outcome.exitCode).not.toBe(0);
  });

  it.skipIf(!CAN_SUDO)('runs as root with sudo (needs sudo without a password)', async () => {
    const outcome = await exec({ script: 'id -u; echo "$A" "$SUDO_USER"', env: { A: 'kept' } }, NEVER, true);
    expect(outcome).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(outcome.kind === 'exited' && outcome.stdout).toMatch(/^0\nkept \w+\n$/);
  });

  it('does not wait for a daemon that keeps the output open', async () => {
    const outcome = await exec({ script: 'sleep 1000 & echo $!', timeoutMs: 30_000 });
    expect(outcome).toMatchObject({ kind: 'exited', exitCode: 0 });
    const daemon = Number(outcome.kind === 'exited' && outcome.stdout);
    expect(isRunning(daemon)).toBe(true);
    process.kill(daemon, 'SIGKILL');
  });
});

describe('a script that waits for a last word', () => {
  const WAITING = 'echo answer; cat; W=; read -r W <&8; echo "heard <$W>"';

  it('gets it from descriptor 8, after it has answered, with an empty standard input', async () => {
    let say = (_word: string): void => {};
    const lastWord = new Promise<string>((resolve) => {
      say = resolve;
    });
    const onLine = (line: string): void => {
      if (line === 'answer') say(" it's $HOME \\ ");
    };
    const outcome = await exec({ script: WAITING, env: { A: 'b' }, lastWord, onLine });
    expect(outcome).toMatchObject({ kind: 'exited', exitCode: 0, stdout: "answer\nheard <it's $HOME \\>\n" });
  });

  it('may end without it, with its own status', async () => {
    const lastWord = new Promise<string>(() => {});
    const outcome = exec({ script: 'echo answer; (exit 5)', lastWord });
    expect(await outcome).toMatchObject({ kind: 'exited', exitCode: 5, stdout: 'answer\n' });
  });

  it('is ended when it is called off', async () => {
    const stop = new AbortController();
    const lastWord = new Promise<string>(() => {});
    const outcome = exec({ script: WAITING, lastWord, onLine: () => stop.abort() }, stop.signal);
    expect(await outcome).toMatchObject({ kind: 'failed', problem: { kind: 'cancelled' } });
  });
});

describe('exec with much output', () => {
  it('keeps the end of 100 MB and reports every line that is asked for', async () => {
    let lines = 0;
    const script = 'head -c 100000000 /dev/zero | tr "\\0" "y" | fold -w 99; echo; echo end';
    const outcome = await exec({ script, onLine: () => void lines++, mostLineChars: 200_000_000 });
    expect(outcome).toMatchObject({ kind: 'exited', exitCode: 0 });
    if (outcome.kind !== 'exited') return;
    expect(Buffer.byteLength(outcome.stdout)).toBeLessThanOrEqual(64 * 1024);
    expect(outcome.stdout).toMatch(/^\[… \d+ bytes cut\]\n/);
    expect(outcome.stdout.endsWith('end\n')).toBe(true);
    expect(lines).toBeGreaterThan(1_000_000);
  });

  it('gives 8 MiB of lines while it runs, then says once that the rest is cut', async () => {
    let chars = 0;
    let last = '';
    const script = 'head -c 20000000 /dev/zero | tr "\\0" "y" | fold -w 99';
    const onLine = (line: string): void => {
      chars += line.length + 1;
      last = line;
    };
    expect(await exec({ script, onLine })).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(last).toBe('… [output cut after 8 MiB]');
    expect(chars).toBeGreaterThan(8 * 1024 * 1024 - 200);
    expect(chars).toBeLessThan(8 * 1024 * 1024 + 200);
  });

  it('cuts a line of 50 MB and replaces bytes that are not text', async () => {
    const lines: string[] = [];
    const script = `head -c 50000000 /dev/zero | tr '\\0' 'z'; printf '\\na\\377b\\n'`;
    expect(await exec({ script, onLine: (line) => lines.push(line) })).toMatchObject({ kind: 'exited', exitCode: 0 });
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^z{16384} \[… 49983616 more characters\]$/);
    expect(lines[1]).toBe('a\uFFFDb');
  });
});

describe('exec beyond its time', () => {
  const family = 'sh -c "sleep 1001 & sleep 1002" & echo "pids $$ $! $(sleep 0.01; echo)"; sleep 1003';

  it.each(CAN_SUDO ? [false, true] : [false])(
    'ends the whole process group at the time limit (sudo: %s)',
    async (useSudo) => {
      const { pids, outcome } = startHanging(family, { useSudo, timeoutMs: 700 });
      const [shell = 0, child = 0] = await pids;
      expect(isRunning(shell) && isRunning(child)).toBe(true);
      expect(await outcome).toMatchObject({ kind: 'timed-out', stdout: expect.stringContaining('pids') });
      expect([isRunning(shell), isRunning(child)]).toEqual([false, false]);
    },
  );

  it('kills a process that ignores SIGTERM', async () => {
    const { pids, outcome } = startHanging(`trap '' TERM; echo pids $$; while :; do sleep 1; done`, { timeoutMs: 300 });
    const [shell = 0] = await pids;
    expect(await outcome).toMatchObject({ kind: 'timed-out' });
    expect(isRunning(shell)).toBe(false);
  });

  it('lets a script clean up within the grace period', async () => {
    const script = `trap 'echo cleaned; exit 0' TERM; echo pids $$; sleep 1000 & wait`;
    const { outcome } = startHanging(script, { timeoutMs: 300 });
    expect(await outcome).toMatchObject({ kind: 'timed-out', stdout: expect.stringContaining('cleaned') });
  });

  it('ends the group when it is cancelled, and the connection lives on', async () => {
    const stop = new AbortController();
    const { pids, outcome } = startHanging(family, { signal: stop.signal });
    const [shell = 0, child = 0] = await pids;
    stop.abort();
    expect(await outcome).toMatchObject({
      kind: 'failed',
      problem: { kind: 'cancelled', host: farm.workers[0]?.host },
    });
    expect([isRunning(shell), isRunning(child)]).toEqual([false, false]);
    expect(await exec({ script: 'echo again' })).toMatchObject({ kind: 'exited', stdout: 'again\n' });
  });

  it('does not start with a signal that is already aborted', async () => {
    const outcome = await exec({ script: 'echo never' }, AbortSignal.abort());
    expect(outcome).toMatchObject({ kind: 'failed', problem: { kind: 'cancelled' } });
  });

  it('can be ended while eight others hang', async () => {
    const stop = new AbortController();
    const hanging = Array.from({ length: 8 }, () => startHanging('echo pids $$; sleep 1000', { signal: stop.signal }));
    const shells = await Promise.all(hanging.map(({ pids }) => pids));
    const waiting = exec({ script: 'echo never' }, stop.signal);
    stop.abort();
    expect(await waiting).toMatchObject({ kind: 'failed', problem: { kind: 'cancelled' } });
    for (const { outcome } of hanging) expect(await outcome).toMatchObject({ kind: 'failed' });
    expect(shells.flat().some(isRunning)).toBe(false);
  });

  it('used one connection for all of the above', async () => {
    expect(transport.handshakes).toBe(1);
    expect(await farm.workers[0]?.acceptedConnections()).toBe(1);
  });
});

describe('closing the transport', () => {
  it('ends running commands', async () => {
    const own = farmTransport(farm, { killGraceMs: 500 });
    const worker = farm.workers[0]?.address();
    if (!worker) throw new Error('no worker');
    const pids = new EventTarget();
    const told = once(pids, 'line');
    let shell = 0;
    const onLine = (line: string): void => {
      shell = Number(line);
      pids.dispatchEvent(new Event('line'));
    };
    const outcome = own.exec(
      worker,
      { label: 'test', script: 'echo $$; sleep 1000', timeoutMs: 60_000, onLine },
      NEVER,
    );
    await told;
    await own[Symbol.asyncDispose]();
    expect(await outcome).toMatchObject({ kind: 'failed', problem: { kind: 'cancelled' } });
    expect(isRunning(shell)).toBe(false);
    expect(await own.connect(worker, NEVER)).toMatchObject({ kind: 'failed' });
  });
});

/** Returns a callback for lines, and a promise that resolves with the first line. */
function answering(): { readonly promise: Promise<string>; readonly answered: (line: string) => void } {
  let answered = (_line: string): void => {};
  const promise = new Promise<string>((resolve) => {
    answered = resolve;
  });
  return { promise, answered };
}

describe('closing the transport with a script that waits for a last word', () => {
  it('ends it', async () => {
    const lastWord = new Promise<string>(() => {});
    const own = farmTransport(farm, { killGraceMs: 500 });
    const worker = farm.workers[0]?.address();
    if (!worker) throw new Error('no worker');
    const { promise, answered } = answering();
    const command = {
      label: 'standing',
      script: 'echo $$; read -r W <&8',
      timeoutMs: 60_000,
      lastWord,
      onLine: answered,
    };
    const standing = own.exec(worker, command, NEVER);
    const shell = Number(await promise);
    expect(isRunning(shell)).toBe(true);
    await own[Symbol.asyncDispose]();
    expect(await standing).toMatchObject({ kind: 'failed', problem: { kind: 'cancelled' } });
    expect(isRunning(shell)).toBe(false);
  });
});
