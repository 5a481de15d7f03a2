// src/base/text/glob.ts
/**
* Compiles a pattern. Returns an error for an empty pattern, for a backslash at the end, and for a class that is empty,
* not closed, or has a reversed range.
*/
function compileGlob(pattern) {
	const text = pattern.trim().replace(/^(?:\.\/)+/, "");
	if (text === "") return { error: "empty glob pattern" };
	const segments = [];
	for (const part of text.replace(/^\//, "").split("/")) {
		const segment = part === "**" ? "any depth" : tokenize(part);
		if (segment === void 0) return { error: `invalid glob pattern ${JSON.stringify(pattern)}` };
		segments.push(segment);
	}
	const whole = text.includes("/") ? belowLast(segments) : ["any depth", ...segments];
	return { matches: (path) => matchSegments(whole, path.split("/")) };
}
/**
* Replaces the empty last segment of a pattern such as `config/`, so that the pattern matches everything below
* `config`.
*/
function belowLast(segments) {
	const last = segments.at(-1);
	return last !== void 0 && last.length === 0 ? [
		...segments.slice(0, -1),
		"any depth",
		[{ kind: "star" }]
	] : segments;
}
function tokenize(part) {
	const characters = Array.from(part);
	const tokens = [];
	for (let at = 0; at < characters.length; at++) {
		const character = characters[at];
		if (character === "*") tokens.push({ kind: "star" });
		else if (character === "?") tokens.push({ kind: "any" });
		else if (character === "[") {
			const read = readClass(characters, at + 1);
			if (!read) return void 0;
			tokens.push(read.token);
			at = read.end;
		} else {
			const literal = character === "\\" ? characters[++at] : character;
			if (literal === void 0) return void 0;
			tokens.push({
				kind: "character",
				character: literal
			});
		}
	}
	return tokens;
}
/**
* Reads a class. `from` is the position after the opening bracket; `end` is the position of the closing bracket.
* Returns undefined when the class is malformed.
*/
function readClass(characters, from) {
	let at = from;
	const negated = characters[at] === "!" || characters[at] === "^";
	if (negated) at++;
	const ranges = [];
	while (at < characters.length && characters[at] !== "]") {
		const low = readLiteral(characters, at);
		const high = characters[low.next] === "-" && characters[low.next + 1] !== "]" ? readLiteral(characters, low.next + 1) : low;
		if (low.literal === void 0 || high.literal === void 0 || high.literal < low.literal) return void 0;
		ranges.push([low.literal, high.literal]);
		at = high.next;
	}
	if (at >= characters.length || ranges.length === 0) return void 0;
	return {
		token: {
			kind: "class",
			negated,
			ranges
		},
		end: at
	};
}
function readLiteral(characters, at) {
	return characters[at] === "\\" ? {
		literal: characters[at + 1],
		next: at + 2
	} : {
		literal: characters[at],
		next: at + 1
	};
}
function matchSegments(segments, steps) {
	return matchSequence({
		pattern: segments,
		items: steps,
		isStar: (segment) => segment === "any depth",
		matchesOne: (segment, step) => segment !== "any depth" && matchStep(segment, step)
	});
}
function matchStep(tokens, step) {
	return matchSequence({
		pattern: tokens,
		items: Array.from(step),
		isStar: (token) => token.kind === "star",
		matchesOne: matchCharacter
	});
}
function matchCharacter(token, character) {
	switch (token.kind) {
		case "character": return token.character === character;
		case "any": return true;
		case "star": return false;
		case "class": return token.ranges.some(([low, high]) => low <= character && character <= high) !== token.negated;
	}
}
/**
* Matches with limited backtracking. After a mismatch, only the last star matches one more item. The number of items
* that earlier stars match never needs to change.
*/
function matchSequence({ pattern, items, isStar, matchesOne }) {
	let part = 0;
	let item = 0;
	let star = -1;
	let resumeAt = 0;
	while (item < items.length) {
		const current = pattern[part];
		if (current !== void 0 && isStar(current)) {
			star = part++;
			resumeAt = item;
		} else if (current !== void 0 && matchesOne(current, items[item])) {
			part++;
			item++;
		} else if (star >= 0) {
			part = star + 1;
			item = ++resumeAt;
		} else return false;
	}
	return pattern.slice(part).every(isStar);
}
export { compileGlob as t };
