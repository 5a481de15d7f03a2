import { describe, expect, it } from 'vitest';
import { Masker } from '../../../src/base/masker.ts';
import { Door } from '../../../src/door/door.ts';
import type { RolloutEvent } from '../../../src/events/rollout-event.ts';
import { story } from '../../support/rollout-story.ts';

const SECRET = 'correct-horse-battery';
/** Adds the secret to every string, including names. The door must recognise a name by its place, not by its text. */
const inEvery = (value: unknown): unknown => {
  if (typeof value === 'string') return `${value} ${SECRET}`;
  if (Array.isArray(value)) return value.map(inEvery);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, key === 'type' ? item : inEvery(item)]));
};

function openDoor() {
  const told: string[] = [];
  const heard: RolloutEvent[] = [];
  const door = new Door(new Masker((form) => told.push(form)));
  door.hear((event) => heard.push(event));
  door.open();
  return { door, heard, told };
}

/** Returns the paths of all strings, with a flag that is true for masked strings. */
function stringsOf(value: unknown, path = ''): { readonly path: string; readonly isMasked: boolean }[] {
  if (typeof value === 'string') return [{ path, isMasked: !value.includes(SECRET) }];
  if (typeof value !== 'object' || value === null) return [];
  const name = Array.isArray(value) ? () => path : (key: string) => `${path}.${key}`;
  return Object.entries(value).flatMap(([key, item]) => (key === 'type' ? [] : stringsOf(item, name(key))));
}

describe('the door', () => {
  it('masks only free text in events', () => {
    const { door, heard } = openDoor();
    door.masker.add(SECRET);
    for (const event of story) door.emit(inEvery(event) as RolloutEvent);
    const strings = heard.flatMap((event) => stringsOf(event, event.type));
    const paths = (masked: boolean) =>
      [...new Set(strings.filter(({ isMasked }) => isMasked === masked).map(({ path }) => path))].sort();
    expect(paths(true)).toMatchInlineSnapshot(`
      [
        "health-retried.problems",
        "hook-finished.record.command",
        "hook-finished.record.stderr",
        "hook-finished.record.stdout",
        "job-finished.error",
        "output.line",
        "phase-finished.message",
      ]
    `);
    expect(paths(false).filter((path) => paths(true).includes(path))).toEqual([]);
  });

  it('warns once of a secret that equals a word of the records, whatever receives it first', () => {
    const { door, heard, told } = openDoor();
    for (const place of ['the secret secrets/job/api word', 'the secret secrets/job/db word']) {
      door.masker.add('deployed', place);
      door.masker.add('deployed', place);
    }
    expect(heard).toEqual(
      ['api', 'db'].map((job) => ({
        type: 'noticed',
        level: 'warning',
        message: `the secret secrets/job/${job} word equals a name of this bucket or a word of the log, so it is not masked: choose a value that nobody can guess`,
      })),
    );
    expect(told).toEqual([]);
    expect(door.text('deployed')).toBe('deployed');
  });

  it('masks an ending and the partial result', () => {
    const { door } = openDoor();
    door.masker.add(SECRET);
    const place = { file: `${SECRET}/manifest.json`, line: 1, column: 1 };
    const ending = door.ending({
      kind: 'refused',
      exitCode: 2,
      message: `bad ${SECRET}`,
      hint: `not ${SECRET}`,
      code: undefined,
      see: 'docs/security.md',
      diagnostics: [{ severity: 'error', code: 'ErrInvalidJob', message: SECRET, place, hint: SECRET }],
      stack: `at ${SECRET}`,
    });
    expect(ending).toMatchObject({ message: 'bad ***', hint: 'not ***', see: 'docs/security.md', stack: 'at ***' });
    expect(ending.diagnostics).toEqual([
      { severity: 'error', code: 'ErrInvalidJob', message: '***', place, hint: '***' },
    ]);
  });
});
