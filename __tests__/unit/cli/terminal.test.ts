import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import { LiveLine } from '../../../src/cli/live-line.ts';
import { RunStatus } from '../../../src/cli/run-status.ts';
import { Terminal, type TerminalOptions } from '../../../src/cli/terminal.ts';
import { endingOf } from '../../../src/report/ending.ts';
import { story } from '../../support/rollout-story.ts';

/** Returns a terminal, and the texts that it writes to its screen. */
function watch(options: Partial<TerminalOptions> = {}) {
  const written: string[] = [];
  const screen = { write: (text: string) => written.push(text), columns: 60 };
  const terminal = new Terminal({
    screen,
    colors: 'off',
    live: 'off',
    detail: 'compact',
    logFormat: 'text',
    command: 'deploy',
    ...options,
  });
  return { terminal, text: () => written.join('') };
}

describe('Terminal', () => {
  it('shows a small run', () => {
    const { terminal, text } = watch();
    for (const event of story) terminal.emit(event);
    expect(
      text(),
    ).toBe(`plan: 2 of 3 jobs to deploy, 3 allocations, 1 allocation no longer wanted (1 start, 2 restarts, 1 stop)
old@10.0.0.3: stop ok after 80ms
old@10.0.0.3: stopped, no longer wanted
wave 0: api, docs
api@10.0.0.1 | migrating
api: pre_deploy ok after 1.3s
api: sync ok on 2 workers, slowest 10.0.0.2 420ms
api: restart, batch 1 of 2: 10.0.0.1
api@10.0.0.1 | stopping
api@10.0.0.1 ! port is slow
api@10.0.0.1: restart ok after 2.1s
api: not healthy yet (attempt 1 of 3): 10.0.0.1: tcp 8080 refused
api: health ok after 4.0s
api: restart, batch 2 of 2: 10.0.0.2
api@10.0.0.2 ! cannot bind
api@10.0.0.2: restart failed (exit 2) after 900ms
api: failed: restart updated allocations: worker 10.0.0.2: make restart failed (exit 2): cannot bind
docs: skipped (already promoted on all allocations)
wave 2: web
web: blocked: skipped, upstream job api failed
`);
  });

  it('colours by tone and removes escapes of foreign text', () => {
    const { terminal, text } = watch({ colors: 'on' });
    terminal.emit({
      type: 'output',
      job: 'a',
      worker: 'h',
      line: '\u001b[2J\u001b]0;title\u0007gone\u0008?',
      stream: 'stdout',
    });
    terminal.emit({ type: 'job-finished', job: 'a', outcome: 'failed', durationMs: 1, error: 'one\ntwo\u001b[31m' });
    expect(text()).toBe('a@h | gone\ufffd?\n\u001b[31ma: failed: one\u001b[0m\n\u001b[31m  two\u001b[0m\n');
  });

  it('writes one structured line an event', () => {
    const { terminal, text } = watch({ logFormat: 'json', live: 'on' });
    for (const event of story) terminal.emit(event);
    terminal.fail(endingOf(new Failure('no\nluck', { exitCode: 1 })));
    const lines = text()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(story.length + 1);
    expect(lines.at(-1)).toMatchObject({ event: 'error', maand: 'deploy', msg: 'no\nluck' });
  });

  it('shows findings with their place, then the error and the hint', () => {
    const { terminal, text } = watch();
    const place = { file: 'maand.conf', line: 2, column: 12 };
    const finding = {
      severity: 'error',
      code: 'ErrInvalidMaandConf',
      message: 'ssh_port is too large',
      place,
    } as const;
    const failure = new Failure('the workspace has 1 error', { exitCode: 2, hint: 'mend it', diagnostics: [finding] });
    terminal.fail(endingOf(failure));
    expect(text()).toBe(
      'maand.conf:2:12: error: ssh_port is too large\nerror: the workspace has 1 error\n    hint: mend it\n',
    );
  });

  it('shows the page with more details', () => {
    const { terminal, text } = watch();
    terminal.fail(endingOf(new Failure('locked', { exitCode: 3, hint: 'wait', see: 'docs/state.md#state-locked' })));
    expect(text()).toBe('error: locked\n    hint: wait\n    see:  docs/state.md#state-locked\n');
  });

  it('shows the stack of a bug only in detail', () => {
    const bug = endingOf(new TypeError('boom'));
    const compact = watch();
    compact.terminal.fail(bug);
    expect(compact.text()).toMatch(/^error: unexpected error: boom\n {4}hint: .*open an issue/);
    expect(compact.text()).not.toContain('    at ');
    const all = watch({ detail: 'all' });
    all.terminal.fail(bug);
    expect(all.text()).toContain('TypeError: boom\n    at ');
  });

  it('keeps one line at the bottom that fits the screen, and takes it away', () => {
    const { terminal, text } = watch({ live: 'on' });
    for (const event of story.slice(0, 8)) terminal.emit(event);
    terminal[Symbol.dispose]();
    expect(text()).toContain(
      '\r\u001b[2Kapi@10.0.0.1 | migrating\nwave 0 (1 of 2) · api · pre_deploy · 0/3 allocations · 0ms',
    );
    expect(text().endsWith('\r\u001b[2K')).toBe(true);
  });
});

describe('LiveLine', () => {
  it('never wraps', () => {
    const written: string[] = [];
    using line = new LiveLine({ write: (text) => written.push(text), columns: 20 });
    line.show('', 'a very long status that does not fit');
    expect(written).toEqual(['a very long status…']);
  });

  it('writes nothing when there is no message', () => {
    const written: string[] = [];
    new LiveLine({ write: (text) => written.push(text) })[Symbol.dispose]();
    expect(written).toEqual([]);
  });
});

describe('RunStatus', () => {
  it('shows the position of a run', () => {
    const status = new RunStatus();
    const seen = story.map((event) => {
      status.add(event);
      return status.text();
    });
    expect(seen[0]).toBe('0/3 allocations');
    expect(seen[11]).toBe('wave 0 (1 of 2) · api · sync, 2 running · 0/3 allocations');
    expect(seen[20]).toBe('wave 0 (1 of 2) · api · health · attempt 1 of 3 · 0/3 allocations');
    expect(seen[23]).toBe('wave 0 (1 of 2) · api · health · attempt 2 of 3 · 1/3 allocations');
    expect(seen.at(-1)).toBe('wave 2 (2 of 2) · web · 1/3 allocations');
  });
});
