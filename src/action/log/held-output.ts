/** Holds back the output of hooks and make targets, so that the log can show the output in groups. */
import { type ForeignLine, streamMark } from '../../report/log/output-line.ts';

const MOST_LINES = 1000;
const MOST_CHARS = 256 * 1024;

export interface Speaker {
  readonly job: string;
  readonly worker: string;
}

interface Held extends Speaker {
  readonly lines: string[];
  sizeChars: number;
}

/**
 * Lines of hooks and make targets, kept separately for each job and worker until they are shown. The number of lines is
 * limited.
 */
export class HeldOutput {
  readonly #held = new Map<string, Held>();

  /** Keeps a line. Returns `full` when the caller should show the kept lines. */
  add({ job, worker, line, stream }: ForeignLine): 'kept' | 'full' {
    const key = JSON.stringify([job, worker]);
    const held = this.#held.get(key) ?? { job, worker, lines: [], sizeChars: 0 };
    this.#held.set(key, held);
    held.lines.push(`${streamMark(stream)} ${line}`);
    held.sizeChars += line.length;
    return held.lines.length >= MOST_LINES || held.sizeChars >= MOST_CHARS ? 'full' : 'kept';
  }

  /** Removes and returns the lines. A line starts with `| `, or with `! ` when it comes from standard error. */
  take({ job, worker }: Speaker): readonly string[] {
    const key = JSON.stringify([job, worker]);
    const lines = this.#held.get(key)?.lines ?? [];
    this.#held.delete(key);
    return lines;
  }

  /** Returns the jobs and workers that have lines, in the order of their first line. */
  speakers(): Speaker[] {
    return [...this.#held.values()].map(({ job, worker }) => ({ job, worker }));
  }
}
