// src/template/error.ts
/**
* The error of a template that cannot be parsed or executed. `message` uses the words of Go's text/template, so that
* users can search for them.
*/
var TemplateError = class extends Error {
	name = "TemplateError";
	phase;
	templateName;
	line;
	column;
	/** Set when a key was missing. A plan uses it to distinguish a key that a hook will write later from a mistake. */
	kvMiss;
	constructor(message, details) {
		super(message);
		this.phase = details.phase;
		this.templateName = details.templateName;
		this.line = details.line;
		this.column = details.column;
		this.kvMiss = details.kvMiss;
	}
};
// src/template/functions/call-failure.ts
/** The failure of a function. The rendering then ends with the error `error calling <name>: <message>`. */
var CallFailure = class extends Error {
	name = "CallFailure";
	kvMiss;
	constructor(message, kvMiss) {
		super(message);
		this.kvMiss = kvMiss;
	}
};
// src/template/go-text/bytes.ts
/**
* Defines byte strings. Go's strings are bytes, so each Go string is represented as a JavaScript string with one
* character (U+0000 to U+00FF) for each byte. Lengths, indexes, comparisons and invalid UTF-8 then behave exactly as in
* Go. ASCII text needs no conversion. Only input and output are converted.
*/
const NOT_ASCII = /[\u0080-\uffff]/;
const REPLACEMENT_RUNE$1 = 65533;
const LAST_RUNE$1 = 1114111;
const SHORT_TEXT = 40;
/** Returns whether every byte is ASCII. */
function isAscii(bytes) {
	if (bytes.length > SHORT_TEXT) return !NOT_ASCII.test(bytes);
	for (let index = 0; index < bytes.length; index++) if (bytes.charCodeAt(index) > 127) return false;
	return true;
}
/** Converts a text to a byte string of UTF-8. */
function toBytes(text) {
	return isAscii(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}
/** Converts a byte string to a text. Bytes that are not valid UTF-8 become U+FFFD. */
function fromBytes(bytes) {
	return isAscii(bytes) ? bytes : Buffer.from(bytes, "latin1").toString("utf8");
}
const INVALID_BYTE = {
	code: REPLACEMENT_RUNE$1,
	size: 1
};
/** Returns whether the rune represents a byte that is not valid UTF-8. (A real U+FFFD in the text has size 3.) */
const isInvalidByte = (rune) => rune.size === 1 && rune.code === REPLACEMENT_RUNE$1;
/** Returns the code point at `index`, which must be inside the text. */
function runeAt(bytes, index) {
	const first = bytes.charCodeAt(index);
	if (first < 128) return {
		code: first,
		size: 1
	};
	const size = sequenceSize(first);
	if (size === 0 || index + size > bytes.length) return INVALID_BYTE;
	let code = first & 255 >> size + 1;
	for (let at = index + 1; at < index + size; at++) {
		const next = bytes.charCodeAt(at);
		if ((next & 192) !== 128) return INVALID_BYTE;
		code = code << 6 | next & 63;
	}
	return isShortest(code, size) && isValidCode(code) ? {
		code,
		size
	} : INVALID_BYTE;
}
function sequenceSize(first) {
	if (first >= 194 && first <= 223) return 2;
	if (first >= 224 && first <= 239) return 3;
	return first >= 240 && first <= 244 ? 4 : 0;
}
const isShortest = (code, size) => code >= (size === 2 ? 128 : size === 3 ? 2048 : 65536);
/** Returns whether UTF-8 can encode the code point: it is not a surrogate and not above U+10FFFF. */
const isValidCode = (code) => code >= 0 && code <= LAST_RUNE$1 && !(code >= 55296 && code <= 57343);
/** Returns the bytes of one code point. An invalid code point becomes U+FFFD. */
function encodeRune(code) {
	return toBytes(String.fromCodePoint(isValidCode(code) ? code : REPLACEMENT_RUNE$1));
}
/** Yields every code point in order. */
function* runesOf(bytes) {
	for (let index = 0; index < bytes.length;) {
		const rune = runeAt(bytes, index);
		yield rune;
		index += rune.size;
	}
}
/** Returns the number of code points; an invalid byte counts as one. */
function countRunes(bytes) {
	if (isAscii(bytes)) return bytes.length;
	let count = 0;
	for (let index = 0; index < bytes.length; count++) index += runeAt(bytes, index).size;
	return count;
}
/** Returns the first `count` code points. */
function firstRunes(bytes, count) {
	let end = 0;
	for (let left = count; left > 0 && end < bytes.length; left--) end += runeAt(bytes, end).size;
	return bytes.slice(0, end);
}
// src/template/functions/kv-reading.ts
/**
* Reads the store for the key/value functions of one rendering. Provides the names of the namespaces of the rendering
* job and its worker.
*/
/** Returns `maand/job/<job>`. */
const namespaceOfJob = (job) => `maand/job/${job}`;
/**
* Reads the store. Namespaces are texts; keys and values are byte strings (see bytes.ts). The getters `own…` return the
* namespaces of the rendering job and worker. These getters throw a `CallFailure` when the data has no field with the
* name of the job or worker.
*/
var KvReading = class {
	#input;
	#ownJob;
	#ownWorker;
	#ownAllocation;
	#ownSecrets;
	constructor(input) {
		this.#input = input;
	}
	get ownJob() {
		this.#ownJob ??= namespaceOfJob(this.#identity("Job"));
		return this.#ownJob;
	}
	get ownWorker() {
		this.#ownWorker ??= `maand/worker/${this.#identity("WorkerIP")}`;
		return this.#ownWorker;
	}
	get ownAllocation() {
		this.#ownAllocation ??= `${this.ownJob}/worker/${this.#identity("WorkerIP")}`;
		return this.#ownAllocation;
	}
	get ownSecrets() {
		this.#ownSecrets ??= `secrets/job/${this.#identity("Job")}`;
		return this.#ownSecrets;
	}
	/**
	* Returns the value as a byte string. Throws a `CallFailure` when the key is missing and `onMissing` is `fail`, or
	* when the key cannot be read.
	*/
	read(namespace, keyBytes, onMissing) {
		const key = fromBytes(keyBytes);
		const found = this.#input.kv.get(namespace, key);
		switch (found.kind) {
			case "found": return toBytes(found.value);
			case "missing":
				if (onMissing === "empty") return "";
				if (found.hint !== void 0) throw new CallFailure(toBytes(`key not found: it was removed, ${found.hint}`));
				throw new CallFailure("key not found or deleted", {
					namespace,
					key
				});
			case "unreadable":
			case "undecryptable": throw new CallFailure(toBytes(found.message));
		}
	}
	/** Returns the keys, sorted. Throws a `CallFailure` when the namespace may not be read. */
	keys(namespace) {
		const found = this.#input.kv.keys(namespace);
		if (found.kind === "unreadable") throw new CallFailure(toBytes(found.message));
		return found.keys.map(toBytes).sort((a, b) => a < b ? -1 : 1);
	}
	/**
	* Returns the value of a data field that is part of a namespace. Throws a `CallFailure` when the field is missing.
	*/
	#identity(field) {
		const value = this.#input.data[field];
		if (typeof value !== "string") throw new CallFailure(`not available here: the data has no .${field}`);
		return value;
	}
};
// src/template/go-text/directive.ts
/** Defines a directive (`%…`) of a format. Pads and cuts texts to the width and precision of a directive. */
/** A directive without flags, width and precision. */
const PLAIN$1 = {
	minus: false,
	plus: false,
	sharp: false,
	space: false,
	zero: false,
	plusV: false,
	sharpV: false,
	width: void 0,
	precision: void 0
};
/** Pads the text to the width, counted in code points. Zeros are added only on the left. */
const pad = (text, directive) => padLeftWith(directive.zero ? "0" : " ", text, directive);
/** Pads to the width with spaces, even if the directive has the flag for zeros. */
const padWithSpaces = (text, directive) => padLeftWith(" ", text, directive);
function padLeftWith(filler, text, { width, minus }) {
	if (!width) return text;
	const missing = width - countRunes(text);
	if (missing <= 0) return text;
	return minus ? text + " ".repeat(missing) : filler.repeat(missing) + text;
}
/** Cuts the text to the precision, counted in code points. */
const truncate = (text, { precision }) => precision === void 0 ? text : firstRunes(text, precision);
// src/template/go-text/float-text.ts
/** Formats a float. Without `precision`, returns the shortest digits that parse to the same number. */
function formatFloat(value, verb, precision) {
	return (value < 0 || Object.is(value, -0) ? "-" : "") + formatSize(Math.abs(value), verb, precision);
}
function formatSize(size, verb, precision) {
	switch (verb) {
		case "b": return binaryText(size);
		case "x": return hexText$1(size, precision);
		case "X": return hexText$1(size, precision).toUpperCase();
		case "f": {
			const digits = precision === void 0 ? shortestDigits(size) : roundAfterPoint(exactDigits(size), precision);
			return fixedText(digits, precision ?? Math.max(digits.text.length - digits.point, 0));
		}
		case "e":
		case "E": {
			const digits = precision === void 0 ? shortestDigits(size) : round(exactDigits(size), precision + 1);
			return exponentText(digits, precision ?? Math.max(digits.text.length - 1, 0), verb);
		}
		case "g":
		case "G": return generalText(size, precision, verb === "g" ? "e" : "E");
	}
}
const digitsOf = (text, point) => {
	const trimmed = text.replace(/0+$/, "");
	return {
		text: trimmed,
		point: trimmed === "" ? 0 : point
	};
};
function shortestDigits(size) {
	const [mantissa = "", exponent = "0"] = size.toExponential().split("e");
	return digitsOf(mantissa.replace(".", ""), Number(exponent) + 1);
}
/** Returns all decimal digits of the binary number. */
function exactDigits(size) {
	const { mantissa, exponent } = parts(size);
	if (mantissa === 0n) return {
		text: "",
		point: 0
	};
	if (exponent >= 0) {
		const whole = (mantissa << BigInt(exponent)).toString();
		return digitsOf(whole, whole.length);
	}
	const scaled = (mantissa * 5n ** BigInt(-exponent)).toString();
	return digitsOf(scaled, scaled.length + exponent);
}
const roundAfterPoint = (digits, places) => round(digits, digits.point + places);
function round({ text, point }, keep) {
	if (keep < 0) return {
		text: "",
		point: 0
	};
	if (keep >= text.length) return {
		text,
		point
	};
	const kept = text.slice(0, keep);
	if (!roundsUp(text, keep)) return digitsOf(kept, point);
	const raised = (BigInt(kept === "" ? "0" : kept) + 1n).toString();
	return digitsOf(raised, point + raised.length - keep);
}
function roundsUp(text, keep) {
	const next = text.charCodeAt(keep) - 48;
	if (!(next === 5 && keep + 1 === text.length)) return next >= 5;
	return keep > 0 && (text.charCodeAt(keep - 1) - 48) % 2 === 1;
}
function fixedText({ text, point }, places) {
	const whole = point > 0 ? text.slice(0, point).padEnd(point, "0") : "0";
	if (places === 0) return whole;
	return `${whole}.${("0".repeat(Math.max(0, -point)) + text.slice(Math.max(0, point))).slice(0, places).padEnd(places, "0")}`;
}
function exponentText({ text, point }, places, letter) {
	const first = text[0] ?? "0";
	const fraction = places > 0 ? `.${text.slice(1, places + 1).padEnd(places, "0")}` : "";
	const exponent = text === "" ? 0 : point - 1;
	return `${first}${fraction}${letter}${signed(exponent)}`;
}
const signed = (exponent) => (exponent < 0 ? "-" : "+") + Math.abs(exponent).toString().padStart(2, "0");
const SHORTEST_EXPONENT_LIMIT = 6;
function generalText(size, precision, letter) {
	const wanted = precision === void 0 ? void 0 : Math.max(precision, 1);
	const digits = wanted === void 0 ? shortestDigits(size) : round(exactDigits(size), wanted);
	const { text, point } = digits;
	const limit = exponentLimit(digits, wanted);
	const exponent = point - 1;
	const most = wanted ?? text.length;
	if (exponent < -4 || exponent >= limit) return exponentText(digits, Math.min(most, text.length) - 1, letter);
	return fixedText(digits, Math.max((most > point ? text.length : most) - point, 0));
}
function exponentLimit({ text, point }, wanted) {
	if (wanted === void 0) return SHORTEST_EXPONENT_LIMIT;
	return wanted > text.length && text.length >= point ? text.length : wanted;
}
const MANTISSA_BITS = 52n;
const EXPONENT_BIAS = 1075;
/** Splits a float into integer parts with `size = mantissa × 2^exponent`. */
function parts(size) {
	const bits = new BigUint64Array(new Float64Array([size]).buffer)[0] ?? 0n;
	const stored = Number(bits >> MANTISSA_BITS);
	const fraction = bits & (1n << MANTISSA_BITS) - 1n;
	if (stored === 0) return {
		mantissa: fraction,
		exponent: -1074
	};
	return {
		mantissa: fraction | 1n << MANTISSA_BITS,
		exponent: stored - EXPONENT_BIAS
	};
}
function binaryText(size) {
	const { mantissa, exponent } = parts(size);
	return `${mantissa}p${exponent < 0 ? "" : "+"}${exponent}`;
}
function hexText$1(size, places) {
	const { mantissa, exponent } = parts(size);
	if (mantissa === 0n) return `0x0${places ? `.${"0".repeat(places)}` : ""}p+00`;
	const length = mantissa.toString(2).length;
	const fractionBits = 60;
	let scaled = mantissa << BigInt(61 - length);
	let power = exponent + length - 1;
	if (places !== void 0 && places < 15) scaled = roundHalfEven(scaled, BigInt(fractionBits - 4 * places));
	if (scaled >> BigInt(61) !== 0n) {
		scaled >>= 1n;
		power++;
	}
	const fraction = scaled.toString(16).slice(1);
	const shown = places === void 0 ? fraction.replace(/0+$/, "") : fraction.slice(0, places).padEnd(places, "0");
	return `0x1${shown && `.${shown}`}p${signed(power)}`;
}
function roundHalfEven(scaled, dropBits) {
	const unit = 1n << dropBits;
	const rest = scaled % unit;
	const floor = scaled - rest;
	const isOdd = (floor >> dropBits) % 2n === 1n;
	return rest * 2n > unit || rest * 2n === unit && isOdd ? floor + unit : floor;
}
// src/template/go-text/unicode.ts
/**
* Implements the rules of Go's packages `unicode` and `strings` for letters, case and white space. Texts are byte
* strings.
*/
const LETTER_OR_DIGIT = /^[\p{L}\p{Nd}_]$/u;
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
/** Returns whether the code point may be part of an identifier. */
const isAlphaNumeric = (code) => LETTER_OR_DIGIT.test(String.fromCodePoint(code));
/** Returns whether the code point is a letter, mark, number, punctuation, symbol or the ASCII space. */
const isPrintable = (code) => PRINTABLE.test(String.fromCodePoint(code));
/** Converts each code point to upper case separately. So `ß` stays `ß`. */
const toUpper = (bytes) => isAscii(bytes) ? bytes.toUpperCase() : mapRunes(bytes, simpleUpper);
/** Converts each code point to lower case separately. So `İ` becomes `i`. */
const toLower = (bytes) => isAscii(bytes) ? bytes.toLowerCase() : mapRunes(bytes, simpleLower);
function mapRunes(bytes, map) {
	let mapped = "";
	for (const rune of runesOf(bytes)) mapped += encodeRune(isInvalidByte(rune) ? rune.code : codeOf(map(String.fromCodePoint(rune.code))));
	return mapped;
}
const codeOf = (char) => char.codePointAt(0) ?? 0;
const isOneRune = (text) => text.length === String.fromCodePoint(codeOf(text)).length;
/**
* Greek letters with iota subscript. JavaScript's upper case of such a letter has two letters. Go's upper case is one
* letter, whose code point is larger by `step`.
*/
const IOTA_STEPS = [
	[
		8064,
		8071,
		8
	],
	[
		8080,
		8087,
		8
	],
	[
		8096,
		8103,
		8
	],
	[
		8115,
		8115,
		9
	],
	[
		8131,
		8131,
		9
	],
	[
		8179,
		8179,
		9
	]
];
function simpleUpper(char) {
	const full = char.toUpperCase();
	if (isOneRune(full)) return full;
	const code = codeOf(char);
	const range = IOTA_STEPS.find(([first, last]) => code >= first && code <= last);
	return range ? String.fromCodePoint(code + range[2]) : char;
}
function simpleLower(char) {
	const full = char.toLowerCase();
	return isOneRune(full) ? full : String.fromCodePoint(codeOf(full));
}
const WIDE_SPACE_BYTES = new Set(Array.from("\xA0            \u2028\u2029  　", toBytes));
const WIDE_SPACE_SIZES = [2, 3];
/**
* Returns the size in bytes of one white space character at a position, or 0 when there is none. `code` is the byte at
* the position; `wide` returns the given number of bytes from this position.
*/
function spaceSize(code, wide) {
	if (code < 128) return code === 32 || code >= 9 && code <= 13 ? 1 : 0;
	return WIDE_SPACE_SIZES.find((size) => WIDE_SPACE_BYTES.has(wide(size))) ?? 0;
}
const spaceAfter = (bytes, at) => spaceSize(bytes.charCodeAt(at), (size) => bytes.substring(at, at + size));
const spaceBefore = (bytes, at) => spaceSize(bytes.charCodeAt(at - 1), (size) => bytes.substring(at - size, at));
/** Returns the text without Unicode white space at its beginning and end. */
function trimSpace(bytes) {
	let start = 0;
	for (let size = spaceAfter(bytes, start); size > 0; size = spaceAfter(bytes, start)) start += size;
	let end = bytes.length;
	for (let size = spaceBefore(bytes, end); size > 0 && end > start; size = spaceBefore(bytes, end)) end -= size;
	return start === 0 && end === bytes.length ? bytes : bytes.slice(start, end);
}
// src/template/go-text/quote.ts
/**
* Writes and parses Go's string and character literals, as the Go package `strconv` does. All texts are byte strings.
*/
/** Returns a literal in double quotes. */
const quote = (bytes, alphabet = "printable") => quoteWith("\"", bytes, alphabet);
/** Returns a character literal in single quotes. */
const quoteRune = (code, alphabet = "printable") => quoteWith("'", encodeRune(code), alphabet);
const PLAIN = /^[ !#-&(-[\]-~]*$/;
function quoteWith(mark, bytes, alphabet) {
	if (PLAIN.test(bytes)) return mark + bytes + mark;
	let quoted = mark;
	let index = 0;
	for (const rune of runesOf(bytes)) {
		quoted += isInvalidByte(rune) ? hexByte(bytes.charCodeAt(index)) : escapeRune(rune, mark, alphabet);
		index += rune.size;
	}
	return quoted + mark;
}
const SHORT_ESCAPES = {
	"\x07": "\\a",
	"\b": "\\b",
	"\f": "\\f",
	"\n": "\\n",
	"\r": "\\r",
	"	": "\\t",
	"\v": "\\v"
};
const hex = (code, digits) => code.toString(16).padStart(digits, "0");
const hexByte = (code) => `\\x${hex(code, 2)}`;
function escapeRune({ code }, mark, alphabet) {
	const char = encodeRune(code);
	if (char === mark || char === "\\") return `\\${char}`;
	if (isPrintable(code) && (alphabet === "printable" || code < 128)) return char;
	const short = SHORT_ESCAPES[char];
	if (short !== void 0) return short;
	if (code < 32 || code === 127) return hexByte(code);
	return code < 65536 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}
/** Returns whether the text can be written on one line as a raw literal in back quotes. */
function canBackquote(bytes) {
	for (const rune of runesOf(bytes)) {
		if (isInvalidByte(rune) || rune.code === 65279 || rune.code === 127 || rune.code === 96) return false;
		if (rune.code < 32 && rune.code !== 9) return false;
	}
	return true;
}
/** Returns the value of a string literal (with its quotes), or undefined when it is malformed. */
function unquote(literal) {
	const inside = literal.slice(1, -1);
	if (literal.startsWith("`")) return inside.replaceAll("\r", "");
	let text = "";
	for (let index = 0; index < inside.length;) {
		const piece = unquotePiece(inside, index, "\"");
		if (!piece) return void 0;
		text += piece.isByte ? String.fromCharCode(piece.code) : encodeRune(piece.code);
		index = piece.end;
	}
	return text;
}
/** Returns the code point of a character literal (with its quotes), or Go's message when the literal is malformed. */
function unquoteChar(literal) {
	const piece = unquotePiece(literal, 1, "'");
	if (!piece) return { problem: "invalid syntax" };
	if (literal.slice(piece.end) !== "'") return { problem: `malformed character constant: ${literal}` };
	return { code: piece.code };
}
const SIMPLE_ESCAPES = {
	a: 7,
	b: 8,
	f: 12,
	n: 10,
	r: 13,
	t: 9,
	v: 11,
	"\\": 92
};
const HEX_ESCAPE_DIGITS = {
	x: 2,
	u: 4,
	U: 8
};
function unquotePiece(text, index, mark) {
	const char = text[index];
	if (char === void 0 || char === mark) return void 0;
	if (char !== "\\") {
		const { code, size } = runeAt(text, index);
		return {
			code,
			isByte: false,
			end: index + size
		};
	}
	const letter = text[index + 1] ?? "";
	const simple = letter === mark ? mark.charCodeAt(0) : SIMPLE_ESCAPES[letter];
	if (simple !== void 0) return {
		code: simple,
		isByte: false,
		end: index + 2
	};
	return numberedEscape(text, index + 1, letter);
}
function numberedEscape(text, index, letter) {
	const digits = HEX_ESCAPE_DIGITS[letter];
	const [start, size, radix] = digits === void 0 ? [
		index,
		3,
		8
	] : [
		index + 1,
		digits,
		16
	];
	const end = start + size;
	const written = text.slice(start, end);
	if (written.length < size || !(radix === 8 ? /^[0-7]+$/ : /^[0-9a-fA-F]+$/).test(written)) return void 0;
	const code = Number.parseInt(written, radix);
	const isByte = letter !== "u" && letter !== "U";
	return (isByte ? code <= 255 : isValidCode(code)) ? {
		code,
		isByte,
		end
	} : void 0;
}
// src/template/go-text/format-number.ts
/**
* Formats numbers for a directive of `printf`. The functions return undefined when the verb is not valid for the kind
* of number.
*/
const LAST_RUNE = 1114111;
const REPLACEMENT_RUNE = 65533;
/** Formats an integer for the verbs `v d b o O x X c q U`. */
function formatInteger(integer, verb, directive) {
	const { value } = integer;
	switch (verb) {
		case "v": return integer.isByte && directive.sharpV ? digitsText(value, 16, {
			...directive,
			sharp: true
		}) : digitsText(value, 10, directive);
		case "d": return digitsText(value, 10, directive);
		case "b": return digitsText(value, 2, directive);
		case "o": return digitsText(value, 8, directive);
		case "O": return digitsText(value, "octal with its base", directive);
		case "x": return digitsText(value, 16, directive);
		case "X": return digitsText(value, 16, directive).toUpperCase();
		case "c": return pad(encodeRune(runeOf(value)), directive);
		case "q": return pad(quoteRune(runeOf(value), directive.plus ? "ascii" : "printable"), directive);
		case "U": return unicodeText(value, directive);
		default: return;
	}
}
const runeOf = (value) => value < 0 || value > LAST_RUNE ? REPLACEMENT_RUNE : Number(value);
function digitsText(value, base, directive) {
	const [radix, prefix] = base === "octal with its base" ? [8, "0o"] : [base, ""];
	const { width, precision, plus, space, zero, minus } = directive;
	const sign = value < 0 ? "-" : plus ? "+" : space ? " " : "";
	if (precision === 0 && value === 0) return " ".repeat(width ?? 0);
	const fill = precision ?? (zero && !minus && width ? width - sign.length : 0);
	const digits = (value < 0 ? -value : value).toString(radix).padStart(fill, "0");
	const marked = directive.sharp ? withBase(digits, radix) : digits;
	return padWithSpaces(sign + prefix + marked, directive);
}
function withBase(digits, radix) {
	switch (radix) {
		case 2: return `0b${digits}`;
		case 8: return digits.startsWith("0") ? digits : `0${digits}`;
		case 10: return digits;
		case 16: return `0x${digits}`;
	}
}
function unicodeText(value, directive) {
	const wide = BigInt.asUintN(64, BigInt(value));
	const digits = wide.toString(16).toUpperCase().padStart(Math.max(4, directive.precision ?? 0), "0");
	const isShown = directive.sharp && wide <= LAST_RUNE && isPrintable(Number(wide));
	return padWithSpaces(`U+${digits}${isShown ? ` '${encodeRune(Number(wide))}'` : ""}`, directive);
}
const DEFAULT_PRECISION = 6;
function floatForm(verb) {
	switch (verb) {
		case "v": return {
			verb: "g",
			precision: void 0
		};
		case "b":
		case "g":
		case "G":
		case "x":
		case "X": return {
			verb,
			precision: void 0
		};
		case "e":
		case "E":
		case "f": return {
			verb,
			precision: DEFAULT_PRECISION
		};
		case "F": return {
			verb: "f",
			precision: DEFAULT_PRECISION
		};
		default: return;
	}
}
/** Formats a float for the verbs `v b g G x X e E f F`. */
function formatFloatValue(value, verb, directive) {
	const form = floatForm(verb);
	if (!form) return void 0;
	const precision = directive.precision ?? form.precision;
	const text = formatFloat(value, form.verb, precision);
	const size = text.replace(/^[+-]/, "");
	const sign = text.startsWith("-") ? "-" : directive.plus ? "+" : directive.space ? " " : "";
	const kept = directive.sharp && form.verb !== "b" ? keepPoint(size, form.verb, precision) : size;
	const { width, zero, minus } = directive;
	if (sign !== "" && zero && !minus && width) return sign + kept.padStart(width - sign.length, "0");
	return pad(sign + kept, directive);
}
/** Implements the flag `#`: adds a decimal point, and the zeros at the end that `%g` omits. */
function keepPoint(size, verb, precision) {
	const isHex = verb === "x" || verb === "X";
	const tailAt = size.search(isHex ? /[pP]/ : /[eE]/);
	const number = tailAt < 0 ? size : size.slice(0, tailAt);
	const tail = tailAt < 0 ? "" : size.slice(tailAt);
	const wanted = verb === "g" || verb === "G" || verb === "x" ? precision ?? DEFAULT_PRECISION : 0;
	const significant = number.replace(".", "").replace(/^0+/, "").length;
	const leadingZero = number === "0" ? 1 : 0;
	return (number.includes(".") ? number : `${number}.`) + "0".repeat(Math.max(0, wanted - significant - leadingZero)) + tail;
}
/** Formats both parts of a complex number with the same verb. The imaginary part always has a sign. */
function formatComplex(value, verb, directive) {
	const real = formatFloatValue(value.real, verb, directive);
	const imaginary = formatFloatValue(value.imaginary, verb, {
		...directive,
		plus: true
	});
	return real === void 0 || imaginary === void 0 ? void 0 : `(${real}${imaginary}i)`;
}
// src/template/go-text/value.ts
const DATA_TYPE_NAME = "deploy.AllocationData";
/** Returns a `float64`. */
const floatOf = (value) => ({
	kind: "float",
	value
});
/** Returns a `uint8`; `value` is 0 to 255. */
const byteOf = (value) => ({
	kind: "byte",
	value
});
/** Returns a whole array as a list, without spare capacity. */
const listOf = (items) => ({
	kind: "list",
	items,
	start: 0,
	length: items.length,
	capacity: items.length
});
/** Returns the elements of the list. */
const elementsOf = ({ items, start, length }) => start === 0 && length === items.length ? items : items.slice(start, start + length);
/** Returns the element at an index of the list. */
const elementAt = ({ items, start }, index) => items[start + index] ?? "";
/** Returns the data as the dot of a template. `onField` is called with each field that is read. */
function structOf(data, onField) {
	const fields = onField === void 0 ? /* @__PURE__ */ new Map() : new HeardFields(onField);
	for (const [name, field] of Object.entries(data)) if (typeof field === "string") fields.set(name, toBytes(field));
	else fields.set(name, typeof field === "number" ? field : listOf(field.map(toBytes)));
	return {
		kind: "struct",
		typeName: DATA_TYPE_NAME,
		fields
	};
}
/** Fields that report each read to `onField`. Printing the whole struct reads all fields. */
var HeardFields = class extends Map {
	#onField;
	constructor(onField) {
		super();
		this.#onField = onField;
	}
	get(name) {
		this.#onField(name);
		return super.get(name);
	}
	[Symbol.iterator]() {
		for (const name of this.keys()) this.#onField(name);
		return super[Symbol.iterator]();
	}
};
/** Returns Go's name of the type; `<nil>` for nil, which has no type. */
function typeName(value) {
	if (value === null) return "<nil>";
	if (typeof value === "string") return "string";
	if (typeof value === "boolean") return "bool";
	return typeof value === "object" ? objectTypeName(value) : "int";
}
function objectTypeName(value) {
	switch (value.kind) {
		case "float": return "float64";
		case "complex": return "complex128";
		case "byte": return "uint8";
		case "list": return "[]string";
		case "struct": return value.typeName;
	}
}
/**
* Returns whether Go treats the value as true. `false`, 0, `""`, empty lists and nil count as false. The texts `"0"`
* and `"false"` count as true.
*/
function isTrue(value) {
	if (typeof value !== "object" || value === null) return Boolean(value);
	switch (value.kind) {
		case "float":
		case "byte": return value.value !== 0;
		case "complex": return value.real !== 0 || value.imaginary !== 0;
		case "list": return value.length > 0;
		case "struct": return true;
	}
}
// src/template/go-text/format-value.ts
/**
* Formats any value for a directive of `printf`. As in Go, a wrong verb is not an error: the output shows it, e.g.
* `%!d(string=x)`.
*/
/** Formats a value; `verb` is one character. */
function formatValue(value, verb, directive) {
	if (value === null && (verb === "v" || verb === "T")) return pad("<nil>", directive);
	if (verb === "T") return pad(truncate(typeName(value), directive), directive);
	return formatKnown(value, verb, directive) ?? badVerb(value, verb, directive);
}
/** Returns the text that `print` and an action such as `{{.}}` write: the value as `%v` without flags. */
function displayText(value) {
	if (typeof value === "string") return value;
	if (typeof value === "number" || typeof value === "bigint") return value.toString();
	return formatValue(value, "v", PLAIN$1);
}
function badVerb(value, verb, directive) {
	if (value === null) return `%!${verb}(<nil>)`;
	return `%!${verb}(${typeName(value)}=${formatKnown(value, "v", directive) ?? ""})`;
}
function formatKnown(value, verb, directive) {
	if (value === null) return void 0;
	if (typeof value === "string") return formatText(value, verb, directive);
	if (typeof value === "object") return formatObject(value, verb, directive);
	if (typeof value !== "boolean") return formatInteger({
		value,
		isByte: false
	}, verb, directive);
	return verb === "t" || verb === "v" ? pad(String(value), directive) : void 0;
}
function formatObject(value, verb, directive) {
	switch (value.kind) {
		case "float": return formatFloatValue(value.value, verb, directive);
		case "byte": return formatInteger({
			value: value.value,
			isByte: true
		}, verb, directive);
		case "complex": return formatComplex(value, verb, directive);
		case "list": return verb === "p" || verb === "w" ? void 0 : formatList(value, verb, directive);
		case "struct": return verb === "p" || verb === "w" ? void 0 : formatStruct(value, verb, directive);
	}
}
function formatList(list, verb, directive) {
	const elements = elementsOf(list).map((element) => formatValue(element, verb, directive));
	return directive.sharpV ? `${typeName(list)}{${elements.join(", ")}}` : `[${elements.join(" ")}]`;
}
function formatStruct({ fields, typeName: type }, verb, directive) {
	const isNamed = directive.sharpV || directive.plusV;
	const parts = [...fields].map(([name, field]) => (isNamed ? `${name}:` : "") + formatValue(field, verb, directive));
	return directive.sharpV ? `${type}{${parts.join(", ")}}` : `{${parts.join(" ")}}`;
}
function formatText(text, verb, directive) {
	switch (verb) {
		case "v": return directive.sharpV ? quotedText(text, directive) : pad(truncate(text, directive), directive);
		case "s": return pad(truncate(text, directive), directive);
		case "q": return quotedText(text, directive);
		case "x": return hexText(text, directive);
		case "X": return hexText(text, directive, "upper");
		default: return;
	}
}
function quotedText(text, directive) {
	const cut = truncate(text, directive);
	const isRaw = directive.sharp && canBackquote(cut);
	return pad(isRaw ? `\`${cut}\`` : quote(cut, directive.plus ? "ascii" : "printable"), directive);
}
/** Returns the bytes in hexadecimal. Here, the precision counts bytes. */
function hexText(text, directive, letters = "lower") {
	const { precision, space, sharp } = directive;
	const bytes = precision === void 0 ? text : text.slice(0, precision);
	const prefix = sharp && bytes !== "" ? "0x" : "";
	const written = prefix + Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0")).join(space ? ` ${prefix}` : "");
	return pad(letters === "upper" ? written.toUpperCase() : written, directive);
}
// src/template/limits.ts
/** Defines the limits of templates. */
/** The maximum size of a template, of the result of one function, and of the output. */
const LARGEST_TEXT_BYTES = 67108864;
// src/template/parse/packed-code.ts
/**
* The number of each kind of instruction. `call-one` and `call-two` call functions with exactly one or two arguments.
*/
const OP = {
	text: 0,
	print: 1,
	constant: 2,
	dot: 3,
	variable: 4,
	field: 5,
	"call-one": 6,
	"call-two": 7,
	call: 8,
	"call-piped": 9,
	"field-call": 10,
	require: 11,
	at: 12,
	fail: 13,
	"keep-true": 14,
	"keep-false": 15,
	nip: 16,
	drop: 17,
	declare: 18,
	assign: 19,
	jump: 20,
	open: 21,
	close: 22,
	if: 23,
	with: 24,
	range: 25,
	next: 26,
	leave: 27,
	find: 28,
	enter: 29,
	return: 30
};
/**
* Returns the items of a table for the kinds that are not in `UsualKind` as an array. The index of an item is the
* number of its kind.
*/
function byNumber(table) {
	const items = [];
	for (const [kind, item] of Object.entries(table)) items[OP[kind]] = item;
	return items;
}
// src/template/parse/instruction.ts
/** Returns a jump target that has no address yet. */
const newLabel = () => ({
	op: "label",
	address: -1
});
/** Returns the instructions as a flat list. The lists may be nested to any depth. */
function layOut(code) {
	const flat = [];
	const pending = [{
		code,
		at: 0
	}];
	for (let open = pending.at(-1); open !== void 0; open = pending.at(-1)) {
		const item = open.code[open.at++];
		if (item === void 0) pending.pop();
		else if (isCode(item)) pending.push({
			code: item,
			at: 0
		});
		else flat.push(item);
	}
	return flat;
}
const isCode = (item) => Array.isArray(item);
/** Maps the words that are keywords to their kind. All other words are identifiers. */
const KEYWORDS = new Map([
	"block",
	"break",
	"continue",
	"define",
	"else",
	"end",
	"if",
	"nil",
	"range",
	"template",
	"with"
].map((word) => [word, word]));
const LONGEST_SHOWN_BYTES = 10;
/** Returns the text for a token in an error message. */
function showToken({ kind, text }) {
	if (kind === "end-of-file") return "EOF";
	if (kind === "error") return text;
	if (kind === "dot" || KEYWORDS.has(kind)) return `<${text}>`;
	return text.length > LONGEST_SHOWN_BYTES ? `${quote(firstRunes(text, LONGEST_SHOWN_BYTES))}...` : quote(text);
}
// src/template/parse/lexer.ts
/** Splits the bytes of a source into tokens. The last token is either `end-of-file` or an `error`. */
/** Splits a template into tokens. After a mistake, the list ends with an `error` token, whose text is Go's message. */
function lex(source) {
	return new Lexer(source).run();
}
const LEFT_DELIMITER = "{{";
const RIGHT_DELIMITER = "}}";
const SPACES = " 	\r\n";
const TRIM_MARKER_BYTES = 2;
const isSpace = (char) => char !== void 0 && char !== "" && SPACES.includes(char);
const QUOTES = {
	"\"": {
		kind: "string",
		problem: "unterminated quoted string"
	},
	"'": {
		kind: "char-constant",
		problem: "unterminated character constant"
	}
};
/**
* Reads a source in one pass. `#start` is the offset at which the current token begins, and `#at` is the offset of the
* next byte.
*/
var Lexer = class {
	#source;
	#tokens = [];
	#start = 0;
	#at = 0;
	#line = 1;
	#countedTo = 0;
	#parenDepth = 0;
	#isInside = false;
	constructor(source) {
		this.#source = source;
	}
	run() {
		for (;;) {
			if (this.#isInside) this.#inside();
			else this.#outside();
			const last = this.#tokens.at(-1)?.kind;
			if (last === "end-of-file" || last === "error") return this.#tokens;
		}
	}
	#emit(kind, text = this.#source.slice(this.#start, this.#at)) {
		this.#tokens.push({
			kind,
			text,
			position: this.#start,
			line: this.#lineAtStart()
		});
		this.#start = this.#at;
	}
	#fail(sentence) {
		this.#emit("error", sentence);
	}
	/** Returns the line of the current token. Each line break is counted only once for all tokens. */
	#lineAtStart() {
		let found = this.#source.indexOf("\n", this.#countedTo);
		while (found >= 0 && found < this.#start) {
			this.#line++;
			this.#countedTo = found + 1;
			found = this.#source.indexOf("\n", this.#countedTo);
		}
		if (found < 0) this.#countedTo = this.#source.length;
		return this.#line;
	}
	#startsWith(text) {
		return this.#source.startsWith(text, this.#at);
	}
	/** Skips to `at` and starts the next token at this offset. */
	#skipTo(at) {
		this.#at = at;
		this.#start = at;
	}
	#outside() {
		const open = this.#source.indexOf(LEFT_DELIMITER, this.#at);
		const end = open < 0 ? this.#source.length : open;
		const isTrimmed = open >= 0 && this.#hasLeftMarker(open + 2);
		this.#at = isTrimmed ? this.#trimmedEnd(end) : end;
		if (this.#at > this.#start) this.#emit("text");
		this.#skipTo(end);
		if (open < 0) this.#emit("end-of-file", "");
		else this.#leftDelimiter();
	}
	#hasLeftMarker(at) {
		return this.#source[at] === "-" && isSpace(this.#source[at + 1]);
	}
	#hasRightMarker(at) {
		return isSpace(this.#source[at]) && this.#source[at + 1] === "-" && this.#source.startsWith(RIGHT_DELIMITER, at + TRIM_MARKER_BYTES);
	}
	#trimmedEnd(end) {
		let trimmed = end;
		while (trimmed > this.#start && isSpace(this.#source[trimmed - 1])) trimmed--;
		return trimmed;
	}
	#skipSpaces() {
		while (isSpace(this.#source[this.#at])) this.#at++;
		this.#start = this.#at;
	}
	#leftDelimiter() {
		const behind = this.#at + 2;
		const inner = behind + (this.#hasLeftMarker(behind) ? TRIM_MARKER_BYTES : 0);
		if (this.#source.startsWith("/*", inner)) {
			this.#skipTo(inner);
			this.#comment();
			return;
		}
		this.#at = behind;
		this.#emit("left-delimiter");
		this.#skipTo(inner);
		this.#isInside = true;
		this.#parenDepth = 0;
	}
	#comment() {
		const close = this.#source.indexOf("*/", this.#at + 2);
		if (close < 0) {
			this.#fail("unclosed comment");
			return;
		}
		const behind = close + 2;
		const isTrimmed = this.#hasRightMarker(behind);
		if (!isTrimmed && !this.#source.startsWith(RIGHT_DELIMITER, behind)) {
			this.#fail("comment ends before closing delimiter");
			return;
		}
		this.#skipTo(behind + (isTrimmed ? TRIM_MARKER_BYTES : 0) + 2);
		if (isTrimmed) this.#skipSpaces();
	}
	#rightDelimiter() {
		const isTrimmed = this.#hasRightMarker(this.#at);
		if (isTrimmed) this.#skipTo(this.#at + TRIM_MARKER_BYTES);
		this.#at += 2;
		this.#emit("right-delimiter");
		if (isTrimmed) this.#skipSpaces();
		this.#isInside = false;
	}
	#inside() {
		if (this.#hasRightMarker(this.#at) || this.#startsWith(RIGHT_DELIMITER)) {
			if (this.#parenDepth === 0) this.#rightDelimiter();
			else this.#fail("unclosed left paren");
			return;
		}
		const char = this.#source[this.#at];
		if (char === void 0) this.#fail("unclosed action");
		else if (isSpace(char)) this.#space();
		else if (/[0-9+-]/.test(char) || char === "." && /^[0-9]?$/.test(this.#source[this.#at + 1] ?? "")) this.#number();
		else this.#mark(char);
	}
	#space() {
		while (isSpace(this.#source[this.#at]) && !this.#hasRightMarker(this.#at)) this.#at++;
		this.#emit("space");
	}
	#mark(char) {
		switch (char) {
			case "=":
				this.#single("assign");
				break;
			case "|":
				this.#single("pipe");
				break;
			case ":":
				this.#declare();
				break;
			case "\"":
			case "'":
				this.#quoted(char);
				break;
			case "`":
				this.#rawString();
				break;
			case "$":
			case ".":
				this.#fieldOrVariable(char);
				break;
			case "(":
				this.#parenDepth++;
				this.#single("left-paren");
				break;
			case ")":
				this.#rightParen();
				break;
			default: this.#other();
		}
	}
	#single(kind) {
		this.#at++;
		this.#emit(kind);
	}
	#declare() {
		this.#at += 2;
		if (this.#source[this.#at - 1] === "=") this.#emit("declare");
		else this.#fail("expected :=");
	}
	#rightParen() {
		this.#parenDepth--;
		if (this.#parenDepth < 0) this.#fail("unexpected right paren");
		else this.#single("right-paren");
	}
	#quoted(mark) {
		const { kind, problem } = QUOTES[mark];
		for (this.#at++; this.#source[this.#at] !== mark; this.#at++) {
			if (this.#source[this.#at] === "\\") this.#at++;
			const char = this.#source[this.#at];
			if (char === void 0 || char === "\n") {
				this.#fail(problem);
				return;
			}
		}
		this.#single(kind);
	}
	#rawString() {
		const close = this.#source.indexOf("`", this.#at + 1);
		this.#at = Math.max(close, this.#at);
		if (close < 0) this.#fail("unterminated raw quoted string");
		else this.#single("raw-string");
	}
	#fieldOrVariable(mark) {
		this.#at++;
		const isBare = this.#isAtEndOfWord();
		this.#alphaNumerics();
		if (!this.#isAtEndOfWord()) this.#badCharacter();
		else if (mark === "$") this.#emit("variable");
		else this.#emit(isBare ? "dot" : "field");
	}
	#other() {
		const { code } = runeAt(this.#source, this.#at);
		if (isAlphaNumeric(code)) this.#identifier();
		else if (code < 128 && isPrintable(code)) this.#single("char");
		else this.#fail(`unrecognized character in action: ${showRune(code)}`);
	}
	#identifier() {
		this.#alphaNumerics();
		const word = this.#source.slice(this.#start, this.#at);
		if (!this.#isAtEndOfWord()) this.#badCharacter();
		else if (word === "true" || word === "false") this.#emit("bool");
		else this.#emit(KEYWORDS.get(word) ?? "identifier");
	}
	#badCharacter() {
		this.#fail(`bad character ${showRune(runeAt(this.#source, this.#at).code)}`);
	}
	#alphaNumerics() {
		while (this.#isAtAlphaNumeric()) this.#at += runeAt(this.#source, this.#at).size;
	}
	#isAtAlphaNumeric() {
		const char = this.#source[this.#at];
		if (char === void 0) return false;
		return char < "" ? /[A-Za-z0-9_]/.test(char) : isAlphaNumeric(runeAt(this.#source, this.#at).code);
	}
	#isAtEndOfWord() {
		const char = this.#source[this.#at];
		return char === void 0 || isSpace(char) || ".,|:)(".includes(char) || this.#startsWith(RIGHT_DELIMITER);
	}
	#number() {
		const isNumber = this.#scanNumber();
		const sign = this.#source[this.#at];
		if (isNumber && sign !== "+" && sign !== "-") this.#emit("number");
		else if (isNumber && this.#scanNumber() && this.#source[this.#at - 1] === "i") this.#emit("complex");
		else this.#fail(`bad number syntax: ${quote(this.#source.slice(this.#start, this.#at))}`);
	}
	/** Reads text that looks like a number. The parser later checks whether the text is a valid number. */
	#scanNumber() {
		NUMBER.lastIndex = this.#at;
		this.#at += NUMBER.exec(this.#source)?.[0].length ?? 0;
		if (!this.#isAtAlphaNumeric()) return true;
		this.#at += runeAt(this.#source, this.#at).size;
		return false;
	}
};
const NUMBER = /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;
const showRune = (code) => {
	return `U+${code.toString(16).toUpperCase().padStart(4, "0")}${isPrintable(code) ? ` '${encodeRune(code)}'` : ""}`;
};
// src/template/parse/packer.ts
/** Gives each item a number. Equal items get the same number. */
var Pool = class {
	items = [];
	#numbers = /* @__PURE__ */ new Map();
	numberOf(item) {
		const known = this.#numbers.get(item);
		if (known !== void 0) return known;
		this.#numbers.set(item, this.items.length);
		return this.items.push(item) - 1;
	}
};
/** The variable `$`. Its value is the first dot of the definition. */
const ROOT = "$";
var Packer = class Packer {
	#values = new Pool();
	#names = new Pool();
	#pieces = new Pool();
	#functions = new Pool();
	#types = new Pool();
	#slots = new Pool();
	/** The pools of all definitions that were packed. */
	get pools() {
		return {
			values: this.#values.items,
			names: this.#names.items,
			pieces: this.#pieces.items,
			functions: this.#functions.items,
			types: this.#types.items
		};
	}
	/** Packs one definition and sets the addresses of its labels. */
	pack(items) {
		const instructions = placeLabels(items);
		this.#slots = new Pool();
		this.#slots.numberOf(ROOT);
		const code = new Int32Array((instructions.length + 1) * 4).fill(-1);
		instructions.forEach((instruction, at) => {
			const pack = Packer.#table[instruction.op];
			const [kind, ...operands] = pack(this, instruction);
			code.set([OP[kind], ...operands], at * 4);
		});
		code[instructions.length * 4] = OP.return;
		return {
			code,
			slots: this.#slots.items.length
		};
	}
	static #table = {
		text: (_, { start, end }) => [
			"text",
			start,
			end
		],
		print: (packer, { at }) => [
			"print",
			-1,
			-1,
			packer.#piece(at)
		],
		constant: (packer, { value, at }) => [
			"constant",
			packer.#values.numberOf(value),
			-1,
			packer.#piece(at)
		],
		dot: (packer, { at }) => [
			"dot",
			-1,
			-1,
			packer.#piece(at)
		],
		variable: (packer, { name, at }) => [
			"variable",
			packer.#slot(name),
			packer.#name(name),
			packer.#piece(at)
		],
		field: (packer, { name, use }) => [use === "read" ? "field" : "field-call", packer.#name(name)],
		require: (packer, { type }) => ["require", packer.#types.numberOf(type)],
		call: (packer, call) => packer.#call(call),
		at: (packer, { at }) => [
			"at",
			-1,
			-1,
			packer.#piece(at)
		],
		fail: (packer, { message, at }) => [
			"fail",
			packer.#name(message),
			-1,
			packer.#piece(at)
		],
		"keep-true": (_, { to }) => ["keep-true", to.address],
		"keep-false": (_, { to }) => ["keep-false", to.address],
		nip: () => ["nip"],
		drop: () => ["drop"],
		declare: (packer, { name }) => ["declare", packer.#slot(name)],
		assign: (packer, { name }) => [
			"assign",
			packer.#slot(name),
			packer.#name(name)
		],
		jump: (_, { to }) => ["jump", to.address],
		open: () => ["open"],
		close: () => ["close"],
		if: (_, { otherwise }) => ["if", otherwise.address],
		with: (_, { otherwise }) => ["with", otherwise.address],
		range: (_, { variables, otherwise }) => [
			"range",
			otherwise.address,
			variables.names.length
		],
		next: (packer, { variables, end }) => [
			"next",
			end.address,
			...variables.names.map((name) => packer.#slot(name))
		],
		leave: (_, { blocks, to }) => [
			"leave",
			to.address,
			blocks
		],
		find: (packer, { name, at }) => [
			"find",
			packer.#name(name),
			-1,
			packer.#piece(at)
		],
		enter: (packer, { name }) => ["enter", packer.#name(name)]
	};
	#call({ fn, count, piped, at }) {
		const operands = [
			this.#functions.numberOf(fn),
			count,
			this.#piece(at)
		];
		if (piped) return ["call-piped", ...operands];
		if (fn.arity === "any") return ["call", ...operands];
		return [fn.arity === "one" ? "call-one" : "call-two", ...operands];
	}
	#name(name) {
		return this.#names.numberOf(name);
	}
	#piece(at) {
		return this.#pieces.numberOf(at);
	}
	#slot(name) {
		return this.#slots.numberOf(name);
	}
};
/** Sets the address of each label and returns the instructions without the labels. */
function placeLabels(items) {
	const instructions = [];
	for (const item of items) if (item.op === "label") item.address = instructions.length * 4;
	else instructions.push(item);
	return instructions;
}
// src/template/go-text/simple-format.ts
/**
* Parses formats that contain only text and common directives (`%s`, `%-5d`, `%.2f`). The results are cached, so that a
* format is parsed only once.
*/
const MOST_KNOWN = 1e3;
const known = /* @__PURE__ */ new Map();
/** Returns the pieces of a format, or undefined when the format contains `*`, `[n]` or a mistake. */
function simplePieces(format) {
	const pieces = known.get(format);
	if (pieces !== void 0 || known.has(format)) return pieces;
	if (known.size >= MOST_KNOWN) known.clear();
	const read = readPieces(format);
	known.set(format, read);
	return read;
}
const DIRECTIVE = /%([-+# 0]*)(\d{1,4})?(\.\d{0,4})?([A-Za-z%])/y;
function readPieces(format) {
	const pieces = [];
	let text = "";
	for (let at = 0; at < format.length; at = DIRECTIVE.lastIndex) {
		const percent = format.indexOf("%", at);
		text += format.slice(at, percent < 0 ? void 0 : percent);
		if (percent < 0) break;
		DIRECTIVE.lastIndex = percent;
		const found = DIRECTIVE.exec(format);
		if (!found) return void 0;
		const [, , , , verb = ""] = found;
		if (verb === "%") {
			text += "%";
			continue;
		}
		pieces.push({
			text,
			verb,
			directive: directiveOf(found)
		});
		text = "";
	}
	return text === "" ? pieces : [...pieces, {
		text,
		verb: "",
		directive: PLAIN$1
	}];
}
/** Returns the directive for a match of `DIRECTIVE` (flags, width, precision, verb). */
function directiveOf([, flags = "", width, precision, verb = ""]) {
	const goSyntax = verb === "v" || verb === "w";
	const [plus, sharp] = [flags.includes("+"), flags.includes("#")];
	return {
		minus: flags.includes("-"),
		plus: plus && !goSyntax,
		sharp: sharp && !goSyntax,
		space: flags.includes(" "),
		zero: flags.includes("0"),
		plusV: plus && goSyntax,
		sharpV: sharp && goSyntax,
		width: width === void 0 ? void 0 : Number(width),
		precision: precision === void 0 ? void 0 : Number(precision.slice(1))
	};
}
// src/template/go-text/printf.ts
/**
* Implements Go's `fmt.Sprintf`, `Sprint` and `Sprintln` for template values. As in Go, a mistake in a format is shown
* in the output and never causes an error.
*/
/** Joins operands as Go's `Sprint` does: with a space between two operands when neither is a string. */
function sprint(operands) {
	let text = "";
	operands.forEach((operand, index) => {
		const previous = operands[index - 1];
		text += (previous !== void 0 && typeof previous !== "string" && typeof operand !== "string" ? " " : "") + displayText(operand);
	});
	return text;
}
/** Joins operands with spaces and adds a line break, as Go's `Sprintln` does. */
const sprintln = (operands) => `${operands.map(displayText).join(" ")}\n`;
/** Formats the operands by a format, as Go's `Sprintf` does. */
function sprintf(format, operands) {
	const pieces = simplePieces(format);
	return pieces ? fill(pieces, operands) : new Formatting(format, operands).run();
}
function fill(pieces, operands) {
	let filled = "";
	let next = 0;
	for (const { text, verb, directive } of pieces) {
		filled += text;
		if (verb === "") break;
		const operand = operands[next++];
		filled += operand === void 0 ? missing(verb) : formatValue(operand, verb, directive);
	}
	return next < operands.length ? filled + extra(operands.slice(next)) : filled;
}
const missing = (verb) => `%!${verb}(MISSING)`;
function extra(left) {
	return `%!(EXTRA ${left.map((operand) => operand === null ? "<nil>" : `${typeName(operand)}=${displayText(operand)}`).join(", ")})`;
}
const LARGEST_WIDTH = 1e6;
const FLAGS = {
	"-": "minus",
	"+": "plus",
	"#": "sharp",
	" ": "space",
	"0": "zero"
};
/** Formats operands by any format, in one pass. Keeps the position in the format and the index of the next operand. */
var Formatting = class {
	#format;
	#operands;
	#text = "";
	#at = 0;
	#next = 0;
	/** Whether the format contains an `[n]`. If so, unused operands are not a mistake. */
	#isReordered = false;
	#isGoodIndex = true;
	#isAfterIndex = false;
	constructor(format, operands) {
		this.#format = format;
		this.#operands = operands;
	}
	run() {
		while (this.#at < this.#format.length) {
			const percent = this.#format.indexOf("%", this.#at);
			const end = percent < 0 ? this.#format.length : percent;
			this.#text += this.#format.slice(this.#at, end);
			this.#at = end + 1;
			if (percent >= 0) this.#directive();
		}
		if (!this.#isReordered && this.#next < this.#operands.length) this.#text += extra(this.#operands.slice(this.#next));
		return this.#text;
	}
	#directive() {
		this.#isGoodIndex = true;
		this.#isAfterIndex = false;
		const flags = this.#flags();
		this.#index();
		const width = this.#width(flags);
		const precision = this.#precision();
		if (!this.#isAfterIndex) this.#index();
		if (this.#at >= this.#format.length) {
			this.#text += "%!(NOVERB)";
			return;
		}
		const { code, size } = runeAt(this.#format, this.#at);
		this.#at += size;
		this.#text += this.#verb(encodeRune(code), {
			...PLAIN$1,
			...flags,
			width,
			precision
		});
	}
	#flags() {
		const flags = {
			minus: false,
			plus: false,
			sharp: false,
			space: false,
			zero: false
		};
		for (;; this.#at++) {
			const flag = FLAGS[this.#format[this.#at] ?? ""];
			if (!flag) return flags;
			flags[flag] = true;
		}
	}
	#width(flags) {
		if (this.#format[this.#at] !== "*") {
			const width = this.#number();
			if (this.#isAfterIndex && width !== void 0) this.#isGoodIndex = false;
			return width;
		}
		this.#at++;
		this.#isAfterIndex = false;
		const width = this.#operandNumber();
		if (width === void 0) this.#text += "%!(BADWIDTH)";
		if (width === void 0 || width >= 0) return width;
		flags.minus = true;
		flags.zero = false;
		return -width;
	}
	#precision() {
		if (this.#format[this.#at] !== "." || this.#at + 1 >= this.#format.length) return void 0;
		this.#at++;
		if (this.#isAfterIndex) this.#isGoodIndex = false;
		this.#index();
		if (this.#format[this.#at] !== "*") return this.#number() ?? 0;
		this.#at++;
		this.#isAfterIndex = false;
		const precision = this.#operandNumber();
		if (precision !== void 0 && precision >= 0) return precision;
		this.#text += "%!(BADPREC)";
	}
	/**
	* Reads the digits at this position, or returns undefined. As in Go, the rest of the format is skipped after a number
	* that is too large.
	*/
	#number() {
		let number;
		for (; this.#at < this.#format.length; this.#at++) {
			const digit = this.#format.charCodeAt(this.#at) - 48;
			if (digit < 0 || digit > 9) return number;
			if ((number ?? 0) > LARGEST_WIDTH) {
				this.#at = this.#format.length;
				return;
			}
			number = (number ?? 0) * 10 + digit;
		}
		return number;
	}
	#operandNumber() {
		const operand = this.#operands[this.#next];
		if (operand === void 0) return void 0;
		this.#next++;
		const number = typeof operand === "object" && operand?.kind === "byte" ? operand.value : operand;
		return typeof number === "number" && Math.abs(number) <= LARGEST_WIDTH ? number : void 0;
	}
	/** Reads `[n]`, which selects the next operand. */
	#index() {
		this.#isAfterIndex = false;
		if (this.#format[this.#at] !== "[") return;
		this.#isReordered = true;
		const close = this.#format.length - this.#at < 3 ? -1 : this.#format.indexOf("]", this.#at);
		const written = this.#format.slice(this.#at + 1, close);
		this.#at = close < 0 ? this.#at + 1 : close + 1;
		this.#isAfterIndex = close >= 0 && /^[0-9]{1,7}$/.test(written);
		const index = this.#isAfterIndex ? Number(written) - 1 : -1;
		if (index >= 0 && index < this.#operands.length) this.#next = index;
		else this.#isGoodIndex = false;
	}
	#verb(verb, directive) {
		if (verb === "%") return "%";
		if (!this.#isGoodIndex) return `%!${verb}(BADINDEX)`;
		const operand = this.#operands[this.#next];
		if (operand === void 0) return missing(verb);
		this.#next++;
		if (verb !== "v" && verb !== "w") return formatValue(operand, verb, directive);
		const { plus, sharp } = directive;
		return formatValue(operand, verb, {
			...directive,
			plusV: plus,
			sharpV: sharp,
			plus: false,
			sharp: false
		});
	}
};
// src/template/functions/function-signature.ts
/** Describes a function of one argument. */
function unary(name, type, run) {
	return {
		arity: "one",
		name,
		parameters: [type],
		rest: void 0,
		run
	};
}
/** Describes a function of two arguments of the same type. */
function binary(name, type, run) {
	return {
		arity: "two",
		name,
		parameters: [type, type],
		rest: void 0,
		run
	};
}
/** Describes a function of at least `parameters.length` arguments. Further arguments may have any type. */
function variadic(name, parameters, run) {
	return {
		arity: "any",
		name,
		parameters,
		rest: "any",
		run
	};
}
// src/template/functions/compare.ts
/**
* Implements Go's comparison functions. The functions compare only values of the same kind. A byte and an `int` are
* both integers.
*/
function kindOf(value) {
	if (value === null) return "other";
	if (typeof value === "string") return "string";
	if (typeof value === "boolean") return "bool";
	if (typeof value !== "object" || value.kind === "byte") return "integer";
	return value.kind === "list" || value.kind === "struct" ? "other" : value.kind;
}
/** Returns a JavaScript value that can be compared with `===` and `<`. Adding zero turns -0 into 0. */
function plain(value) {
	if (typeof value !== "object") return value;
	if (value?.kind === "complex") return `${value.real + 0},${value.imaginary + 0}`;
	return value?.kind === "byte" || value?.kind === "float" ? value.value : false;
}
const incompatible = (left, right) => new CallFailure(`incompatible types for comparison: ${typeName(left)} and ${typeName(right)}`);
function isEqual(left, right) {
	const kind = kindOf(left);
	if (kind !== kindOf(right)) {
		if (left === null || right === null) return false;
		throw incompatible(left, right);
	}
	if (kind === "other") return areBothNil(left, right);
	return plain(left) === plain(right);
}
/**
* Compares two values of the kind `other`: lists, the template data and nil. Lists and the data can be compared only
* with nil.
*/
function areBothNil(left, right) {
	if (left === null || right === null) return left === right;
	const [shownLeft, shownRight] = [left, right].map((value) => formatValue(value, "s", PLAIN$1));
	if (typeName(left) !== typeName(right)) throw new CallFailure(`non-comparable types ${`${shownLeft}: ${typeName(left)}, ${typeName(right)}: ${displayText(right)}`}`);
	throw new CallFailure(`non-comparable type ${shownRight}: ${typeName(right)}`);
}
function isLess(left, right) {
	const kinds = [kindOf(left), kindOf(right)];
	if (kinds.includes("other")) throw new CallFailure("invalid type for comparison");
	if (kinds[0] !== kinds[1]) throw incompatible(left, right);
	if (kinds[0] === "bool" || kinds[0] === "complex") throw new CallFailure("invalid type for comparison");
	return plain(left) < plain(right);
}
function equalsAny(values) {
	if (values.length === 1) throw new CallFailure("missing argument for comparison");
	const first = values[0] ?? null;
	for (let at = 1; at < values.length; at++) if (isEqual(first, values[at] ?? null)) return true;
	return false;
}
const isAtMost = (left, right) => isLess(left, right) || isEqual(left, right);
/** The functions `eq`, `ne`, `lt`, `le`, `gt` and `ge`. */
const COMPARISONS = [
	variadic("eq", ["any"], equalsAny),
	binary("ne", "any", (left, right) => !isEqual(left, right)),
	binary("lt", "any", (left, right) => isLess(left, right)),
	binary("le", "any", (left, right) => isAtMost(left, right)),
	binary("gt", "any", (left, right) => !isAtMost(left, right)),
	binary("ge", "any", (left, right) => !isLess(left, right))
];
// src/template/functions/escape.ts
/**
* Implements Go's `html`, `js` and `urlquery`. Each function joins its operands as `print` does and escapes the text.
*/
const printed = (operands) => sprint(operands.map((operand) => operand ?? "<no value>"));
const HTML = {
	"\0": encodeRune(65533),
	"\"": "&#34;",
	"'": "&#39;",
	"&": "&amp;",
	"<": "&lt;",
	">": "&gt;"
};
const escapeHtml = (text) => text.replace(/[\0"'&<>]/g, (char) => HTML[char] ?? char);
const unicodeEscape = (code) => `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`;
function escapeJsRune(char, code) {
	if (char === "\\" || char === "'" || char === "\"") return `\\${char}`;
	if (code < 32 || "<>&=".includes(char)) return unicodeEscape(code);
	return code < 128 || isPrintable(code) ? char : unicodeEscape(code);
}
function escapeJs(text) {
	let escaped = "";
	let at = 0;
	for (const { code, size } of runesOf(text)) {
		escaped += escapeJsRune(text.slice(at, at + size), code);
		at += size;
	}
	return escaped;
}
const escapeQuery = (text) => text.replace(/[^A-Za-z0-9_.~-]/g, (byte) => byte === " " ? "+" : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
/** The functions `html`, `js` and `urlquery`. */
const ESCAPERS = [
	variadic("html", [], (operands) => escapeHtml(printed(operands))),
	variadic("js", [], (operands) => escapeJs(printed(operands))),
	variadic("urlquery", [], (operands) => escapeQuery(printed(operands)))
];
// src/template/functions/kv-functions.ts
/**
* Implements the key/value functions of templates. Each function reads from one namespace. When a key is missing, a
* function fails, or returns an empty text if its name ends with `Optional`.
*/
const byNamespaceAndKey = (name, onMissing) => binary(name, "string", (namespace, key, kv) => kv.read(fromBytes(namespace), key, onMissing));
const byKey = (name, namespaceOf, onMissing) => unary(name, "string", (key, kv) => kv.read(namespaceOf(kv), key, onMissing));
/**
* Creates `getJob` and `getJobOptional`. Called with (key), they read from the rendering job; called with (job, key),
* from the given job.
*/
function byJob(name, onMissing) {
	const run = (values, kv) => {
		const first = values[0];
		if (first === void 0 || values.length > 2) throw new CallFailure(`${name}: want (key) or (job, key)`);
		if (values.length === 1) return kv.read(kv.ownJob, first, onMissing);
		return kv.read(namespaceOfJob(fromBytes(first)), values[1], onMissing);
	};
	return {
		arity: "any",
		name,
		parameters: [],
		rest: "string",
		run
	};
}
/** The functions `get`, `getJob`, `getJobWorker` and `getWorker` with their `Optional` forms, `getSecret` and `keys`. */
const KV_FUNCTIONS = [
	byNamespaceAndKey("get", "fail"),
	byNamespaceAndKey("getOptional", "empty"),
	byJob("getJob", "fail"),
	byJob("getJobOptional", "empty"),
	byKey("getJobWorker", (kv) => kv.ownAllocation, "fail"),
	byKey("getJobWorkerOptional", (kv) => kv.ownAllocation, "empty"),
	byKey("getWorker", (kv) => kv.ownWorker, "fail"),
	byKey("getWorkerOptional", (kv) => kv.ownWorker, "empty"),
	byKey("getSecret", (kv) => kv.ownSecrets, "fail"),
	unary("keys", "string", (namespace, kv) => listOf(kv.keys(fromBytes(namespace))))
];
// src/template/functions/list-functions.ts
/** Implements Go's `index`, `slice` and `len` for lists and for the bytes of strings. */
const asList = (value) => typeof value === "object" && value?.kind === "list" ? value : void 0;
/**
* Returns an index as a number from 0 to `limit`, including `limit`, because `slice` may end at `limit`. Throws a
* `CallFailure` for any other value.
*/
function indexArgument(index, limit) {
	if (index === null) throw new CallFailure("cannot index slice/array with nil");
	const number = typeof index === "object" && index.kind === "byte" ? index.value : index;
	if (typeof number !== "number" && typeof number !== "bigint") throw new CallFailure(`cannot index slice/array with type ${typeName(index)}`);
	if (number < 0 || number > limit) throw new CallFailure(`index out of range: ${number}`);
	return Number(number);
}
function indexOne(item, index) {
	const list = asList(item);
	if (typeof item !== "string" && !list) throw new CallFailure(`can't index item of type ${typeName(item)}`);
	const length = typeof item === "string" ? item.length : list?.length ?? 0;
	const at = indexArgument(index, length);
	if (at === length) throw new CallFailure(`reflect: ${list ? "slice" : "string"} index out of range`);
	return list ? elementAt(list, at) : byteOf(item.charCodeAt(at));
}
function indexAll([item = null, ...indexes]) {
	if (item === null) throw new CallFailure("index of untyped nil");
	return indexes.reduce(indexOne, item);
}
function sliceItem([item = null, ...indexes]) {
	if (item === null) throw new CallFailure("slice of untyped nil");
	if (indexes.length > 3) throw new CallFailure(`too many slice indexes: ${indexes.length}`);
	if (typeof item === "string") return sliceString(item, indexes);
	const list = asList(item);
	if (!list) throw new CallFailure(`can't slice item of type ${typeName(item)}`);
	const [from = 0, to = list.length, limit = list.capacity] = indexes.map((index) => indexArgument(index, list.capacity));
	checkOrder(from, to);
	checkOrder(to, limit);
	return {
		...list,
		start: list.start + from,
		length: to - from,
		capacity: limit - from
	};
}
function sliceString(text, indexes) {
	if (indexes.length === 3) throw new CallFailure("cannot 3-index slice a string");
	const [from = 0, to = text.length] = indexes.map((index) => indexArgument(index, text.length));
	checkOrder(from, to);
	return text.slice(from, to);
}
function checkOrder(from, to) {
	if (from > to) throw new CallFailure(`invalid slice index: ${from} > ${to}`);
}
function lengthOf(item) {
	if (typeof item === "string") return item.length;
	if (item === null) throw new CallFailure("reflect: call of reflect.Value.Type on zero Value");
	const list = asList(item);
	if (!list) throw new CallFailure(`len of type ${typeName(item)}`);
	return list.length;
}
/** The functions `index`, `slice` and `len`. */
const LIST_FUNCTIONS = [
	variadic("index", ["any"], indexAll),
	variadic("slice", ["any"], sliceItem),
	unary("len", "any", lengthOf)
];
// src/template/go-text/integer.ts
/** The smallest `int`. */
const MIN_INT = -(2n ** 63n);
/** The largest `int`. */
const MAX_INT = 2n ** 63n - 1n;
/** Converts an integer to an `Int`. An integer of more than 64 bits wraps around. */
function toInt(wide) {
	const wrapped = BigInt.asIntN(64, wide);
	const small = Number(wrapped);
	return Number.isSafeInteger(small) ? small : wrapped;
}
/** Returns the sum, which wraps around at 64 bits. */
function addInts(a, b) {
	if (typeof a === "number" && typeof b === "number") {
		const sum = a + b;
		if (Number.isSafeInteger(sum)) return sum;
	}
	return toInt(BigInt(a) + BigInt(b));
}
/** Returns the difference, which wraps around at 64 bits. */
function subtractInts(a, b) {
	if (typeof a === "number" && typeof b === "number") {
		const difference = a - b;
		if (Number.isSafeInteger(difference)) return difference;
	}
	return toInt(BigInt(a) - BigInt(b));
}
/** Returns the product, which wraps around at 64 bits. */
function multiplyInts(a, b) {
	if (typeof a === "number" && typeof b === "number") {
		const product = a * b;
		if (Number.isSafeInteger(product)) return product + 0;
	}
	return toInt(BigInt(a) * BigInt(b));
}
/** Returns the quotient, truncated toward zero. `b` must not be 0. */
function divideInts(a, b) {
	if (typeof a === "number" && typeof b === "number") return Math.trunc(a / b) + 0;
	return toInt(BigInt(a) / BigInt(b));
}
/** An integer whose text is shorter than this always fits a JavaScript number exactly. */
const SAFE_DIGITS = 15;
/** Parses an integer in base 10 with an optional sign. Returns `range` when it does not fit 64 bits. */
function parseInt64(text) {
	if (!/^[+-]?[0-9]+$/.test(text)) return "syntax";
	if (text.length < SAFE_DIGITS) return Number(text) + 0;
	const wide = BigInt(text.replace(/^\+/, ""));
	return wide < MIN_INT || wide > MAX_INT ? "range" : toInt(wide);
}
// src/template/functions/text-functions.ts
/** Implements the text and integer functions of templates (docs/templates.md "Functions"). */
/** Splits a text. An empty separator splits it into code points. */
function split(text, separator) {
	if (separator !== "") return text.split(separator);
	const pieces = [];
	let at = 0;
	for (const { size } of runesOf(text)) {
		pieces.push(text.slice(at, at + size));
		at += size;
	}
	return pieces;
}
function divide(a, b) {
	if (b === 0) throw new CallFailure("runtime error: integer divide by zero");
	return divideInts(a, b);
}
function toInteger(value) {
	if (typeof value === "number" || typeof value === "bigint") return value;
	if (typeof value === "object" && value?.kind === "byte") return value.value;
	if (typeof value !== "string") throw new CallFailure("int: expected string or integer");
	const text = trimSpace(value);
	const parsed = parseInt64(text);
	if (parsed === "syntax") throw new CallFailure(`strconv.Atoi: parsing ${quote(text)}: invalid syntax`);
	if (parsed === "range") throw new CallFailure(`strconv.Atoi: parsing ${quote(text)}: value out of range`);
	return parsed;
}
/** The functions `split`, `join`, `trim`, `upper`, `lower`, `add`, `sub`, `mul`, `div`, `min`, `max` and `int`. */
const TEXT_FUNCTIONS = [
	binary("split", "string", (text, separator) => listOf(split(text, separator))),
	{
		arity: "two",
		name: "join",
		parameters: ["[]string", "string"],
		rest: void 0,
		run: (list, separator) => elementsOf(list).join(separator)
	},
	unary("trim", "string", (text) => trimSpace(text)),
	unary("upper", "string", (text) => toUpper(text)),
	unary("lower", "string", (text) => toLower(text)),
	binary("add", "int", (a, b) => addInts(a, b)),
	binary("sub", "int", (a, b) => subtractInts(a, b)),
	binary("mul", "int", (a, b) => multiplyInts(a, b)),
	binary("div", "int", (a, b) => divide(a, b)),
	binary("min", "int", (a, b) => a < b ? a : b),
	binary("max", "int", (a, b) => a > b ? a : b),
	unary("int", "any", (value) => toInteger(value))
];
// src/template/functions/function-table.ts
/** Lists every function that a template may call. */
const PRINTERS = [
	variadic("print", [], sprint),
	variadic("println", [], sprintln),
	variadic("printf", ["string"], (values) => sprintf(values[0], values.slice(1)))
];
/**
* The implementation of `and` and `or`. This implementation is never called, because the compiler turns `and` and `or`
* into jumps. The jumps skip the arguments after the argument that decides the result.
*/
const unreachable = () => {
	throw new CallFailure("is evaluated argument by argument");
};
/** Go's short-circuit `and`. The compiler handles this function specially. */
const AND = variadic("and", ["any"], unreachable);
/** Go's short-circuit `or`. The compiler handles this function specially. */
const OR = variadic("or", ["any"], unreachable);
/**
* Returns the function `call`. This function always fails, because no value of a template is a function. `callee` is
* the source text of the first argument, for the error message.
*/
const refuseCall = (callee) => variadic("call", ["any"], ([value = null]) => {
	if (value === null) throw new CallFailure("call of nil");
	const piped = typeof value === "string" ? displayText(value) : `<${typeName(value)} Value>`;
	throw new CallFailure(`non-function ${callee ?? piped} of type ${typeName(value)}`);
});
/**
* The function `call` in the function table. The compiler replaces it with `refuseCall(callee)` when it knows the first
* argument.
*/
const CALL = refuseCall();
const ALL = [
	AND,
	OR,
	CALL,
	unary("not", "any", (value) => !isTrue(value)),
	...PRINTERS,
	...COMPARISONS,
	...LIST_FUNCTIONS,
	...ESCAPERS,
	...TEXT_FUNCTIONS,
	...KV_FUNCTIONS
];
/** All functions by name. */
const FUNCTIONS = new Map(ALL.map((fn) => [fn.name, fn]));
// src/template/parse/operand.ts
/** Returns whether the word needs no evaluation. */
const isLiteral = (operand) => operand.kind === "bool" || operand.kind === "string" || operand.kind === "number" || operand.kind === "nil";
/** Returns the text of a word inside a command. The text of a pipeline gets its parentheses. */
const wordText = (operand) => operand.kind === "pipeline" ? `(${operand.text})` : operand.text;
/** Returns an instruction that ends the rendering with an error. */
const fail = (at, message) => ({
	op: "fail",
	at,
	message
});
/** Returns an instruction that puts a value on the stack. */
const constant = (at, value) => ({
	op: "constant",
	at,
	value
});
/** Returns the instruction for a literal at a place that accepts every type. */
function literalCode(literal) {
	switch (literal.kind) {
		case "bool":
		case "string": return constant(literal, literal.value);
		case "number": return literal.number.value === void 0 ? fail(literal, `${literal.text} overflows int`) : constant(literal, literal.number.value);
		case "nil": return constant(literal, null);
	}
}
/**
* Returns the instruction for a literal as an argument of this type. A literal of a wrong type fails only when the
* instruction runs.
*/
function literalArgument(literal, type) {
	if (type === "any") return literalCode(literal);
	if (literal.kind === "nil") return type === "[]string" ? constant(literal, listOf([])) : fail(literal, `cannot assign nil to ${type}`);
	switch (type) {
		case "string": return literal.kind === "string" ? constant(literal, literal.value) : fail(literal, `expected string; found ${literal.text}`);
		case "int": return literal.kind === "number" && literal.number.int !== void 0 ? constant(literal, literal.number.int) : fail(literal, `expected integer; found ${literal.text}`);
		case "[]string": return fail(literal, `can't handle ${literal.text} for arg of type []string`);
	}
}
/** Returns the code that reads fields one after the other. `use` applies to the last field. */
const fieldsCode = (names, use) => names.map((name, index) => ({
	op: "field",
	name,
	use: index === names.length - 1 ? use : "read"
}));
// src/template/parse/command-code.ts
/**
* Returns the source text of a command as Go formats it. The text is built with `+`, so that nested pipelines share
* texts instead of copying them.
*/
const commandText = ({ first, others }) => others.reduce((text, other) => `${text} ${wordText(other)}`, wordText(first));
/** Returns code that leaves one value on the stack and sets the variables of the pipeline to it. */
function pipelineCode(pipeline) {
	const op = pipeline.assigns ? "assign" : "declare";
	return [...pipeline.commands.map((command, stage) => commandCode({
		...command,
		pipeline,
		piped: stage > 0
	})), ...pipeline.variables.map((name) => ({
		op,
		name
	}))];
}
function commandCode(command) {
	const { first, others, piped } = command;
	if (first.kind === "function") return callCode$1({
		callee: first,
		at: {
			position: first.position,
			text: commandText(command)
		},
		operands: others,
		piped
	});
	if (piped || others.length > 0) return misusedCode(command);
	if (first.kind === "pipeline") return first.code;
	if (!isLiteral(first)) return pathCode(first, "read");
	return [first.kind === "nil" ? fail(first, "nil is not a command") : literalCode(first)];
}
/**
* Returns the code for a command that is not a function but receives arguments or a piped value. Usually, the code ends
* the rendering with an error.
*/
function misusedCode({ first, pipeline, piped }) {
	const refused = `can't give argument to non-function ${first.text}`;
	if (first.kind === "pipeline") return [fail(pipeline, refused)];
	if (first.kind === "function" || isLiteral(first) || first.kind === "dot") return [fail(first, refused)];
	if (first.kind === "variable" && first.names.length === 0) return [pathCode(first, "read"), fail(first, refused)];
	return piped ? [pathCode(first, "call"), { op: "nip" }] : pathCode(first, "call");
}
function pathCode(path, use) {
	switch (path.kind) {
		case "dot": return [{
			op: "dot",
			at: path
		}];
		case "field": return [{
			op: "dot",
			at: path
		}, ...fieldsCode(path.names, use)];
		case "variable": return [{
			op: "variable",
			name: path.name,
			at: path
		}, ...fieldsCode(path.names, use)];
		case "chain": return [argumentCode(path.base, "any"), ...fieldsCode(path.names, use)];
	}
}
function argumentCode(operand, type) {
	if (isLiteral(operand)) return [literalArgument(operand, type)];
	const checks = type === "any" ? [] : [{
		op: "require",
		type
	}];
	if (operand.kind === "pipeline") return [operand.code, ...checks];
	if (operand.kind !== "function") return [pathCode(operand, "read"), ...checks];
	return [callCode$1({
		callee: operand,
		at: operand,
		operands: [],
		piped: false
	}), ...checks];
}
function callCode$1(call) {
	const { callee, at, operands, piped } = call;
	const { fn } = callee;
	const miscount = countProblem(fn, operands.length, operands.length + (piped ? 1 : 0));
	if (miscount !== void 0) return [fail(callee, `wrong number of args for ${fn.name}: ${miscount}`)];
	if (fn === AND || fn === OR) return shortCircuitCode(call);
	const args = operands.map((operand, index) => argumentCode(operand, fn.parameters[index] ?? fn.rest ?? "any"));
	const called = fn === CALL ? refuseCall(operands[0]?.text) : fn;
	const before = operands.length === 0 ? [{
		op: "at",
		at: callee
	}] : [];
	if (operands.length > 0 || !piped) return [
		...before,
		...args,
		{
			op: "call",
			fn: called,
			count: operands.length,
			piped,
			at
		}
	];
	const type = fn.parameters[0] ?? fn.rest ?? "any";
	return [
		...before,
		{
			op: "require",
			type
		},
		{
			op: "call",
			fn: called,
			count: 1,
			piped: false,
			at
		}
	];
}
/**
* Returns Go's message about a wrong number of arguments, or undefined when the number is correct. `given` includes a
* piped value; `written` does not.
*/
function countProblem({ parameters, rest }, written, given) {
	if (rest === void 0 && given !== parameters.length) return `want ${parameters.length} got ${given}`;
	return given < parameters.length ? `want at least ${parameters.length} got ${written}` : void 0;
}
/**
* Returns code for `and` or `or`. The value of the code is the first argument that decides the result. When no argument
* decides, the value is the last argument. A piped value is the last argument.
*/
function shortCircuitCode({ callee, operands, piped }) {
	const decided = newLabel();
	const end = newLabel();
	const op = callee.fn === OR ? "keep-true" : "keep-false";
	const deciding = piped ? operands : operands.slice(0, -1);
	const last = piped ? void 0 : operands.at(-1);
	const code = deciding.map((operand) => [argumentCode(operand, "any"), {
		op,
		to: decided
	}]);
	if (last) return [
		code,
		argumentCode(last, "any"),
		decided
	];
	return [
		code,
		{
			op: "jump",
			to: end
		},
		decided,
		{ op: "nip" },
		end
	];
}
// src/template/parse/number-literal.ts
/**
* Parses number literals. As with Go's constants, a literal such as `1.0` can be an integer, a float or a complex
* number. The type that is expected at its place decides.
*/
/** Parses a character literal such as `'a'`, which is an integer. */
function charLiteral(text) {
	const char = unquoteChar(text);
	return "problem" in char ? char : {
		int: char.code,
		value: char.code
	};
}
/**
* Parses a complex literal such as `1+2i`: two floats in one token. The text is split at a sign that has a valid float
* on both sides.
*/
function complexLiteral(text) {
	for (let at = 1; at < text.length; at++) {
		if (text[at] !== "+" && text[at] !== "-") continue;
		const real = parseFloat64(text.slice(0, at));
		const imaginary = parseFloat64(text.slice(at, -1));
		if (real !== void 0 && imaginary !== void 0) return complexNumber(real, imaginary);
	}
	return illegal(text);
}
/** Parses integers of any base, floats and imaginary numbers. */
function numberLiteral(text) {
	const imaginary = text.endsWith("i") ? parseFloat64(text.slice(0, -1)) : void 0;
	if (imaginary !== void 0) return complexNumber(0, imaginary);
	const wide = parseInteger(text);
	if (wide !== void 0 && wide >= MIN_INT && wide <= MAX_INT) return integerNumber(toInt(wide), text);
	if (wide !== void 0 && wide > 0n && wide < 2n ** 64n && !text.startsWith("+")) return {
		int: void 0,
		value: void 0
	};
	const float = parseFloat64(text);
	if (float === void 0) return illegal(text);
	if (!/[.eEpP]/.test(text)) return { problem: `integer overflow: "${text}"` };
	return {
		int: exactInt(float),
		value: floatOf(float)
	};
}
const illegal = (text) => ({ problem: `illegal number syntax: "${text}"` });
/**
* Returns whether the text looks like a float. In hexadecimal, `e` is a digit, so only `p` shows that the number is a
* float.
*/
const looksLikeFloat = (text) => /[.eEpP]/.test(text) && !/^0[xX][^pP]*$/.test(text);
function integerNumber(int, text) {
	return {
		int,
		value: looksLikeFloat(text) ? floatOf(Number(int)) : int
	};
}
function complexNumber(real, imaginary) {
	return {
		int: imaginary === 0 ? exactInt(real) : void 0,
		value: {
			kind: "complex",
			real,
			imaginary
		}
	};
}
function exactInt(float) {
	if (!Number.isInteger(float) || float < Number(MIN_INT) || float >= -Number(MIN_INT)) return void 0;
	return toInt(BigInt(float));
}
const INTEGER = /^[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?[0-9])*)$/;
function parseInteger(text) {
	if (!INTEGER.test(text)) return void 0;
	const digits = text.replace(/^[+-]/, "").replaceAll("_", "");
	const size = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
	return text.startsWith("-") ? -size : size;
}
const DECIMAL_FLOAT = /^[+-]?(?:[0-9](?:_?[0-9])*\.?(?:[0-9](?:_?[0-9])*)?|\.[0-9](?:_?[0-9])*)(?:[eE][+-]?[0-9](?:_?[0-9])*)?$/;
const HEX_FLOAT = /^([+-]?)0[xX]((?:_?[0-9a-fA-F])*)\.?((?:[0-9a-fA-F](?:_?[0-9a-fA-F])*)?)[pP]([+-]?[0-9](?:_?[0-9])*)$/;
function parseFloat64(text) {
	const float = DECIMAL_FLOAT.test(text) ? Number(text.replaceAll("_", "")) : parseHexFloat(text);
	return float === void 0 || !Number.isFinite(float) ? void 0 : float;
}
function parseHexFloat(text) {
	const [, sign, whole = "", fraction = "", exponent = ""] = HEX_FLOAT.exec(text) ?? [];
	const digits = (whole + fraction).replaceAll("_", "");
	if (sign === void 0 || digits === "") return void 0;
	const power = Number(exponent.replaceAll("_", "")) - 4 * fraction.replaceAll("_", "").length;
	const half = Math.trunc(power / 2);
	const size = Number(BigInt(`0x${digits}`)) * 2 ** half * 2 ** (power - half);
	return sign === "-" ? -size : size;
}
// src/template/parse/pipeline-parser.ts
/**
* Parses pipelines: declarations, commands, words and parentheses. Open parentheses are kept in an array instead of
* recursive calls, so that deep nesting cannot overflow JavaScript's stack.
*/
const DEEPEST_PARENTHESES = 1e4;
const MOST_COMMANDS = 1e5;
const STARTS_WORD = /* @__PURE__ */ new Set([
	"bool",
	"char-constant",
	"complex",
	"dot",
	"field",
	"identifier",
	"nil",
	"number",
	"raw-string",
	"string",
	"variable"
]);
const isWord = (token) => STARTS_WORD.has(token.kind);
/**
* Reads a pipeline including the closing delimiter. `scope` contains the names of the declared variables. The names of
* new variables are added.
*/
function parsePipeline(cursor, scope, place) {
	return new PipelineParser(cursor, scope).parse(place);
}
const pipedText = (commands) => commands.reduce((text, command, stage) => `${text}${stage > 0 ? " | " : ""}${commandText(command)}`, "");
var PipelineParser = class {
	#cursor;
	#scope;
	#open = [];
	constructor(cursor, scope) {
		this.#cursor = cursor;
		this.#scope = scope;
	}
	parse(place) {
		this.#open.push(this.#opening(place, "right-delimiter"));
		for (;;) {
			const pipeline = this.#open.at(-1);
			if (pipeline.words) {
				this.#word(pipeline.words, pipeline);
				continue;
			}
			if (this.#startCommand(pipeline)) continue;
			const parsed = this.#close(pipeline);
			const outer = this.#open.at(-1);
			if (!outer?.words) return parsed;
			this.#endWord(outer, outer.words, {
				kind: "pipeline",
				...parsed
			});
		}
	}
	/** Starts a command. Returns false when no command follows, because the pipeline ends. */
	#startCommand(pipeline) {
		const token = this.#cursor.nextNonSpace();
		if (token.kind === pipeline.end) return false;
		if (!isWord(token) && token.kind !== "left-paren") this.#cursor.unexpected(token, pipeline.place);
		this.#cursor.back();
		pipeline.words = [];
		return true;
	}
	#close({ commands, position, variables, assigns, place }) {
		this.#open.pop();
		if (commands.length === 0) this.#cursor.fail(`missing value for ${place}`);
		const inert = commands.findIndex(({ first }, stage) => stage > 0 && (isLiteral(first) || first.kind === "dot"));
		if (inert > 0) this.#cursor.fail(`non executable command in pipeline stage ${inert + 1}`);
		const pipeline = {
			commands,
			position,
			variables,
			assigns,
			text: (variables.length > 0 ? `${variables.join(", ")} ${assigns ? "=" : ":="} ` : "") + pipedText(commands)
		};
		return {
			position,
			variables,
			assigns,
			text: pipeline.text,
			code: pipelineCode(pipeline)
		};
	}
	#word(words, pipeline) {
		const token = this.#cursor.nextNonSpace();
		if (token.kind !== "left-paren") {
			this.#endWord(pipeline, words, isWord(token) ? this.#operand(token) : void 0);
			return;
		}
		if (this.#open.length > DEEPEST_PARENTHESES) this.#cursor.fail("max expression depth exceeded");
		this.#open.push(this.#opening("parenthesized pipeline", "right-paren"));
	}
	#endWord(pipeline, words, word) {
		if (word) words.push(this.#withFields(word));
		else this.#cursor.back();
		const token = this.#cursor.next();
		if (token.kind === "space") return;
		if (token.kind === "right-delimiter" || token.kind === "right-paren") this.#cursor.back();
		else if (token.kind !== "pipe") this.#cursor.unexpected(token, "operand");
		const [first, ...others] = words;
		if (first) pipeline.commands.push({
			first,
			others
		});
		if (pipeline.commands.length > MOST_COMMANDS) this.#cursor.fail("pipeline too long");
		pipeline.words = void 0;
	}
	#opening(place, end) {
		const { position } = this.#cursor.peekNonSpace();
		const variables = [];
		return {
			place,
			end,
			position,
			variables,
			assigns: this.#declarations(place, variables),
			commands: [],
			words: void 0
		};
	}
	/**
	* Reads `$x :=`, `$x =` or `$i, $x :=` if one of them is next. Returns true for `=`, which assigns to existing
	* variables.
	*/
	#declarations(place, variables) {
		while (this.#cursor.peekNonSpace().kind === "variable") {
			const mark = this.#cursor.mark();
			const { text } = this.#cursor.next();
			const next = this.#cursor.nextNonSpace();
			const isComma = next.kind === "char" && next.text === ",";
			if (!isComma && next.kind !== "assign" && next.kind !== "declare") {
				this.#cursor.rewind(mark);
				return false;
			}
			variables.push(text);
			this.#scope.push(text);
			if (!isComma) return next.kind === "assign";
			this.#secondVariable(place, variables);
		}
		return false;
	}
	#secondVariable(place, variables) {
		if (place !== "range" || variables.length > 1) this.#cursor.fail(`too many declarations in ${place}`);
		const { kind } = this.#cursor.peekNonSpace();
		if (kind === "variable" || kind === "right-delimiter" || kind === "right-paren") return;
		this.#cursor.fail("range can only initialize variables");
	}
	#operand(token) {
		const { kind, position, text } = token;
		switch (kind) {
			case "identifier": return this.#function(token);
			case "variable": return this.#variable(token);
			case "dot":
			case "nil": return {
				kind,
				position,
				text
			};
			case "field": return {
				kind,
				position,
				text,
				names: [text.slice(1)]
			};
			case "bool": return {
				kind,
				position,
				text,
				value: text === "true"
			};
			case "string":
			case "raw-string": return {
				kind: "string",
				position,
				text,
				value: unquote(text) ?? this.#cursor.fail("invalid syntax")
			};
			case "char-constant":
			case "complex":
			case "number": return this.#number(token, kind);
		}
	}
	#function({ position, text }) {
		return {
			kind: "function",
			position,
			text,
			fn: FUNCTIONS.get(text) ?? this.#cursor.fail(`function ${quote(text)} not defined`)
		};
	}
	#variable({ position, text }) {
		if (!this.#scope.includes(text)) this.#cursor.fail(`undefined variable ${quote(text)}`);
		return {
			kind: "variable",
			position,
			text,
			name: text,
			names: []
		};
	}
	#number({ position, text }, kind) {
		const read = {
			"char-constant": charLiteral,
			complex: complexLiteral,
			number: numberLiteral
		}[kind];
		const number = read(text);
		if ("problem" in number) this.#cursor.fail(number.problem);
		return {
			kind: "number",
			position,
			text,
			number
		};
	}
	/** Adds the field accesses that directly follow a word. The result has the position of the first field. */
	#withFields(word) {
		const { kind, position } = this.#cursor.peek();
		if (kind !== "field") return word;
		const names = [];
		while (this.#cursor.peek().kind === "field") names.push(this.#cursor.next().text.slice(1));
		if (isLiteral(word) || word.kind === "dot") this.#cursor.fail(`unexpected . after term ${quote(word.text)}`);
		const text = `${wordText(word)}.${names.join(".")}`;
		switch (word.kind) {
			case "field": return {
				kind: "field",
				position,
				text,
				names: [...word.names, ...names]
			};
			case "variable": return {
				kind: "variable",
				position,
				text,
				name: word.name,
				names
			};
			case "chain": return {
				kind: "chain",
				position,
				text,
				base: word.base,
				names: [...word.names, ...names]
			};
			case "function":
			case "pipeline": return {
				kind: "chain",
				position,
				text,
				base: word,
				names
			};
		}
	}
};
// src/template/parse/token-cursor.ts
/** Reads the tokens of one file in order, and throws the syntax errors. */
/** Reads tokens in order. The parser can look ahead and step back. */
var TokenCursor = class {
	#name;
	#source;
	#tokens;
	#index = 0;
	/** The highest index of a token that `next` or `peek` returned. As in Go, errors report the line of this token. */
	#furthest = 0;
	/** The line where the current action began; 0 between actions. */
	actionLine = 0;
	/** Creates a cursor for the tokens of `source`. The last token must be `end-of-file` or `error`. */
	constructor(name, source, tokens) {
		this.#name = name;
		this.#source = source;
		this.#tokens = tokens;
	}
	next() {
		const token = this.peek();
		this.#index++;
		return token;
	}
	peek() {
		const index = Math.min(this.#index, this.#tokens.length - 1);
		this.#furthest = Math.max(this.#furthest, index);
		return this.#tokens[index];
	}
	nextNonSpace() {
		const token = this.peekNonSpace();
		this.#index++;
		return token;
	}
	/** Returns the next token that is not a space, and skips the spaces before it. */
	peekNonSpace() {
		while (this.peek().kind === "space") this.#index++;
		return this.peek();
	}
	/** Undoes the last `next` or `nextNonSpace`. */
	back() {
		this.#index--;
	}
	/** Returns a position for `rewind`. */
	mark() {
		return this.#index;
	}
	rewind(mark) {
		this.#index = mark;
	}
	get line() {
		return this.#tokens[this.#furthest].line;
	}
	expect(kind, where) {
		const token = this.nextNonSpace();
		return token.kind === kind ? token : this.unexpected(token, where);
	}
	unexpected(token, where) {
		if (token.kind !== "error") this.fail(`unexpected ${showToken(token)} in ${where}`);
		if (this.actionLine === 0 || this.actionLine === token.line) this.fail(token.text);
		const started = `started at ${this.#name}:${this.actionLine}`;
		this.fail(token.text.endsWith(" action") ? `${token.text} ${started}` : `${token.text} in action ${started}`);
	}
	/** Throws a `TemplateError` with the message. `sentence` is a byte string. */
	fail(sentence, line = this.line) {
		throw new TemplateError(`template: ${this.#name}:${line}: ${fromBytes(sentence)}`, {
			phase: "parse",
			templateName: this.#name,
			line,
			column: this.#columnOn(line)
		});
	}
	/**
	* Returns the number of bytes before the last read token in its line. (Go does not report this number.) If that token
	* is on another line, the token at `#furthest` is used.
	*/
	#columnOn(line) {
		const token = [this.#tokens[Math.min(this.#index, this.#tokens.length) - 1], this.#tokens[this.#furthest]].find((one) => one?.line === line);
		if (!token) return 0;
		return this.#source.slice(0, token.position).split("\n").at(-1)?.length ?? 0;
	}
};
// src/template/parse/parser.ts
/**
* Parses template files: text, actions, blocks and definitions. The parser directly compiles each part to instructions.
* Open blocks and definitions are kept in arrays instead of recursive calls, so that deep nesting cannot overflow
* JavaScript's stack.
*/
/**
* Parses one file. `name` is its path, for error messages. If the source is given as bytes, bytes that are not valid
* UTF-8 are kept. Throws a `TemplateError` with phase `parse` at the first syntax error or unknown function.
*/
function parseTemplate(name, source) {
	const bytes = Buffer.from(source);
	const text = bytes.toString("latin1");
	const parser = new TemplateParser(name, text);
	return {
		name,
		source: text,
		bytes,
		definitions: parser.parse(),
		pools: parser.pools
	};
}
const DEEPEST_BLOCKS = 1e4;
const STATEMENTS = /* @__PURE__ */ new Set([
	"if",
	"with",
	"range",
	"block",
	"break",
	"continue",
	"else",
	"end",
	"template"
]);
const isStatement = (kind) => STATEMENTS.has(kind);
var TemplateParser = class {
	#cursor;
	#definitions = /* @__PURE__ */ new Map();
	#packer = new Packer();
	#bodies = [];
	#body;
	#depth = 0;
	constructor(name, source) {
		this.#cursor = new TokenCursor(name, source, lex(source));
		this.#body = this.#newBody("file", toBytes(name), []);
	}
	get pools() {
		return this.#packer.pools;
	}
	parse() {
		for (;;) {
			const token = this.#cursor.next();
			if (token.kind === "text") this.#text(token);
			else if (token.kind === "left-delimiter") this.#action(token);
			else if (token.kind === "end-of-file") break;
			else this.#cursor.unexpected(token, "input");
		}
		if (this.#bodies.length > 0 || this.#body.blocks.length > 0) this.#cursor.fail("unexpected EOF");
		this.#define();
		return this.#definitions;
	}
	#newBody(kind, name, call) {
		const { line } = this.#cursor;
		return {
			kind,
			name,
			code: [],
			scope: ["$"],
			blocks: [],
			isBlank: true,
			call,
			line
		};
	}
	#emit(...code) {
		this.#body.code.push(...code);
	}
	#text({ text, position }) {
		if (trimSpace(text) !== "") this.#body.isBlank = false;
		this.#emit({
			op: "text",
			start: position,
			end: position + text.length
		});
	}
	#action({ line }) {
		const word = this.#cursor.nextNonSpace();
		if (word.kind === "define" && this.#body.kind === "file" && this.#body.blocks.length === 0) {
			this.#openDefine();
			return;
		}
		this.#cursor.actionLine = line;
		if (word.kind !== "end") this.#body.isBlank = false;
		if (isStatement(word.kind)) this.#statement(word.kind);
		else this.#command(word);
	}
	#statement(kind) {
		switch (kind) {
			case "if":
			case "with":
			case "range":
				this.#openBlock(kind, "own");
				return;
			case "block":
				this.#openBlockClause();
				break;
			case "break":
			case "continue":
				this.#leave(kind);
				break;
			case "else":
				this.#else();
				break;
			case "end":
				this.#end();
				break;
			case "template": this.#template();
		}
		this.#cursor.actionLine = 0;
	}
	#pipeline(place) {
		return parsePipeline(this.#cursor, this.#body.scope, place);
	}
	#command({ position }) {
		this.#cursor.back();
		const { code, text, variables } = this.#pipeline("command");
		const at = {
			position,
			text: `{{${text}}}`
		};
		this.#emit(code, variables.length === 0 ? {
			op: "print",
			at
		} : { op: "drop" });
		this.#cursor.actionLine = 0;
	}
	#openBlock(kind, ending) {
		const isChained = ending === "chained";
		if (!isChained) this.#deepen();
		const variablesBefore = this.#body.scope.length;
		const labels = {
			again: newLabel(),
			otherwise: newLabel(),
			end: newLabel()
		};
		const { code, variables: names, assigns } = this.#pipeline(kind);
		this.#body.blocks.push({
			kind,
			isChained,
			variablesBefore,
			...labels,
			isInElse: false
		});
		const { again, otherwise, end } = labels;
		this.#emit({ op: "open" }, code);
		const variables = {
			names,
			assigns
		};
		if (kind !== "range") this.#emit({
			op: kind,
			otherwise
		});
		else this.#emit({
			op: "range",
			variables,
			otherwise
		}, again, {
			op: "next",
			variables,
			end
		});
	}
	#deepen() {
		this.#depth++;
		if (this.#depth > DEEPEST_BLOCKS) this.#cursor.fail("max block depth exceeded");
	}
	#else() {
		const next = this.#cursor.peekNonSpace();
		const isChain = next.kind === "if" || next.kind === "with";
		if (!isChain) this.#cursor.expect("right-delimiter", "else");
		const block = this.#body.blocks.at(-1);
		if (!block) this.#misplaced("{{else}}");
		if (block.isInElse) this.#cursor.fail("expected end; found {{else}}");
		this.#emit({
			op: "jump",
			to: block.kind === "range" ? block.again : block.end
		}, block.otherwise);
		block.isInElse = true;
		this.#cursor.actionLine = 0;
		if (!isChain) return;
		this.#cursor.next();
		if (next.kind !== block.kind) this.#cursor.unexpected(next, "input");
		this.#openBlock(block.kind, "chained");
	}
	#misplaced(word) {
		const { kind, line } = this.#body;
		if (kind === "file") this.#cursor.fail(`unexpected ${word}`);
		this.#cursor.fail(`unexpected ${word} in ${kind}`, kind === "block clause" ? line : void 0);
	}
	#end() {
		this.#cursor.expect("right-delimiter", "end");
		if (this.#body.blocks.length === 0) this.#endBody();
		else this.#endBlock();
	}
	#endBlock() {
		this.#depth--;
		for (let block = this.#body.blocks.pop(); block; block = this.#body.blocks.pop()) {
			this.#closeBlock(block);
			if (!block.isChained) return;
		}
	}
	#closeBlock({ kind, isInElse, again, otherwise, end, variablesBefore }) {
		if (!isInElse) this.#emit(...kind === "range" ? [{
			op: "jump",
			to: again
		}] : [], otherwise);
		this.#emit(end, { op: "close" });
		this.#body.scope.length = variablesBefore;
	}
	#endBody() {
		const { kind, call } = this.#body;
		if (kind === "file") this.#misplaced("{{end}}");
		if (kind === "block clause") this.#depth--;
		this.#define();
		this.#body = this.#bodies.pop();
		this.#emit(call);
	}
	#leave(word) {
		const token = this.#cursor.nextNonSpace();
		if (token.kind !== "right-delimiter") this.#cursor.unexpected(token, `{{${word}}}`);
		const { blocks } = this.#body;
		const looping = blocks.findLastIndex(({ kind, isInElse }) => kind === "range" && !isInElse);
		if (looping < 0) this.#cursor.fail(`{{${word}}} outside {{range}}`);
		const index = word === "continue" ? looping : blocks.findLastIndex(({ kind }) => kind === "range");
		const { again, end } = blocks[index];
		this.#emit({
			op: "leave",
			blocks: blocks.length - 1 - index,
			to: word === "continue" ? again : end
		});
	}
	#openDefine() {
		const token = this.#cursor.nextNonSpace();
		const name = this.#name(token, "define clause");
		this.#cursor.expect("right-delimiter", "define clause");
		this.#enterBody(this.#newBody("define clause", name, []));
	}
	#openBlockClause() {
		this.#deepen();
		const token = this.#cursor.nextNonSpace();
		const name = this.#name(token, "block clause");
		const call = callCode(name, token, this.#pipeline("block clause"));
		this.#enterBody(this.#newBody("block clause", name, call));
	}
	#enterBody(body) {
		this.#bodies.push(this.#body);
		this.#body = body;
	}
	#template() {
		const token = this.#cursor.nextNonSpace();
		const name = this.#name(token, "template clause");
		const isBare = this.#cursor.nextNonSpace().kind === "right-delimiter";
		if (!isBare) this.#cursor.back();
		this.#emit(callCode(name, token, isBare ? void 0 : this.#pipeline("template clause")));
	}
	#name(token, where) {
		if (token.kind !== "string" && token.kind !== "raw-string") this.#cursor.unexpected(token, where);
		return unquote(token.text) ?? this.#cursor.fail("invalid syntax");
	}
	/**
	* Adds the finished definition. A name may be defined only once. A blank definition is the exception: a later
	* definition may replace a blank definition, and a blank definition does not replace an earlier definition.
	*/
	#define() {
		const { name, code, isBlank } = this.#body;
		const older = this.#definitions.get(name);
		if (older && !older.isBlank) {
			if (!isBlank) this.#cursor.fail(`template: multiple definition of template ${quote(name)}`);
			return;
		}
		const instructions = layOut(code);
		this.#definitions.set(name, {
			name,
			instructions,
			...this.#packer.pack(instructions),
			isBlank
		});
	}
};
/**
* Returns the code that runs a definition. The value of the pipeline becomes the dot; without a pipeline, the dot is
* nil.
*/
function callCode(name, { position }, pipeline) {
	const at = {
		position,
		text: `{{template ${quote(name)}${pipeline ? ` ${pipeline.text}` : ""}}}`
	};
	const argument = pipeline ? pipeline.code : [{
		op: "constant",
		value: null,
		at
	}];
	return [
		{
			op: "find",
			name,
			at
		},
		argument,
		{
			op: "enter",
			name
		}
	];
}
export { TemplateError as _, displayText as a, isTrue as c, typeName as d, quote as f, CallFailure as g, toBytes as h, LARGEST_TEXT_BYTES as i, listOf as l, fromBytes as m, OP as n, byteOf as o, KvReading as p, byNumber as r, elementAt as s, parseTemplate as t, structOf as u };
