// src/base/text/nearest-name.ts
/** Finds the known name that a misspelt one was probably meant to be. */
const LONGEST = 64;
/**
* Returns the name that `written` was probably meant to be, or undefined when none is near. Upper and lower case are
* equal.
*/
function nearestName(written, names) {
	if (written.length > LONGEST) return void 0;
	let best;
	for (const name of names) {
		const distance = editDistance(written.toLowerCase(), name.toLowerCase());
		if (distance <= Math.max(1, Math.floor(Math.max(name.length, written.length) / 3)) && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = {
			name,
			distance
		};
	}
	return best?.name;
}
/** Returns the hint `did you mean "x"?`, or undefined when no name is near. */
function didYouMean(written, names) {
	const name = nearestName(written, names);
	return name === void 0 ? void 0 : `did you mean "${name}"?`;
}
/** Returns how many insertions, deletions, replacements and swaps of neighbours turn `a` into `b`. */
function editDistance(a, b) {
	let beforePrevious = [];
	let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
	for (let row = 1; row <= a.length; row++) {
		const current = [row];
		for (let column = 1; column <= b.length; column++) {
			const same = a[row - 1] === b[column - 1] ? 0 : 1;
			const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
			current[column] = Math.min(at(previous, column) + 1, at(current, column - 1) + 1, at(previous, column - 1) + same, swapped ? at(beforePrevious, column - 2) + 1 : Number.POSITIVE_INFINITY);
		}
		[beforePrevious, previous] = [previous, current];
	}
	return at(previous, b.length);
}
function at(row, column) {
	return row[column] ?? Number.POSITIVE_INFINITY;
}
export { didYouMean as t };
