/**
 * Checks that every message about the state refers to a section of the documents, and that a message refers to every such
 * section.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SECTIONS, type StopCode, stopFailure } from '../../../src/state/stop.ts';
import { anchorsOf, namedAnchors, ROOT, readDocument } from '../../support/documents.ts';

const codes = Object.keys(SECTIONS) as StopCode[];
const SRC = join(ROOT, 'src');
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
const textOf = (path: string) => readFileSync(join(SRC, path), 'utf8');

/** Matches the files of src/ in which every error is about the state. */
const ABOUT_STATE =
  /^(?:state|state-file|state-fleet|adopt|commands\/state)\/|^session\/(?:state-.*|with-state)\.ts$|^wiring\/(?:open-store|fleet-options)\.ts$/;
/**
 * Errors without a section in the documents: errors of the file that `--out` names, and two errors of a state on workers that
 * have no code yet.
 */
const OTHER_ENDS = ['commands/state/state-export.ts: cannot write '];

const STATE_PAGE = 'docs/state.md';

describe('stops', () => {
  it.each(codes)('%s has a section', (code) => {
    const [page = '', anchor = ''] = SECTIONS[code].split('#');
    expect(anchorsOf(readDocument(page)).has(anchor), SECTIONS[code]).toBe(true);
  });

  it('are thrown somewhere, each of them', () => {
    const thrown = sources
      .filter((path) => path !== 'state/stop.ts')
      .map(textOf)
      .join('\n');
    expect(codes.filter((code) => !thrown.includes(`'${code}'`))).toEqual([]);
  });

  it('and no others have a row of their own', () => {
    const page = readDocument(STATE_PAGE);
    const anchors = namedAnchors(page);
    expect(anchors).toHaveLength(new Set(anchors).size);
    expect(anchors.filter((anchor) => SECTIONS[anchor as StopCode] !== `${STATE_PAGE}#${anchor}`)).toEqual([]);
    for (const anchor of anchors) expect(page).toContain(`<a id="${anchor}"></a>\`${anchor}\` |`);
  });

  it('have a section exactly when they have a row', () => {
    const [, stops = ''] = readDocument('docs/state-design.md').split('\n## Stops\n');
    const told = [...stops.matchAll(/^\* \*\*([a-z-]+)\*\*/gm)].map(([, code]) => code);
    const rows = [...readDocument(STATE_PAGE).matchAll(/^\| (?:<a id="[a-z-]+"><\/a>)?`([a-z-]+)` \|/gm)].map(
      ([, code]) => code,
    );
    expect(rows.length).toBeGreaterThan(20);
    expect(told).toHaveLength(rows.length);
    expect(new Set(told)).toEqual(new Set(rows));
    expect(codes.filter((code) => !rows.includes(code)).sort()).toEqual(['state-command', 'state-place']);
  });

  it('have a solution and a reference', () => {
    const failure = stopFailure({ code: 'state-fork', message: 'two states', hint: 'choose one' });
    expect(failure).toMatchObject({
      message: 'two states [state-fork]',
      exitCode: 3,
      hint: 'choose one',
      code: 'state-fork',
      see: 'docs/state.md#state-fork',
    });
  });
});

describe('sources', () => {
  it('end with exit code 3 only by a stop', () => {
    const bare = sources.filter((path) => /exitCode: 3\b/.test(textOf(path)));
    expect(bare).toEqual([]);
  });

  it('end by a stop wherever the state is meant', () => {
    const bare = sources
      .filter((path) => ABOUT_STATE.test(path))
      .flatMap((path) =>
        [...textOf(path).matchAll(/new Failure\(\s*[`']([^`'$:]*)/g)].map(([, text]) => `${path}: ${text}`),
      );
    expect(bare.filter((one) => !OTHER_ENDS.includes(one))).toEqual([]);
  });
});
