/** Defines `Source`: the text of one file of the bucket. */
import type { Place } from '../base/diagnostic.ts';

/** The text of one file of the bucket. Converts offsets in the text to lines and columns. */
export class Source {
  /** The path of the file, relative to the repository root. */
  readonly file: string;
  /** The text without a byte order mark. */
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** Returns the place of an offset in `text`. Columns count UTF-16 units, as in editors. */
  placeAt(offset: number): Place {
    this.#lineStarts ??= lineStartsOf(this.text);
    const starts = this.#lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: offset - (starts[low] as number) + 1 };
  }
}

function lineStartsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
