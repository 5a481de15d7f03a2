import { r as quoted } from "./quote.js";
import { l as parsed, u as refused } from "./names.js";
import { resolve } from "node:path";
// src/base/text/nearest-name.ts
/** Finds the known name that is most similar to a misspelled name. */
const LONGEST = 64;
const TYPO_EDITS = 2;
const SHORTEST_TYPO = 4;
/**
* Words that are never typos of each other, although only a few letters differ. The plural forms of these words are
* never typos either.
*/
const KNOWN_WORDS = "start stop restart reload sync deploy build remove add create min max first last before after up down enable disable enabled disabled allow deny include exclude read write push pull lock encrypt decrypt with without accept reject active inactive dont upgrade downgrade update rollback success failure old new".split(" ");
const NEGATIONS = [
	"no",
	"not",
	"non",
	"dont",
	"un",
	"dis",
	"de",
	"in",
	"never",
	"without"
];
/**
* Returns the name that is most similar to `written`, or undefined when no name is similar enough. Case is ignored. A
* name that means something else is not similar: `reload_globs` is not a typo of `restart_globs`. The beginning of a
* name counts as more similar than a typo: for `stat`, the function returns `status` and not `start`.
*/
function nearestName(written, names) {
	const known = [...names];
	const begun = known.filter((name) => isBeginning(written, name));
	if (begun.length === 1) return begun[0];
	return nearest(written, known, (name, distance) => {
		return distance <= Math.max(1, Math.floor(Math.max(name.length, written.length) / 3)) && !meansElse(written, name, known);
	});
}
/** Returns the hint `did you mean "x"?`, or undefined when no name is similar enough. */
function didYouMean(written, names) {
	const name = nearestName(written, names);
	return name === void 0 ? void 0 : `did you mean "${name}"?`;
}
/**
* Returns the known name of at least four letters that differs from `written` by at most two edits. When `written`
* means something else than this name, the hint does not propose the name.
*/
function misspelling(written, names) {
	const known = [...names];
	const name = nearest(written, known, (one, distance) => one.length >= SHORTEST_TYPO && distance <= TYPO_EDITS);
	if (name === void 0) return void 0;
	const similar = `remove it: "${name}" has a similar name and means something else`;
	return {
		name,
		hint: meansElse(written, name, known) ? didYouMean(written, known) ?? similar : `did you mean "${name}"?`
	};
}
/** Returns whether `written` is the beginning of `name`, with one to three letters missing at the end. */
function isBeginning(written, name) {
	const missing = name.length - written.length;
	return missing >= 1 && missing <= 3 && written.length > missing && name.toLowerCase().startsWith(written.toLowerCase());
}
function nearest(written, names, isNear) {
	if (written.length > LONGEST) return void 0;
	let best;
	for (const name of names) {
		const distance = editDistance(written.toLowerCase(), name.toLowerCase());
		if (distance < (best?.distance ?? Number.POSITIVE_INFINITY) && isNear(name, distance)) best = {
			name,
			distance
		};
	}
	return best?.name;
}
/**
* Returns whether `written` means something else than `name`, so that `written` is not a typo of `name`. The result is
* true in three cases: a word of `written` is a different known word, one of the two texts negates the other text, or
* the numbers in the two texts differ.
*/
function meansElse(written, name, names) {
	const [own, other] = [wordsOf(written), wordsOf(name)];
	if (isNegation(own, other) || isNegation(other, own)) return true;
	const [digits, others] = [written, name].map((text) => text.replace(/\D+/g, " ").trim());
	if (digits && others && digits !== others) return true;
	if (own.length !== other.length) return false;
	const vocabulary = new Set([...KNOWN_WORDS, ...names.flatMap(wordsOf)].map(singular));
	return own.some((word, at) => singular(word) !== singular(other[at] ?? "") && vocabulary.has(singular(word)));
}
/** Returns whether `longer` is `shorter` with a negation in front: `undeploy`, `no-wait`. */
function isNegation(longer, shorter) {
	return NEGATIONS.some((negation) => longer.join("") === `${negation}${shorter.join("")}`);
}
function wordsOf(name) {
	return name.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
}
function singular(word) {
	return word.length > 3 ? word.replace(/s$/, "") : word;
}
/**
* Returns the smallest number of insertions, deletions, replacements and swaps of adjacent characters that turns `a`
* into `b`.
*/
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
// src/grammar/state-place.ts
/** Parses the words that say where a state is kept: `cache`, `workers` or `file:DIR`. */
const FILE = "file:";
/** Parses `cache`, `workers` or `file:DIR`. Surrounding white space is ignored. */
function parseStatePlace(text) {
	const place = text.trim();
	if (place === "cache" || place === "workers") return parsed({ kind: place });
	const folder = place.startsWith(FILE) ? place.slice(5).trim() : "";
	if (folder !== "") return parsed({
		kind: "file",
		folder
	});
	return refused(`must be cache, workers or file:DIR (got ${quoted(place)})`);
}
/** Returns the text that `parseStatePlace` parses into this place. */
function statePlaceText(place) {
	return place.kind === "file" ? `${FILE}${place.folder}` : place.kind;
}
// src/request/state-location.ts
/** Parses the input `state`, which names the place of the state, and resolves the folder of a state in a file. */
/** Parses `cache`, `workers` or `file:DIR`. A relative folder is resolved against the working directory. */
function parseStateLocation(text, base) {
	const place = parseStatePlace(text);
	return place.ok ? locateState(place.value, base) : place;
}
/** Returns the place with an absolute folder. Refuses a folder below `~/` when the home folder is unknown. */
function locateState(place, { workingDirectory, home }) {
	if (place.kind !== "file") return parsed(place);
	if (!place.folder.startsWith("~/")) return parsed({
		kind: "file",
		folder: resolve(workingDirectory, place.folder)
	});
	if (home === void 0) return refused(`begins with ~, and HOME is not set (got ${quoted(statePlaceText(place))})`);
	return parsed({
		kind: "file",
		folder: resolve(home, place.folder.slice(2))
	});
}
export { didYouMean as a, statePlaceText as i, parseStateLocation as n, misspelling as o, parseStatePlace as r, nearestName as s, locateState as t };
