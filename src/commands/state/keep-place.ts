/**
 * Keeps in `maand.conf` where an adopted state is, so that every later command and every clone of the bucket looks for it
 * there.
 */
import { isAbsolute, relative } from 'node:path';
import { messageOf } from '../../base/failure.ts';
import { statePlaceText, type WrittenStatePlace } from '../../grammar/state-place.ts';
import type { StateLocation } from '../../request/request.ts';
import { stateLocation } from '../../session/which-state/state-location.ts';
import type { ReadBucket } from '../../session/with-bucket.ts';
import { settingLine, writeSetting } from '../../workspace/write-setting.ts';

/** The line of `maand.conf`, and whether it was written there. `problem` says why it was not, when it should have been. */
export interface PlaceLine {
  readonly line: string;
  readonly written: boolean;
  readonly problem?: string;
}

/**
 * Writes `state = "…"` when the place was asked for with a flag. An action cannot keep a file, so there the line is only
 * returned. Returns undefined when maand.conf already says it, or when the default was used.
 */
export async function keepPlace(input: ReadBucket): Promise<PlaceLine | undefined> {
  const { request, workspace, face } = input;
  const asked = request.state.location ?? (face.disk === 'lost' ? stateLocation(input) : undefined);
  if (asked === undefined) return undefined;
  const value = statePlaceText(placeFor(asked, workspace.bucketDir));
  if (workspace.settings.state !== undefined && isSame(input, asked)) return undefined;
  const line = settingLine({ key: 'state', value });
  if (face.disk === 'lost') return { line, written: false };
  try {
    await writeSetting(workspace.bucketDir, {
      key: 'state',
      value,
      purpose: 'Where the state of this bucket is kept.',
    });
    return { line, written: true };
  } catch (thrown) {
    return { line, written: false, problem: messageOf(thrown) };
  }
}

/** Returns whether maand.conf alone leads to the place that was asked for. */
function isSame(input: ReadBucket, asked: StateLocation): boolean {
  const { state } = input.workspace.settings;
  if (asked.kind !== 'file') return state?.kind === asked.kind;
  const { request } = input;
  const said = stateLocation({ ...input, request: { state: { ...request.state, location: undefined } } });
  return said.kind === 'file' && said.folder === asked.folder;
}

/** Returns the place as maand.conf has it: a folder of the bucket is relative to the bucket. */
function placeFor(location: StateLocation, bucketDir: string): WrittenStatePlace {
  if (location.kind === 'bucket') return { kind: 'file', folder: 'data' };
  if (location.kind !== 'file') return location;
  const below = relative(bucketDir, location.folder);
  const isInside = below !== '' && !below.startsWith('..') && !isAbsolute(below);
  return { kind: 'file', folder: isInside ? below : location.folder };
}

/** Returns what to do with the line, as lines of text. */
export function lineText({ line, written, problem }: PlaceLine): string {
  if (written) return `maand.conf now says where the state is kept: ${line}; commit it\n`;
  const why = problem === undefined ? '' : ` (it could not be written: ${problem})`;
  return `to keep where the state is, write this line into maand.conf and commit it: ${line}${why}\n`;
}
