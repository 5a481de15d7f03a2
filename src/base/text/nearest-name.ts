/** Finds the known name that is most similar to a misspelled name. */

const LONGEST = 64;

/** Returns the name that is most similar to `written`, or undefined when no name is similar enough. Case is ignored. */
export function nearestName(written: string, names: Iterable<string>): string | undefined {
  if (written.length > LONGEST) return undefined;
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of names) {
    const distance = editDistance(written.toLowerCase(), name.toLowerCase());
    const farthest = Math.max(1, Math.floor(Math.max(name.length, written.length) / 3));
    if (distance <= farthest && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { name, distance };
  }
  return best?.name;
}

/** Returns the hint `did you mean "x"?`, or undefined when no name is similar enough. */
export function didYouMean(written: string, names: Iterable<string>): string | undefined {
  const name = nearestName(written, names);
  return name === undefined ? undefined : `did you mean "${name}"?`;
}

/**
 * Returns the smallest number of insertions, deletions, replacements and swaps of adjacent characters that turns `a`
 * into `b`.
 */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + same,
        swapped ? at(beforePrevious, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [beforePrevious, previous] = [previous, current];
  }
  return at(previous, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
