import { n as messageOf, t as Failure } from "./failure.js";
import { a as shownName, i as nameOf, r as nameBytes, t as fsPath } from "./file-name.js";
import { t as compareText } from "./order.js";
import { a as didYouMean, o as misspelling, r as parseStatePlace, s as nearestName, t as locateState } from "./state-location.js";
import { n as excerpt, r as quoted, t as escaped } from "./quote.js";
import { a as parseLabel, c as parseUser, i as parseHostKey, l as parsed, n as isJobName, o as parseProxyJump, r as parseHost, s as parseRoot, t as isFileWord, u as refused } from "./names.js";
import { t as maskFreeText } from "./free-text.js";
import { n as hasErrors } from "./diagnostic.js";
import { c as stopFailure, f as readSmallFile, i as parseStateKeys, o as StopFailure, u as createSecretBox } from "./keys.js";
import { n as mapLimit, t as Turnstile } from "./concurrency.js";
import { i as parseVersion, n as isFormatName, r as compareVersions, t as FORMATS } from "./formats.js";
import { n as spelledAs, t as canonicalHost } from "./host-spelling.js";
import { isUtf8 } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { access, lstat, readFile, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, posix, relative, resolve, sep } from "node:path";
import { createReadStream } from "node:fs";
// src/kv/namespaces.ts
/** Builds the names of the namespaces that belong to a job, a worker or an allocation. */
const jobNamespace = (job) => `maand/job/${job}`;
const allocationNamespace = (job, host) => `maand/job/${job}/worker/${host}`;
const varsNamespace = (job) => `vars/job/${job}`;
const bucketVarsNamespace = (job) => `vars/bucket/job/${job}`;
const secretsNamespace = (job) => `secrets/job/${job}`;
const workerNamespace = (host) => `maand/worker/${host}`;
const tagsNamespace = (host) => `maand/worker/${host}/tags`;
/** Returns all namespaces of a job, except the namespaces of its allocations. */
const jobNamespaces = (job) => [
	jobNamespace(job),
	bucketVarsNamespace(job),
	varsNamespace(job),
	secretsNamespace(job)
];
// src/workspace/require-sound.ts
/** Ends a command when the findings about a bucket include an error. */
/**
* Throws a `Failure` (exit code 2) with all findings when one of them is an error. Otherwise passes the findings, which
* are all warnings, to `warn`.
*/
function requireSound(diagnostics, { warn }) {
	if (hasErrors(diagnostics)) {
		const count = diagnostics.filter(({ severity }) => severity === "error").length;
		throw new Failure(`the workspace has ${count} error${count === 1 ? "" : "s"}`, {
			exitCode: 2,
			diagnostics
		});
	}
	warn(diagnostics);
}
// src/grammar/units.ts
/** Parses amounts of memory and CPU, with or without a unit, into megabytes and megahertz. */
const MEMORY = {
	unsupported: "unsupported memory unit",
	invalid: "invalid memory size",
	factors: {
		MB: 1,
		GB: 1024,
		TB: 1048576
	}
};
const CPU = {
	unsupported: "unsupported cpu unit",
	invalid: "invalid cpu frequency",
	factors: {
		MHZ: 1,
		GHZ: 1e3,
		THZ: 1e6
	}
};
/**
* Parses amounts such as `"512 mb"`, `"1.5 GB"` and `"4096"` into MB; an empty text is 0. A number without a unit may
* be negative. Callers must refuse negative numbers.
*/
function parseMemoryMb(text) {
	return parseQuantity(text, MEMORY);
}
/**
* Parses amounts such as `"2.4 GHZ"` and `"100"` into MHz; an empty text is 0. A number without a unit may be negative.
* Callers must refuse negative numbers.
*/
function parseCpuMhz(text) {
	return parseQuantity(text, CPU);
}
const QUANTITY = /^([+-]?)(\d{1,18})(?:\.(\d{1,18}))?\s*([A-Za-z]*)$/;
function parseQuantity(raw, { unsupported, invalid, factors }) {
	const text = raw.trim();
	if (text === "") return parsed(0);
	const [matched, sign = "", whole = "", fraction = "", unit = ""] = QUANTITY.exec(text) ?? [];
	if (matched === void 0 || sign !== "" && unit !== "") return refused(`${invalid} ${quoted(raw)}`);
	const name = unit.toUpperCase();
	const factor = unit === "" ? 1 : Object.hasOwn(factors, name) ? factors[name] : void 0;
	if (factor === void 0) return refused(`${unsupported} ${quoted(name)}`);
	const value = multiply({
		whole,
		fraction,
		factor
	});
	if (!Number.isSafeInteger(Math.trunc(value))) return refused(`${invalid} ${quoted(raw)}`);
	return parsed(sign === "-" && value !== 0 ? -value : value);
}
/**
* Multiplies a decimal number by a factor. The multiplication uses whole numbers, so that `1.005 GHZ` is 1005 and not
* 1004.9999999999999. The result is rounded to six decimals, so that its text needs no exponent.
*/
function multiply({ whole, fraction, factor }) {
	const scaled = BigInt(whole + fraction) * BigInt(factor);
	return Number((Number(scaled) / 10 ** fraction.length).toFixed(6));
}
// src/session/face.ts
function resultOf({ exitCode, data, wording, show }) {
	return {
		exitCode,
		show: (mask) => show(maskFreeText(data, wording, mask))
	};
}
// src/workspace/bucket.ts
/** Finds the folder of a bucket and its repository, and returns the paths of its files for diagnostics. */
/**
* Returns the nearest folder at or above `startDir` that contains `maand.conf` or `data/maand.db` (the state of older
* versions).
*/
async function findBucket(startDir) {
	for (const dir of upwards(startDir)) if (await exists(join(dir, "maand.conf")) || await exists(join(dir, "data", "maand.db"))) return dir;
}
/**
* Returns the location of a bucket. `checkout` is the folder of the checkout of a run, and '' outside of a run. The
* repository root is `checkout` when the bucket is inside this folder. The path of the bucket is then the same with and
* without `.git` on disk. Otherwise the root is the nearest folder at or above the bucket that contains `.git`. Without
* such a folder, the root is the bucket itself.
*/
async function placeBucket(bucketDir, checkout = "") {
	const dir = resolve(bucketDir);
	const realDir = await realpath(dir).catch(() => dir);
	const gitPath = await pathInGit(dir);
	const path = checkout === "" ? void 0 : await pathBelow(checkout, {
		dir,
		realDir
	});
	if (path !== void 0) return {
		dir,
		realDir,
		path,
		root: "checkout",
		gitPath
	};
	return {
		dir,
		realDir,
		path: gitPath ?? "",
		root: gitPath === void 0 ? "unknown" : "git",
		gitPath
	};
}
async function pathInGit(dir) {
	for (const root of upwards(dir)) if (await exists(join(root, ".git"))) return slashed(relative(root, dir));
}
/**
* Returns the path of a folder relative to `root`, or undefined when the folder is not below `root`. Symlinks are
* resolved first, so that different paths to one folder give the same result.
*/
async function pathBelow(root, { dir, realDir }) {
	const written = resolve(root);
	const real = await realpath(written).catch(() => written);
	return inside(relative(real, realDir)) ?? inside(relative(written, dir));
}
function inside(path) {
	return path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path) ? void 0 : slashed(path);
}
/** Returns a path of the bucket in the form for diagnostics: relative to the repository root. */
function fileIn(bucket, path) {
	return bucket.path === "" ? path : `${bucket.path}/${path}`;
}
/** Returns the beginning of a file as a place, for errors without a position in the file. */
function startOf(bucket, path) {
	return {
		file: fileIn(bucket, path),
		line: 1,
		column: 1
	};
}
function* upwards(startDir) {
	let dir = resolve(startDir);
	for (;;) {
		yield dir;
		const parent = dirname(dir);
		if (parent === dir) return;
		dir = parent;
	}
}
async function exists(path) {
	try {
		await access(path);
		return true;
	} catch {
		return false;
	}
}
function slashed(path) {
	return sep === "/" ? path : path.replaceAll(sep, "/");
}
// src/document/document.ts
/** Returns the member with that name, or undefined when `node` is not an object or has no such member. */
function memberOf(node, name) {
	return node?.kind === "object" ? node.members.get(name) : void 0;
}
/** Returns the value of a field, or undefined when `node` is not an object or has no such field. */
function fieldOf(node, name) {
	return memberOf(node, name)?.node;
}
/** Returns the members of an object in the order of the document, or an empty list when `node` is not an object. */
function membersOf(node) {
	return node?.kind === "object" ? [...node.members] : [];
}
/** Returns the items of an array, or an empty list when `node` is not an array. */
function itemsOf(node) {
	return node?.kind === "array" ? node.items : [];
}
function textOf(node) {
	return node?.kind === "scalar" && typeof node.value === "string" ? node.value : void 0;
}
function integerOf(node) {
	const value = node?.kind === "scalar" ? node.value : void 0;
	return typeof value === "number" && Number.isSafeInteger(value) ? value : void 0;
}
function flagOf(node) {
	return node?.kind === "scalar" && typeof node.value === "boolean" ? node.value : void 0;
}
/** Returns the node at `path`. When that node is missing, returns its nearest existing parent. */
function nodeAt(root, path) {
	let node = root;
	for (const step of path) {
		const next = typeof step === "number" ? itemsOf(node)[step] : fieldOf(node, step);
		if (!next) return node;
		node = next;
	}
	return node;
}
function placeOf$1({ source, root }, path) {
	return source.placeAt(nodeAt(root, path).start);
}
/**
* Returns the node as plain data. The objects have no prototype, so that a key such as `__proto__` has no special
* meaning.
*/
function dataOf(node) {
	switch (node.kind) {
		case "object": return recordOf([...node.members].map(([name, member]) => [name, dataOf(member.node)]));
		case "array": return node.items.map(dataOf);
		case "scalar": return node.value ?? null;
	}
}
/** Returns a record without a prototype. So a field such as `constructor` exists only if an entry has this key. */
function recordOf(entries) {
	const record = Object.create(null);
	for (const [key, value] of entries) record[key] = value;
	return record;
}
// src/document/findings.ts
/** A collection of findings about one file or one job folder. */
var Findings = class Findings {
	#code;
	#job;
	#diagnostics;
	/** Creates a collection. `code` is the default code of its findings. */
	constructor(code, job, diagnostics = []) {
		this.#code = code;
		this.#job = job;
		this.#diagnostics = diagnostics;
	}
	/**
	* Returns a view of this collection whose default code is `code`. Findings that are added to the view are in this
	* collection too.
	*/
	as(code) {
		return new Findings(code, this.#job, this.#diagnostics);
	}
	error(finding) {
		this.#add("error", finding);
	}
	warning(finding) {
		this.#add("warning", finding);
	}
	get diagnostics() {
		return this.#diagnostics;
	}
	#add(severity, { message, place, code = this.#code, hint, repair }) {
		this.#diagnostics.push({
			severity,
			code,
			message,
			...place && { place },
			...this.#job !== void 0 && { job: this.#job },
			...hint !== void 0 && { hint },
			...repair && { repair }
		});
	}
};
// src/document/edits.ts
/**
* Returns the text with all edits applied. When one edit lies inside the span of a second edit, only the outer edit is
* applied, except inside parts that the outer edit keeps.
*/
function applyEdits(text, edits) {
	const all = [...edits.flatMap((edit) => edit.kind === "replace" ? edit : []), ...dropsIn(edits)];
	all.sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
	return rendered(text, {
		start: 0,
		end: text.length
	}, all);
}
function rendered(text, span, all) {
	let result = "";
	let at = span.start;
	for (const { span: own, parts } of all) {
		if (own.start < at || own.end > span.end) continue;
		const put = parts.map((part) => typeof part === "string" ? part : rendered(text, part, all));
		result += text.slice(at, own.start) + put.join("");
		at = own.end;
	}
	return result + text.slice(at, span.end);
}
/**
* Returns the replacements for all removed entries. All removals from one list are combined, because adjacent entries
* share commas.
*/
function dropsIn(edits) {
	const lists = /* @__PURE__ */ new Map();
	for (const edit of edits) {
		if (edit.kind !== "drop") continue;
		const known = lists.get(edit.list.start) ?? {
			list: edit.list,
			entries: edit.entries,
			gone: /* @__PURE__ */ new Set()
		};
		lists.set(edit.list.start, known);
		known.gone.add(edit.at);
	}
	return [...lists.values()].flatMap(({ list, entries, gone }) => gone.size === entries.length ? [{
		span: {
			start: list.start + 1,
			end: list.end - 1
		},
		parts: []
	}] : [...runsOf(entries, gone)].map((span) => ({
		span,
		parts: []
	})));
}
/**
* Yields the spans to remove. An entry is removed with the comma before it. Entries at the beginning of the list are
* removed with the comma after them.
*/
function* runsOf(entries, gone) {
	const firstKept = entries.findIndex((_, at) => !gone.has(at));
	const [first, kept] = [entries[0], entries[firstKept]];
	if (firstKept > 0 && first && kept) yield {
		start: first.start,
		end: kept.start
	};
	for (let at = firstKept + 1; at < entries.length; at++) {
		const [before, entry] = [entries[at - 1], entries[at]];
		if (gone.has(at) && before && entry) yield {
			start: before.end,
			end: entry.end
		};
	}
}
/** Returns the span of a key in the text, including its quotes. */
function keySpan({ text }, { keyStart }) {
	const quote = text[keyStart];
	let end = keyStart + 1;
	if (quote === "\"" || quote === "'") {
		while (text[end] !== quote) end += text[end] === "\\" && quote === "\"" ? 2 : 1;
		return {
			start: keyStart,
			end: end + 1
		};
	}
	while (/[\w-]/.test(text[end] ?? "")) end++;
	return {
		start: keyStart,
		end
	};
}
/** Returns the edit that renames a field. The kind of quotes does not change. */
function renameKey(source, member, name) {
	const span = keySpan(source, member);
	const quote = source.text[span.start] ?? "";
	const mark = /["']/.test(quote) ? quote : "";
	return replace(span, `${mark}${name}${mark}`);
}
function replace({ start, end }, ...parts) {
	return {
		kind: "replace",
		span: {
			start,
			end
		},
		parts
	};
}
/**
* Returns the edit that removes a field. A field in braces is removed together with one comma. A field of a TOML table
* is removed together with its line, but a comment after the field stays.
*/
function dropMember(source, object, name) {
	const members = [...object.members];
	const at = members.findIndex(([one]) => one === name);
	const entries = members.map(([, member]) => spanOf(member));
	const own = entries[at] ?? object;
	if (source.text[object.start] !== "{") return replace(lineOf(source, own));
	return {
		kind: "drop",
		list: object,
		entries,
		at
	};
}
function dropItem(array, at) {
	return {
		kind: "drop",
		list: array,
		entries: array.items,
		at
	};
}
/** Returns the span from the start of the key to the end of the value. */
function spanOf({ keyStart, node }) {
	return {
		start: keyStart,
		end: node.end
	};
}
function lineOf({ text }, span) {
	const start = text.lastIndexOf("\n", span.start - 1) + 1;
	const lineEnd = text.indexOf("\n", span.end);
	const end = lineEnd === -1 ? text.length : lineEnd + 1;
	if (text.slice(start, span.start).trim() !== "") return span;
	const rest = text.slice(span.end, end);
	return {
		start,
		end: rest.trim() === "" ? end : span.end + rest.search(/\S/)
	};
}
// src/document/flat-strings.ts
/** Reads tables that contain only strings: `bucket.conf`, the sections of `bucket.jobs.conf`, and `vars.conf`. */
/**
* Returns the strings of a table whose values must all be strings. A value that is not a string, such as `x = 1`, is
* reported as an error and omitted.
*/
function flatStrings({ source, table, findings, about }) {
	const strings = [];
	for (const [key, { node }] of table.members) {
		const text = textOf(node);
		if (text !== void 0) {
			strings.push([key, text]);
			continue;
		}
		const raw = source.text.slice(node.start, node.end);
		const simple = node.kind === "scalar" && !/["\\\r\n]/.test(raw);
		findings.error({
			message: `${about} ${quoted(key)} must be a string (got ${node.kind === "object" ? "a table" : excerpt(raw)})`,
			place: source.placeAt(node.start),
			hint: simple ? `write "${raw}"` : void 0
		});
	}
	return recordOf(strings);
}
// node_modules/eslint-visitor-keys/lib/visitor-keys.js
/**
* @typedef {{ readonly [type: string]: ReadonlyArray<string> }} VisitorKeys
*/
/**
* @type {VisitorKeys}
*/
const KEYS$1 = {
	ArrayExpression: ["elements"],
	ArrayPattern: ["elements"],
	ArrowFunctionExpression: ["params", "body"],
	AssignmentExpression: ["left", "right"],
	AssignmentPattern: ["left", "right"],
	AwaitExpression: ["argument"],
	BinaryExpression: ["left", "right"],
	BlockStatement: ["body"],
	BreakStatement: ["label"],
	CallExpression: ["callee", "arguments"],
	CatchClause: ["param", "body"],
	ChainExpression: ["expression"],
	ClassBody: ["body"],
	ClassDeclaration: [
		"id",
		"superClass",
		"body"
	],
	ClassExpression: [
		"id",
		"superClass",
		"body"
	],
	ConditionalExpression: [
		"test",
		"consequent",
		"alternate"
	],
	ContinueStatement: ["label"],
	DebuggerStatement: [],
	DoWhileStatement: ["body", "test"],
	EmptyStatement: [],
	ExperimentalRestProperty: ["argument"],
	ExperimentalSpreadProperty: ["argument"],
	ExportAllDeclaration: [
		"exported",
		"source",
		"attributes"
	],
	ExportDefaultDeclaration: ["declaration"],
	ExportNamedDeclaration: [
		"declaration",
		"specifiers",
		"source",
		"attributes"
	],
	ExportSpecifier: ["local", "exported"],
	ExpressionStatement: ["expression"],
	ForInStatement: [
		"left",
		"right",
		"body"
	],
	ForOfStatement: [
		"left",
		"right",
		"body"
	],
	ForStatement: [
		"init",
		"test",
		"update",
		"body"
	],
	FunctionDeclaration: [
		"id",
		"params",
		"body"
	],
	FunctionExpression: [
		"id",
		"params",
		"body"
	],
	Identifier: [],
	IfStatement: [
		"test",
		"consequent",
		"alternate"
	],
	ImportAttribute: ["key", "value"],
	ImportDeclaration: [
		"specifiers",
		"source",
		"attributes"
	],
	ImportDefaultSpecifier: ["local"],
	ImportExpression: ["source", "options"],
	ImportNamespaceSpecifier: ["local"],
	ImportSpecifier: ["imported", "local"],
	JSXAttribute: ["name", "value"],
	JSXClosingElement: ["name"],
	JSXClosingFragment: [],
	JSXElement: [
		"openingElement",
		"children",
		"closingElement"
	],
	JSXEmptyExpression: [],
	JSXExpressionContainer: ["expression"],
	JSXFragment: [
		"openingFragment",
		"children",
		"closingFragment"
	],
	JSXIdentifier: [],
	JSXMemberExpression: ["object", "property"],
	JSXNamespacedName: ["namespace", "name"],
	JSXOpeningElement: ["name", "attributes"],
	JSXOpeningFragment: [],
	JSXSpreadAttribute: ["argument"],
	JSXSpreadChild: ["expression"],
	JSXText: [],
	LabeledStatement: ["label", "body"],
	Literal: [],
	LogicalExpression: ["left", "right"],
	MemberExpression: ["object", "property"],
	MetaProperty: ["meta", "property"],
	MethodDefinition: ["key", "value"],
	NewExpression: ["callee", "arguments"],
	ObjectExpression: ["properties"],
	ObjectPattern: ["properties"],
	PrivateIdentifier: [],
	Program: ["body"],
	Property: ["key", "value"],
	PropertyDefinition: ["key", "value"],
	RestElement: ["argument"],
	ReturnStatement: ["argument"],
	SequenceExpression: ["expressions"],
	SpreadElement: ["argument"],
	StaticBlock: ["body"],
	Super: [],
	SwitchCase: ["test", "consequent"],
	SwitchStatement: ["discriminant", "cases"],
	TaggedTemplateExpression: ["tag", "quasi"],
	TemplateElement: [],
	TemplateLiteral: ["quasis", "expressions"],
	ThisExpression: [],
	ThrowStatement: ["argument"],
	TryStatement: [
		"block",
		"handler",
		"finalizer"
	],
	UnaryExpression: ["argument"],
	UpdateExpression: ["argument"],
	VariableDeclaration: ["declarations"],
	VariableDeclarator: ["id", "init"],
	WhileStatement: ["test", "body"],
	WithStatement: ["object", "body"],
	YieldExpression: ["argument"]
};
const NODE_TYPES = Object.keys(KEYS$1);
for (const type of NODE_TYPES) Object.freeze(KEYS$1[type]);
Object.freeze(KEYS$1);
// node_modules/eslint-visitor-keys/lib/index.js
/**
* @author Toru Nagashima <https://github.com/mysticatea>
* See LICENSE file in root directory for full license.
*/
/**
* Make the union set with `KEYS` and given keys.
* @param {VisitorKeys} additionalKeys The additional keys.
* @returns {VisitorKeys} The union set.
*/
function unionWith(additionalKeys) {
	const retv = Object.assign({}, KEYS$1);
	for (const type of Object.keys(additionalKeys)) if (Object.hasOwn(retv, type)) {
		const keys = new Set(additionalKeys[type]);
		for (const key of retv[type]) keys.add(key);
		retv[type] = Object.freeze(Array.from(keys));
	} else retv[type] = Object.freeze(Array.from(additionalKeys[type]));
	return Object.freeze(retv);
}
// node_modules/toml-eslint-parser/lib/index.mjs
/**
* Get the last element from given array
*/
function last(arr) {
	return arr[arr.length - 1] ?? null;
}
/**
* Node to key name
*/
function toKeyName(node) {
	return node.type === "TOMLBare" ? node.name : node.value;
}
var TOMLVerImpl = class {
	constructor(major, minor) {
		this.major = major;
		this.minor = minor;
	}
	lt(major, minor) {
		return this.major < major || this.major === major && this.minor < minor;
	}
	gte(major, minor) {
		return this.major > major || this.major === major && this.minor >= minor;
	}
};
const TOML_VERSION_1_0 = new TOMLVerImpl(1, 0);
const TOML_VERSION_1_1 = new TOMLVerImpl(1, 1);
const DEFAULT_TOML_VERSION = TOML_VERSION_1_1;
const SUPPORTED_TOML_VERSIONS = {
	"1.0": TOML_VERSION_1_0,
	"1.0.0": TOML_VERSION_1_0,
	"1.1": TOML_VERSION_1_1,
	"1.1.0": TOML_VERSION_1_1,
	latest: TOML_VERSION_1_1,
	next: TOML_VERSION_1_1
};
/**
* Get TOML version object from given TOML version string.
*/
function getTOMLVer(v) {
	return v && SUPPORTED_TOML_VERSIONS[v] || DEFAULT_TOML_VERSION;
}
const MESSAGES = {
	"unterminated-string": "Unterminated string constant",
	"unterminated-table-key": "Unterminated table-key",
	"unterminated-array": "Unterminated array",
	"unterminated-inline-table": "Unterminated inline table",
	"missing-key": "Empty bare keys are not allowed",
	"missing-newline": "Must be a newline",
	"missing-equals-sign": "Expected equal (=) token",
	"missing-value": "Unspecified values are invalid",
	"missing-comma": "Expected comma (,) token",
	"dupe-keys": "Defining a key multiple times is invalid",
	"unexpected-char": "Unexpected character",
	"unexpected-token": "Unexpected token",
	"invalid-control-character": "Control characters (codes < 0x1f and 0x7f) are not allowed",
	"invalid-comment-character": "Invalid code point {{cp}} within comments",
	"invalid-key-value-newline": "The key, equals sign, and value must be on the same line",
	"invalid-inline-table-newline": "No newlines are allowed between the curly braces unless they are valid within a value",
	"invalid-underscore": "Underscores are allowed between digits",
	"invalid-space": "Unexpected spaces",
	"invalid-three-quotes": "Three or more quotes are not permitted",
	"invalid-date": "Unexpected invalid date",
	"invalid-time": "Unexpected invalid time",
	"invalid-leading-zero": "Leading zeros are not allowed",
	"invalid-trailing-comma-in-inline-table": "Trailing comma is not permitted in an inline table",
	"invalid-char-in-escape-sequence": "Invalid character in escape sequence",
	"invalid-consecutive-dots-in-key": "Consecutive dots are not permitted in keys",
	"invalid-code-point": "Invalid code point {{cp}}",
	"invalid-trailing-dot-in-key": "Keys cannot end with a dot",
	"invalid-leading-dot-in-key": "Keys cannot start with a dot"
};
/**
* Get message from error code
*/
function getMessage(code, data) {
	if (data) return MESSAGES[code].replace(/\{\{(.*?)\}\}/gu, (_, name$2) => {
		if (name$2 in data) return data[name$2];
		return `{{${name$2}}}`;
	});
	return MESSAGES[code];
}
/**
* TOML parse errors.
*/
var ParseError = class extends SyntaxError {
	/**
	* Initialize this ParseError instance.
	*
	*/
	constructor(code, offset, line, column, data) {
		super(getMessage(code, data));
		this.index = offset;
		this.lineNumber = line;
		this.column = column;
	}
};
const CodePoint = {
	EOF: -1,
	NULL: 0,
	SOH: 1,
	BACKSPACE: 8,
	TABULATION: 9,
	LINE_FEED: 10,
	FORM_FEED: 12,
	CARRIAGE_RETURN: 13,
	ESCAPE: 27,
	SO: 14,
	US: 31,
	SPACE: 32,
	QUOTATION_MARK: 34,
	HASH: 35,
	SINGLE_QUOTE: 39,
	PLUS_SIGN: 43,
	COMMA: 44,
	DASH: 45,
	DOT: 46,
	DIGIT_0: 48,
	DIGIT_1: 49,
	DIGIT_2: 50,
	DIGIT_3: 51,
	DIGIT_7: 55,
	DIGIT_9: 57,
	COLON: 58,
	EQUALS_SIGN: 61,
	LATIN_CAPITAL_A: 65,
	LATIN_CAPITAL_E: 69,
	LATIN_CAPITAL_F: 70,
	LATIN_CAPITAL_T: 84,
	LATIN_CAPITAL_U: 85,
	LATIN_CAPITAL_Z: 90,
	LEFT_BRACKET: 91,
	BACKSLASH: 92,
	RIGHT_BRACKET: 93,
	UNDERSCORE: 95,
	LATIN_SMALL_A: 97,
	LATIN_SMALL_B: 98,
	LATIN_SMALL_E: 101,
	LATIN_SMALL_F: 102,
	LATIN_SMALL_I: 105,
	LATIN_SMALL_L: 108,
	LATIN_SMALL_N: 110,
	LATIN_SMALL_O: 111,
	LATIN_SMALL_R: 114,
	LATIN_SMALL_S: 115,
	LATIN_SMALL_T: 116,
	LATIN_SMALL_U: 117,
	LATIN_SMALL_X: 120,
	LATIN_SMALL_Z: 122,
	LEFT_BRACE: 123,
	RIGHT_BRACE: 125,
	TILDE: 126,
	DELETE: 127,
	PAD: 128,
	SUPERSCRIPT_TWO: 178,
	SUPERSCRIPT_THREE: 179,
	SUPERSCRIPT_ONE: 185,
	VULGAR_FRACTION_ONE_QUARTER: 188,
	VULGAR_FRACTION_THREE_QUARTERS: 190,
	LATIN_CAPITAL_LETTER_A_WITH_GRAVE: 192,
	LATIN_CAPITAL_LETTER_O_WITH_DIAERESIS: 214,
	LATIN_CAPITAL_LETTER_O_WITH_STROKE: 216,
	LATIN_SMALL_LETTER_O_WITH_DIAERESIS: 246,
	LATIN_SMALL_LETTER_O_WITH_STROKE: 248,
	GREEK_SMALL_REVERSED_DOTTED_LUNATE_SIGMA_SYMBOL: 891,
	GREEK_CAPITAL_LETTER_YOT: 895,
	CP_1FFF: 8191,
	ZERO_WIDTH_NON_JOINER: 8204,
	ZERO_WIDTH_JOINER: 8205,
	UNDERTIE: 8255,
	CHARACTER_TIE: 8256,
	SUPERSCRIPT_ZERO: 8304,
	CP_218F: 8591,
	CIRCLED_DIGIT_ONE: 9312,
	NEGATIVE_CIRCLED_DIGIT_ZERO: 9471,
	GLAGOLITIC_CAPITAL_LETTER_AZU: 11264,
	CP_2FEF: 12271,
	IDEOGRAPHIC_COMMA: 12289,
	CP_D7FF: 55295,
	CP_E000: 57344,
	CJK_COMPATIBILITY_IDEOGRAPH_F900: 63744,
	ARABIC_LIGATURE_SALAAMUHU_ALAYNAA: 64975,
	ARABIC_LIGATURE_SALLA_USED_AS_KORANIC_STOP_SIGN_ISOLATED_FORM: 65008,
	REPLACEMENT_CHARACTER: 65533,
	LINEAR_B_SYLLABLE_B008_A: 65536,
	CP_EFFFF: 983039,
	CP_10FFFF: 1114111
};
/**
* Check whether the code point is a control character.
*/
function isControl(cp) {
	return cp >= CodePoint.NULL && cp <= CodePoint.US;
}
/**
* Check whether the code point is a whitespace.
*/
function isWhitespace(cp) {
	return cp === CodePoint.TABULATION || cp === CodePoint.SPACE;
}
/**
* Check whether the code point is a end of line.
*/
function isEOL(cp) {
	return cp === CodePoint.LINE_FEED || cp === CodePoint.CARRIAGE_RETURN;
}
/**
* Check whether the code point is an uppercase letter character.
*/
function isUpperLetter(cp) {
	return cp >= CodePoint.LATIN_CAPITAL_A && cp <= CodePoint.LATIN_CAPITAL_Z;
}
/**
* Check whether the code point is a lowercase letter character.
*/
function isLowerLetter(cp) {
	return cp >= CodePoint.LATIN_SMALL_A && cp <= CodePoint.LATIN_SMALL_Z;
}
/**
* Check whether the code point is a letter character.
*/
function isLetter(cp) {
	return isLowerLetter(cp) || isUpperLetter(cp);
}
/**
* Check whether the code point is a digit character.
*/
function isDigit$1(cp) {
	return cp >= CodePoint.DIGIT_0 && cp <= CodePoint.DIGIT_9;
}
/**
* Check whether the code point is a hex digit character.
*/
function isHexDig(cp) {
	return isDigit$1(cp) || cp >= CodePoint.LATIN_SMALL_A && cp <= CodePoint.LATIN_SMALL_F || cp >= CodePoint.LATIN_CAPITAL_A && cp <= CodePoint.LATIN_CAPITAL_F;
}
/**
* Check whether the code point is a octal digit character.
*/
function isOctalDig(cp) {
	return cp >= CodePoint.DIGIT_0 && cp <= CodePoint.DIGIT_7;
}
/**
* Check whether the code point is valid code point.
*
* see
* - https://unicode.org/glossary/#unicode_scalar_value
* - https://toml.io/en/v1.0.0#string
*/
function isUnicodeScalarValue(cp) {
	return cp >= 0 && cp <= 55295 || cp >= 57344 && cp <= 1114111;
}
/**
* Find the last index of the array that is less than or equal to the value.
*/
function sortedLastIndex(array, value) {
	let low = 0;
	let high = array.length;
	while (low < high) {
		const mid = low + high >>> 1;
		const val = array[mid];
		if (val === value) return mid + 1;
		if (val < value) low = mid + 1;
		else high = mid;
	}
	return low;
}
/**
* A class for getting lines and columns location.
*/
var Locations = class {
	constructor() {
		this.offsets = [];
	}
	addOffset(offset) {
		for (let i = this.offsets.length - 1; i >= 0; i--) {
			const element = this.offsets[i];
			if (element === offset) return;
			if (element < offset) break;
		}
		this.offsets.push(offset);
	}
	/**
	* Calculate the location of the given index.
	* @param index The index to calculate their location.
	* @returns The location of the index.
	*/
	getLocFromIndex(offset) {
		const line = sortedLastIndex(this.offsets, offset) + 1;
		return {
			line,
			column: offset - (line === 1 ? 0 : this.offsets[line - 2])
		};
	}
};
var CodePointIterator = class {
	/**
	* Initialize this char iterator.
	*/
	constructor(text) {
		this.locs = new Locations();
		this.lastCodePoint = CodePoint.NULL;
		this.start = -1;
		this.end = 0;
		this.text = text;
	}
	next() {
		if (this.lastCodePoint === CodePoint.EOF) return CodePoint.EOF;
		return this.lastCodePoint = this.moveAt(this.end);
	}
	getLocFromIndex(index) {
		return this.locs.getLocFromIndex(index);
	}
	eat(cp) {
		if (this.text.codePointAt(this.end) === cp) {
			this.next();
			return true;
		}
		return false;
	}
	moveAt(offset) {
		this.start = this.end = offset;
		const cp = this.text.codePointAt(this.start) ?? CodePoint.EOF;
		if (cp === CodePoint.EOF) {
			this.end = this.start;
			return cp;
		}
		this.end += cp >= 65536 ? 2 : 1;
		if (cp === CodePoint.LINE_FEED) this.locs.addOffset(this.end);
		else if (cp === CodePoint.CARRIAGE_RETURN) {
			if (this.text.codePointAt(this.end) === CodePoint.LINE_FEED) {
				this.end++;
				this.locs.addOffset(this.end);
			}
			return CodePoint.LINE_FEED;
		}
		return cp;
	}
};
const HAS_BIGINT = typeof BigInt !== "undefined";
const RADIX_PREFIXES = {
	16: "0x",
	10: "",
	8: "0o",
	2: "0b"
};
const ESCAPES_1_0 = {
	[CodePoint.QUOTATION_MARK]: CodePoint.QUOTATION_MARK,
	[CodePoint.BACKSLASH]: CodePoint.BACKSLASH,
	[CodePoint.LATIN_SMALL_B]: CodePoint.BACKSPACE,
	[CodePoint.LATIN_SMALL_F]: CodePoint.FORM_FEED,
	[CodePoint.LATIN_SMALL_N]: CodePoint.LINE_FEED,
	[CodePoint.LATIN_SMALL_R]: CodePoint.CARRIAGE_RETURN,
	[CodePoint.LATIN_SMALL_T]: CodePoint.TABULATION
};
const ESCAPES_LATEST = {
	...ESCAPES_1_0,
	[CodePoint.LATIN_SMALL_E]: CodePoint.ESCAPE
};
/**
* Tokenizer for TOML.
*/
var Tokenizer = class {
	/**
	* Initialize this tokenizer.
	*/
	constructor(text, parserOptions) {
		this.backCode = false;
		this.lastCodePoint = CodePoint.NULL;
		this.state = "DATA";
		this.token = null;
		this.tokenStart = -1;
		this.valuesEnabled = false;
		this.text = text;
		this.parserOptions = parserOptions || {};
		this.codePointIterator = new CodePointIterator(text);
		this.tomlVersion = getTOMLVer(this.parserOptions.tomlVersion);
		this.ESCAPES = this.tomlVersion.gte(1, 1) ? ESCAPES_LATEST : ESCAPES_1_0;
	}
	get start() {
		return this.codePointIterator.start;
	}
	get end() {
		return this.codePointIterator.end;
	}
	getLocFromIndex(index) {
		return this.codePointIterator.getLocFromIndex(index);
	}
	/**
	* Report an invalid character error.
	*/
	reportParseError(code, data) {
		const offset = this.codePointIterator.start;
		const loc = this.codePointIterator.getLocFromIndex(offset);
		throw new ParseError(code, offset, loc.line, loc.column, data);
	}
	/**
	* Get the next token.
	*/
	nextToken() {
		let token = this.token;
		if (token != null) {
			this.token = null;
			return token;
		}
		let cp = this.lastCodePoint;
		while (cp !== CodePoint.EOF && !this.token) {
			cp = this.nextCode();
			const nextState = this[this.state](cp);
			if (!nextState) throw new Error(`Unknown error: pre state=${this.state}`);
			this.state = nextState;
		}
		token = this.token;
		this.token = null;
		return token;
	}
	/**
	* Get the next code point.
	*/
	nextCode() {
		if (this.lastCodePoint === CodePoint.EOF) return CodePoint.EOF;
		if (this.backCode) {
			this.backCode = false;
			return this.lastCodePoint;
		}
		return this.lastCodePoint = this.codePointIterator.next();
	}
	/**
	* Eat the next code point.
	*/
	eatCode(cp) {
		if (this.lastCodePoint === CodePoint.EOF) return false;
		if (this.backCode) {
			if (this.lastCodePoint === cp) {
				this.backCode = false;
				return true;
			}
			return false;
		}
		return this.codePointIterator.eat(cp);
	}
	/**
	* Moves the character position to the given position.
	*/
	moveAt(loc) {
		if (this.backCode) this.backCode = false;
		this.lastCodePoint = this.codePointIterator.moveAt(loc);
	}
	/**
	* Back the current code point as the given state.
	*/
	back(state) {
		this.backCode = true;
		return state;
	}
	punctuatorToken() {
		this.startToken();
		this.endToken("Punctuator", "end");
	}
	startToken() {
		this.tokenStart = this.codePointIterator.start;
	}
	/**
	* Commit the current token.
	*/
	endToken(type, pos, option1, option2) {
		const { tokenStart } = this;
		const end = this.codePointIterator[pos];
		const range = [tokenStart, end];
		const loc = {
			start: this.codePointIterator.getLocFromIndex(tokenStart),
			end: this.codePointIterator.getLocFromIndex(end)
		};
		if (type === "Block") this.token = {
			type,
			value: this.text.slice(tokenStart + 1, end),
			range,
			loc
		};
		else {
			let token;
			const value = this.text.slice(tokenStart, end);
			if (type === "BasicString" || type === "LiteralString" || type === "MultiLineBasicString" || type === "MultiLineLiteralString") token = {
				type,
				value,
				string: option1,
				range,
				loc
			};
			else if (type === "Integer") {
				const text = option1;
				token = {
					type,
					value,
					number: parseInt(text, option2),
					bigint: HAS_BIGINT ? BigInt(RADIX_PREFIXES[option2] + text) : null,
					range,
					loc
				};
			} else if (type === "Float") token = {
				type,
				value,
				number: option1,
				range,
				loc
			};
			else if (type === "Boolean") token = {
				type,
				value,
				boolean: option1,
				range,
				loc
			};
			else if (type === "LocalDate" || type === "LocalTime" || type === "LocalDateTime" || type === "OffsetDateTime") token = {
				type,
				value,
				date: option1,
				range,
				loc
			};
			else token = {
				type,
				value,
				range,
				loc
			};
			this.token = token;
		}
	}
	DATA(cp) {
		while (isWhitespace(cp) || isEOL(cp)) cp = this.nextCode();
		if (cp === CodePoint.HASH) {
			this.startToken();
			return "COMMENT";
		}
		if (cp === CodePoint.QUOTATION_MARK) {
			this.startToken();
			return "BASIC_STRING";
		}
		if (cp === CodePoint.SINGLE_QUOTE) {
			this.startToken();
			return "LITERAL_STRING";
		}
		if (cp === CodePoint.DOT || cp === CodePoint.EQUALS_SIGN || cp === CodePoint.LEFT_BRACKET || cp === CodePoint.RIGHT_BRACKET || cp === CodePoint.LEFT_BRACE || cp === CodePoint.RIGHT_BRACE || cp === CodePoint.COMMA) {
			this.punctuatorToken();
			return "DATA";
		}
		if (this.valuesEnabled) {
			if (cp === CodePoint.DASH || cp === CodePoint.PLUS_SIGN) {
				this.startToken();
				return "SIGN";
			}
			if (cp === CodePoint.LATIN_SMALL_N || cp === CodePoint.LATIN_SMALL_I) {
				this.startToken();
				return this.back("NAN_OR_INF");
			}
			if (isDigit$1(cp)) {
				this.startToken();
				return this.back("NUMBER");
			}
			if (cp === CodePoint.LATIN_SMALL_T || cp === CodePoint.LATIN_SMALL_F) {
				this.startToken();
				return this.back("BOOLEAN");
			}
		} else if (isUnquotedKeyChar(cp, this.tomlVersion)) {
			this.startToken();
			return "BARE";
		}
		if (cp === CodePoint.EOF) return "DATA";
		return this.reportParseError("unexpected-char");
	}
	COMMENT(cp) {
		const processCommentChar = this.tomlVersion.gte(1, 1) ? (c) => {
			if (!isNonEOL(c)) this.reportParseError("invalid-comment-character", { cp: JSON.stringify(String.fromCodePoint(c)).slice(1, -1) });
		} : (c) => {
			if (isControlOtherThanTab(c)) this.reportParseErrorControlChar();
		};
		while (!isEOL(cp) && cp !== CodePoint.EOF) {
			processCommentChar(cp);
			cp = this.nextCode();
		}
		this.endToken("Block", "start");
		return "DATA";
	}
	BARE(cp) {
		while (isUnquotedKeyChar(cp, this.tomlVersion)) cp = this.nextCode();
		this.endToken("Bare", "start");
		return this.back("DATA");
	}
	BASIC_STRING(cp) {
		if (cp === CodePoint.QUOTATION_MARK) {
			cp = this.nextCode();
			if (cp === CodePoint.QUOTATION_MARK) return "MULTI_LINE_BASIC_STRING";
			this.endToken("BasicString", "start", "");
			return this.back("DATA");
		}
		const out = [];
		while (cp !== CodePoint.QUOTATION_MARK && cp !== CodePoint.EOF && cp !== CodePoint.LINE_FEED) {
			if (isControlOtherThanTab(cp)) return this.reportParseErrorControlChar();
			if (cp === CodePoint.BACKSLASH) {
				cp = this.nextCode();
				const ecp = this.ESCAPES[cp];
				if (ecp) {
					out.push(ecp);
					cp = this.nextCode();
					continue;
				} else if (cp === CodePoint.LATIN_SMALL_U) {
					const code = this.parseUnicode(4);
					out.push(code);
					cp = this.nextCode();
					continue;
				} else if (cp === CodePoint.LATIN_CAPITAL_U) {
					const code = this.parseUnicode(8);
					out.push(code);
					cp = this.nextCode();
					continue;
				} else if (cp === CodePoint.LATIN_SMALL_X && this.tomlVersion.gte(1, 1)) {
					const code = this.parseUnicode(2);
					out.push(code);
					cp = this.nextCode();
					continue;
				}
				return this.reportParseError("invalid-char-in-escape-sequence");
			}
			out.push(cp);
			cp = this.nextCode();
		}
		if (cp !== CodePoint.QUOTATION_MARK) return this.reportParseError("unterminated-string");
		this.endToken("BasicString", "end", String.fromCodePoint(...out));
		return "DATA";
	}
	MULTI_LINE_BASIC_STRING(cp) {
		const out = [];
		if (cp === CodePoint.LINE_FEED) cp = this.nextCode();
		while (cp !== CodePoint.EOF) {
			if (cp !== CodePoint.LINE_FEED && isControlOtherThanTab(cp)) return this.reportParseErrorControlChar();
			if (cp === CodePoint.QUOTATION_MARK) {
				const startPos = this.codePointIterator.start;
				if (this.eatCode(CodePoint.QUOTATION_MARK) && this.eatCode(CodePoint.QUOTATION_MARK)) {
					if (this.eatCode(CodePoint.QUOTATION_MARK)) {
						out.push(CodePoint.QUOTATION_MARK);
						if (this.eatCode(CodePoint.QUOTATION_MARK)) {
							out.push(CodePoint.QUOTATION_MARK);
							if (this.eatCode(CodePoint.QUOTATION_MARK)) {
								this.moveAt(startPos);
								return this.reportParseError("invalid-three-quotes");
							}
						}
					}
					this.endToken("MultiLineBasicString", "end", String.fromCodePoint(...out));
					return "DATA";
				}
				this.moveAt(startPos);
			}
			if (cp === CodePoint.BACKSLASH) {
				cp = this.nextCode();
				const ecp = this.ESCAPES[cp];
				if (ecp) {
					out.push(ecp);
					cp = this.nextCode();
					continue;
				} else if (cp === CodePoint.LATIN_SMALL_U) {
					const code = this.parseUnicode(4);
					out.push(code);
					cp = this.nextCode();
					continue;
				} else if (cp === CodePoint.LATIN_CAPITAL_U) {
					const code = this.parseUnicode(8);
					out.push(code);
					cp = this.nextCode();
					continue;
				} else if (cp === CodePoint.LATIN_SMALL_X && this.tomlVersion.gte(1, 1)) {
					const code = this.parseUnicode(2);
					out.push(code);
					cp = this.nextCode();
					continue;
				} else if (cp === CodePoint.LINE_FEED) {
					cp = this.nextCode();
					while (isWhitespace(cp) || cp === CodePoint.LINE_FEED) cp = this.nextCode();
					continue;
				} else if (isWhitespace(cp)) {
					let valid = true;
					const startPos = this.codePointIterator.start;
					let nextCp;
					while ((nextCp = this.nextCode()) !== CodePoint.EOF) {
						if (nextCp === CodePoint.LINE_FEED) break;
						if (!isWhitespace(nextCp)) {
							this.moveAt(startPos);
							valid = false;
							break;
						}
					}
					if (valid) {
						cp = this.nextCode();
						while (isWhitespace(cp) || cp === CodePoint.LINE_FEED) cp = this.nextCode();
						continue;
					}
				}
				return this.reportParseError("invalid-char-in-escape-sequence");
			}
			out.push(cp);
			cp = this.nextCode();
		}
		return this.reportParseError("unterminated-string");
	}
	LITERAL_STRING(cp) {
		if (cp === CodePoint.SINGLE_QUOTE) {
			cp = this.nextCode();
			if (cp === CodePoint.SINGLE_QUOTE) return "MULTI_LINE_LITERAL_STRING";
			this.endToken("LiteralString", "start", "");
			return this.back("DATA");
		}
		const out = [];
		while (cp !== CodePoint.SINGLE_QUOTE && cp !== CodePoint.EOF && cp !== CodePoint.LINE_FEED) {
			if (isControlOtherThanTab(cp)) return this.reportParseErrorControlChar();
			out.push(cp);
			cp = this.nextCode();
		}
		if (cp !== CodePoint.SINGLE_QUOTE) return this.reportParseError("unterminated-string");
		this.endToken("LiteralString", "end", String.fromCodePoint(...out));
		return "DATA";
	}
	MULTI_LINE_LITERAL_STRING(cp) {
		const out = [];
		if (cp === CodePoint.LINE_FEED) cp = this.nextCode();
		while (cp !== CodePoint.EOF) {
			if (cp !== CodePoint.LINE_FEED && isControlOtherThanTab(cp)) return this.reportParseErrorControlChar();
			if (cp === CodePoint.SINGLE_QUOTE) {
				const startPos = this.codePointIterator.start;
				if (this.eatCode(CodePoint.SINGLE_QUOTE) && this.eatCode(CodePoint.SINGLE_QUOTE)) {
					if (this.eatCode(CodePoint.SINGLE_QUOTE)) {
						out.push(CodePoint.SINGLE_QUOTE);
						if (this.eatCode(CodePoint.SINGLE_QUOTE)) {
							out.push(CodePoint.SINGLE_QUOTE);
							if (this.eatCode(CodePoint.SINGLE_QUOTE)) {
								this.moveAt(startPos);
								return this.reportParseError("invalid-three-quotes");
							}
						}
					}
					this.endToken("MultiLineLiteralString", "end", String.fromCodePoint(...out));
					return "DATA";
				}
				this.moveAt(startPos);
			}
			out.push(cp);
			cp = this.nextCode();
		}
		return this.reportParseError("unterminated-string");
	}
	SIGN(cp) {
		if (cp === CodePoint.LATIN_SMALL_N || cp === CodePoint.LATIN_SMALL_I) return this.back("NAN_OR_INF");
		if (isDigit$1(cp)) return this.back("NUMBER");
		return this.reportParseError("unexpected-char");
	}
	NAN_OR_INF(cp) {
		if (cp === CodePoint.LATIN_SMALL_N) {
			const startPos = this.codePointIterator.start;
			if (this.eatCode(CodePoint.LATIN_SMALL_A) && this.eatCode(CodePoint.LATIN_SMALL_N)) {
				this.endToken("Float", "end", NaN);
				return "DATA";
			}
			this.moveAt(startPos);
		} else if (cp === CodePoint.LATIN_SMALL_I) {
			const startPos = this.codePointIterator.start;
			if (this.eatCode(CodePoint.LATIN_SMALL_N) && this.eatCode(CodePoint.LATIN_SMALL_F)) {
				this.endToken("Float", "end", this.text[this.tokenStart] === "-" ? -Infinity : Infinity);
				return "DATA";
			}
			this.moveAt(startPos);
		}
		return this.reportParseError("unexpected-char");
	}
	NUMBER(cp) {
		const start = this.text[this.tokenStart];
		const sign = start === "+" ? CodePoint.PLUS_SIGN : start === "-" ? CodePoint.DASH : CodePoint.NULL;
		if (cp === CodePoint.DIGIT_0) {
			if (sign === CodePoint.NULL) {
				const startPos = this.codePointIterator.start;
				const nextCp$1 = this.nextCode();
				if (isDigit$1(nextCp$1)) {
					const nextNextCp = this.nextCode();
					if (nextNextCp === CodePoint.COLON) {
						this.data = {
							hasDate: false,
							year: 0,
							month: 0,
							day: 0,
							hour: Number(String.fromCodePoint(CodePoint.DIGIT_0, nextCp$1)),
							minute: 0,
							second: 0
						};
						return "TIME_MINUTE";
					}
					if (isDigit$1(nextNextCp)) {
						const nextNextNextCp = this.nextCode();
						if (isDigit$1(nextNextNextCp) && this.eatCode(CodePoint.DASH)) {
							this.data = {
								hasDate: true,
								year: Number(String.fromCodePoint(CodePoint.DIGIT_0, nextCp$1, nextNextCp, nextNextNextCp)),
								month: 0,
								day: 0,
								hour: 0,
								minute: 0,
								second: 0
							};
							return "DATE_MONTH";
						}
					}
					this.moveAt(startPos);
					return this.reportParseError("invalid-leading-zero");
				}
				this.moveAt(startPos);
			}
			cp = this.nextCode();
			if (cp === CodePoint.LATIN_SMALL_X || cp === CodePoint.LATIN_SMALL_O || cp === CodePoint.LATIN_SMALL_B) {
				if (sign !== CodePoint.NULL) return this.reportParseError("unexpected-char");
				return cp === CodePoint.LATIN_SMALL_X ? "HEX" : cp === CodePoint.LATIN_SMALL_O ? "OCTAL" : "BINARY";
			}
			if (cp === CodePoint.LATIN_SMALL_E || cp === CodePoint.LATIN_CAPITAL_E) {
				this.data = {
					minus: sign === CodePoint.DASH,
					left: [CodePoint.DIGIT_0]
				};
				return "EXPONENT_RIGHT";
			}
			if (cp === CodePoint.DOT) {
				this.data = {
					minus: sign === CodePoint.DASH,
					absInt: [CodePoint.DIGIT_0]
				};
				return "FRACTIONAL_RIGHT";
			}
			this.endToken("Integer", "start", "0", 10);
			return this.back("DATA");
		}
		const { out, nextCp, hasUnderscore } = this.parseDigits(cp, isDigit$1);
		if (nextCp === CodePoint.DASH && sign === CodePoint.NULL && !hasUnderscore && out.length === 4) {
			this.data = {
				hasDate: true,
				year: Number(String.fromCodePoint(...out)),
				month: 0,
				day: 0,
				hour: 0,
				minute: 0,
				second: 0
			};
			return "DATE_MONTH";
		}
		if (nextCp === CodePoint.COLON && sign === CodePoint.NULL && !hasUnderscore && out.length === 2) {
			this.data = {
				hasDate: false,
				year: 0,
				month: 0,
				day: 0,
				hour: Number(String.fromCodePoint(...out)),
				minute: 0,
				second: 0
			};
			return "TIME_MINUTE";
		}
		if (nextCp === CodePoint.LATIN_SMALL_E || nextCp === CodePoint.LATIN_CAPITAL_E) {
			this.data = {
				minus: sign === CodePoint.DASH,
				left: out
			};
			return "EXPONENT_RIGHT";
		}
		if (nextCp === CodePoint.DOT) {
			this.data = {
				minus: sign === CodePoint.DASH,
				absInt: out
			};
			return "FRACTIONAL_RIGHT";
		}
		this.endToken("Integer", "start", sign === CodePoint.DASH ? String.fromCodePoint(CodePoint.DASH, ...out) : String.fromCodePoint(...out), 10);
		return this.back("DATA");
	}
	HEX(cp) {
		const { out } = this.parseDigits(cp, isHexDig);
		this.endToken("Integer", "start", String.fromCodePoint(...out), 16);
		return this.back("DATA");
	}
	OCTAL(cp) {
		const { out } = this.parseDigits(cp, isOctalDig);
		this.endToken("Integer", "start", String.fromCodePoint(...out), 8);
		return this.back("DATA");
	}
	BINARY(cp) {
		const { out } = this.parseDigits(cp, (c) => c === CodePoint.DIGIT_0 || c === CodePoint.DIGIT_1);
		this.endToken("Integer", "start", String.fromCodePoint(...out), 2);
		return this.back("DATA");
	}
	FRACTIONAL_RIGHT(cp) {
		const { minus, absInt } = this.data;
		const { out, nextCp } = this.parseDigits(cp, isDigit$1);
		const absNum = [
			...absInt,
			CodePoint.DOT,
			...out
		];
		if (nextCp === CodePoint.LATIN_SMALL_E || nextCp === CodePoint.LATIN_CAPITAL_E) {
			this.data = {
				minus,
				left: absNum
			};
			return "EXPONENT_RIGHT";
		}
		const value = Number(minus ? String.fromCodePoint(CodePoint.DASH, ...absNum) : String.fromCodePoint(...absNum));
		this.endToken("Float", "start", value);
		return this.back("DATA");
	}
	EXPONENT_RIGHT(cp) {
		const { left, minus: leftMinus } = this.data;
		let minus = false;
		if (cp === CodePoint.DASH || cp === CodePoint.PLUS_SIGN) {
			minus = cp === CodePoint.DASH;
			cp = this.nextCode();
		}
		const { out } = this.parseDigits(cp, isDigit$1);
		const right = out;
		if (minus) right.unshift(CodePoint.DASH);
		const value = Number(leftMinus ? String.fromCodePoint(CodePoint.DASH, ...left, CodePoint.LATIN_SMALL_E, ...right) : String.fromCodePoint(...left, CodePoint.LATIN_SMALL_E, ...right));
		this.endToken("Float", "start", value);
		return this.back("DATA");
	}
	BOOLEAN(cp) {
		if (cp === CodePoint.LATIN_SMALL_T) {
			const startPos = this.codePointIterator.start;
			if (this.eatCode(CodePoint.LATIN_SMALL_R) && this.eatCode(CodePoint.LATIN_SMALL_U) && this.eatCode(CodePoint.LATIN_SMALL_E)) {
				this.endToken("Boolean", "end", true);
				return "DATA";
			}
			this.moveAt(startPos);
		} else if (cp === CodePoint.LATIN_SMALL_F) {
			const startPos = this.codePointIterator.start;
			if (this.eatCode(CodePoint.LATIN_SMALL_A) && this.eatCode(CodePoint.LATIN_SMALL_L) && this.eatCode(CodePoint.LATIN_SMALL_S) && this.eatCode(CodePoint.LATIN_SMALL_E)) {
				this.endToken("Boolean", "end", false);
				return "DATA";
			}
			this.moveAt(startPos);
		}
		return this.reportParseError("unexpected-char");
	}
	DATE_MONTH(cp) {
		const start = this.codePointIterator.start;
		if (!isDigit$1(cp)) return this.reportParseError("unexpected-char");
		cp = this.nextCode();
		if (!isDigit$1(cp)) return this.reportParseError("unexpected-char");
		cp = this.nextCode();
		if (cp !== CodePoint.DASH) return this.reportParseError("unexpected-char");
		const end = this.codePointIterator.start;
		const data = this.data;
		data.month = Number(this.text.slice(start, end));
		return "DATE_DAY";
	}
	DATE_DAY(cp) {
		const start = this.codePointIterator.start;
		if (!isDigit$1(cp)) return this.reportParseError("unexpected-char");
		cp = this.nextCode();
		if (!isDigit$1(cp)) return this.reportParseError("unexpected-char");
		const end = this.codePointIterator.end;
		const data = this.data;
		data.day = Number(this.text.slice(start, end));
		if (!isValidDate(data.year, data.month, data.day)) return this.reportParseError("invalid-date");
		cp = this.nextCode();
		if (cp === CodePoint.LATIN_CAPITAL_T || cp === CodePoint.LATIN_SMALL_T) return "TIME_HOUR";
		if (cp === CodePoint.SPACE) {
			const startPos = this.codePointIterator.start;
			if (isDigit$1(this.nextCode()) && isDigit$1(this.nextCode())) {
				this.moveAt(startPos);
				return "TIME_HOUR";
			}
			this.moveAt(startPos);
		}
		const dateValue = getDateFromDateTimeData(data, "");
		this.endToken("LocalDate", "start", dateValue);
		return this.back("DATA");
	}
	TIME_HOUR(cp) {
		const start = this.codePointIterator.start;
		if (!isDigit$1(cp)) return this.reportParseError("unexpected-char");
		cp = this.nextCode();
		if (!isDigit$1(cp)) return this.reportParseError("unexpected-char");
		cp = this.nextCode();
		if (cp !== CodePoint.COLON) return this.reportParseError("unexpected-char");
		const end = this.codePointIterator.start;
		const data = this.data;
		data.hour = Number(this.text.slice(start, end));
		return "TIME_MINUTE";
	}
	TIME_MINUTE(cp) {
		const start = this.codePointIterator.start;
		if (!isDigit$1(cp)) return this.reportParseError("unexpected-char");
		cp = this.nextCode();
		if (!isDigit$1(cp)) return this.reportParseError("unexpected-char");
		const end = this.codePointIterator.end;
		const data = this.data;
		data.minute = Number(this.text.slice(start, end));
		cp = this.nextCode();
		if (cp === CodePoint.COLON) return "TIME_SECOND";
		if (this.tomlVersion.lt(1, 1)) return this.reportParseError("unexpected-char");
		if (!isValidTime(data.hour, data.minute, data.second)) return this.reportParseError("invalid-time");
		return this.processTimeEnd(cp, data);
	}
	TIME_SECOND(cp) {
		const start = this.codePointIterator.start;
		if (!isDigit$1(cp)) return this.reportParseError("unexpected-char");
		cp = this.nextCode();
		if (!isDigit$1(cp)) return this.reportParseError("unexpected-char");
		const end = this.codePointIterator.end;
		const data = this.data;
		data.second = Number(this.text.slice(start, end));
		if (!isValidTime(data.hour, data.minute, data.second)) return this.reportParseError("invalid-time");
		cp = this.nextCode();
		if (cp === CodePoint.DOT) return "TIME_SEC_FRAC";
		return this.processTimeEnd(cp, data);
	}
	TIME_SEC_FRAC(cp) {
		if (!isDigit$1(cp)) return this.reportParseError("unexpected-char");
		const start = this.codePointIterator.start;
		while (isDigit$1(cp)) cp = this.nextCode();
		const end = this.codePointIterator.start;
		const data = this.data;
		data.frac = this.text.slice(start, end);
		return this.processTimeEnd(cp, data);
	}
	processTimeEnd(cp, data) {
		if (data.hasDate) {
			if (cp === CodePoint.DASH || cp === CodePoint.PLUS_SIGN) {
				data.offsetSign = cp;
				return "TIME_OFFSET";
			}
			if (cp === CodePoint.LATIN_CAPITAL_Z || cp === CodePoint.LATIN_SMALL_Z) {
				const dateValue$2 = getDateFromDateTimeData(data, "Z");
				this.endToken("OffsetDateTime", "end", dateValue$2);
				return "DATA";
			}
			const dateValue$1 = getDateFromDateTimeData(data, "");
			this.endToken("LocalDateTime", "start", dateValue$1);
			return this.back("DATA");
		}
		const dateValue = getDateFromDateTimeData(data, "");
		this.endToken("LocalTime", "start", dateValue);
		return this.back("DATA");
	}
	TIME_OFFSET(cp) {
		if (!isDigit$1(cp)) return this.reportParseError("unexpected-char");
		const hourStart = this.codePointIterator.start;
		cp = this.nextCode();
		if (!isDigit$1(cp)) return this.reportParseError("unexpected-char");
		cp = this.nextCode();
		if (cp !== CodePoint.COLON) return this.reportParseError("unexpected-char");
		const hourEnd = this.codePointIterator.start;
		cp = this.nextCode();
		const minuteStart = this.codePointIterator.start;
		if (!isDigit$1(cp)) return this.reportParseError("unexpected-char");
		cp = this.nextCode();
		if (!isDigit$1(cp)) return this.reportParseError("unexpected-char");
		const minuteEnd = this.codePointIterator.end;
		const hour = Number(this.text.slice(hourStart, hourEnd));
		const minute = Number(this.text.slice(minuteStart, minuteEnd));
		if (!isValidTime(hour, minute, 0)) return this.reportParseError("invalid-time");
		const data = this.data;
		const dateValue = getDateFromDateTimeData(data, `${String.fromCodePoint(data.offsetSign)}${padStart(hour, 2)}:${padStart(minute, 2)}`);
		this.endToken("OffsetDateTime", "end", dateValue);
		return "DATA";
	}
	parseDigits(cp, checkDigit) {
		if (cp === CodePoint.UNDERSCORE) return this.reportParseError("invalid-underscore");
		if (!checkDigit(cp)) return this.reportParseError("unexpected-char");
		const out = [];
		let before = CodePoint.NULL;
		let hasUnderscore = false;
		while (checkDigit(cp) || cp === CodePoint.UNDERSCORE) {
			if (cp === CodePoint.UNDERSCORE) {
				hasUnderscore = true;
				if (before === CodePoint.UNDERSCORE) return this.reportParseError("invalid-underscore");
			} else out.push(cp);
			before = cp;
			cp = this.nextCode();
		}
		if (before === CodePoint.UNDERSCORE) return this.reportParseError("invalid-underscore");
		return {
			out,
			nextCp: cp,
			hasUnderscore
		};
	}
	parseUnicode(count) {
		const startLoc = this.codePointIterator.start;
		const start = this.codePointIterator.end;
		let charCount = 0;
		let cp;
		while ((cp = this.nextCode()) !== CodePoint.EOF) {
			if (!isHexDig(cp)) {
				this.moveAt(startLoc);
				return this.reportParseError("invalid-char-in-escape-sequence");
			}
			charCount++;
			if (charCount >= count) break;
		}
		const end = this.codePointIterator.end;
		const code = this.text.slice(start, end);
		const codePoint = parseInt(code, 16);
		if (!isUnicodeScalarValue(codePoint)) return this.reportParseError("invalid-code-point", { cp: code });
		return codePoint;
	}
	reportParseErrorControlChar() {
		return this.reportParseError("invalid-control-character");
	}
};
/**
* Check whether the code point is unquoted-key-char
*/
function isUnquotedKeyChar(cp, tomlVersion) {
	if (isLetter(cp) || isDigit$1(cp) || cp === CodePoint.UNDERSCORE || cp === CodePoint.DASH) return true;
	if (tomlVersion.lt(1, 1)) return false;
	return false;
}
/**
* Check whether the code point is control character other than tab
*/
function isControlOtherThanTab(cp) {
	return isControl(cp) && cp !== CodePoint.TABULATION || cp === CodePoint.DELETE;
}
/**
* Check whether the code point is non-eol for TOML 1.1
*/
function isNonEOL(cp) {
	return cp === CodePoint.TABULATION || CodePoint.SPACE <= cp && cp <= CodePoint.TILDE || isNonAscii(cp);
}
/**
* Check whether the code point is a non-ascii character.
*/
function isNonAscii(cp) {
	return CodePoint.PAD <= cp && cp <= CodePoint.CP_D7FF || CodePoint.CP_E000 <= cp && cp <= CodePoint.CP_10FFFF;
}
/**
* Check whether the given values is valid date
*/
function isValidDate(y, m, d) {
	if (y >= 0 && m <= 12 && m >= 1 && d >= 1) return d <= (m === 2 ? y & 3 || !(y % 25) && y & 15 ? 28 : 29 : 30 + (m + (m >> 3) & 1));
	return false;
}
/**
* Check whether the given values is valid time
*/
function isValidTime(h, m, s) {
	if (h >= 24 || h < 0 || m > 59 || m < 0 || s > 60 || s < 0) return false;
	return true;
}
/**
* Get date from DateTimeData
*/
function getDateFromDateTimeData(data, timeZone) {
	const year = padStart(data.year, 4);
	const month = data.month ? padStart(data.month, 2) : "01";
	const day = data.day ? padStart(data.day, 2) : "01";
	const hour = padStart(data.hour, 2);
	const minute = padStart(data.minute, 2);
	const second = padStart(data.second, 2);
	const textDate = `${year}-${month}-${day}`;
	const frac = data.frac ? `.${data.frac}` : "";
	const dateValue = /* @__PURE__ */ new Date(`${textDate}T${hour}:${minute}:${second}${frac}${timeZone}`);
	if (!isNaN(dateValue.getTime()) || data.second !== 60) return dateValue;
	return /* @__PURE__ */ new Date(`${textDate}T${hour}:${minute}:59${frac}${timeZone}`);
}
/**
* Pad with zeros.
*/
function padStart(num, maxLength) {
	return String(num).padStart(maxLength, "0");
}
const VALUE_KIND_VALUE = Symbol("VALUE_KIND_VALUE");
const VALUE_KIND_INTERMEDIATE = Symbol("VALUE_KIND_INTERMEDIATE");
var KeysResolver = class {
	constructor(ctx) {
		this.rootKeys = /* @__PURE__ */ new Map();
		this.tables = [];
		this.ctx = ctx;
	}
	applyResolveKeyForTable(node) {
		let keys = this.rootKeys;
		const peekKeyIndex = node.key.keys.length - 1;
		for (let index = 0; index < peekKeyIndex; index++) {
			const keyNode = node.key.keys[index];
			const keyName = toKeyName(keyNode);
			node.resolvedKey.push(keyName);
			let keyStore = keys.get(keyName);
			if (!keyStore) {
				keyStore = {
					node: keyNode,
					keys: /* @__PURE__ */ new Map()
				};
				keys.set(keyName, keyStore);
			} else if (keyStore.table === "array") {
				const peekIndex = keyStore.peekIndex;
				node.resolvedKey.push(peekIndex);
				keyStore = keyStore.keys.get(peekIndex);
			}
			keys = keyStore.keys;
		}
		const lastKeyNode = node.key.keys[peekKeyIndex];
		const lastKeyName = toKeyName(lastKeyNode);
		node.resolvedKey.push(lastKeyName);
		const lastKeyStore = keys.get(lastKeyName);
		if (!lastKeyStore) if (node.kind === "array") {
			node.resolvedKey.push(0);
			const newKeyStore = {
				node: lastKeyNode,
				keys: /* @__PURE__ */ new Map()
			};
			keys.set(lastKeyName, {
				table: node.kind,
				node: lastKeyNode,
				keys: /* @__PURE__ */ new Map([[0, newKeyStore]]),
				peekIndex: 0
			});
			this.tables.push({
				node,
				keys: newKeyStore.keys
			});
		} else {
			const newKeyStore = {
				table: node.kind,
				node: lastKeyNode,
				keys: /* @__PURE__ */ new Map()
			};
			keys.set(lastKeyName, newKeyStore);
			this.tables.push({
				node,
				keys: newKeyStore.keys
			});
		}
		else if (!lastKeyStore.table) if (node.kind === "array") this.ctx.reportParseError("dupe-keys", lastKeyNode);
		else {
			const transformKey = {
				table: node.kind,
				node: lastKeyNode,
				keys: lastKeyStore.keys
			};
			keys.set(lastKeyName, transformKey);
			this.tables.push({
				node,
				keys: transformKey.keys
			});
		}
		else if (lastKeyStore.table === "array") if (node.kind === "array") {
			const newKeyStore = {
				node: lastKeyNode,
				keys: /* @__PURE__ */ new Map()
			};
			const newIndex = lastKeyStore.peekIndex + 1;
			node.resolvedKey.push(newIndex);
			lastKeyStore.keys.set(newIndex, newKeyStore);
			lastKeyStore.peekIndex = newIndex;
			this.tables.push({
				node,
				keys: newKeyStore.keys
			});
		} else this.ctx.reportParseError("dupe-keys", lastKeyNode);
		else this.ctx.reportParseError("dupe-keys", lastKeyNode);
	}
	verifyDuplicateKeys(node) {
		for (const body of node.body) if (body.type === "TOMLKeyValue") verifyDuplicateKeysForKeyValue(this.ctx, this.rootKeys, body);
		for (const { node: tableNode, keys } of this.tables) for (const body of tableNode.body) verifyDuplicateKeysForKeyValue(this.ctx, keys, body);
	}
};
/**
* Verify duplicate keys from TOMLKeyValue
*/
function verifyDuplicateKeysForKeyValue(ctx, defineKeys, node) {
	let keys = defineKeys;
	const lastKey = last(node.key.keys);
	for (const keyNode of node.key.keys) {
		const key = toKeyName(keyNode);
		let defineKey = keys.get(key);
		if (defineKey) {
			if (defineKey.value === VALUE_KIND_VALUE) ctx.reportParseError("dupe-keys", getAfterNode(keyNode, defineKey.node));
			else if (lastKey === keyNode) ctx.reportParseError("dupe-keys", getAfterNode(keyNode, defineKey.node));
			else if (defineKey.table) ctx.reportParseError("dupe-keys", getAfterNode(keyNode, defineKey.node));
			defineKey.value = VALUE_KIND_INTERMEDIATE;
		} else {
			if (lastKey === keyNode) defineKey = {
				value: VALUE_KIND_VALUE,
				node: keyNode,
				keys: /* @__PURE__ */ new Map()
			};
			else defineKey = {
				value: VALUE_KIND_INTERMEDIATE,
				node: keyNode,
				keys: /* @__PURE__ */ new Map()
			};
			keys.set(key, defineKey);
		}
		keys = defineKey.keys;
	}
	if (node.value.type === "TOMLInlineTable") verifyDuplicateKeysForInlineTable(ctx, keys, node.value);
	else if (node.value.type === "TOMLArray") verifyDuplicateKeysForArray(ctx, keys, node.value);
}
/**
* Verify duplicate keys from TOMLInlineTable
*/
function verifyDuplicateKeysForInlineTable(ctx, defineKeys, node) {
	for (const body of node.body) verifyDuplicateKeysForKeyValue(ctx, defineKeys, body);
}
/**
* Verify duplicate keys from TOMLArray
*/
function verifyDuplicateKeysForArray(ctx, defineKeys, node) {
	const keys = defineKeys;
	for (let index = 0; index < node.elements.length; index++) {
		const element = node.elements[index];
		let defineKey = keys.get(index);
		if (defineKey) ctx.reportParseError("dupe-keys", getAfterNode(element, defineKey.node));
		else {
			defineKey = {
				value: VALUE_KIND_VALUE,
				node: element,
				keys: /* @__PURE__ */ new Map()
			};
			defineKeys.set(index, defineKey);
			if (element.type === "TOMLInlineTable") verifyDuplicateKeysForInlineTable(ctx, defineKey.keys, element);
			else if (element.type === "TOMLArray") verifyDuplicateKeysForArray(ctx, defineKey.keys, element);
		}
	}
}
/**
* Get the after node
*/
function getAfterNode(a, b) {
	return a.range[0] <= b.range[0] ? b : a;
}
var Context = class {
	constructor(data) {
		this.tokens = [];
		this.comments = [];
		this.back = null;
		this.stateStack = [];
		this.needNewLine = false;
		this.needSameLine = false;
		this.currToken = null;
		this.prevToken = null;
		this.valueContainerStack = [];
		this.tokenizer = new Tokenizer(data.text, data.parserOptions);
		this.topLevelTable = data.topLevelTable;
		this.table = data.topLevelTable;
		this.keysResolver = new KeysResolver(this);
	}
	/**
	* Get the next token.
	*/
	nextToken(option) {
		this.prevToken = this.currToken;
		if (this.back) {
			this.currToken = this.back;
			this.back = null;
		} else this.currToken = this._nextTokenFromTokenizer(option);
		if ((this.needNewLine || this.needSameLine || option?.needSameLine) && this.prevToken && this.currToken) if (this.prevToken.loc.end.line === this.currToken.loc.start.line) {
			if (this.needNewLine) return this.reportParseError("missing-newline", this.currToken);
		} else {
			const needSameLine = this.needSameLine || option?.needSameLine;
			if (needSameLine) return this.reportParseError(needSameLine, this.currToken);
		}
		this.needNewLine = false;
		this.needSameLine = false;
		return this.currToken;
	}
	_nextTokenFromTokenizer(option) {
		const valuesEnabled = this.tokenizer.valuesEnabled;
		if (option?.valuesEnabled) this.tokenizer.valuesEnabled = option.valuesEnabled;
		let token = this.tokenizer.nextToken();
		while (token && token.type === "Block") {
			this.comments.push(token);
			token = this.tokenizer.nextToken();
		}
		if (token) this.tokens.push(token);
		this.tokenizer.valuesEnabled = valuesEnabled;
		return token;
	}
	backToken() {
		if (this.back) throw new Error("Illegal state");
		this.back = this.currToken;
		this.currToken = this.prevToken;
	}
	addValueContainer(valueContainer) {
		this.valueContainerStack.push(valueContainer);
		this.tokenizer.valuesEnabled = true;
	}
	consumeValueContainer() {
		const valueContainer = this.valueContainerStack.pop();
		this.tokenizer.valuesEnabled = this.valueContainerStack.length > 0;
		return valueContainer;
	}
	applyResolveKeyForTable(node) {
		this.keysResolver.applyResolveKeyForTable(node);
	}
	verifyDuplicateKeys() {
		this.keysResolver.verifyDuplicateKeys(this.topLevelTable);
	}
	/**
	* Report an invalid token error.
	*/
	reportParseError(code, token) {
		let offset, line, column;
		if (token) {
			offset = token.range[0];
			line = token.loc.start.line;
			column = token.loc.start.column;
		} else {
			offset = this.tokenizer.start;
			const startPos = this.tokenizer.getLocFromIndex(offset);
			line = startPos.line;
			column = startPos.column;
		}
		throw new ParseError(code, offset, line, column);
	}
};
const STATE_FOR_ERROR = { VALUE: "missing-value" };
const STRING_VALUE_STYLE_MAP = {
	BasicString: "basic",
	MultiLineBasicString: "basic",
	LiteralString: "literal",
	MultiLineLiteralString: "literal"
};
const STRING_KEY_STYLE_MAP = {
	BasicString: "basic",
	LiteralString: "literal"
};
const DATETIME_VALUE_KIND_MAP = {
	OffsetDateTime: "offset-date-time",
	LocalDateTime: "local-date-time",
	LocalDate: "local-date",
	LocalTime: "local-time"
};
var TOMLParser = class {
	/**
	* Initialize this parser.
	*/
	constructor(text, parserOptions) {
		this.text = text;
		this.parserOptions = parserOptions || {};
		this.tomlVersion = getTOMLVer(this.parserOptions.tomlVersion);
	}
	/**
	* Parse TOML
	*/
	parse() {
		const ast = {
			type: "Program",
			body: [],
			sourceType: "module",
			tokens: [],
			comments: [],
			parent: null,
			range: [0, 0],
			loc: {
				start: {
					line: 1,
					column: 0
				},
				end: {
					line: 1,
					column: 0
				}
			}
		};
		const node = {
			type: "TOMLTopLevelTable",
			body: [],
			parent: ast,
			range: cloneRange(ast.range),
			loc: cloneLoc(ast.loc)
		};
		ast.body = [node];
		const ctx = new Context({
			text: this.text,
			parserOptions: this.parserOptions,
			topLevelTable: node
		});
		let token = ctx.nextToken();
		if (token) {
			node.range[0] = token.range[0];
			node.loc.start = clonePos(token.loc.start);
			while (token) {
				const state$1 = ctx.stateStack.pop() || "TABLE";
				ctx.stateStack.push(...this[state$1](token, ctx));
				token = ctx.nextToken();
			}
			const state = ctx.stateStack.pop() || "TABLE";
			if (state in STATE_FOR_ERROR) return ctx.reportParseError(STATE_FOR_ERROR[state], null);
			if (ctx.table.type === "TOMLTable") applyEndLoc(ctx.table, last(ctx.table.body));
			applyEndLoc(node, last(node.body));
		}
		ctx.verifyDuplicateKeys();
		ast.tokens = ctx.tokens;
		ast.comments = ctx.comments;
		const endOffset = ctx.tokenizer.end;
		const endPos = ctx.tokenizer.getLocFromIndex(endOffset);
		ast.range[1] = endOffset;
		ast.loc.end = {
			line: endPos.line,
			column: endPos.column
		};
		return ast;
	}
	TABLE(token, ctx) {
		if (isBare(token) || isString(token)) return this.processKeyValue(token, ctx.table, ctx);
		if (isLeftBracket(token)) return this.processTable(token, ctx.topLevelTable, ctx);
		return ctx.reportParseError("unexpected-token", token);
	}
	VALUE(token, ctx) {
		if (isString(token) || isMultiLineString(token)) return this.processStringValue(token, ctx);
		if (isNumber(token)) return this.processNumberValue(token, ctx);
		if (isBoolean(token)) return this.processBooleanValue(token, ctx);
		if (isDateTime(token)) return this.processDateTimeValue(token, ctx);
		if (isLeftBracket(token)) return this.processArray(token, ctx);
		if (isLeftBrace(token)) return this.processInlineTable(token, ctx);
		return ctx.reportParseError("unexpected-token", token);
	}
	processTable(token, topLevelTableNode, ctx) {
		const tableNode = {
			type: "TOMLTable",
			kind: "standard",
			key: null,
			resolvedKey: [],
			body: [],
			parent: topLevelTableNode,
			range: cloneRange(token.range),
			loc: cloneLoc(token.loc)
		};
		if (ctx.table.type === "TOMLTable") applyEndLoc(ctx.table, last(ctx.table.body));
		topLevelTableNode.body.push(tableNode);
		ctx.table = tableNode;
		let targetToken = ctx.nextToken({ needSameLine: "invalid-key-value-newline" });
		if (isLeftBracket(targetToken)) {
			if (token.range[1] < targetToken.range[0]) return ctx.reportParseError("invalid-space", targetToken);
			tableNode.kind = "array";
			targetToken = ctx.nextToken({ needSameLine: "invalid-key-value-newline" });
		}
		if (isRightBracket(targetToken)) return ctx.reportParseError("missing-key", targetToken);
		if (!targetToken) return ctx.reportParseError("unterminated-table-key", null);
		targetToken = this.processKeyNode(targetToken, tableNode, ctx).nextToken;
		if (!isRightBracket(targetToken)) return ctx.reportParseError("unterminated-table-key", targetToken);
		if (tableNode.kind === "array") {
			const rightBracket = targetToken;
			targetToken = ctx.nextToken({ needSameLine: "invalid-key-value-newline" });
			if (!isRightBracket(targetToken)) return ctx.reportParseError("unterminated-table-key", targetToken);
			if (rightBracket.range[1] < targetToken.range[0]) return ctx.reportParseError("invalid-space", targetToken);
		}
		applyEndLoc(tableNode, targetToken);
		ctx.applyResolveKeyForTable(tableNode);
		ctx.needNewLine = true;
		return [];
	}
	processKeyValue(token, tableNode, ctx) {
		const keyValueNode = {
			type: "TOMLKeyValue",
			key: null,
			value: null,
			parent: tableNode,
			range: cloneRange(token.range),
			loc: cloneLoc(token.loc)
		};
		tableNode.body.push(keyValueNode);
		const { nextToken: targetToken } = this.processKeyNode(token, keyValueNode, ctx);
		if (!isEq(targetToken)) return ctx.reportParseError("missing-equals-sign", targetToken);
		ctx.addValueContainer({
			parent: keyValueNode,
			set: (valNode) => {
				keyValueNode.value = valNode;
				applyEndLoc(keyValueNode, valNode);
				ctx.needNewLine = true;
				return [];
			}
		});
		ctx.needSameLine = "invalid-key-value-newline";
		return ["VALUE"];
	}
	processKeyNode(token, parent, ctx) {
		if (isDot(token)) ctx.reportParseError("invalid-leading-dot-in-key", token);
		const keyNode = {
			type: "TOMLKey",
			keys: [],
			parent,
			range: cloneRange(token.range),
			loc: cloneLoc(token.loc)
		};
		parent.key = keyNode;
		let targetToken = token;
		let dotToken = null;
		do {
			if (isBare(targetToken)) this.processBareKey(targetToken, keyNode);
			else if (isString(targetToken)) this.processStringKey(targetToken, keyNode);
			else break;
			dotToken = null;
			targetToken = ctx.nextToken({ needSameLine: "invalid-key-value-newline" });
			if (!isDot(targetToken)) break;
			dotToken = targetToken;
			targetToken = ctx.nextToken({ needSameLine: "invalid-key-value-newline" });
		} while (targetToken);
		if (dotToken) ctx.reportParseError(isDot(targetToken) ? "invalid-consecutive-dots-in-key" : "invalid-trailing-dot-in-key", dotToken);
		applyEndLoc(keyNode, last(keyNode.keys));
		return {
			keyNode,
			nextToken: targetToken
		};
	}
	processBareKey(token, keyNode) {
		const node = {
			type: "TOMLBare",
			name: token.value,
			parent: keyNode,
			range: cloneRange(token.range),
			loc: cloneLoc(token.loc)
		};
		keyNode.keys.push(node);
	}
	processStringKey(token, keyNode) {
		const node = {
			type: "TOMLQuoted",
			kind: "string",
			value: token.string,
			style: STRING_KEY_STYLE_MAP[token.type],
			multiline: false,
			parent: keyNode,
			range: cloneRange(token.range),
			loc: cloneLoc(token.loc)
		};
		keyNode.keys.push(node);
	}
	processStringValue(token, ctx) {
		const valueContainer = ctx.consumeValueContainer();
		const node = {
			type: "TOMLValue",
			kind: "string",
			value: token.string,
			style: STRING_VALUE_STYLE_MAP[token.type],
			multiline: isMultiLineString(token),
			parent: valueContainer.parent,
			range: cloneRange(token.range),
			loc: cloneLoc(token.loc)
		};
		return valueContainer.set(node);
	}
	processNumberValue(token, ctx) {
		const valueContainer = ctx.consumeValueContainer();
		const text = this.text;
		const [startRange, endRange] = token.range;
		let numberString = null;
		/**
		* Get the text of number
		*/
		const getNumberText = () => {
			return numberString ?? (numberString = text.slice(startRange, endRange).replace(/_/g, ""));
		};
		let node;
		if (token.type === "Integer") node = {
			type: "TOMLValue",
			kind: "integer",
			value: token.number,
			bigint: token.bigint,
			get number() {
				return getNumberText();
			},
			parent: valueContainer.parent,
			range: cloneRange(token.range),
			loc: cloneLoc(token.loc)
		};
		else node = {
			type: "TOMLValue",
			kind: "float",
			value: token.number,
			get number() {
				return getNumberText();
			},
			parent: valueContainer.parent,
			range: cloneRange(token.range),
			loc: cloneLoc(token.loc)
		};
		return valueContainer.set(node);
	}
	processBooleanValue(token, ctx) {
		const valueContainer = ctx.consumeValueContainer();
		const node = {
			type: "TOMLValue",
			kind: "boolean",
			value: token.boolean,
			parent: valueContainer.parent,
			range: cloneRange(token.range),
			loc: cloneLoc(token.loc)
		};
		return valueContainer.set(node);
	}
	processDateTimeValue(token, ctx) {
		const valueContainer = ctx.consumeValueContainer();
		const node = {
			type: "TOMLValue",
			kind: DATETIME_VALUE_KIND_MAP[token.type],
			value: token.date,
			datetime: token.value,
			parent: valueContainer.parent,
			range: cloneRange(token.range),
			loc: cloneLoc(token.loc)
		};
		return valueContainer.set(node);
	}
	processArray(token, ctx) {
		const valueContainer = ctx.consumeValueContainer();
		const node = {
			type: "TOMLArray",
			elements: [],
			parent: valueContainer.parent,
			range: cloneRange(token.range),
			loc: cloneLoc(token.loc)
		};
		const nextToken = ctx.nextToken({ valuesEnabled: true });
		if (isRightBracket(nextToken)) {
			applyEndLoc(node, nextToken);
			return valueContainer.set(node);
		}
		ctx.backToken();
		return this.processArrayValue(node, valueContainer, ctx);
	}
	processArrayValue(node, valueContainer, ctx) {
		ctx.addValueContainer({
			parent: node,
			set: (valNode) => {
				node.elements.push(valNode);
				let nextToken = ctx.nextToken({ valuesEnabled: true });
				const hasComma = isComma(nextToken);
				if (hasComma) nextToken = ctx.nextToken({ valuesEnabled: true });
				if (isRightBracket(nextToken)) {
					applyEndLoc(node, nextToken);
					return valueContainer.set(node);
				}
				if (hasComma) {
					ctx.backToken();
					return this.processArrayValue(node, valueContainer, ctx);
				}
				return ctx.reportParseError(nextToken ? "missing-comma" : "unterminated-array", nextToken);
			}
		});
		return ["VALUE"];
	}
	processInlineTable(token, ctx) {
		const valueContainer = ctx.consumeValueContainer();
		const node = {
			type: "TOMLInlineTable",
			body: [],
			parent: valueContainer.parent,
			range: cloneRange(token.range),
			loc: cloneLoc(token.loc)
		};
		const needSameLine = this.tomlVersion.gte(1, 1) ? void 0 : "invalid-inline-table-newline";
		const nextToken = ctx.nextToken({ needSameLine });
		if (nextToken) {
			if (isBare(nextToken) || isString(nextToken)) return this.processInlineTableKeyValue(nextToken, node, valueContainer, ctx);
			if (isRightBrace(nextToken)) {
				applyEndLoc(node, nextToken);
				return valueContainer.set(node);
			}
		}
		return ctx.reportParseError("unexpected-token", nextToken);
	}
	processInlineTableKeyValue(token, inlineTableNode, valueContainer, ctx) {
		const keyValueNode = {
			type: "TOMLKeyValue",
			key: null,
			value: null,
			parent: inlineTableNode,
			range: cloneRange(token.range),
			loc: cloneLoc(token.loc)
		};
		inlineTableNode.body.push(keyValueNode);
		const { nextToken: targetToken } = this.processKeyNode(token, keyValueNode, ctx);
		if (!isEq(targetToken)) return ctx.reportParseError("missing-equals-sign", targetToken);
		const needSameLine = this.tomlVersion.gte(1, 1) ? void 0 : "invalid-inline-table-newline";
		ctx.addValueContainer({
			parent: keyValueNode,
			set: (valNode) => {
				keyValueNode.value = valNode;
				applyEndLoc(keyValueNode, valNode);
				let nextToken = ctx.nextToken({ needSameLine });
				if (isComma(nextToken)) {
					nextToken = ctx.nextToken({ needSameLine });
					if (nextToken && (isBare(nextToken) || isString(nextToken))) return this.processInlineTableKeyValue(nextToken, inlineTableNode, valueContainer, ctx);
					if (isRightBrace(nextToken)) {
						if (this.tomlVersion.lt(1, 1)) return ctx.reportParseError("invalid-trailing-comma-in-inline-table", nextToken);
					} else return ctx.reportParseError(nextToken ? "unexpected-token" : "unterminated-inline-table", nextToken);
				}
				if (isRightBrace(nextToken)) {
					applyEndLoc(inlineTableNode, nextToken);
					return valueContainer.set(inlineTableNode);
				}
				return ctx.reportParseError(nextToken ? "missing-comma" : "unterminated-inline-table", nextToken);
			}
		});
		ctx.needSameLine = "invalid-key-value-newline";
		return ["VALUE"];
	}
};
/**
* Check whether the given token is a dot.
*/
function isDot(token) {
	return isPunctuator(token) && token.value === ".";
}
/**
* Check whether the given token is an equal sign.
*/
function isEq(token) {
	return isPunctuator(token) && token.value === "=";
}
/**
* Check whether the given token is a left bracket.
*/
function isLeftBracket(token) {
	return isPunctuator(token) && token.value === "[";
}
/**
* Check whether the given token is a right bracket.
*/
function isRightBracket(token) {
	return isPunctuator(token) && token.value === "]";
}
/**
* Check whether the given token is a left brace.
*/
function isLeftBrace(token) {
	return isPunctuator(token) && token.value === "{";
}
/**
* Check whether the given token is a right brace.
*/
function isRightBrace(token) {
	return isPunctuator(token) && token.value === "}";
}
/**
* Check whether the given token is a comma.
*/
function isComma(token) {
	return isPunctuator(token) && token.value === ",";
}
/**
* Check whether the given token is a punctuator.
*/
function isPunctuator(token) {
	return Boolean(token && token.type === "Punctuator");
}
/**
* Check whether the given token is a bare token.
*/
function isBare(token) {
	return token.type === "Bare";
}
/**
* Check whether the given token is a string.
*/
function isString(token) {
	return token.type === "BasicString" || token.type === "LiteralString";
}
/**
* Check whether the given token is a multi-line string.
*/
function isMultiLineString(token) {
	return token.type === "MultiLineBasicString" || token.type === "MultiLineLiteralString";
}
/**
* Check whether the given token is a number.
*/
function isNumber(token) {
	return token.type === "Integer" || token.type === "Float";
}
/**
* Check whether the given token is a boolean.
*/
function isBoolean(token) {
	return token.type === "Boolean";
}
/**
* Check whether the given token is a date time.
*/
function isDateTime(token) {
	return token.type === "OffsetDateTime" || token.type === "LocalDateTime" || token.type === "LocalDate" || token.type === "LocalTime";
}
/**
* Apply end locations
*/
function applyEndLoc(node, child) {
	if (child) {
		node.range[1] = child.range[1];
		node.loc.end = clonePos(child.loc.end);
	}
}
/**
* clone the location.
*/
function cloneRange(range) {
	return [range[0], range[1]];
}
/**
* clone the location.
*/
function cloneLoc(loc) {
	return {
		start: clonePos(loc.start),
		end: clonePos(loc.end)
	};
}
/**
* clone the location.
*/
function clonePos(pos) {
	return {
		line: pos.line,
		column: pos.column
	};
}
const KEYS = unionWith({
	Program: ["body"],
	TOMLTopLevelTable: ["body"],
	TOMLTable: ["key", "body"],
	TOMLKeyValue: ["key", "value"],
	TOMLKey: ["keys"],
	TOMLArray: ["elements"],
	TOMLInlineTable: ["body"],
	TOMLBare: [],
	TOMLQuoted: [],
	TOMLValue: []
});
/**
* Parse source code
*/
function parseForESLint(code, options) {
	return {
		ast: new TOMLParser(code, options).parse(),
		visitorKeys: KEYS,
		services: { isTOML: true }
	};
}
/**
* Parse TOML source code
*/
function parseTOML(code, options) {
	return parseForESLint(code, options).ast;
}
// src/document/toml.ts
/** Parses the TOML files of a bucket into documents. A document contains the position of every value. */
const DEEPEST$1 = 100;
/** Maximum length in characters. The parser needs seconds for a few megabytes. */
const LONGEST = 1048576;
/**
* Parses TOML. `subject` begins the message, e.g. `invalid bucket.conf`. Returns `undefined` after an error; the parser
* stops at the first error. The library can convert the tree to objects. This conversion is not used, because a key
* such as `a.__proto__.b` would change the prototype of all objects.
*/
function parseToml(source, subject, findings) {
	if (source.text.length > LONGEST) {
		findings.error({
			message: `${subject}: it is larger than 1 MiB`,
			place: source.placeAt(0)
		});
		return;
	}
	try {
		const [table] = parseTOML(source.text).body;
		return {
			source,
			root: convertTop(table)
		};
	} catch (thrown) {
		const { detail, offset } = explain(thrown);
		const inText = Math.min(offset, source.text.trimEnd().length);
		findings.error({
			message: `${subject}: ${detail}`,
			place: source.placeAt(inText)
		});
		return;
	}
}
function explain(thrown) {
	if (thrown instanceof ParseError) return {
		detail: escaped(lowerFirst(messageOf(thrown))),
		offset: thrown.index
	};
	if (thrown instanceof RangeError) return {
		detail: "values are nested too deeply or too long",
		offset: 0
	};
	return {
		detail: `it cannot be parsed: ${escaped(messageOf(thrown))}`,
		offset: 0
	};
}
function lowerFirst(text) {
	return text.charAt(0).toLowerCase() + text.slice(1);
}
function convertTop(top) {
	const root = emptyTable(top);
	for (const entry of top.body) {
		if (entry.type === "TOMLKeyValue") {
			assign(root, entry);
			continue;
		}
		const table = openTable(root, entry);
		for (const pair of entry.body) assign(table, pair);
	}
	return root;
}
/**
* Returns the table for a header. `[a.b]` returns the table of that name, which is created when it is missing.
* `[[a.b]]` adds a new table to a list.
*/
function openTable(root, header) {
	const { parents, name, keyStart } = partsOf(header.key);
	const parent = parents.reduce(tableBelow, root);
	if (header.kind === "standard") return tableBelow(parent, {
		name,
		keyStart
	});
	const table = emptyTable(header);
	const list = parent.members.get(name)?.node;
	if (list?.kind === "array") list.items.push(table);
	else {
		const node = {
			kind: "array",
			items: [table],
			start: table.start,
			end: table.end
		};
		parent.members.set(name, {
			keyStart,
			writtenAs: name,
			node
		});
	}
	return table;
}
function assign(table, { key, value }, depth = 0) {
	const { parents, name, keyStart } = partsOf(key);
	parents.reduce(tableBelow, table).members.set(name, {
		keyStart,
		writtenAs: name,
		node: convertValue(value, depth)
	});
}
function partsOf(key) {
	refuseDeeper(key.keys.length);
	const parts = key.keys.map((part) => ({
		name: part.type === "TOMLBare" ? part.name : part.value,
		keyStart: part.range[0]
	}));
	return {
		...parts.pop() ?? {
			name: "",
			keyStart: key.range[0]
		},
		parents: parts
	};
}
/**
* Returns the table with that name, or the last table if the name is a list of tables. Creates a missing table. The
* parser has already refused a document in which the name has a value of a different kind.
*/
function tableBelow(table, { name, keyStart }) {
	const node = table.members.get(name)?.node;
	const existing = node?.kind === "array" ? node.items.at(-1) : node;
	if (existing?.kind === "object") return existing;
	const created = {
		kind: "object",
		members: /* @__PURE__ */ new Map(),
		start: keyStart,
		end: keyStart + name.length
	};
	table.members.set(name, {
		keyStart,
		writtenAs: name,
		node: created
	});
	return created;
}
function emptyTable({ range: [start, end] }) {
	return {
		kind: "object",
		members: /* @__PURE__ */ new Map(),
		start,
		end
	};
}
function convertValue(value, depth) {
	refuseDeeper(depth);
	const [start, end] = value.range;
	switch (value.type) {
		case "TOMLArray": return {
			kind: "array",
			items: value.elements.map((item) => convertValue(item, depth + 1)),
			start,
			end
		};
		case "TOMLInlineTable": {
			const table = emptyTable(value);
			for (const pair of value.body) assign(table, pair, depth + 1);
			return table;
		}
		case "TOMLValue": return {
			kind: "scalar",
			value: value.value instanceof Date ? void 0 : value.value,
			start,
			end
		};
	}
}
function refuseDeeper(depth) {
	if (depth > DEEPEST$1) throw new RangeError(`more than ${DEEPEST$1} levels`);
}
// src/workspace/older/older-words.ts
/**
* Replaces the older words in the tree of a document with the current words. So all later code handles only current
* words. The places of values still point to the original text of the file. Each older word gives one warning, which
* contains the repair. If an older and a current word are both present, the current word is used.
*/
var OlderWords = class {
	source;
	#findings;
	#title;
	constructor({ source, findings, title }) {
		this.source = source;
		this.#findings = findings;
		this.#title = title;
	}
	report({ older, today, start, edits, rivals, hint }) {
		const change = rivals ? `${older} removed, ${today} is present too` : `${older} -> ${today}`;
		const text = `${quoted(older)} is an older word for ${quoted(today)}${besides(rivals)}`;
		this.warn({
			start,
			text,
			hint,
			repair: {
				change,
				edits
			}
		});
	}
	/** Adds a warning. `text` is the end of a sentence that begins with the title. */
	warn({ start, text, hint, repair }) {
		this.#findings.warning({
			message: `${this.#title}: ${text}`,
			place: this.source.placeAt(start),
			hint,
			repair
		});
	}
	/** Returns the object with the current names of its members. `names` maps older names to current names. */
	rename(object, names) {
		const members = /* @__PURE__ */ new Map();
		for (const [name, member] of object.members) {
			const today = Object.hasOwn(names, name) ? names[name] : void 0;
			if (today === void 0) members.set(name, member);
			else if (this.#renameOne(object, {
				older: name,
				today,
				member
			}) === "alone") members.set(today, member);
		}
		return {
			...object,
			members
		};
	}
	#renameOne(object, { older, today, member }) {
		const twin = object.members.get(today);
		const edit = twin ? dropMember(this.source, object, older) : renameKey(this.source, member, today);
		const rivals = twin && [member.node, twin.node];
		this.report({
			older,
			today,
			start: member.keyStart,
			edits: [edit],
			...rivals && { rivals }
		});
		return twin ? "beside today’s" : "alone";
	}
};
/** Returns the end of the warning when both words are present, otherwise an empty text. */
function besides(rivals) {
	if (!rivals) return "";
	const [older, today] = rivals;
	return isDeepStrictEqual(dataOf(older), dataOf(today)) ? ", which is present too and is used" : ", which is present too, with another value, and is used";
}
// src/document/source.ts
/** The text of one file of the bucket. Converts offsets in the text to lines and columns. */
var Source = class {
	/** The path of the file, relative to the repository root. */
	file;
	/** The text without a byte order mark. */
	text;
	#lineStarts;
	constructor(file, text) {
		this.file = file;
		this.text = text;
	}
	/** Returns the place of an offset in `text`. Columns count UTF-16 units, as in editors. */
	placeAt(offset) {
		this.#lineStarts ??= lineStartsOf(this.text);
		const starts = this.#lineStarts;
		let low = 0;
		let high = starts.length - 1;
		while (low < high) {
			const middle = low + high + 1 >> 1;
			if (starts[middle] <= offset) low = middle;
			else high = middle - 1;
		}
		return {
			file: this.file,
			line: low + 1,
			column: offset - starts[low] + 1
		};
	}
};
function lineStartsOf(text) {
	const starts = [0];
	for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
	return starts;
}
// src/workspace/text-file.ts
/** Reads a file of the bucket as UTF-8 text. Reports a file that cannot be read. */
/** Reads the text of a file of the bucket. */
async function readText(request) {
	return sourceOf(request, await request.reader.readDocument(request.path));
}
/** Reads the text of a file that was already found inside the bucket. */
async function readKnownText(request, known) {
	return sourceOf(request, await request.reader.readKnown(known));
}
function sourceOf(request, read) {
	const { reader, path, subject, findings } = request;
	switch (read.kind) {
		case "missing": return "missing";
		case "refused": {
			const message = `${subject}: ${excerpt(path)} cannot be read: ${read.reason}`;
			findings.error({
				message,
				place: startOf(reader.bucket, path)
			});
			return "refused";
		}
		case "done": return decode(request, read.value);
	}
}
function decode({ reader, path, subject, findings }, bytes) {
	const source = new Source(fileIn(reader.bucket, path), new TextDecoder("utf-8").decode(bytes));
	if (isUtf8(bytes)) return source;
	const before = new TextDecoder("utf-8").decode(bytes.subarray(0, lengthOfText(bytes)));
	findings.error({
		message: `${subject}: ${excerpt(path)} is not UTF-8 text`,
		place: source.placeAt(before.length)
	});
	return "refused";
}
/** Returns the number of bytes before the first invalid byte. */
function lengthOfText(bytes) {
	let low = 0;
	let high = bytes.length;
	while (low < high) {
		const middle = low + high + 1 >> 1;
		if (isTextSoFar(bytes.subarray(0, middle))) low = middle;
		else high = middle - 1;
	}
	return low;
}
function isTextSoFar(bytes) {
	try {
		new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
		return true;
	} catch {
		return false;
	}
}
// src/workspace/bucket-conf.ts
const FILE$2 = "workspace/bucket.conf";
const SUBJECT$3 = "invalid bucket.conf";
const OLDER = ["port_min", "port_max"];
const DEFAULT_POOL = {
	min: 3e4,
	max: 39999
};
/** Reads `bucket.conf`. Every key is a variable of the bucket. The key `port_range` also sets the port pool. */
async function readBucketConf(reader) {
	const findings = new Findings("ErrInvalidBucketConf");
	const source = await readText({
		reader,
		path: FILE$2,
		subject: SUBJECT$3,
		findings
	});
	const document = source === "missing" || source === "refused" ? void 0 : parseToml(source, SUBJECT$3, findings);
	if (!document) return {
		bucketVars: recordOf([]),
		portPool: DEFAULT_POOL,
		diagnostics: findings.diagnostics
	};
	const bucketVars = flatStrings({
		source: document.source,
		table: document.root,
		findings,
		about: `${SUBJECT$3}:`
	});
	refuseMisspelt(document, findings);
	return {
		bucketVars,
		portPool: readPool({
			document,
			bucketVars,
			findings
		}),
		diagnostics: findings.diagnostics
	};
}
/**
* Refuses a variable whose name is a misspelling of `port_range`, `port_min` or `port_max`. Otherwise the default port
* pool would be used, and the ports of all jobs could change.
*/
function refuseMisspelt({ source, root }, findings) {
	const keys = ["port_range", ...OLDER];
	for (const [key, { keyStart }] of root.members) {
		const meant = keys.includes(key) ? void 0 : misspelling(key, keys);
		if (!meant) continue;
		const message = `${SUBJECT$3}: unknown key ${quoted(key)}`;
		findings.error({
			message,
			place: source.placeAt(keyStart),
			hint: meant.hint
		});
	}
}
/** Reads `port_range = "min,max"`, or the older `port_min` and `port_max` when `port_range` is missing. */
function readPool(request) {
	const older = Object.keys(request.bucketVars).flatMap((key) => OLDER.find((one) => one === key) ?? []);
	const range = request.bucketVars.port_range;
	const pool = range === void 0 ? readBounds$1(request) : readRange(range, request);
	reportOlder({
		...request,
		older,
		pool: pool ?? DEFAULT_POOL
	});
	if (!pool) return DEFAULT_POOL;
	if (pool.min >= 1 && pool.min <= pool.max && pool.max <= 65535) return pool;
	refuse(request, {
		key: range === void 0 ? older[0] ?? "port_min" : "port_range",
		detail: `port_min=${pool.min} port_max=${pool.max}`
	});
	return DEFAULT_POOL;
}
function readRange(range, request) {
	const [min, max, ...more] = range.split(",").map(integerIn);
	if (min !== void 0 && max !== void 0 && more.length === 0) return {
		min,
		max
	};
	refuse(request, {
		key: "port_range",
		detail: `port_range ${quoted(range)}`,
		hint: "write port_range = \"30000,39999\""
	});
}
function readBounds$1(request) {
	const read = (key, fallback) => {
		const text = request.bucketVars[key] ?? "";
		const number = text.trim() === "" ? fallback : integerIn(text);
		if (number === void 0) refuse(request, {
			key,
			detail: `${key} ${quoted(text)}`
		});
		return number;
	};
	const min = read("port_min", DEFAULT_POOL.min);
	const max = read("port_max", DEFAULT_POOL.max);
	return min === void 0 || max === void 0 ? void 0 : {
		min,
		max
	};
}
function integerIn(text) {
	return /^[+-]?\d{1,9}$/.test(text.trim()) ? Number(text) : void 0;
}
/**
* Reports the older keys. The repair replaces the first older key with `port_range` and removes the second older key.
*/
function reportOlder({ document, bucketVars, findings, older, pool }) {
	const words = new OlderWords({
		source: document.source,
		findings,
		title: "bucket.conf"
	});
	const today = document.root.members.get("port_range");
	const own = {
		port_min: pool.min,
		port_max: pool.max
	};
	for (const [index, key] of older.entries()) {
		const member = document.root.members.get(key);
		if (!member) continue;
		const says = integerIn(bucketVars[key] ?? "") ?? own[key];
		const rivals = today && [scalarOf(says, member.node), scalarOf(own[key], today.node)];
		const range = replace(spanOf(member), `port_range = "${pool.min},${pool.max}"`);
		const edit = index === 0 && !today ? range : dropMember(document.source, document.root, key);
		words.report({
			older: key,
			today: "port_range",
			start: member.keyStart,
			edits: [edit],
			...rivals && { rivals },
			hint: "write port_range = \"min,max\""
		});
	}
}
const scalarOf = (value, { start, end }) => ({
	kind: "scalar",
	value,
	start,
	end
});
function refuse({ document, findings }, { key, detail, hint }) {
	findings.error({
		code: "ErrInvalidPortRange",
		message: `invalid port range in bucket.conf: ${detail}`,
		place: document.source.placeAt(document.root.members.get(key)?.node.start ?? 0),
		hint
	});
}
// node_modules/jsonc-parser/lib/esm/impl/scanner.js
/**
* Creates a JSON scanner on the given text.
* If ignoreTrivia is set, whitespaces or comments are ignored.
*/
function createScanner(text, ignoreTrivia = false) {
	const len = text.length;
	let pos = 0, value = "", tokenOffset = 0, token = 16, lineNumber = 0, lineStartOffset = 0, tokenLineStartOffset = 0, prevTokenLineStartOffset = 0, scanError = 0;
	function scanHexDigits(count, exact) {
		let digits = 0;
		let value = 0;
		while (digits < count || !exact) {
			let ch = text.charCodeAt(pos);
			if (ch >= 48 && ch <= 57) value = value * 16 + ch - 48;
			else if (ch >= 65 && ch <= 70) value = value * 16 + ch - 65 + 10;
			else if (ch >= 97 && ch <= 102) value = value * 16 + ch - 97 + 10;
			else break;
			pos++;
			digits++;
		}
		if (digits < count) value = -1;
		return value;
	}
	function setPosition(newPosition) {
		pos = newPosition;
		value = "";
		tokenOffset = 0;
		token = 16;
		scanError = 0;
	}
	function scanNumber() {
		let start = pos;
		if (text.charCodeAt(pos) === 48) pos++;
		else {
			pos++;
			while (pos < text.length && isDigit(text.charCodeAt(pos))) pos++;
		}
		if (pos < text.length && text.charCodeAt(pos) === 46) {
			pos++;
			if (pos < text.length && isDigit(text.charCodeAt(pos))) {
				pos++;
				while (pos < text.length && isDigit(text.charCodeAt(pos))) pos++;
			} else {
				scanError = 3;
				return text.substring(start, pos);
			}
		}
		let end = pos;
		if (pos < text.length && (text.charCodeAt(pos) === 69 || text.charCodeAt(pos) === 101)) {
			pos++;
			if (pos < text.length && text.charCodeAt(pos) === 43 || text.charCodeAt(pos) === 45) pos++;
			if (pos < text.length && isDigit(text.charCodeAt(pos))) {
				pos++;
				while (pos < text.length && isDigit(text.charCodeAt(pos))) pos++;
				end = pos;
			} else scanError = 3;
		}
		return text.substring(start, end);
	}
	function scanString() {
		let result = "", start = pos;
		while (true) {
			if (pos >= len) {
				result += text.substring(start, pos);
				scanError = 2;
				break;
			}
			const ch = text.charCodeAt(pos);
			if (ch === 34) {
				result += text.substring(start, pos);
				pos++;
				break;
			}
			if (ch === 92) {
				result += text.substring(start, pos);
				pos++;
				if (pos >= len) {
					scanError = 2;
					break;
				}
				switch (text.charCodeAt(pos++)) {
					case 34:
						result += "\"";
						break;
					case 92:
						result += "\\";
						break;
					case 47:
						result += "/";
						break;
					case 98:
						result += "\b";
						break;
					case 102:
						result += "\f";
						break;
					case 110:
						result += "\n";
						break;
					case 114:
						result += "\r";
						break;
					case 116:
						result += "	";
						break;
					case 117:
						const ch3 = scanHexDigits(4, true);
						if (ch3 >= 0) result += String.fromCharCode(ch3);
						else scanError = 4;
						break;
					default: scanError = 5;
				}
				start = pos;
				continue;
			}
			if (ch >= 0 && ch <= 31) {
				if (isLineBreak(ch)) {
					result += text.substring(start, pos);
					scanError = 2;
					break;
				} else scanError = 6;
			}
			pos++;
		}
		return result;
	}
	function scanNext() {
		value = "";
		scanError = 0;
		tokenOffset = pos;
		lineStartOffset = lineNumber;
		prevTokenLineStartOffset = tokenLineStartOffset;
		if (pos >= len) {
			tokenOffset = len;
			return token = 17;
		}
		let code = text.charCodeAt(pos);
		if (isWhiteSpace(code)) {
			do {
				pos++;
				value += String.fromCharCode(code);
				code = text.charCodeAt(pos);
			} while (isWhiteSpace(code));
			return token = 15;
		}
		if (isLineBreak(code)) {
			pos++;
			value += String.fromCharCode(code);
			if (code === 13 && text.charCodeAt(pos) === 10) {
				pos++;
				value += "\n";
			}
			lineNumber++;
			tokenLineStartOffset = pos;
			return token = 14;
		}
		switch (code) {
			case 123:
				pos++;
				return token = 1;
			case 125:
				pos++;
				return token = 2;
			case 91:
				pos++;
				return token = 3;
			case 93:
				pos++;
				return token = 4;
			case 58:
				pos++;
				return token = 6;
			case 44:
				pos++;
				return token = 5;
			case 34:
				pos++;
				value = scanString();
				return token = 10;
			case 47:
				const start = pos - 1;
				if (text.charCodeAt(pos + 1) === 47) {
					pos += 2;
					while (pos < len) {
						if (isLineBreak(text.charCodeAt(pos))) break;
						pos++;
					}
					value = text.substring(start, pos);
					return token = 12;
				}
				if (text.charCodeAt(pos + 1) === 42) {
					pos += 2;
					const safeLength = len - 1;
					let commentClosed = false;
					while (pos < safeLength) {
						const ch = text.charCodeAt(pos);
						if (ch === 42 && text.charCodeAt(pos + 1) === 47) {
							pos += 2;
							commentClosed = true;
							break;
						}
						pos++;
						if (isLineBreak(ch)) {
							if (ch === 13 && text.charCodeAt(pos) === 10) pos++;
							lineNumber++;
							tokenLineStartOffset = pos;
						}
					}
					if (!commentClosed) {
						pos++;
						scanError = 1;
					}
					value = text.substring(start, pos);
					return token = 13;
				}
				value += String.fromCharCode(code);
				pos++;
				return token = 16;
			case 45:
				value += String.fromCharCode(code);
				pos++;
				if (pos === len || !isDigit(text.charCodeAt(pos))) return token = 16;
			case 48:
			case 49:
			case 50:
			case 51:
			case 52:
			case 53:
			case 54:
			case 55:
			case 56:
			case 57:
				value += scanNumber();
				return token = 11;
			default:
				while (pos < len && isUnknownContentCharacter(code)) {
					pos++;
					code = text.charCodeAt(pos);
				}
				if (tokenOffset !== pos) {
					value = text.substring(tokenOffset, pos);
					switch (value) {
						case "true": return token = 8;
						case "false": return token = 9;
						case "null": return token = 7;
					}
					return token = 16;
				}
				value += String.fromCharCode(code);
				pos++;
				return token = 16;
		}
	}
	function isUnknownContentCharacter(code) {
		if (isWhiteSpace(code) || isLineBreak(code)) return false;
		switch (code) {
			case 125:
			case 93:
			case 123:
			case 91:
			case 34:
			case 58:
			case 44:
			case 47: return false;
		}
		return true;
	}
	function scanNextNonTrivia() {
		let result;
		do
			result = scanNext();
		while (result >= 12 && result <= 15);
		return result;
	}
	return {
		setPosition,
		getPosition: () => pos,
		scan: ignoreTrivia ? scanNextNonTrivia : scanNext,
		getToken: () => token,
		getTokenValue: () => value,
		getTokenOffset: () => tokenOffset,
		getTokenLength: () => pos - tokenOffset,
		getTokenStartLine: () => lineStartOffset,
		getTokenStartCharacter: () => tokenOffset - prevTokenLineStartOffset,
		getTokenError: () => scanError
	};
}
function isWhiteSpace(ch) {
	return ch === 32 || ch === 9;
}
function isLineBreak(ch) {
	return ch === 10 || ch === 13;
}
function isDigit(ch) {
	return ch >= 48 && ch <= 57;
}
var CharacterCodes;
(function(CharacterCodes) {
	CharacterCodes[CharacterCodes["lineFeed"] = 10] = "lineFeed";
	CharacterCodes[CharacterCodes["carriageReturn"] = 13] = "carriageReturn";
	CharacterCodes[CharacterCodes["space"] = 32] = "space";
	CharacterCodes[CharacterCodes["_0"] = 48] = "_0";
	CharacterCodes[CharacterCodes["_1"] = 49] = "_1";
	CharacterCodes[CharacterCodes["_2"] = 50] = "_2";
	CharacterCodes[CharacterCodes["_3"] = 51] = "_3";
	CharacterCodes[CharacterCodes["_4"] = 52] = "_4";
	CharacterCodes[CharacterCodes["_5"] = 53] = "_5";
	CharacterCodes[CharacterCodes["_6"] = 54] = "_6";
	CharacterCodes[CharacterCodes["_7"] = 55] = "_7";
	CharacterCodes[CharacterCodes["_8"] = 56] = "_8";
	CharacterCodes[CharacterCodes["_9"] = 57] = "_9";
	CharacterCodes[CharacterCodes["a"] = 97] = "a";
	CharacterCodes[CharacterCodes["b"] = 98] = "b";
	CharacterCodes[CharacterCodes["c"] = 99] = "c";
	CharacterCodes[CharacterCodes["d"] = 100] = "d";
	CharacterCodes[CharacterCodes["e"] = 101] = "e";
	CharacterCodes[CharacterCodes["f"] = 102] = "f";
	CharacterCodes[CharacterCodes["g"] = 103] = "g";
	CharacterCodes[CharacterCodes["h"] = 104] = "h";
	CharacterCodes[CharacterCodes["i"] = 105] = "i";
	CharacterCodes[CharacterCodes["j"] = 106] = "j";
	CharacterCodes[CharacterCodes["k"] = 107] = "k";
	CharacterCodes[CharacterCodes["l"] = 108] = "l";
	CharacterCodes[CharacterCodes["m"] = 109] = "m";
	CharacterCodes[CharacterCodes["n"] = 110] = "n";
	CharacterCodes[CharacterCodes["o"] = 111] = "o";
	CharacterCodes[CharacterCodes["p"] = 112] = "p";
	CharacterCodes[CharacterCodes["q"] = 113] = "q";
	CharacterCodes[CharacterCodes["r"] = 114] = "r";
	CharacterCodes[CharacterCodes["s"] = 115] = "s";
	CharacterCodes[CharacterCodes["t"] = 116] = "t";
	CharacterCodes[CharacterCodes["u"] = 117] = "u";
	CharacterCodes[CharacterCodes["v"] = 118] = "v";
	CharacterCodes[CharacterCodes["w"] = 119] = "w";
	CharacterCodes[CharacterCodes["x"] = 120] = "x";
	CharacterCodes[CharacterCodes["y"] = 121] = "y";
	CharacterCodes[CharacterCodes["z"] = 122] = "z";
	CharacterCodes[CharacterCodes["A"] = 65] = "A";
	CharacterCodes[CharacterCodes["B"] = 66] = "B";
	CharacterCodes[CharacterCodes["C"] = 67] = "C";
	CharacterCodes[CharacterCodes["D"] = 68] = "D";
	CharacterCodes[CharacterCodes["E"] = 69] = "E";
	CharacterCodes[CharacterCodes["F"] = 70] = "F";
	CharacterCodes[CharacterCodes["G"] = 71] = "G";
	CharacterCodes[CharacterCodes["H"] = 72] = "H";
	CharacterCodes[CharacterCodes["I"] = 73] = "I";
	CharacterCodes[CharacterCodes["J"] = 74] = "J";
	CharacterCodes[CharacterCodes["K"] = 75] = "K";
	CharacterCodes[CharacterCodes["L"] = 76] = "L";
	CharacterCodes[CharacterCodes["M"] = 77] = "M";
	CharacterCodes[CharacterCodes["N"] = 78] = "N";
	CharacterCodes[CharacterCodes["O"] = 79] = "O";
	CharacterCodes[CharacterCodes["P"] = 80] = "P";
	CharacterCodes[CharacterCodes["Q"] = 81] = "Q";
	CharacterCodes[CharacterCodes["R"] = 82] = "R";
	CharacterCodes[CharacterCodes["S"] = 83] = "S";
	CharacterCodes[CharacterCodes["T"] = 84] = "T";
	CharacterCodes[CharacterCodes["U"] = 85] = "U";
	CharacterCodes[CharacterCodes["V"] = 86] = "V";
	CharacterCodes[CharacterCodes["W"] = 87] = "W";
	CharacterCodes[CharacterCodes["X"] = 88] = "X";
	CharacterCodes[CharacterCodes["Y"] = 89] = "Y";
	CharacterCodes[CharacterCodes["Z"] = 90] = "Z";
	CharacterCodes[CharacterCodes["asterisk"] = 42] = "asterisk";
	CharacterCodes[CharacterCodes["backslash"] = 92] = "backslash";
	CharacterCodes[CharacterCodes["closeBrace"] = 125] = "closeBrace";
	CharacterCodes[CharacterCodes["closeBracket"] = 93] = "closeBracket";
	CharacterCodes[CharacterCodes["colon"] = 58] = "colon";
	CharacterCodes[CharacterCodes["comma"] = 44] = "comma";
	CharacterCodes[CharacterCodes["dot"] = 46] = "dot";
	CharacterCodes[CharacterCodes["doubleQuote"] = 34] = "doubleQuote";
	CharacterCodes[CharacterCodes["minus"] = 45] = "minus";
	CharacterCodes[CharacterCodes["openBrace"] = 123] = "openBrace";
	CharacterCodes[CharacterCodes["openBracket"] = 91] = "openBracket";
	CharacterCodes[CharacterCodes["plus"] = 43] = "plus";
	CharacterCodes[CharacterCodes["slash"] = 47] = "slash";
	CharacterCodes[CharacterCodes["formFeed"] = 12] = "formFeed";
	CharacterCodes[CharacterCodes["tab"] = 9] = "tab";
})(CharacterCodes || (CharacterCodes = {}));
new Array(20).fill(0).map((_, index) => {
	return " ".repeat(index);
});
const maxCachedValues = 200;
new Array(maxCachedValues).fill(0).map((_, index) => {
	return "\n" + " ".repeat(index);
}), new Array(maxCachedValues).fill(0).map((_, index) => {
	return "\r" + " ".repeat(index);
}), new Array(maxCachedValues).fill(0).map((_, index) => {
	return "\r\n" + " ".repeat(index);
}), new Array(maxCachedValues).fill(0).map((_, index) => {
	return "\n" + "	".repeat(index);
}), new Array(maxCachedValues).fill(0).map((_, index) => {
	return "\r" + "	".repeat(index);
}), new Array(maxCachedValues).fill(0).map((_, index) => {
	return "\r\n" + "	".repeat(index);
});
// node_modules/jsonc-parser/lib/esm/impl/parser.js
var ParseOptions;
(function(ParseOptions) {
	ParseOptions.DEFAULT = { allowTrailingComma: false };
})(ParseOptions || (ParseOptions = {}));
/**
* Parses the given text and returns a tree representation the JSON content. On invalid input, the parser tries to be as fault tolerant as possible, but still return a result.
*/
function parseTree$1(text, errors = [], options = ParseOptions.DEFAULT) {
	let currentParent = {
		type: "array",
		offset: -1,
		length: -1,
		children: [],
		parent: void 0
	};
	function ensurePropertyComplete(endOffset) {
		if (currentParent.type === "property") {
			currentParent.length = endOffset - currentParent.offset;
			currentParent = currentParent.parent;
		}
	}
	function onValue(valueNode) {
		currentParent.children.push(valueNode);
		return valueNode;
	}
	visit(text, {
		onObjectBegin: (offset) => {
			currentParent = onValue({
				type: "object",
				offset,
				length: -1,
				parent: currentParent,
				children: []
			});
		},
		onObjectProperty: (name, offset, length) => {
			currentParent = onValue({
				type: "property",
				offset,
				length: -1,
				parent: currentParent,
				children: []
			});
			currentParent.children.push({
				type: "string",
				value: name,
				offset,
				length,
				parent: currentParent
			});
		},
		onObjectEnd: (offset, length) => {
			ensurePropertyComplete(offset + length);
			currentParent.length = offset + length - currentParent.offset;
			currentParent = currentParent.parent;
			ensurePropertyComplete(offset + length);
		},
		onArrayBegin: (offset, length) => {
			currentParent = onValue({
				type: "array",
				offset,
				length: -1,
				parent: currentParent,
				children: []
			});
		},
		onArrayEnd: (offset, length) => {
			currentParent.length = offset + length - currentParent.offset;
			currentParent = currentParent.parent;
			ensurePropertyComplete(offset + length);
		},
		onLiteralValue: (value, offset, length) => {
			onValue({
				type: getNodeType(value),
				offset,
				length,
				parent: currentParent,
				value
			});
			ensurePropertyComplete(offset + length);
		},
		onSeparator: (sep, offset, length) => {
			if (currentParent.type === "property") {
				if (sep === ":") currentParent.colonOffset = offset;
				else if (sep === ",") ensurePropertyComplete(offset);
			}
		},
		onError: (error, offset, length) => {
			errors.push({
				error,
				offset,
				length
			});
		}
	}, options);
	const result = currentParent.children[0];
	if (result) delete result.parent;
	return result;
}
/**
* Parses the given text and invokes the visitor functions for each object, array and literal reached.
*/
function visit(text, visitor, options = ParseOptions.DEFAULT) {
	const _scanner = createScanner(text, false);
	const _jsonPath = [];
	let suppressedCallbacks = 0;
	function toNoArgVisit(visitFunction) {
		return visitFunction ? () => suppressedCallbacks === 0 && visitFunction(_scanner.getTokenOffset(), _scanner.getTokenLength(), _scanner.getTokenStartLine(), _scanner.getTokenStartCharacter()) : () => true;
	}
	function toOneArgVisit(visitFunction) {
		return visitFunction ? (arg) => suppressedCallbacks === 0 && visitFunction(arg, _scanner.getTokenOffset(), _scanner.getTokenLength(), _scanner.getTokenStartLine(), _scanner.getTokenStartCharacter()) : () => true;
	}
	function toOneArgVisitWithPath(visitFunction) {
		return visitFunction ? (arg) => suppressedCallbacks === 0 && visitFunction(arg, _scanner.getTokenOffset(), _scanner.getTokenLength(), _scanner.getTokenStartLine(), _scanner.getTokenStartCharacter(), () => _jsonPath.slice()) : () => true;
	}
	function toBeginVisit(visitFunction) {
		return visitFunction ? () => {
			if (suppressedCallbacks > 0) suppressedCallbacks++;
			else if (visitFunction(_scanner.getTokenOffset(), _scanner.getTokenLength(), _scanner.getTokenStartLine(), _scanner.getTokenStartCharacter(), () => _jsonPath.slice()) === false) suppressedCallbacks = 1;
		} : () => true;
	}
	function toEndVisit(visitFunction) {
		return visitFunction ? () => {
			if (suppressedCallbacks > 0) suppressedCallbacks--;
			if (suppressedCallbacks === 0) visitFunction(_scanner.getTokenOffset(), _scanner.getTokenLength(), _scanner.getTokenStartLine(), _scanner.getTokenStartCharacter());
		} : () => true;
	}
	const onObjectBegin = toBeginVisit(visitor.onObjectBegin), onObjectProperty = toOneArgVisitWithPath(visitor.onObjectProperty), onObjectEnd = toEndVisit(visitor.onObjectEnd), onArrayBegin = toBeginVisit(visitor.onArrayBegin), onArrayEnd = toEndVisit(visitor.onArrayEnd), onLiteralValue = toOneArgVisitWithPath(visitor.onLiteralValue), onSeparator = toOneArgVisit(visitor.onSeparator), onComment = toNoArgVisit(visitor.onComment), onError = toOneArgVisit(visitor.onError);
	const disallowComments = options && options.disallowComments;
	const allowTrailingComma = options && options.allowTrailingComma;
	function scanNext() {
		while (true) {
			const token = _scanner.scan();
			switch (_scanner.getTokenError()) {
				case 4:
					handleError(14);
					break;
				case 5:
					handleError(15);
					break;
				case 3:
					handleError(13);
					break;
				case 1:
					if (!disallowComments) handleError(11);
					break;
				case 2:
					handleError(12);
					break;
				case 6: handleError(16);
			}
			switch (token) {
				case 12:
				case 13:
					if (disallowComments) handleError(10);
					else onComment();
					break;
				case 16:
					handleError(1);
					break;
				case 15:
				case 14: break;
				default: return token;
			}
		}
	}
	function handleError(error, skipUntilAfter = [], skipUntil = []) {
		onError(error);
		if (skipUntilAfter.length + skipUntil.length > 0) {
			let token = _scanner.getToken();
			while (token !== 17) {
				if (skipUntilAfter.indexOf(token) !== -1) {
					scanNext();
					break;
				} else if (skipUntil.indexOf(token) !== -1) break;
				token = scanNext();
			}
		}
	}
	function parseString(isValue) {
		const value = _scanner.getTokenValue();
		if (isValue) onLiteralValue(value);
		else {
			onObjectProperty(value);
			_jsonPath.push(value);
		}
		scanNext();
		return true;
	}
	function parseLiteral() {
		switch (_scanner.getToken()) {
			case 11:
				const tokenValue = _scanner.getTokenValue();
				let value = Number(tokenValue);
				if (isNaN(value)) {
					handleError(2);
					value = 0;
				}
				onLiteralValue(value);
				break;
			case 7:
				onLiteralValue(null);
				break;
			case 8:
				onLiteralValue(true);
				break;
			case 9:
				onLiteralValue(false);
				break;
			default: return false;
		}
		scanNext();
		return true;
	}
	function parseProperty() {
		if (_scanner.getToken() !== 10) {
			handleError(3, [], [2, 5]);
			return false;
		}
		parseString(false);
		if (_scanner.getToken() === 6) {
			onSeparator(":");
			scanNext();
			if (!parseValue()) handleError(4, [], [2, 5]);
		} else handleError(5, [], [2, 5]);
		_jsonPath.pop();
		return true;
	}
	function parseObject() {
		onObjectBegin();
		scanNext();
		let needsComma = false;
		while (_scanner.getToken() !== 2 && _scanner.getToken() !== 17) {
			if (_scanner.getToken() === 5) {
				if (!needsComma) handleError(4, [], []);
				onSeparator(",");
				scanNext();
				if (_scanner.getToken() === 2 && allowTrailingComma) break;
			} else if (needsComma) handleError(6, [], []);
			if (!parseProperty()) handleError(4, [], [2, 5]);
			needsComma = true;
		}
		onObjectEnd();
		if (_scanner.getToken() !== 2) handleError(7, [2], []);
		else scanNext();
		return true;
	}
	function parseArray() {
		onArrayBegin();
		scanNext();
		let isFirstElement = true;
		let needsComma = false;
		while (_scanner.getToken() !== 4 && _scanner.getToken() !== 17) {
			if (_scanner.getToken() === 5) {
				if (!needsComma) handleError(4, [], []);
				onSeparator(",");
				scanNext();
				if (_scanner.getToken() === 4 && allowTrailingComma) break;
			} else if (needsComma) handleError(6, [], []);
			if (isFirstElement) {
				_jsonPath.push(0);
				isFirstElement = false;
			} else _jsonPath[_jsonPath.length - 1]++;
			if (!parseValue()) handleError(4, [], [4, 5]);
			needsComma = true;
		}
		onArrayEnd();
		if (!isFirstElement) _jsonPath.pop();
		if (_scanner.getToken() !== 4) handleError(8, [4], []);
		else scanNext();
		return true;
	}
	function parseValue() {
		switch (_scanner.getToken()) {
			case 3: return parseArray();
			case 1: return parseObject();
			case 10: return parseString(true);
			default: return parseLiteral();
		}
	}
	scanNext();
	if (_scanner.getToken() === 17) {
		if (options.allowEmptyContent) return true;
		handleError(4, [], []);
		return false;
	}
	if (!parseValue()) {
		handleError(4, [], []);
		return false;
	}
	if (_scanner.getToken() !== 17) handleError(9, [], []);
	return true;
}
function getNodeType(value) {
	switch (typeof value) {
		case "boolean": return "boolean";
		case "number": return "number";
		case "string": return "string";
		case "object":
			if (!value) return "null";
			else if (Array.isArray(value)) return "array";
			return "object";
		default: return "null";
	}
}
// node_modules/jsonc-parser/lib/esm/main.js
var ScanError;
(function(ScanError) {
	ScanError[ScanError["None"] = 0] = "None";
	ScanError[ScanError["UnexpectedEndOfComment"] = 1] = "UnexpectedEndOfComment";
	ScanError[ScanError["UnexpectedEndOfString"] = 2] = "UnexpectedEndOfString";
	ScanError[ScanError["UnexpectedEndOfNumber"] = 3] = "UnexpectedEndOfNumber";
	ScanError[ScanError["InvalidUnicode"] = 4] = "InvalidUnicode";
	ScanError[ScanError["InvalidEscapeCharacter"] = 5] = "InvalidEscapeCharacter";
	ScanError[ScanError["InvalidCharacter"] = 6] = "InvalidCharacter";
})(ScanError || (ScanError = {}));
var SyntaxKind;
(function(SyntaxKind) {
	SyntaxKind[SyntaxKind["OpenBraceToken"] = 1] = "OpenBraceToken";
	SyntaxKind[SyntaxKind["CloseBraceToken"] = 2] = "CloseBraceToken";
	SyntaxKind[SyntaxKind["OpenBracketToken"] = 3] = "OpenBracketToken";
	SyntaxKind[SyntaxKind["CloseBracketToken"] = 4] = "CloseBracketToken";
	SyntaxKind[SyntaxKind["CommaToken"] = 5] = "CommaToken";
	SyntaxKind[SyntaxKind["ColonToken"] = 6] = "ColonToken";
	SyntaxKind[SyntaxKind["NullKeyword"] = 7] = "NullKeyword";
	SyntaxKind[SyntaxKind["TrueKeyword"] = 8] = "TrueKeyword";
	SyntaxKind[SyntaxKind["FalseKeyword"] = 9] = "FalseKeyword";
	SyntaxKind[SyntaxKind["StringLiteral"] = 10] = "StringLiteral";
	SyntaxKind[SyntaxKind["NumericLiteral"] = 11] = "NumericLiteral";
	SyntaxKind[SyntaxKind["LineCommentTrivia"] = 12] = "LineCommentTrivia";
	SyntaxKind[SyntaxKind["BlockCommentTrivia"] = 13] = "BlockCommentTrivia";
	SyntaxKind[SyntaxKind["LineBreakTrivia"] = 14] = "LineBreakTrivia";
	SyntaxKind[SyntaxKind["Trivia"] = 15] = "Trivia";
	SyntaxKind[SyntaxKind["Unknown"] = 16] = "Unknown";
	SyntaxKind[SyntaxKind["EOF"] = 17] = "EOF";
})(SyntaxKind || (SyntaxKind = {}));
/**
* Parses the given text and returns a tree representation the JSON content. On invalid input, the parser tries to be as fault tolerant as possible, but still return a result.
*/
const parseTree = parseTree$1;
var ParseErrorCode;
(function(ParseErrorCode) {
	ParseErrorCode[ParseErrorCode["InvalidSymbol"] = 1] = "InvalidSymbol";
	ParseErrorCode[ParseErrorCode["InvalidNumberFormat"] = 2] = "InvalidNumberFormat";
	ParseErrorCode[ParseErrorCode["PropertyNameExpected"] = 3] = "PropertyNameExpected";
	ParseErrorCode[ParseErrorCode["ValueExpected"] = 4] = "ValueExpected";
	ParseErrorCode[ParseErrorCode["ColonExpected"] = 5] = "ColonExpected";
	ParseErrorCode[ParseErrorCode["CommaExpected"] = 6] = "CommaExpected";
	ParseErrorCode[ParseErrorCode["CloseBraceExpected"] = 7] = "CloseBraceExpected";
	ParseErrorCode[ParseErrorCode["CloseBracketExpected"] = 8] = "CloseBracketExpected";
	ParseErrorCode[ParseErrorCode["EndOfFileExpected"] = 9] = "EndOfFileExpected";
	ParseErrorCode[ParseErrorCode["InvalidCommentToken"] = 10] = "InvalidCommentToken";
	ParseErrorCode[ParseErrorCode["UnexpectedEndOfComment"] = 11] = "UnexpectedEndOfComment";
	ParseErrorCode[ParseErrorCode["UnexpectedEndOfString"] = 12] = "UnexpectedEndOfString";
	ParseErrorCode[ParseErrorCode["UnexpectedEndOfNumber"] = 13] = "UnexpectedEndOfNumber";
	ParseErrorCode[ParseErrorCode["InvalidUnicode"] = 14] = "InvalidUnicode";
	ParseErrorCode[ParseErrorCode["InvalidEscapeCharacter"] = 15] = "InvalidEscapeCharacter";
	ParseErrorCode[ParseErrorCode["InvalidCharacter"] = 16] = "InvalidCharacter";
})(ParseErrorCode || (ParseErrorCode = {}));
function printParseErrorCode(code) {
	switch (code) {
		case 1: return "InvalidSymbol";
		case 2: return "InvalidNumberFormat";
		case 3: return "PropertyNameExpected";
		case 4: return "ValueExpected";
		case 5: return "ColonExpected";
		case 6: return "CommaExpected";
		case 7: return "CloseBraceExpected";
		case 8: return "CloseBracketExpected";
		case 9: return "EndOfFileExpected";
		case 10: return "InvalidCommentToken";
		case 11: return "UnexpectedEndOfComment";
		case 12: return "UnexpectedEndOfString";
		case 13: return "UnexpectedEndOfNumber";
		case 14: return "InvalidUnicode";
		case 15: return "InvalidEscapeCharacter";
		case 16: return "InvalidCharacter";
	}
	return "<unknown ParseErrorCode>";
}
// src/document/json.ts
/** Parses the JSON files of a bucket into documents. A document contains the position of every value. */
const DEEPEST = 100;
/** Maps the parser's error names to sentences for people. */
const SENTENCES = {
	InvalidSymbol: "there is a word that is not JSON",
	InvalidNumberFormat: "a number is malformed",
	PropertyNameExpected: "a property name in double quotes is expected",
	ValueExpected: "a value is expected",
	ColonExpected: "a colon is expected",
	CommaExpected: "a comma is expected",
	CloseBraceExpected: "a closing brace is expected",
	CloseBracketExpected: "a closing bracket is expected",
	EndOfFileExpected: "the document ends here, but there is more text",
	InvalidCommentToken: "comments are not allowed in JSON",
	UnexpectedEndOfComment: "comments are not allowed in JSON",
	UnexpectedEndOfString: "a string is not closed",
	UnexpectedEndOfNumber: "a number is not complete",
	InvalidUnicode: "a \\u escape is malformed",
	InvalidEscapeCharacter: "a string holds an unknown escape",
	InvalidCharacter: "a string holds a control character, which must be escaped"
};
/**
* Parses strict JSON: comments and trailing commas are errors. `subject` begins each message, e.g. `invalid
* worker.json`. Returns `undefined` after an error. Only the first error is reported, because later errors are often
* its consequences. If a key appears twice, the last value is used, and a warning is reported.
*/
function parseJson(source, subject, findings) {
	const refuse = (offset, detail, hint) => {
		const inText = Math.min(offset, source.text.trimEnd().length);
		findings.error({
			message: `${subject}: ${detail}`,
			place: source.placeAt(inText),
			hint
		});
	};
	const tooDeep = offsetOfDepth(source.text, DEEPEST);
	if (tooDeep !== void 0) return refuse(tooDeep, `values are nested more than ${DEEPEST} levels deep`);
	const errors = [];
	const tree = parseTree(source.text, errors, {
		disallowComments: true,
		allowTrailingComma: false
	});
	const [first] = errors;
	if (first) {
		const hint = source.text.slice(0, first.offset).trimEnd().endsWith(",") ? "remove the comma after the last entry" : void 0;
		return refuse(first.offset, SENTENCES[printParseErrorCode(first.error)] ?? "it is not JSON", hint);
	}
	if (!tree) return refuse(0, "a value is expected");
	return {
		source,
		root: convert(tree, {
			source,
			subject,
			findings
		})
	};
}
/**
* Returns the offset at which brackets are first nested deeper than `limit`, or undefined when they never are. The
* limit is needed because other functions walk the document recursively.
*/
function offsetOfDepth(text, limit) {
	let depth = 0;
	let inString = false;
	for (let at = 0; at < text.length; at++) {
		const character = text[at];
		if (inString) {
			if (character === "\\") at++;
			else if (character === "\"" || character === "\n") inString = false;
		} else if (character === "\"") inString = true;
		else if (character === "[" || character === "{") {
			if (++depth > limit) return at;
		} else if (character === "]" || character === "}") depth--;
	}
}
function convert(node, conversion) {
	const span = {
		start: node.offset,
		end: node.offset + node.length
	};
	const children = node.children ?? [];
	if (node.type === "object") return {
		kind: "object",
		members: convertMembers(children, conversion),
		...span
	};
	if (node.type === "array") return {
		kind: "array",
		items: children.map((child) => convert(child, conversion)),
		...span
	};
	if (typeof node.value === "number" && !Number.isFinite(node.value)) refuseNumber(node.offset, conversion);
	return {
		kind: "scalar",
		value: node.value,
		...span
	};
}
function convertMembers(properties, conversion) {
	const { source, subject, findings } = conversion;
	const members = /* @__PURE__ */ new Map();
	for (const { children: pair = [] } of properties) {
		const [key, value] = pair;
		if (!key || !value) continue;
		const name = String(key.value);
		if (members.delete(name)) {
			const place = source.placeAt(key.offset);
			findings.warning({
				message: `${subject}: ${quoted(name)} appears twice, the last one is used`,
				place
			});
		}
		members.set(name, {
			keyStart: key.offset,
			writtenAs: name,
			node: convert(value, conversion)
		});
	}
	return members;
}
function refuseNumber(offset, { source, subject, findings }) {
	findings.error({
		message: `${subject}: a number is too large`,
		place: source.placeAt(offset)
	});
}
// src/schema/wording.ts
const MOST = 100;
/** Reports one error for each violation, up to 100. One further error states how many violations are not shown. */
function reportViolations({ document, violations, findings, subject, wordingOf }) {
	const { source } = document;
	for (const violation of violations.slice(0, MOST)) {
		const raw = excerpt(source.text.slice(violation.node.start, violation.node.end));
		const { message, about, code, hint = hintOf(violation) } = wordingOf(violation, raw);
		const beginning = about ?? [subject, pathText(violation.path)].filter((part) => part !== "").join(" ");
		findings.error({
			message: message ?? `${beginning} ${detailOf(violation, raw)}`,
			place: source.placeAt(violation.start),
			hint,
			...code && { code }
		});
	}
	const more = violations.slice(MOST)[0];
	if (!more) return;
	const message = `${subject.replace(/:$/, "")}: ${violations.length - MOST} more errors follow`;
	findings.error({
		message,
		place: source.placeAt(more.start)
	});
}
/** Returns the path as text: `['checks', 0, 'type']` becomes `checks[0].type`. */
function pathText(path) {
	return path.map((step, index) => typeof step === "number" ? `[${step}]` : index === 0 ? step : `.${step}`).join("");
}
const TYPES = {
	string: "a string",
	integer: "an integer",
	number: "a number",
	boolean: "true or false",
	object: "an object",
	array: "a list",
	null: "null"
};
/** Returns the reason of the violation, as the end of a sentence that begins with the field. */
function detailOf({ keyword, schema, property, node }, raw) {
	switch (keyword) {
		case "type": return `must be ${typesOf(schema.type)} (got ${raw})`;
		case "enum": return `must be one of ${(schema.enum ?? []).join(", ")} (got ${raw})`;
		case "minimum":
		case "maximum": return `must be ${rangeOf(schema.minimum, schema.maximum)} (got ${raw})`;
		case "minLength": return "can't be empty";
		case "maxLength": return `can't have more than ${schema.maxLength} characters`;
		case "minItems": return "can't be an empty list";
		case "required": return `must have ${quoted(property ?? "")}`;
		case "additionalProperties": return `has the unknown field ${quoted(property ?? "")}`;
		case "propertyNames": return `has the malformed name ${quoted(property ?? "")}`;
		case "format": return formatReason(schema.format, node.kind === "scalar" ? node.value : void 0);
		default: return `is malformed (got ${raw})`;
	}
}
function typesOf(types = []) {
	return [types].flat().filter((type) => type !== "null").map((type) => TYPES[type] ?? type).join(" or ");
}
function rangeOf(minimum, maximum) {
	if (maximum === void 0) return `>= ${minimum}`;
	return minimum === void 0 ? `<= ${maximum}` : `between ${minimum} and ${maximum}`;
}
function formatReason(format, value) {
	if (!isFormatName(format) || typeof value !== "string") return "is malformed";
	const result = FORMATS[format](value);
	return result.ok ? "is malformed" : result.reason;
}
function hintOf({ keyword, schema, property, node }) {
	if (keyword === "additionalProperties") return didYouMean(property ?? "", Object.keys(schema.properties ?? {}));
	if (keyword !== "enum" || node.kind !== "scalar" || typeof node.value !== "string") return void 0;
	return didYouMean(node.value.trim(), schema.enum ?? []);
}
// src/schema/fields.ts
/** Corrects the names of fields in a document so that they match its schema. */
/**
* Returns the document with these changes. A field name in the wrong case is corrected, with a warning. A misspelled
* field is corrected, with an error. An unknown field that is not a misspelling is dropped (see `unknown`), with a
* warning. A known field with the value null is dropped. Field names of objects that allow any names are not changed.
*/
function fitFields(request) {
	const { source, root } = request.document;
	return {
		source,
		root: fitNode(root, {
			request,
			schema: resolve$1(request.schema, request),
			path: []
		})
	};
}
function below({ request, path }, schema, step) {
	return {
		request,
		schema: resolve$1(schema, request),
		path: [...path, step]
	};
}
function resolve$1(schema, request) {
	const name = schema.$ref?.replace("#/definitions/", "");
	return name !== void 0 && request.schema.definitions?.[name] || schema;
}
function fitNode(node, position) {
	const { items } = position.schema;
	switch (node.kind) {
		case "scalar": return node;
		case "array":
			if (!items) return node;
			return {
				...node,
				items: node.items.map((item, index) => fitNode(item, below(position, items, index)))
			};
		case "object": return {
			...node,
			members: new Map(fitMembers(node, position))
		};
	}
}
function* fitMembers(object, position) {
	const { properties, additionalProperties: others } = position.schema;
	for (const [name, member] of object.members) if (typeof others === "object") yield [name, fitMember(member, below(position, others, name))];
	else if (!properties || others === true) yield [name, member];
	else yield* fitField(name, {
		object,
		member,
		position,
		properties
	});
}
function fitMember(member, position) {
	return {
		...member,
		node: fitNode(member.node, position)
	};
}
function* fitField(name, { object, member, position, properties }) {
	const { findings, document, title, unknown } = position.request;
	const field = `${quoted(name)}${position.path.length === 0 ? "" : ` in ${pathText(position.path)}`}`;
	const warn = (text, hint) => {
		findings.warning({
			message: `${title}: ${text}`,
			place: document.source.placeAt(member.keyStart),
			hint
		});
	};
	const known = knownName$1(name, properties);
	const schema = known === void 0 ? void 0 : properties[known];
	if (known === void 0 || !schema) {
		if (unknown === "keep") yield [name, member];
		else yield* fitUnknown(name, {
			object,
			member,
			position,
			properties
		}, field);
		return;
	}
	const isTaken = known !== name && object.members.has(known);
	if (isTaken) warn(`${field} is ignored`, `"${known}" is there too`);
	else if (known !== name) warn(`${field} is accepted although its case is wrong`, `the field is "${known}"`);
	if (!isTaken && !isNull(member)) yield [known, fitMember(member, below(position, schema, known))];
}
/**
* Reports a field that is not in the schema. A misspelled field is an error, and its value is read under the correct
* name.
*/
function* fitUnknown(name, { object, member, position, properties }, field) {
	const { findings, document, title, older = {} } = position.request;
	const place = document.source.placeAt(member.keyStart);
	const names = Object.keys(properties);
	const outdated = Object.keys(older).filter((word) => names.includes(older[word] ?? ""));
	const meant = misspelling(name, [...names, ...outdated]);
	if (meant === void 0) {
		findings.warning({
			message: `${title}: unknown field ${field} is ignored`,
			place,
			hint: didYouMean(name, names)
		});
		return;
	}
	findings.error({
		message: `invalid ${title}: unknown field ${field}`,
		place,
		hint: meant.hint
	});
	const today = older[meant.name] ?? meant.name;
	const schema = properties[today];
	if (schema && !object.members.has(today)) yield [today, fitMember(member, below(position, schema, today))];
}
function isNull({ node }) {
	return node.kind === "scalar" && node.value === null;
}
function knownName$1(name, properties) {
	if (Object.hasOwn(properties, name)) return name;
	return Object.keys(properties).find((known) => known.toLowerCase() === name.toLowerCase());
}
// src/schema/schema.ts
const SCHEMAS = {
	manifest: {
		$schema: "http://json-schema.org/draft-07/schema#",
		$id: "https://raw.githubusercontent.com/org/maand-action/main/schemas/manifest.schema.json",
		title: "manifest.json of a job",
		description: "Describes a job: where it is placed, what it needs and how it is rolled out. The file is in workspace/jobs/<job>/; the name of the folder is the name of the job. An empty object is valid.",
		type: "object",
		additionalProperties: false,
		properties: {
			"$schema": {
				"type": "string",
				"description": "The address of the schema, for editors. It has no other effect.",
				"examples": ["https://raw.githubusercontent.com/org/maand-action/main/schemas/manifest.schema.json"]
			},
			"version": {
				"type": "string",
				"format": "version",
				"description": "`[v]major[.minor[.patch]][-prerelease]`, missing parts are 0. A different version rolls the job, even if its files are equal. Required when hooks of the job demand another job, or when another job demands this one. A missing version is shown as `0.0.0`.",
				"examples": [
					"1.0.0",
					"v2.1",
					"2.0.0-rc1"
				]
			},
			"selectors": {
				"type": "array",
				"items": {
					"type": "string",
					"format": "label",
					"description": "One label. It is converted to lower case.",
					"examples": ["worker"]
				},
				"description": "The job is placed on every worker that has **all** of them as labels. If it is missing, the name of the job is the only selector.",
				"examples": [["worker"], ["web", "eu"]]
			},
			"max_concurrent_upgrades": {
				"type": "integer",
				"default": 1,
				"description": "How many allocations are restarted or reloaded at once, and for how many a hook runs at once. Values below 1 mean 1.",
				"examples": [1, 5]
			},
			"max_concurrent_starts": {
				"type": "integer",
				"default": 0,
				"description": "How many new allocations are started at once. Values below 1 mean all at once.",
				"examples": [0, 2]
			},
			"min_allocations_count": {
				"type": "integer",
				"minimum": 0,
				"default": 0,
				"description": "The build fails if the job has fewer allocations than this. Disabled allocations are counted.",
				"examples": [3]
			},
			"max_failures": {
				"type": ["integer", "string"],
				"minimum": 0,
				"pattern": "^\\s*(?:100|[0-9]{1,2})\\s*%\\s*$",
				"description": "How many allocations of a rollout may fail before it stops: a number or a percentage. Not available in this version: it is checked and has no effect.",
				"examples": [1, "25%"]
			},
			"rollback": {
				"type": "string",
				"enum": ["previous"],
				"description": "What happens when a rollout fails: the allocation returns to the files that were promoted before. Not available in this version: it has no effect.",
				"examples": ["previous"]
			},
			"restart_policy": {
				"type": "string",
				"enum": [
					"always",
					"reload",
					"never"
				],
				"default": "always",
				"description": "What happens to a changed allocation. `always` runs `make restart`, `reload` runs `make reload`, and `never` only delivers the new files.",
				"examples": ["reload"]
			},
			"restart_globs": {
				"type": "array",
				"items": {
					"type": "string",
					"format": "glob",
					"description": "A glob that is matched against paths as they are on the worker.",
					"examples": ["config/**"]
				},
				"description": "Only with `restart_policy` `reload`: if a changed path matches one of these globs, the allocation is restarted instead.",
				"examples": [[
					"Makefile",
					"config/**",
					"*.yaml"
				]]
			},
			"resources": {
				"type": "object",
				"additionalProperties": false,
				"description": "The memory and CPU that an allocation uses on its worker, and its ports.",
				"properties": {
					"memory": { "$ref": "#/definitions/memory" },
					"cpu": { "$ref": "#/definitions/cpu" },
					"ports": {
						"type": "object",
						"description": "Ports by name: `{}` for a number from the bucket's pool, or a fixed number. Names must be unique in the whole bucket.",
						"propertyNames": { "pattern": "^[a-z][a-z0-9_]*$" },
						"additionalProperties": {
							"type": ["object", "integer"],
							"maxProperties": 0,
							"minimum": 1,
							"maximum": 65535,
							"description": "`{}`, or a fixed number.",
							"examples": [{}, 5432]
						},
						"examples": [{
							"web_port": {},
							"db_port": 5432
						}]
					}
				},
				"examples": [{
					"memory": {
						"min": "256 MB",
						"max": "1 GB"
					},
					"ports": { "api_port": {} }
				}]
			},
			"hooks": {
				"type": "object",
				"description": "Scripts that run on events such as a deploy, by name. A name is `hook_` and letters, digits and `_`. The script is exactly one of `_hooks/<name>.py`, `.ts` and `.js`.",
				"propertyNames": { "pattern": "^hook_[A-Za-z0-9_]+$" },
				"additionalProperties": { "$ref": "#/definitions/hook" },
				"examples": [{ "hook_migrate": { "executed_on": ["pre_deploy", "cli"] } }]
			},
			"health_check": { "$ref": "#/definitions/health_check" },
			"certs": {
				"type": "object",
				"description": "Certificates of the job by name. They are signed by the bucket's CA and delivered as `certs/<name>.crt` and `certs/<name>.key`.",
				"propertyNames": { "pattern": "^(?!ca$)[A-Za-z0-9][A-Za-z0-9_.-]*$" },
				"additionalProperties": { "$ref": "#/definitions/certificate" },
				"examples": [{ "web": { "subject": { "common_name": "web.example.org" } } }]
			}
		},
		examples: [
			{},
			{ "selectors": ["worker"] },
			{
				"version": "1.2.0",
				"selectors": ["worker"],
				"hooks": { "hook_setup": { "executed_on": ["post_build", "cli"] } },
				"resources": { "ports": {
					"web_port": {},
					"db_port": 5432
				} }
			}
		],
		definitions: {
			"memory": {
				"type": "object",
				"additionalProperties": false,
				"description": "The bounds of the job's memory. Each allocation reserves `max`, unless the configuration of the bucket sets another amount.",
				"properties": {
					"min": {
						"type": ["string", "number"],
						"description": "An amount in MB, GB or TB; a number without a unit is MB.",
						"examples": ["512 MB"],
						"default": "0"
					},
					"max": {
						"type": ["string", "number"],
						"description": "An amount in MB, GB or TB; a number without a unit is MB. If it is missing, it equals `min`.",
						"examples": ["1 GB"]
					}
				},
				"examples": [{
					"min": "512 MB",
					"max": "1 GB"
				}]
			},
			"cpu": {
				"type": "object",
				"additionalProperties": false,
				"description": "The bounds of the job's CPU. Each allocation reserves `max`, unless the configuration of the bucket sets another amount.",
				"properties": {
					"min": {
						"type": ["string", "number"],
						"description": "An amount in MHZ, GHZ or THZ; a number without a unit is MHz.",
						"examples": ["500 MHZ"],
						"default": "0"
					},
					"max": {
						"type": ["string", "number"],
						"description": "An amount in MHZ, GHZ or THZ; a number without a unit is MHz. If it is missing, it equals `min`.",
						"examples": ["2 GHZ"]
					}
				},
				"examples": [{
					"min": "500 MHZ",
					"max": "2 GHZ"
				}]
			},
			"hook": {
				"type": "object",
				"additionalProperties": false,
				"required": ["executed_on"],
				"properties": {
					"executed_on": {
						"type": "array",
						"minItems": 1,
						"description": "The events that run the hook, at least one.",
						"items": {
							"type": "string",
							"enum": [
								"post_build",
								"pre_deploy",
								"post_deploy",
								"job_control",
								"health_check",
								"cli",
								"after_allocation_started",
								"after_allocation_stopped"
							],
							"description": "An event.",
							"examples": ["post_deploy"]
						},
						"examples": [["pre_deploy", "cli"]]
					},
					"demands": {
						"type": "object",
						"additionalProperties": false,
						"description": "A hook of another job that this hook depends on. It puts this job into a later wave and lets it read the keys of the other job. It does not run the other hook. `job` and `hook` must both be set.",
						"properties": {
							"job": {
								"type": "string",
								"description": "The other job.",
								"examples": ["database"]
							},
							"hook": {
								"type": "string",
								"description": "A hook of that job.",
								"examples": ["hook_schema"]
							},
							"config": {
								"type": "object",
								"description": "Any values for the script. `min_version` and `max_version` are checked against the version of the other job.",
								"additionalProperties": true,
								"properties": {
									"min_version": {
										"type": ["string", "integer"],
										"minimum": 0,
										"format": "bound",
										"examples": ["2.0.0", 2],
										"description": "The version of the other job must not be lower."
									},
									"max_version": {
										"type": ["string", "integer"],
										"minimum": 0,
										"format": "bound",
										"examples": ["2.9"],
										"description": "The version of the other job must not be higher."
									}
								},
								"default": {},
								"examples": [{
									"min_version": "1.4.0",
									"retries": 3
								}]
							}
						},
						"examples": [{
							"job": "database",
							"hook": "hook_schema",
							"config": { "min_version": "1.0.0" }
						}]
					},
					"timeout_seconds": {
						"type": "integer",
						"minimum": 1,
						"maximum": 604800,
						"description": "How long the script may run for one allocation. If it is missing, `hook_timeout` of maand.conf is used.",
						"examples": [120]
					}
				},
				"description": "When a hook runs and what it depends on.",
				"examples": [{
					"executed_on": ["pre_deploy", "cli"],
					"timeout_seconds": 120
				}]
			},
			"health_check": {
				"type": "object",
				"additionalProperties": false,
				"description": "When an allocation is healthy. It must not be combined with a hook for the event `health_check`, unless maand.conf allows that.",
				"properties": {
					"checks": {
						"type": "array",
						"description": "The probes. All of them must succeed.",
						"items": { "$ref": "#/definitions/check" },
						"examples": [[{
							"type": "tcp",
							"port": "db_port"
						}]]
					},
					"timeout_seconds": {
						"type": "integer",
						"maximum": 604800,
						"default": 5,
						"description": "The time limit of one probe, including the connection. Values below 1 mean 5.",
						"examples": [2]
					},
					"wait": {
						"type": "object",
						"additionalProperties": false,
						"description": "How long a deploy waits for health.",
						"properties": {
							"attempts": {
								"type": "integer",
								"default": 30,
								"description": "How many health checks may fail before the rollout stops. Values below 1 mean 30.",
								"examples": [60]
							},
							"interval_seconds": {
								"type": "integer",
								"maximum": 604800,
								"default": 1,
								"description": "The time between two health checks. Values below 1 mean 1.",
								"examples": [2]
							},
							"successes": {
								"type": "integer",
								"minimum": 1,
								"default": 1,
								"description": "How many times in a row all probes must succeed.",
								"examples": [3]
							},
							"min_healthy_seconds": {
								"type": "number",
								"minimum": 0,
								"maximum": 604800,
								"default": 0,
								"description": "How long all probes must keep succeeding, at least.",
								"examples": [10]
							}
						},
						"examples": [{
							"attempts": 60,
							"interval_seconds": 2
						}]
					}
				},
				"examples": [{
					"checks": [{
						"type": "http",
						"port": "web_port",
						"path": "/health"
					}],
					"wait": { "attempts": 60 }
				}]
			},
			"check": {
				"type": "object",
				"additionalProperties": false,
				"required": ["type"],
				"properties": {
					"type": {
						"type": "string",
						"pattern": "^\\s*(?:[Tt][Cc][Pp]|[Hh][Tt][Tt][Pp]|[Ss][Ss][Hh])\\s*$",
						"description": "`tcp`: the port accepts a connection. `http`: a GET request returns `expect_status`. `ssh`: the command ends with status 0 on the worker.",
						"examples": [
							"tcp",
							"http",
							"ssh"
						]
					},
					"port": {
						"type": "string",
						"pattern": "\\S",
						"description": "For `tcp` and `http`, where it is required: the name of a port in `resources.ports`.",
						"examples": ["api_port"]
					},
					"command": {
						"type": "string",
						"pattern": "\\S",
						"description": "For `ssh`, where it is required: a command line for `sh`. With `use_sudo` it runs as root.",
						"examples": ["pgrep -x postgres"]
					},
					"path": {
						"type": "string",
						"pattern": "^/",
						"default": "/",
						"description": "For `http`: the path. At most 10 redirects are followed, on the same host only.",
						"examples": ["/health"]
					},
					"expect_status": {
						"type": "integer",
						"minimum": 100,
						"maximum": 599,
						"default": 200,
						"description": "For `http`: the only status that means success.",
						"examples": [204]
					},
					"scheme": {
						"type": "string",
						"enum": ["http", "https"],
						"default": "http",
						"description": "For `http`: the scheme. With `https` the certificate is verified.",
						"examples": ["https"]
					}
				},
				"allOf": [{
					"if": {
						"required": ["type"],
						"properties": { "type": {
							"type": "string",
							"pattern": "^\\s*[Ss][Ss][Hh]\\s*$"
						} }
					},
					"then": { "required": ["command"] }
				}, {
					"if": {
						"required": ["type"],
						"properties": { "type": {
							"type": "string",
							"pattern": "^\\s*(?:[Tt][Cc][Pp]|[Hh][Tt][Tt][Pp])\\s*$"
						} }
					},
					"then": { "required": ["port"] }
				}],
				"description": "One probe.",
				"examples": [{
					"type": "http",
					"port": "api_port",
					"path": "/health"
				}, {
					"type": "ssh",
					"command": "pgrep -x postgres"
				}]
			},
			"certificate": {
				"type": "object",
				"additionalProperties": false,
				"required": ["subject"],
				"properties": {
					"subject": {
						"type": "object",
						"additionalProperties": false,
						"required": ["common_name"],
						"properties": { "common_name": {
							"type": "string",
							"pattern": "\\S",
							"maxLength": 64,
							"description": "The common name. Clients check the alternative names instead.",
							"examples": ["web.example.org"]
						} },
						"description": "The subject of the certificate.",
						"examples": [{ "common_name": "web.example.org" }]
					},
					"pkcs8": {
						"type": "boolean",
						"default": false,
						"description": "Writes the key as `PRIVATE KEY` instead of `RSA PRIVATE KEY` or `EC PRIVATE KEY`.",
						"examples": [true]
					},
					"one": {
						"type": "boolean",
						"default": false,
						"description": "All allocations of the job share one certificate and key.",
						"examples": [true]
					},
					"key": {
						"type": "string",
						"enum": [
							"rsa-2048",
							"rsa-4096",
							"ec-p256"
						],
						"default": "rsa-2048",
						"description": "The kind of key.",
						"examples": ["ec-p256"]
					}
				},
				"description": "One certificate and its key.",
				"examples": [{
					"subject": { "common_name": "web.example.org" },
					"key": "ec-p256"
				}]
			}
		}
	},
	workers: {
		$schema: "http://json-schema.org/draft-07/schema#",
		$id: "https://raw.githubusercontent.com/org/maand-action/main/schemas/workers.schema.json",
		title: "workers.json",
		description: "The workers of a bucket: hosts that are reached over SSH. workers.<environment>.json replaces this file for one environment.",
		type: ["array", "null"],
		items: {
			"type": "object",
			"additionalProperties": false,
			"required": ["host"],
			"properties": {
				"host": {
					"type": "string",
					"format": "host",
					"description": "IPv4 address, IPv6 address without brackets, or host name. It identifies the worker: a different host is a different worker.",
					"examples": ["10.0.0.1", "web1.example.org"]
				},
				"hostname": {
					"type": "string",
					"description": "A name for people and templates; not used to connect.",
					"examples": ["web-1"]
				},
				"labels": {
					"type": "array",
					"items": {
						"type": "string",
						"format": "label",
						"description": "One label.",
						"examples": ["web"]
					},
					"description": "The labels by which jobs select workers, of letters, digits, `_`, `.` and `-`. They are converted to lower case. Every worker has the label `worker`.",
					"examples": [["web", "eu"]]
				},
				"memory": {
					"type": ["string", "number"],
					"description": "The capacity in MB, GB or TB; a number without a unit is MB. Required when jobs on the worker reserve memory.",
					"examples": ["16 GB"],
					"default": "0"
				},
				"cpu": {
					"type": ["string", "number"],
					"description": "The capacity in MHZ, GHZ or THZ; a number without a unit is MHz. Required when jobs on the worker reserve CPU.",
					"examples": ["9.6 GHZ"],
					"default": "0"
				},
				"tags": {
					"type": "object",
					"additionalProperties": {
						"type": "string",
						"description": "The value of the tag.",
						"examples": ["eu-1"]
					},
					"description": "Texts by name, for templates. The tag `zone` is shown in listings.",
					"examples": [{ "zone": "eu-1" }]
				},
				"position": {
					"type": "integer",
					"description": "Sorts the workers; equal positions are sorted by host. If it is missing, it is the index in this list, starting at 0.",
					"examples": [0, 10]
				},
				"port": {
					"type": "integer",
					"minimum": 1,
					"maximum": 65535,
					"description": "The SSH port of this worker. If it is missing, `ssh_port` of maand.conf is used.",
					"examples": [2222]
				},
				"user": {
					"type": "string",
					"format": "user",
					"description": "The SSH user of this worker. If it is missing, `ssh_user` of maand.conf is used.",
					"examples": ["deploy"]
				},
				"root": {
					"type": "string",
					"format": "root",
					"description": "The folder on this worker that holds everything. If it is missing, `worker_root` of maand.conf is used.",
					"examples": ["/srv/worker"]
				},
				"host_key": {
					"type": "string",
					"format": "host-key",
					"description": "The public host key of the worker: type and Base64. No other key is then accepted for this worker.",
					"examples": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFDYWOCYXsx/YEGKrwzFq1h/QsJXCohAlanozKzQ9lRc"]
				}
			},
			"description": "One worker.",
			"examples": [{ "host": "10.0.0.1" }, {
				"host": "web3.example.org",
				"labels": ["web"],
				"memory": "2 GB",
				"cpu": "4 GHZ",
				"port": 2222,
				"user": "deploy",
				"root": "/srv/worker"
			}]
		},
		examples: [[{
			"host": "10.0.0.1",
			"labels": ["web"],
			"memory": "16 GB",
			"cpu": "9.6 GHZ",
			"tags": { "zone": "eu-1" }
		}]]
	},
	disabled: {
		$schema: "http://json-schema.org/draft-07/schema#",
		$id: "https://raw.githubusercontent.com/org/maand-action/main/schemas/disabled.schema.json",
		title: "disabled.json",
		description: "Jobs, workers and allocations that are stopped for a while but stay in the workspace. The file is optional. A misspelled field is an error, since it would disable more than was meant.",
		type: ["object", "null"],
		additionalProperties: false,
		properties: {
			"$schema": {
				"type": "string",
				"description": "The address of the schema, for editors. It has no other effect.",
				"examples": ["https://raw.githubusercontent.com/org/maand-action/main/schemas/disabled.schema.json"]
			},
			"jobs": {
				"type": "object",
				"description": "Jobs by name. `{}` disables the whole job.",
				"additionalProperties": {
					"type": "object",
					"additionalProperties": false,
					"properties": { "allocations": {
						"type": "array",
						"items": {
							"type": "string",
							"description": "A host of workers.json.",
							"examples": ["10.0.0.2"]
						},
						"description": "The hosts on which the job is disabled. If it is missing or empty, the whole job is disabled.",
						"examples": [["10.0.0.2"]]
					} },
					"description": "The part of the job that is disabled.",
					"examples": [{}, { "allocations": ["10.0.0.2"] }]
				},
				"examples": [{
					"api": {},
					"db": { "allocations": ["10.0.0.2"] }
				}]
			},
			"workers": {
				"type": "array",
				"items": {
					"type": "string",
					"description": "A host of workers.json.",
					"examples": ["10.0.0.3"]
				},
				"description": "Hosts on which every allocation is disabled.",
				"examples": [["10.0.0.3"]]
			}
		},
		examples: [{
			"jobs": {
				"api": {},
				"db": { "allocations": ["10.0.0.2"] }
			},
			"workers": ["10.0.0.3"]
		}]
	}
};
function schemaOf(name) {
	return SCHEMAS[name];
}
/** Returns all violations in the order of the document. */
async function findViolations(name, { root }) {
	const validate = await validatorOf(name);
	if (validate(dataOf(root))) return [];
	return (validate.errors ?? []).filter((error) => error.keyword !== "if" && error.propertyName === void 0).map((error) => locate(error, root)).sort((a, b) => a.start - b.start);
}
const validators = /* @__PURE__ */ new Map();
function validatorOf(name) {
	const known = validators.get(name) ?? compile(name);
	validators.set(name, known);
	return known;
}
async function compile(name) {
	const { compileSchema } = await import("./compile-schema.js");
	return compileSchema(name, SCHEMAS[name]);
}
function locate(error, root) {
	const path = pathOf(error.instancePath, root);
	const node = nodeAt(root, path);
	const { missingProperty, additionalProperty, propertyName } = error.params;
	const property = [
		missingProperty,
		additionalProperty,
		propertyName
	].find((name) => typeof name === "string");
	const start = memberOf(node, String(property))?.keyStart ?? node.start;
	return {
		keyword: error.keyword,
		path,
		property,
		node,
		start,
		schema: error.parentSchema ?? {}
	};
}
/**
* Converts a JSON pointer to a path. In a pointer, `/0` may be an item of an array or a key of an object; the document
* decides.
*/
function pathOf(pointer, root) {
	const path = [];
	let node = root;
	for (const escaped of pointer.split("/").slice(1)) {
		const step = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
		const isItem = node?.kind === "array";
		path.push(isItem ? Number(step) : step);
		node = isItem ? itemsOf(node)[Number(step)] : fieldOf(node, step);
	}
	return path;
}
// src/workspace/disabled.ts
const FILE$1 = "workspace/disabled.json";
const SUBJECT$2 = "invalid disabled.json";
/**
* Reads `disabled.json`. An unknown field is an error. For example, a misspelled `allocations` would otherwise disable
* the whole job.
*/
async function readDisabled(reader) {
	const findings = new Findings("ErrInvalidDisabledJSON");
	const source = await readText({
		reader,
		path: FILE$1,
		subject: SUBJECT$2,
		findings
	});
	const written = source === "missing" || source === "refused" ? void 0 : parseJson(source, SUBJECT$2, findings);
	const document = written && fitFields({
		document: written,
		schema: schemaOf("disabled"),
		findings,
		title: "disabled.json",
		unknown: "keep"
	});
	if (document) reportViolations({
		document,
		violations: await findViolations("disabled", document),
		findings,
		subject: `${SUBJECT$2}:`,
		wordingOf: () => ({})
	});
	return {
		disabled: interpret$1(reader, document),
		diagnostics: findings.diagnostics
	};
}
function interpret$1(reader, document) {
	const root = document?.root;
	return {
		jobs: recordOf(membersOf(fieldOf(root, "jobs")).map(([job, { node }]) => [job, { allocations: hostsIn(fieldOf(node, "allocations")) }])),
		workers: hostsIn(fieldOf(root, "workers")),
		placeOf: (path) => document ? placeOf$1(document, path) : startOf(reader.bucket, FILE$1)
	};
}
function hostsIn(list) {
	return itemsOf(list).flatMap((item) => textOf(item) ?? []);
}
// src/events/hook-event.ts
/** Lists the events that a hook can listen to, in the order of the documentation. */
const HOOK_EVENTS = [
	"post_build",
	"pre_deploy",
	"post_deploy",
	"job_control",
	"health_check",
	"cli",
	"after_allocation_started",
	"after_allocation_stopped"
];
// src/workspace/reader.ts
/**
* Reads the files of a bucket. All reads go through a `BucketReader`, which limits how many reads run at once. Symlinks
* that lead out of the bucket are not followed, and pipes and devices are not opened. Each read file is added to the
* digest. Errors of the file system are not thrown; such errors are returned as values with a readable reason.
*/
const AT_ONCE = 16;
const LARGEST_DOCUMENT_BYTES = 4194304;
const STREAMED_FROM_BYTES = 1048576;
var BucketReader = class {
	bucket;
	#turnstile = new Turnstile(AT_ONCE);
	#digested = /* @__PURE__ */ new Map();
	constructor(bucket) {
		this.bucket = bucket;
	}
	/** Returns the bytes of a file of at most 4 MiB. A symlink is followed only when its target is inside the bucket. */
	async readDocument(path) {
		const real = await this.attempt(() => realpath(join(this.bucket.dir, path)));
		if (real.kind === "refused") return real;
		if (real.kind === "missing") {
			const found = await this.look(path);
			return found.kind === "done" ? {
				kind: "refused",
				reason: "it is a symlink that points nowhere"
			} : found;
		}
		if (!isBelow$1(real.value, this.bucket.realDir)) return {
			kind: "refused",
			reason: "it leads out of the bucket"
		};
		const stats = await this.attempt(() => stat(real.value));
		if (stats.kind !== "done") return stats;
		if (!stats.value.isFile()) return {
			kind: "refused",
			reason: "it is not a regular file"
		};
		return this.readKnown({
			path,
			sourcePath: real.value,
			...shapeOf(stats.value)
		});
	}
	/** Returns the bytes of a file of at most 4 MiB. */
	async readKnown(file) {
		if (file.sizeBytes > LARGEST_DOCUMENT_BYTES) return {
			kind: "refused",
			reason: "it is larger than 4 MiB"
		};
		const read = await this.attempt(() => readFile(fsPath(file.sourcePath)));
		if (read.kind === "done") this.#count(file, read.value.length, createHash("sha256").update(read.value).digest("hex"));
		return read;
	}
	/** Adds a file to the digest. A large file is streamed, so that it needs little memory. */
	async digestFile(file) {
		const hashed = await this.attempt(() => hashOf(file));
		if (hashed.kind !== "done") return hashed;
		this.#count(file, hashed.value.sizeBytes, hashed.value.hash);
		return {
			kind: "done",
			value: void 0
		};
	}
	/** Adds an empty folder to the digest. */
	digestFolder(path) {
		this.#digested.set(path, "folder");
	}
	/**
	* Returns the SHA-256 digest of everything that was added so far, sorted by path. The digest covers the path,
	* executable bit, length and content of each file.
	*/
	digest() {
		const whole = createHash("sha256");
		for (const path of [...this.#digested.keys()].sort(compareText)) whole.update(nameBytes(path)).update(`\0${this.#digested.get(path)}\0`);
		return whole.digest("hex");
	}
	/** Returns the stats of a path of the bucket. A symlink is not followed. */
	look(path) {
		return this.attempt(() => lstat(fsPath(join(this.bucket.dir, path))));
	}
	/** Returns the entries of a folder of the bucket, sorted by name. */
	async list(path) {
		const folder = fsPath(join(this.bucket.dir, path));
		const listed = await this.attempt(() => readdir(folder, {
			withFileTypes: true,
			encoding: "buffer"
		}));
		if (listed.kind !== "done") return listed;
		return {
			kind: "done",
			value: listed.value.map((entry) => ({
				name: nameOf(entry.name),
				kind: kindOf(entry)
			})).sort((a, b) => compareText(a.name, b.name))
		};
	}
	/** Returns the entries of a folder; none when the folder is missing, unreadable, or leads out of the bucket. */
	async listInside(path) {
		const { dir, realDir } = this.bucket;
		const real = await this.attempt(() => realpath(join(dir, path)));
		if (real.kind !== "done" || !(real.value === realDir || isBelow$1(real.value, realDir))) return [];
		const listed = await this.list(path);
		return listed.kind === "done" ? listed.value : [];
	}
	/** Makes one file system call. Waits while 16 calls are already running. */
	attempt(call) {
		return this.#turnstile.run(async () => {
			try {
				return {
					kind: "done",
					value: await call()
				};
			} catch (thrown) {
				return isMissing(thrown) ? { kind: "missing" } : {
					kind: "refused",
					reason: reasonOf(thrown)
				};
			}
		});
	}
	#count(file, sizeBytes, hash) {
		this.#digested.set(file.path, `${file.executable ? "x" : "-"} ${sizeBytes} ${hash}`);
	}
};
/** Returns the size and the executable bit of a regular file. */
function shapeOf(stats) {
	return {
		executable: (stats.mode & 64) !== 0,
		sizeBytes: stats.size
	};
}
function kindOf(entry) {
	if (entry.isFile()) return "file";
	if (entry.isDirectory()) return "folder";
	return entry.isSymbolicLink() ? "link" : "other";
}
/** Returns whether `path` is below `folder`. Both paths must be absolute, with symlinks resolved. */
function isBelow$1(path, folder) {
	return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
async function hashOf({ sourcePath, sizeBytes }) {
	const hash = createHash("sha256");
	if (sizeBytes < STREAMED_FROM_BYTES) {
		const bytes = await readFile(fsPath(sourcePath));
		return {
			hash: hash.update(bytes).digest("hex"),
			sizeBytes: bytes.length
		};
	}
	let read = 0;
	for await (const chunk of createReadStream(fsPath(sourcePath))) {
		hash.update(chunk);
		read += chunk.length;
	}
	return {
		hash: hash.digest("hex"),
		sizeBytes: read
	};
}
function isMissing(thrown) {
	return thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
}
/** Shortens an error message: `EACCES: permission denied, open '/abs/path'` becomes `permission denied (EACCES)`. */
function reasonOf(thrown) {
	const [whole, code, words] = /^([A-Z0-9]+): ([^,]+),/.exec(messageOf(thrown)) ?? [];
	return whole === void 0 ? messageOf(thrown) : `${words} (${code})`;
}
// src/workspace/job/job-folder.ts
/** Lists the files of a job folder and reports the files that cannot be delivered. */
/** Folders with dependencies of hooks. These folders are skipped at any depth and never delivered. */
const SKIPPED$1 = /* @__PURE__ */ new Set([
	".venv",
	"venv",
	"node_modules",
	"__pycache__"
]);
/** Names at the top of the job folder that the running job uses on its worker. */
const RESERVED = /* @__PURE__ */ new Set([
	"data",
	"logs",
	"bin"
]);
/**
* Lists every file below a job folder, except files below `.venv`, `venv`, `node_modules` and `__pycache__`. Reports
* every entry that cannot be delivered, such as a reserved name or a symlink to a folder.
*/
async function listJobFolder(request) {
	const walk = new Walk(request);
	await walk.enter("");
	return {
		files: walk.files.sort((a, b) => compareText(a.path, b.path)),
		emptyFolders: walk.emptyFolders.sort(compareText),
		folders: walk.folders
	};
}
/** Returns the folder of the hook scripts, below the job folder; `_modules` is the older name. */
function hookFolderOf({ folders }) {
	return folders.has("_modules") && !folders.has("_hooks") ? "_modules" : "_hooks";
}
/** Returns the folder of a job, relative to the bucket. */
function jobPath(job) {
	return `workspace/jobs/${job}`;
}
var Walk = class {
	files = [];
	emptyFolders = [];
	folders = /* @__PURE__ */ new Set();
	#request;
	constructor(request) {
		this.#request = request;
	}
	/** Lists a folder and all folders below it. `folder` is relative to the job folder; '' is the job folder itself. */
	async enter(folder) {
		const { reader, job } = this.#request;
		const listed = await reader.list(join(jobPath(job), folder));
		if (listed.kind === "missing") return this.#refuse(folder, "disappeared while it was being read");
		if (listed.kind === "refused") return this.#refuse(folder, `cannot be read: ${listed.reason}`);
		const entries = listed.value.filter(({ name }) => !SKIPPED$1.has(name));
		if (folder !== "") this.folders.add(folder);
		if (entries.length === 0 && folder !== "") this.emptyFolders.push(folder);
		await Promise.all(entries.map((entry) => this.#take(folder, entry)));
	}
	async #take(folder, entry) {
		const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
		if (folder === "" && RESERVED.has(entry.name)) return this.#refuseReserved(entry.name);
		if (entry.kind === "folder") return this.enter(path);
		if (entry.kind === "link") return this.#follow(path);
		if (entry.kind === "other") return this.#refuse(path, "is neither a file nor a folder");
		const sourcePath = this.#absolute(path);
		const stats = await this.#request.reader.attempt(() => lstat(fsPath(sourcePath)));
		if (stats.kind === "done") this.files.push({
			path,
			sourcePath,
			...shapeOf(stats.value)
		});
		else this.#refuse(path, stats.kind === "missing" ? "disappeared while it was being read" : `cannot be read: ${stats.reason}`);
	}
	/** Adds the file that a symlink points to, if that file is inside the job folder. Otherwise reports an error. */
	async #follow(path) {
		const { reader, job } = this.#request;
		const target = await reader.attempt(() => realPathOf$1(this.#absolute(path)));
		if (target.kind === "missing") return this.#refuse(path, "is a symlink that points nowhere");
		if (target.kind === "refused") return this.#refuse(path, `is a symlink that cannot be followed: ${target.reason}`);
		const folder = await reader.attempt(() => realpath(join(reader.bucket.dir, jobPath(job))));
		if (folder.kind !== "done" || !isBelow$1(target.value, folder.value)) return this.#refuse(path, "is a symlink out of the job folder");
		const stats = await reader.attempt(() => stat(fsPath(target.value)));
		if (stats.kind !== "done") return this.#refuse(path, "is a symlink that points nowhere");
		if (stats.value.isDirectory()) return this.#refuse(path, "is a symlink to a folder");
		if (!stats.value.isFile()) return this.#refuse(path, "is a symlink to something that is not a file");
		this.files.push({
			path,
			sourcePath: target.value,
			...shapeOf(stats.value)
		});
	}
	#refuseReserved(name) {
		const { job, findings } = this.#request;
		findings.error({
			code: "ErrInvalidJob",
			message: `invalid job: job ${excerpt(job)}, ${name} directory is reserved`,
			place: this.#placeOf(name),
			hint: `${name}/ belongs to the running job on its worker: use another name`
		});
	}
	#refuse(path, what) {
		const { job, findings } = this.#request;
		const name = path === "" ? "its folder" : excerpt(shownName(path));
		const message = `invalid job: job ${excerpt(job)}, ${name} ${what}`;
		findings.error({
			code: "ErrInvalidJob",
			message,
			place: this.#placeOf(path)
		});
	}
	#placeOf(path) {
		return startOf(this.#request.reader.bucket, join(jobPath(this.#request.job), shownName(path)));
	}
	#absolute(path) {
		return join(this.#request.reader.bucket.dir, jobPath(this.#request.job), path);
	}
};
const realPathOf$1 = async (path) => nameOf(await realpath(fsPath(path), { encoding: "buffer" }));
// src/workspace/manifest/hooks.ts
/** Reads `hooks` of a manifest: the events, demands, time limit and script of each hook. */
const HOOK_NAME = /^hook_[A-Za-z0-9_]+$/;
const LANGUAGES = {
	py: "python",
	ts: "typescript",
	js: "javascript"
};
/**
* Returns the hooks in the order of the manifest. An invalid hook stays in the list, with the parts that can be read.
* Otherwise a demand for this hook in a different job would be reported as a second error.
*/
function readHooks(request) {
	return membersOf(fieldOf(request.document.root, "hooks")).map(([name, member]) => {
		const declared = {
			name,
			member,
			request
		};
		const seconds = integerOf(fieldOf(member.node, "timeout_seconds"));
		return {
			name,
			events: eventsOf(member.node),
			demand: readDemand(declared),
			timeoutMs: seconds === void 0 ? void 0 : seconds * 1e3,
			...HOOK_NAME.test(name) ? findScript(declared) : unknownScript(declared)
		};
	});
}
/** Returns the first hook that the manifest declares for an event, even an invalid one. */
function hookFor(event, root) {
	return membersOf(fieldOf(root, "hooks")).find(([, { node }]) => eventsOf(node).includes(event))?.[0];
}
function eventsOf(node) {
	const events = itemsOf(fieldOf(node, "executed_on")).map(textOf).flatMap((text) => HOOK_EVENTS.find((event) => event === text) ?? []);
	return [...new Set(events)];
}
/**
* Finds the script of a hook. Exactly one of `_hooks/<name>.py`, `.ts` and `.js` must exist. A script with an older
* name is accepted, with a warning.
*/
function findScript({ name, member, request }) {
	const { document, job, findings, folder } = request;
	const about = `job ${excerpt(job)} hook ${name}`;
	const place = document.source.placeAt(member.keyStart);
	const under = `${jobPath(job)}/${hookFolderOf(folder)}`;
	const stem = [member.writtenAs, name].find((one) => scriptsOf(one, folder).length > 0) ?? name;
	const [script, ...others] = scriptsOf(stem, folder);
	if (script && stem !== name) warnOlderScript(request, script.script, name);
	if (!script) {
		const expected = `expected ${`${stem}.py, ${stem}.ts, or ${stem}.js`} under ${excerpt(under)}`;
		const [older] = scriptsOf(name.replace(/^hook_/, "command_"), folder);
		const hint = older && `${older.script} exists: rename it to the name of the hook`;
		findings.error({
			code: "ErrHookFileNotFound",
			message: `${about}: hook file not found: ${expected}`,
			place,
			hint
		});
	} else if (others.length > 0) {
		const message = `${about}: invalid hook configuration: ${`multiple implementations for ${stem} under ${excerpt(under)} (use only one of .py, .ts, .js)`}`;
		findings.error({
			code: "ErrInvalidHookConfiguration",
			message,
			place
		});
	}
	return script ?? unknownScript({
		name,
		member,
		request
	});
}
/** Warns about a script with an older name, e.g. `command_x.py` instead of `hook_x.py`. */
function warnOlderScript({ document, job, findings }, script, hook) {
	const name = `${hook}${posix.extname(script)}`;
	const file = posix.join(posix.dirname(document.source.file), script);
	findings.warning({
		message: `job ${excerpt(job)}: ${posix.basename(script)} is an older name for ${name}`,
		place: {
			file,
			line: 1,
			column: 1
		},
		repair: {
			change: `${script} -> ${name}`,
			edits: [],
			move: {
				from: file,
				to: posix.join(posix.dirname(file), name)
			}
		}
	});
}
function unknownScript({ name, request }) {
	return {
		script: `${hookFolderOf(request.folder)}/${name}.py`,
		language: "python"
	};
}
function scriptsOf(stem, folder) {
	const paths = new Set(folder.files.map((file) => file.path));
	return Object.entries(LANGUAGES).map(([extension, language]) => ({
		script: `${hookFolderOf(folder)}/${stem}.${extension}`,
		language
	})).filter(({ script }) => paths.has(script));
}
function readDemand(declared) {
	const demands = fieldOf(declared.member.node, "demands");
	if (demands?.kind !== "object") return void 0;
	const job = textOf(fieldOf(demands, "job"))?.trim() ?? "";
	const hook = textOf(fieldOf(demands, "hook"))?.trim() ?? "";
	if (job === "" || hook === "") {
		refuseHalf(declared, demands);
		return;
	}
	if (job === declared.request.job) {
		refuseSelf(declared, demands);
		return;
	}
	const config = fieldOf(demands, "config");
	const minVersion = boundOf(fieldOf(config, "min_version"));
	const maxVersion = boundOf(fieldOf(config, "max_version"));
	if (minVersion !== void 0 && maxVersion !== void 0) checkOrder(declared, {
		minVersion,
		maxVersion,
		config
	});
	return {
		job,
		hook,
		minVersion,
		maxVersion,
		config: recordOf(membersOf(config).map(([key, { node }]) => [key, dataOf(node)]))
	};
}
/**
* Returns a version bound that is written as a text or an integer. Returns undefined for a value of a different type;
* the schema check has already reported such a value.
*/
function boundOf(node) {
	const number = integerOf(node);
	const text = textOf(node)?.trim() ?? (number === void 0 ? void 0 : String(number));
	return text !== void 0 && parseVersion(text).ok ? text : void 0;
}
function refuseHalf({ name, request }, demands) {
	const { document, job, findings } = request;
	if (["job", "hook"].map((key) => fieldOf(demands, key)).some((field) => field && textOf(field) === void 0)) return;
	findings.error({
		code: "ErrInvalidHookDemand",
		message: `invalid hook demand: job ${excerpt(job)} hook ${excerpt(name)} demands.job and demands.hook must both be set`,
		place: document.source.placeAt(demands.start)
	});
}
function refuseSelf({ name, request }, demands) {
	const { document, job, findings } = request;
	findings.error({
		code: "ErrInvalidHookConfiguration",
		message: `invalid hook configuration: job ${excerpt(job)}, hook ${excerpt(name)} invalid configuration, self referencing`,
		place: document.source.placeAt((fieldOf(demands, "job") ?? demands).start)
	});
}
function checkOrder({ name, member, request }, { minVersion, maxVersion, config }) {
	const { document, job, findings } = request;
	const min = parseVersion(minVersion);
	const max = parseVersion(maxVersion);
	if (!min.ok || !max.ok || compareVersions(min.value, max.value) <= 0) return;
	findings.error({
		code: "ErrInvalidHookConfiguration",
		message: `invalid hook configuration: job ${excerpt(job)} hook ${excerpt(name)}: min_version ${minVersion} > max_version ${maxVersion}`,
		place: document.source.placeAt((fieldOf(config, "min_version") ?? member.node).start)
	});
}
// src/workspace/older/older-hooks.ts
/** Returns the current name of a hook: `command_x` becomes `hook_x`. */
function hookName(name) {
	return name.replace(/^command_/, "hook_");
}
/** Returns whether a value is missing, null or a blank text. */
function isBlank(node) {
	return node === void 0 || node.kind === "scalar" && (node.value === null || textOf(node)?.trim() === "");
}
function translateHook(written, words) {
	if (written.kind !== "object") return written;
	const hook = words.rename(written, { depends_on: "demands" });
	const members = new Map(hook.members);
	const demands = members.get("demands");
	if (demands?.node.kind === "object") {
		const kept = translateDemands(demands.node, words);
		if (kept) members.set("demands", {
			...demands,
			node: kept
		});
		else {
			members.delete("demands");
			const name = written.members.has("demands") ? "demands" : "depends_on";
			const edits = [dropMember(words.source, written, name)];
			words.warn({
				start: demands.node.start,
				text: "\"demands\" without job and hook mean no demand and can be left out",
				repair: {
					change: `${name} without job and hook removed`,
					edits
				}
			});
		}
	}
	const events = members.get("executed_on");
	if (events?.node.kind === "array") members.set("executed_on", {
		...events,
		node: translateEvents(events.node, words)
	});
	return {
		...hook,
		members
	};
}
/** Returns the translated demands, or undefined when job and hook are blank. */
function translateDemands(written, words) {
	if ([
		"job",
		"hook",
		"command"
	].every((name) => isBlank(fieldOf(written, name)))) return void 0;
	const members = new Map(written.members);
	const command = members.get("command");
	const hook = members.get("hook");
	members.delete("command");
	if (hook) members.set("hook", {
		...hook,
		node: translateName(hook.node, words)
	});
	if (command && hook) {
		const edits = [dropMember(words.source, written, "command")];
		const rivals = [withTodaysName(command.node), withTodaysName(hook.node)];
		words.report({
			older: "command",
			today: "hook",
			start: command.keyStart,
			edits,
			rivals
		});
	} else if (command) {
		const edits = [renameKey(words.source, command, "hook"), ...editsOfName(command.node)];
		words.report({
			older: "command",
			today: "hook",
			start: command.keyStart,
			edits
		});
		members.set("hook", {
			...command,
			node: withTodaysName(command.node)
		});
	}
	return {
		...written,
		members
	};
}
/** Translates the value of `demands.hook`. */
function translateName(node, words) {
	const edits = editsOfName(node);
	const name = textOf(node)?.trim() ?? "";
	if (edits.length > 0) words.report({
		older: name,
		today: hookName(name),
		start: node.start,
		edits
	});
	return withTodaysName(node);
}
function withTodaysName(node) {
	const name = textOf(node)?.trim();
	return node.kind === "scalar" && name !== void 0 ? {
		...node,
		value: hookName(name)
	} : node;
}
function editsOfName(node) {
	const name = textOf(node)?.trim();
	return name === void 0 || hookName(name) === name ? [] : [replace(node, JSON.stringify(hookName(name)))];
}
/** Replaces `direct` with `cli`. Removes `direct` when the list already contains `cli`. */
function translateEvents(list, words) {
	let hasCli = list.items.some((item) => textOf(item) === "cli");
	const items = list.items.flatMap((item, at) => {
		if (textOf(item) !== "direct") return item;
		const edits = [hasCli ? dropItem(list, at) : replace(item, "\"cli\"")];
		words.report({
			older: "direct",
			today: "cli",
			start: item.start,
			edits
		});
		const kept = hasCli ? [] : {
			...item,
			value: "cli"
		};
		hasCli = true;
		return kept;
	});
	return {
		...list,
		items
	};
}
// src/workspace/older/older-manifest.ts
const RENAMED_FIELDS = {
	update_parallel_count: "max_concurrent_upgrades",
	max_concurrent_restarts: "max_concurrent_upgrades",
	deploy_parallel_count: "max_concurrent_starts"
};
/** Older name → current name of a field of the manifest. */
const OLDER_FIELDS$1 = {
	...RENAMED_FIELDS,
	commands: "hooks"
};
function translateManifest(request) {
	const { document, findings, job } = request;
	const { source, root } = document;
	if (root.kind !== "object") return document;
	const words = new OlderWords({
		source,
		findings,
		title: `manifest.json of job ${excerpt(job)}`
	});
	const members = new Map(words.rename(root, RENAMED_FIELDS).members);
	members.delete("commands");
	const hooks = translateHooks(root, {
		...request,
		words
	});
	if (hooks) members.set("hooks", hooks);
	return {
		source,
		root: {
			...root,
			members
		}
	};
}
/**
* Joins `commands` and `hooks` into one object. A value that is not an object is returned unchanged; the schema check
* reports it.
*/
function translateHooks(root, request) {
	const { words } = request;
	const commands = root.members.get("commands");
	if (commands) {
		const edits = joiningEdits(root, commands, words);
		words.report({
			older: "commands",
			today: "hooks",
			start: commands.keyStart,
			edits
		});
	}
	const lists = [root.members.get("hooks"), commands].filter((list) => list !== void 0 && !isBlank(list.node));
	const first = lists.find((list) => list?.node.kind !== "object") ?? lists[0];
	if (first?.node.kind !== "object") return first;
	const members = /* @__PURE__ */ new Map();
	for (const [name, member] of lists.flatMap((list) => membersOf(list?.node))) {
		const today = hookName(name);
		if (members.has(today)) refuseTwin(request, today, member.keyStart);
		if (today !== name) {
			const edits = [renameKey(words.source, member, today)];
			words.report({
				older: name,
				today,
				start: member.keyStart,
				edits
			});
		}
		if (!members.has(today)) members.set(today, {
			...member,
			node: translateHook(member.node, words)
		});
	}
	return {
		...first,
		node: {
			...first.node,
			members
		}
	};
}
/** Returns the edits that rename `commands` to `hooks`, or move its entries to the end of `hooks`. */
function joiningEdits(root, commands, { source }) {
	const hooks = root.members.get("hooks");
	if (!hooks) return [renameKey(source, commands, "hooks")];
	const [last, moved] = [hooks, commands].map(({ node }) => membersOf(node).at(-1)?.[1]);
	if (!moved) return [dropMember(source, root, "commands")];
	if (!last) return [dropMember(source, root, "hooks"), renameKey(source, commands, "hooks")];
	const { end } = spanOf(last);
	const inner = {
		start: commands.node.start + 1,
		end: spanOf(moved).end
	};
	return [dropMember(source, root, "commands"), replace({
		start: end,
		end
	}, ",", inner)];
}
function refuseTwin({ document, findings, job }, hook, start) {
	findings.error({
		code: "ErrInvalidHookConfiguration",
		message: `invalid hook configuration: job ${excerpt(job)}, hook ${excerpt(hook)} is declared twice`,
		place: document.source.placeAt(start),
		hint: "the older name of one hook stands for the name of another hook: rename one of them"
	});
}
// src/workspace/manifest/certificates.ts
/** Reads `certs` of a manifest: the certificates that a job declares. */
/** Returns the certificates, sorted by name. */
function readCertificates({ document }) {
	return membersOf(fieldOf(document.root, "certs")).map(([name, { node }]) => ({
		name,
		pkcs8: flagOf(fieldOf(node, "pkcs8")) ?? false,
		one: flagOf(fieldOf(node, "one")) ?? false,
		commonName: textOf(fieldOf(fieldOf(node, "subject"), "common_name"))?.trim() ?? "",
		key: keyOf(textOf(fieldOf(node, "key")))
	})).sort((a, b) => compareText(a.name, b.name));
}
function keyOf(text) {
	return text === "rsa-4096" || text === "ec-p256" ? text : "rsa-2048";
}
// src/workspace/manifest/health-check.ts
/** Reads `health_check` of a manifest: the probes, and how long a deploy waits for them. */
/**
* Returns the health check with its defaults. A section with `wait` but without `checks` is valid: `wait` sets how long
* a deploy waits for hooks that check health. Reports an error when the job has both probes and a `health_check` hook,
* unless `maand.conf` allows both.
*/
function readHealthCheck(request) {
	const node = fieldOf(request.document.root, "health_check");
	if (node?.kind !== "object") return void 0;
	refuseBoth(request);
	const wait = fieldOf(node, "wait");
	const positive = (field, fallback) => {
		const value = integerOf(field) ?? 0;
		return value > 0 ? value : fallback;
	};
	return {
		checks: itemsOf(fieldOf(node, "checks")).flatMap((item, index) => readCheck(request, item, index)),
		timeoutMs: positive(fieldOf(node, "timeout_seconds"), 5) * 1e3,
		attempts: positive(fieldOf(wait, "attempts"), 30),
		intervalMs: positive(fieldOf(wait, "interval_seconds"), 1) * 1e3,
		successes: positive(fieldOf(wait, "successes"), 1),
		minHealthyMs: Math.round(numberOf(fieldOf(wait, "min_healthy_seconds")) * 1e3)
	};
}
function numberOf(node) {
	const value = node?.kind === "scalar" ? node.value : void 0;
	return typeof value === "number" && Number.isFinite(value) ? Math.max(0, value) : 0;
}
/** Returns a list with the probe. Returns an empty list when the probe is invalid. */
function readCheck(request, node, index) {
	const port = textOf(fieldOf(node, "port"))?.trim() ?? "";
	switch (textOf(fieldOf(node, "type"))?.trim().toLowerCase() ?? "") {
		case "tcp": return isPort(request, {
			node,
			index,
			port
		}) ? [{
			type: "tcp",
			port
		}] : [];
		case "http":
			if (!isPort(request, {
				node,
				index,
				port
			})) return [];
			return [{
				type: "http",
				port,
				path: textOf(fieldOf(node, "path")) ?? "/",
				expectStatus: integerOf(fieldOf(node, "expect_status")) ?? 200,
				scheme: textOf(fieldOf(node, "scheme")) === "https" ? "https" : "http"
			}];
		case "ssh": {
			const command = textOf(fieldOf(node, "command")) ?? "";
			return command.trim() === "" ? [] : [{
				type: "ssh",
				command
			}];
		}
		default: return [];
	}
}
/**
* Returns whether the port of a probe is declared in `resources.ports`. Reports an error when the port is not declared.
* A port with an invalid declaration counts as declared, because that error was already reported.
*/
function isPort({ document, job, findings }, { node, index, port }) {
	const field = fieldOf(node, "port");
	if (!field || port === "") return false;
	if (membersOf(fieldOf(fieldOf(document.root, "resources"), "ports")).some(([name]) => name === port)) return true;
	findings.error({
		message: `invalid manifest.json: job ${excerpt(job)} health_check.checks[${index}] port ${quoted(port)} not in resources.ports`,
		place: document.source.placeAt(field.start)
	});
	return false;
}
function refuseBoth({ document, job, findings, settings }) {
	const checks = fieldOf(fieldOf(document.root, "health_check"), "checks");
	const hook = hookFor("health_check", document.root);
	if (!hook || !checks || itemsOf(checks).length === 0 || settings.allowProbesWithHook) return;
	findings.error({
		message: `invalid manifest.json: job ${excerpt(job)} has health_check.checks and ${excerpt(hook)} for the event health_check: only one of them may check health`,
		place: document.source.placeAt(checks.start),
		hint: "remove one, or set allow_probes_with_hook = true in maand.conf"
	});
}
// src/workspace/manifest/manifest-wording.ts
/** Writes messages about violations of the manifest schema. Each message contains the job, the field and the rule. */
/**
* Returns a function that returns the message and the error code of a violation, or `{}` for the default message. `job`
* must already be escaped for messages.
*/
function wordingOfManifest(job) {
	return (violation, raw) => {
		const [field, second] = violation.path;
		if (field === "version") return {
			code: "ErrInvalidJobVersion",
			...violation.keyword === "format" && { about: `job "${job}":` }
		};
		if (field === "resources" && second === "ports") return wordingOfPort(violation, raw);
		if (field === "hooks") return wordingOfHook(job, violation, raw);
		if (field === "health_check" && second === "checks") return wordingOfCheck(job, violation, raw);
		const about = `invalid manifest.json: job ${job}`;
		if (field === "restart_globs" && violation.keyword === "format") return { about: `${about} restart_globs:` };
		if (field === "certs" && violation.keyword === "propertyNames") return { message: `${about} certificate name ${quoted(violation.property ?? "")} must be of letters, digits, "_", "." and "-", and not "ca"` };
		if (field === "max_failures" && violation.keyword === "pattern") return { message: `${about} max_failures must be a number or a percentage such as "25%" (got ${raw})` };
		return {};
	};
}
function wordingOfPort({ keyword, path, property, node }, raw) {
	if (keyword === "propertyNames") return {
		code: "ErrPortKeyFormat",
		message: `invalid port key format: port name "${excerpt(property ?? "")}"`,
		hint: "write a lower-case letter, then lower-case letters, digits and \"_\""
	};
	const name = path[2];
	if (name === void 0) return {};
	return {
		code: "ErrInvalidManifestPort",
		message: `${`invalid manifest port declaration: port "${excerpt(String(name))}"`} ${node.kind === "scalar" && Number.isInteger(node.value) ? "must be between 1 and 65535" : "must be {} or an integer"}, not ${raw}`
	};
}
function wordingOfHook(job, violation, raw) {
	const { keyword, path, property } = violation;
	const code = "ErrInvalidHookConfiguration";
	const about = `invalid hook configuration: job ${job}`;
	if (keyword === "propertyNames") return {
		code,
		message: `${about}, hook ${excerpt(property ?? "")} must begin with hook_ and hold letters, digits and "_"`
	};
	const [, name, field, ...rest] = path;
	if (name === void 0) return { code };
	const hook = `hook ${excerpt(String(name))}`;
	if (property === "executed_on" || keyword === "minItems") return {
		code,
		message: `${about}, ${hook} missing executed_on`
	};
	if (keyword === "enum") return {
		code,
		message: `${about}, ${hook} invalid executed_on [${unquoted(raw)}]`
	};
	if (field !== "demands") return {
		code,
		about: `${about}, ${hook} ${pathText(path.slice(2))}`.trimEnd()
	};
	const bound = rest[1];
	if (rest[0] === "config" && bound !== void 0) return {
		code: "ErrInvalidJobVersion",
		message: `job ${job} ${hook}: demands.config.${bound}: ${keyword === "format" ? detailOf(violation, raw) : `invalid job version: ${raw}`}`
	};
	return {
		code: "ErrInvalidHookDemand",
		about: `invalid hook demand: job ${job} ${hook} ${pathText(path.slice(2))}`
	};
}
function unquoted(raw) {
	return raw.replace(/^"(.*)"$/, "$1");
}
function wordingOfCheck(job, { keyword, path, property }, raw) {
	const [, , index, field] = path;
	if (typeof index !== "number") return {};
	const about = `invalid manifest.json: job ${job} health_check.checks[${index}]`;
	if (property === "command" || field === "command" && keyword === "pattern") return { message: `${about} ssh probe requires command` };
	if (property === "port" || field === "port" && keyword === "pattern") return { message: `${about} missing port` };
	if (property === "type") return { message: `${about} type "" (want tcp, http, or ssh)` };
	if (field === "type" && keyword === "pattern") return { message: `${about} type ${raw} (want tcp, http, or ssh)` };
	if (field === "path" && keyword === "pattern") return { message: `${about} path must start with / (got ${raw})` };
	return {};
}
// src/workspace/manifest/quantity.ts
/**
* Returns the amount in MB or MHz, or 0 when the amount is missing or invalid. The schema check has already reported a
* value of a wrong type.
*/
function readQuantity(request) {
	const { node, parse, source, findings } = request;
	if (node?.kind !== "scalar" || typeof node.value !== "string" && typeof node.value !== "number") return 0;
	const place = source.placeAt(node.start);
	if (typeof node.value === "number") findings.warning({
		message: request.unquoted,
		place,
		hint: `write "${node.value}"`
	});
	const result = parse(String(node.value));
	if (result.ok && result.value >= 0) return result.value;
	findings.error({
		message: result.ok ? request.negative : request.wrong(result.reason),
		place
	});
	return 0;
}
// src/workspace/manifest/resources.ts
/** Reads `resources` of a manifest: memory, CPU and ports. */
const PARSE = {
	memory: parseMemoryMb,
	cpu: parseCpuMhz
};
const EXCEEDED = {
	memory: "minMemoryMb > maxMemoryMb",
	cpu: "minCPUMhz > maxCPUMhz"
};
/** Returns the bounds of `resources.memory` or `resources.cpu`. A missing `max` equals `min`. */
function readBounds(kind, { document, job, findings }) {
	const { source, root } = document;
	const node = fieldOf(fieldOf(root, "resources"), kind);
	const about = `invalid manifest.json: job ${excerpt(job)}`;
	const read = (bound) => {
		const field = `resources.${kind}.${bound}`;
		return readQuantity({
			node: fieldOf(node, bound),
			parse: PARSE[kind],
			source,
			findings,
			wrong: (reason) => `${about} ${field}: ${reason}`,
			negative: `${about} ${field} can't be less than 0`,
			unquoted: `manifest.json of job ${excerpt(job)}: ${field} should be a text`
		});
	};
	const min = read("min");
	const max = read("max");
	if (max > 0 && min > max) findings.error({
		message: `${about} ${EXCEEDED[kind]}`,
		place: source.placeAt((fieldOf(node, "min") ?? root).start),
		hint: `resources.${kind}.min is ${min}, resources.${kind}.max is ${max}`
	});
	return {
		min,
		max: max === 0 ? min : max
	};
}
const PORT_NAME = /^[a-z][a-z0-9_]*$/;
/** Returns the valid ports of `resources.ports`, sorted by name. */
function readPorts({ document }) {
	return membersOf(fieldOf(fieldOf(document.root, "resources"), "ports")).flatMap(([name, { node }]) => {
		const number = integerOf(node);
		const isAssigned = node.kind === "object" && node.members.size === 0;
		const isFixed = number !== void 0 && number >= 1 && number <= 65535;
		return PORT_NAME.test(name) && (isAssigned || isFixed) ? [{
			name,
			number
		}] : [];
	}).sort((a, b) => compareText(a.name, b.name));
}
// src/workspace/manifest/manifest.ts
/**
* Converts the tree of a manifest to the typed parts of a `JobEntry`. The rules for a single part are in a separate
* file.
*/
/** Translates older words, corrects the case of field names, and reports every violation of the schema. */
async function fitManifest(request) {
	const { job, findings } = request;
	const name = excerpt(job);
	const document = fitFields({
		document: translateManifest(request),
		schema: schemaOf("manifest"),
		findings,
		title: `manifest.json of job ${name}`,
		older: OLDER_FIELDS$1,
		unknown: "drop with a warning"
	});
	reportViolations({
		document,
		violations: await findViolations("manifest", document),
		findings,
		subject: `invalid manifest.json: job ${name}`,
		wordingOf: wordingOfManifest(name)
	});
	return document;
}
/** Reads the parts of the job. Values that the schema refused are treated as missing. */
function readParts(request) {
	const { root } = request.document;
	const count = (name) => integerOf(fieldOf(root, name)) ?? 0;
	warnUnavailable(request);
	return {
		version: textOf(fieldOf(root, "version"))?.trim() ?? "",
		selectors: readSelectors(request),
		maxConcurrentUpgrades: count("max_concurrent_upgrades") > 0 ? count("max_concurrent_upgrades") : 1,
		maxConcurrentStarts: Math.max(0, count("max_concurrent_starts")),
		minAllocationsCount: Math.max(0, count("min_allocations_count")),
		restartPolicy: policyOf(textOf(fieldOf(root, "restart_policy"))) ?? "always",
		restartGlobs: readGlobs(request),
		memoryMb: readBounds("memory", request),
		cpuMhz: readBounds("cpu", request),
		ports: readPorts(request),
		hooks: readHooks(request),
		healthCheck: readHealthCheck(request),
		certificates: readCertificates(request)
	};
}
/**
* Returns the selectors trimmed, in lower case and without duplicates. Without selectors, returns the job name in lower
* case.
*/
function readSelectors({ document, job, findings }) {
	const list = fieldOf(document.root, "selectors");
	const items = itemsOf(list);
	const selectors = /* @__PURE__ */ new Set();
	for (const item of items) {
		const result = parseLabel(textOf(item) ?? "");
		if (result.ok && result.value !== "") selectors.add(result.value);
	}
	if (list && items.length > 0 && items.every((item) => textOf(item)?.trim() === "")) findings.error({
		message: `invalid manifest.json: job ${excerpt(job)} selectors hold only empty texts: no worker would match`,
		place: document.source.placeAt(list.start),
		hint: "leave selectors out to select by the job name"
	});
	return selectors.size > 0 ? [...selectors] : [job.toLowerCase()];
}
function policyOf(text) {
	return text === "always" || text === "reload" || text === "never" ? text : void 0;
}
function readGlobs({ document, job, findings }) {
	const list = fieldOf(document.root, "restart_globs");
	const written = fieldOf(document.root, "restart_policy");
	const policy = written ? policyOf(textOf(written)) : "always";
	if (list && itemsOf(list).length > 0 && (policy === "always" || policy === "never")) findings.error({
		message: `invalid manifest.json: job ${excerpt(job)} restart_globs requires restart_policy reload`,
		place: document.source.placeAt(list.start)
	});
	return itemsOf(list).flatMap((item) => {
		const glob = textOf(item);
		return glob !== void 0 && FORMATS.glob(glob).ok ? [glob.trim()] : [];
	});
}
/**
* Warns about fields that have no effect in this version, because the author of the manifest may rely on these fields.
*/
function warnUnavailable({ document, job, findings }) {
	for (const name of ["max_failures", "rollback"]) {
		const node = fieldOf(document.root, name);
		if (!node) continue;
		const message = `manifest.json of job ${excerpt(job)}: ${name} is not available in this version and has no effect`;
		findings.warning({
			message,
			place: document.source.placeAt(node.start)
		});
	}
}
// src/workspace/older/older-templates.ts
/** Finds older names of namespaces and keys in the source of templates. Only names in string literals are found. */
const ACTION = /\{\{(?!-?\s*\/\*).*?\}\}/gs;
/** The function calls with an older name. Each pattern ends with the older name in quotes. */
const CALLS = [
	[/\b(?:get|getOptional|keys)\s+"maand"/g, "maand/bucket"],
	[/\b(?:get|getOptional)\s+"maand(?:\/bucket)?"\s+"activejobs"/g, "active_jobs"],
	[/\bgetJob(?:Optional)?\s+(?:"[^"]*"\s+)?"deploy_order"/g, "rollout_order"],
	[/\b(?:get|getOptional)\s+"maand\/job\/[^"/]+"\s+"deploy_order"/g, "rollout_order"],
	[/\bgetJobWorker(?:Optional)?\s+"new_version"/g, "version"]
];
const LARGEST_BYTES = 1048576;
/**
* Reports the older names in the templates of a job. A template that cannot be read, is too large or is not UTF-8 text
* is skipped here.
*/
async function reportOlderTemplates({ reader, job, folder, findings }) {
	const templates = folder.files.filter(({ path, sizeBytes }) => path.endsWith(".tpl") && !/^_(?:hooks|modules)\//.test(path) && sizeBytes <= LARGEST_BYTES);
	await Promise.all(templates.map(async ({ path, sourcePath }) => {
		const bytes = await reader.attempt(() => readFile(sourcePath));
		if (bytes.kind !== "done" || !isUtf8(bytes.value)) return;
		reportIn(new OlderWords({
			source: new Source(fileIn(reader.bucket, `${jobPath(job)}/${path}`), new TextDecoder().decode(bytes.value)),
			findings,
			title: `${excerpt(path)} of job ${excerpt(job)}`
		}));
	}));
}
function reportIn(words) {
	const { text } = words.source;
	for (const { 0: action, index } of text.matchAll(ACTION)) for (const [call, today] of CALLS) for (const match of action.matchAll(call)) {
		const end = index + match.index + match[0].length;
		const start = text.lastIndexOf("\"", end - 2);
		words.report({
			older: text.slice(start + 1, end - 1),
			today,
			start,
			edits: [replace({
				start,
				end
			}, `"${today}"`)]
		});
	}
}
// src/workspace/job/job.ts
/** Reads one job folder (its manifest, its variables and its files) and reports the errors in it. */
/**
* Reads one job folder. Returns undefined when the folder has no `manifest.json`, because such a folder is not a job.
*/
async function readJob({ reader, name, settings }) {
	if ((await reader.look(`${jobPath(name)}/manifest.json`)).kind === "missing") return void 0;
	const findings = new Findings("ErrInvalidManifest", name);
	const folder = await listJobFolder({
		reader,
		job: name,
		findings
	});
	const job = {
		reader,
		name,
		findings,
		folder
	};
	const [written, vars, putOnlyVars] = await Promise.all([
		readManifest(job),
		readVars(job, "vars.conf"),
		readVars(job, "vars.toml"),
		digestOthers(job),
		reportOlderTemplates({
			reader,
			job: name,
			folder,
			findings: findings.as("ErrInvalidJob")
		})
	]);
	const document = written && await fitManifest({
		document: written,
		job: name,
		findings
	});
	checkFolder(job, document);
	if (document?.root.kind !== "object") return {
		name,
		entry: void 0,
		diagnostics: findings.diagnostics
	};
	return {
		name,
		entry: {
			name,
			dir: join(reader.bucket.dir, jobPath(name)),
			...readParts({
				document,
				job: name,
				findings,
				folder,
				settings
			}),
			vars,
			putOnlyVars,
			files: folder.files,
			emptyFolders: folder.emptyFolders,
			placeOf: (path) => placeOf$1(document, path)
		},
		diagnostics: findings.diagnostics
	};
}
/**
* Files that are read as documents. These files are not hashed again, because a document is added to the digest when it
* is read.
*/
const DOCUMENTS = /* @__PURE__ */ new Set([
	"manifest.json",
	"vars.conf",
	"vars.toml"
]);
async function readManifest(job) {
	const { reader, name, findings, folder } = job;
	const subject = `invalid manifest.json: job ${excerpt(name)}`;
	if (folder.folders.has("manifest.json")) {
		const place = startOf(reader.bucket, `${jobPath(name)}/manifest.json`);
		findings.error({
			message: `${subject}: manifest.json is a folder`,
			place
		});
	}
	const source = await readFileOf(job, "manifest.json", {
		subject,
		findings
	});
	return source === "missing" || source === "refused" ? void 0 : parseJson(source, subject, findings);
}
async function readVars(job, file) {
	const about = `invalid ${file}: ${excerpt(jobPath(job.name))}/${file}`;
	const findings = job.findings.as("ErrInvalidJobVars");
	const source = await readFileOf(job, file, {
		subject: about,
		findings
	});
	const document = source === "missing" || source === "refused" ? void 0 : parseToml(source, about, findings);
	return document ? flatStrings({
		source: document.source,
		table: document.root,
		findings,
		about
	}) : recordOf([]);
}
/**
* Reads a file at the top of the job folder. Returns `missing` for a file that was not listed; an error in listing it
* was already reported.
*/
async function readFileOf({ reader, name, folder }, path, reported) {
	const file = folder.files.find((one) => one.path === path);
	if (!file) return "missing";
	const known = knownIn(name, file);
	return readKnownText({
		reader,
		path: known.path,
		...reported
	}, known);
}
async function digestOthers({ reader, name, findings, folder }) {
	for (const path of folder.emptyFolders) reader.digestFolder(`${jobPath(name)}/${path}`);
	const others = folder.files.filter(({ path }) => !DOCUMENTS.has(path)).map((file) => knownIn(name, file));
	await Promise.all(others.map(async (file) => {
		const counted = await reader.digestFile(file);
		if (counted.kind === "done") return;
		const reason = counted.kind === "missing" ? "it disappeared while it was being read" : counted.reason;
		const message = `invalid job: job ${excerpt(name)}, ${excerpt(file.path)} cannot be read: ${reason}`;
		findings.error({
			code: "ErrInvalidJob",
			message,
			place: startOf(reader.bucket, file.path)
		});
	}));
}
function knownIn(job, { path, sourcePath, executable, sizeBytes }) {
	return {
		path: `${jobPath(job)}/${path}`,
		sourcePath,
		executable,
		sizeBytes
	};
}
/** Warns about the older names `_modules/` and `vars.toml`. When the new name exists too, reports an error. */
function reportOlderNames({ reader, name, findings, folder }) {
	const about = `job ${excerpt(name)}`;
	const placeOfPath = (path) => startOf(reader.bucket, `${jobPath(name)}/${path}`);
	const paths = new Set(folder.files.map(({ path }) => path));
	if (folder.folders.has("_modules")) {
		const place = placeOfPath("_modules");
		const [from, to] = [place.file, placeOfPath("_hooks").file];
		if (folder.folders.has("_hooks")) {
			const message = `invalid job: ${about} has both _hooks/ and its older name _modules/`;
			findings.error({
				code: "ErrInvalidJob",
				message,
				place,
				hint: "move everything into _hooks/"
			});
		} else {
			const repair = {
				change: "_modules/ -> _hooks/",
				edits: [],
				move: {
					from,
					to
				}
			};
			findings.as("ErrInvalidJob").warning({
				message: `${about}: _modules/ is an older name for _hooks/`,
				place,
				repair
			});
		}
	}
	if (!paths.has("vars.toml")) return;
	const vars = findings.as("ErrInvalidJobVars");
	const place = placeOfPath("vars.toml");
	if (paths.has("vars.conf")) {
		const message = `invalid vars.toml: ${about} has both vars.conf and the older vars.toml`;
		vars.error({
			message,
			place,
			hint: `move its entries into vars.conf; templates and hooks then read them from vars/bucket/job/${name}`
		});
	} else {
		const message = `${about}: vars.toml is the older form of vars.conf; --fix does not rename it, since their entries go to different namespaces`;
		const hint = `rename it to vars.conf, and read its entries from vars/bucket/job/${name} instead of vars/job/${name} in templates and hooks`;
		vars.warning({
			message,
			place,
			hint
		});
	}
}
/** Checks which files a job folder must and must not contain. The rules for the manifest are checked elsewhere. */
function checkFolder({ reader, name, findings, folder }, document) {
	const place = startOf(reader.bucket, `${jobPath(name)}/manifest.json`);
	const about = `job ${excerpt(name)}`;
	const paths = new Set(folder.files.map(({ path }) => path));
	const job = findings.as("ErrInvalidJob");
	reportOlderNames({
		reader,
		name,
		findings,
		folder
	});
	if (!isJobName(name)) {
		const message = `invalid job: ${about} must have a name of at most 63 letters, digits, "_", "." and "-" that begins with a letter or digit`;
		job.error({
			message,
			place
		});
	}
	if (!paths.has("Makefile") && !paths.has("Makefile.tpl")) {
		const message = `invalid job: ${about}, Makefile or Makefile.tpl not found`;
		if (document && hookFor("job_control", document.root) !== void 0) job.warning({
			message,
			place
		});
		else job.error({
			message,
			place
		});
	}
	if (paths.has("prometheus.yml") && paths.has("prometheus.yml.tpl")) job.error({
		message: `invalid job: ${about} cannot define both prometheus.yml and prometheus.yml.tpl`,
		place
	});
	const obstacles = document ? certificateObstacles(document, folder, paths) : [];
	for (const [path, what] of obstacles) job.error({
		message: `invalid job: ${about}, ${excerpt(path)} conflicts with ${what}, which a deploy delivers: rename it`,
		place
	});
	if (folder.folders.has("certs")) {
		const message = `${about} ships a folder certs/: certificates of the same names overwrite its files`;
		job.warning({
			message,
			place
		});
	}
}
/**
* Returns the paths of a job that conflict with its certificates. Such a path is a file where certificates need a
* folder, or a folder where they need a file. Each path is returned together with the file or folder that certificates
* need at this path.
*/
function certificateObstacles(document, { folders }, files) {
	const names = membersOf(fieldOf(document.root, "certs")).map(([name]) => name);
	if (names.length === 0) return [];
	const delivered = ["certs/ca.crt", ...names.flatMap((name) => [`certs/${name}.crt`, `certs/${name}.key`])];
	return [...["certs", "certs.tpl"].filter((path) => files.has(path)).map((path) => [path, "the folder certs/"]), ...delivered.filter((path) => folders.has(path)).map((path) => [`${path}/`, path])];
}
// src/workspace/job/job-config.ts
/** Keys that set a reservation. A key that is not in this list is a variable. */
const RESERVATIONS = ["memory", "cpu"];
const OLDER_KEYS = {
	MEMORY: "memory",
	CPU: "cpu"
};
const subjectOf = (path) => `invalid bucket.conf: bucket conf ${path}`;
/** Returns the path of the file for a selector, relative to the bucket. */
function jobConfigPath(selector) {
	return selector === "" ? "workspace/bucket.jobs.conf" : `workspace/bucket.jobs.${selector}.conf`;
}
/**
* Reads exactly one file, because variants do not extend each other. A missing file is an error when a selector is set.
* Otherwise a typing mistake in the selector would drop all reservations.
*/
async function readJobConfig({ reader, selector, selectorPlace }) {
	const findings = new Findings("ErrInvalidBucketConf");
	const path = jobConfigPath(selector);
	const file = fileIn(reader.bucket, path);
	const subject = subjectOf(path);
	const source = await readText({
		reader,
		path,
		subject,
		findings
	});
	if (source === "missing" && selector !== "") {
		const message = `${subject} does not exist, but job_config_selector is ${quoted(selector)}`;
		findings.error({
			message,
			...selectorPlace && { place: selectorPlace }
		});
	}
	const document = source === "missing" || source === "refused" ? void 0 : parseToml(source, subject, findings);
	return {
		jobConfig: {
			file,
			sections: document ? readSections({
				document,
				path,
				findings
			}) : recordOf([]),
			placeOf: (at) => document ? placeOf$1(document, at) : startOf(reader.bucket, path)
		},
		diagnostics: findings.diagnostics
	};
}
function readSections({ document, path, findings }) {
	const { source, root } = document;
	const subject = subjectOf(path);
	const sections = [];
	const words = new OlderWords({
		source,
		findings,
		title: path.slice(path.lastIndexOf("/") + 1)
	});
	for (const [job, { keyStart, node: written }] of root.members) {
		const node = written.kind === "object" ? words.rename(written, OLDER_KEYS) : written;
		if (node.kind !== "object") {
			const message = `${subject} ${quoted(job)} is outside the table of a job`;
			findings.error({
				message,
				place: source.placeAt(keyStart),
				hint: "begin with a line such as [api]"
			});
			continue;
		}
		for (const [key, member] of node.members) {
			const meant = RESERVATIONS.includes(key) ? void 0 : misspelling(key, RESERVATIONS);
			if (!meant) continue;
			const message = `${subject} [${excerpt(job)}] unknown key ${quoted(key)}`;
			findings.error({
				message,
				place: source.placeAt(member.keyStart),
				hint: meant.hint
			});
		}
		sections.push([job, flatStrings({
			source,
			table: node,
			findings,
			about: `${subject} [${excerpt(job)}]`
		})]);
		for (const [key, parse] of [["memory", parseMemoryMb], ["cpu", parseCpuMhz]]) {
			const value = fieldOf(node, key);
			const result = parse(textOf(value) ?? "");
			const reason = !result.ok ? result.reason : result.value < 0 ? `${key} can't be less than 0` : void 0;
			if (!value || reason === void 0) continue;
			findings.error({
				message: `${subject} [${excerpt(job)}] ${reason}`,
				place: source.placeAt(value.start)
			});
		}
	}
	return recordOf(sections);
}
// src/workspace/job/job-names.ts
/**
* Lists the folders that may contain a job. Reports wrong symlinks and a `workspace/jobs` folder that cannot be read.
*/
const JOBS = "workspace/jobs";
/**
* Returns the names of the folders in `workspace/jobs`, sorted by UTF-8 bytes. Not every folder is a job; `readJob`
* decides this.
*/
async function listJobNames(reader, findings) {
	const refuse = (path, what) => {
		findings.error({
			message: `invalid job: ${excerpt(path)} ${what}`,
			place: startOf(reader.bucket, path)
		});
	};
	if ((await reader.look(JOBS)).kind === "missing") return [];
	const real = await reader.attempt(() => realpath(join(reader.bucket.dir, JOBS)));
	const listed = real.kind === "missing" || real.kind === "done" && !isBelow$1(real.value, reader.bucket.realDir) ? void 0 : await reader.list(JOBS);
	if (listed?.kind !== "done") {
		const reason = listed?.kind === "refused" ? listed.reason : "it leads out of the bucket";
		refuse(JOBS, `cannot be read: ${reason}`);
		return [];
	}
	for (const link of listed.value.filter((entry) => entry.kind === "link")) {
		const path = jobPath(link.name);
		const target = await reader.attempt(() => stat(join(reader.bucket.dir, path)));
		if (target.kind !== "done") refuse(path, "is a symlink that points nowhere");
		else if (target.value.isDirectory()) refuse(path, "is a symlink to a folder: a job is a folder of its own");
	}
	return listed.value.filter((entry) => entry.kind === "folder").map((entry) => entry.name);
}
// src/workspace/stray-files.ts
/** The names of files in the format of a different tool. `job.conf` is in the folder of a job. */
const FOREIGN_FILES = [
	"kive.conf",
	"workers.conf",
	"job.conf"
];
/**
* Files of `workspace/` that may be missing. When the name of such a file is misspelled, the file counts as missing.
*/
const OPTIONAL_FILES = [
	"workers.json",
	"disabled.json",
	"bucket.conf",
	"bucket.jobs.conf"
];
const KNOWN_FILE = /^(?:workers(?:\..+)?\.json|disabled\.json|bucket(?:\.jobs(?:\..+)?)?\.conf|known_hosts|command\.sh)$/;
/**
* Warns about files in the format of a different tool, and about files whose name is similar to the name of a missing
* file.
*/
async function findStrayFiles(reader) {
	const findings = new Findings("ErrInvalidJob");
	const [top, inside] = await Promise.all([filesIn(reader, ""), filesIn(reader, "workspace")]);
	const warn = (path, what, hint) => {
		findings.warning({
			message: `${excerpt(path)} ${what}`,
			place: startOf(reader.bucket, path),
			hint
		});
	};
	for (const path of [...top, ...inside.map((name) => `workspace/${name}`)]) {
		const name = path.slice(path.lastIndexOf("/") + 1);
		if (!FOREIGN_FILES.includes(name)) continue;
		warn(path, "is a file of another format, and maand does not read it", FOREIGN_HINT);
	}
	const unread = inside.filter((name) => !KNOWN_FILE.test(name) && !FOREIGN_FILES.includes(name));
	for (const wanted of OPTIONAL_FILES) {
		if (inside.includes(wanted)) continue;
		const near = unread.find((name) => isMeantAs(name, wanted));
		if (near !== void 0) warn(`workspace/${near}`, "is not read", `maand reads workspace/${wanted}: rename it`);
	}
	return findings.diagnostics;
}
const FOREIGN_HINT = "maand reads maand.conf, workspace/workers.json and workspace/jobs/<job>/manifest.json";
/**
* Returns a hint when a folder without `maand.conf` has files in the format of a different tool, otherwise undefined.
*/
async function foreignHint(reader) {
	const foreign = [...await filesIn(reader, ""), ...await filesIn(reader, "workspace")].filter((name) => FOREIGN_FILES.includes(name));
	if (foreign.length === 0) return void 0;
	return `${foreign.join(", ")} there is of another format. ${FOREIGN_HINT}, beginning with: maand init`;
}
/**
* Returns whether the author of a file probably meant the name `wanted`. A name with a suffix such as `.bak` is a
* backup copy, so the result is false.
*/
function isMeantAs(name, wanted) {
	if (name.startsWith(`${wanted}.`) || name.startsWith(`${wanted}~`)) return false;
	const stem = wanted.slice(0, wanted.lastIndexOf(".") + 1);
	return new RegExp(`^${stem.replaceAll(".", "\\.")}(?:json5?|jsonc|ya?ml|toml|conf|ini)$`).test(name) ? true : nearestName(name, [wanted]) !== void 0;
}
async function filesIn(reader, path) {
	return (await reader.listInside(path)).flatMap(({ name, kind }) => kind === "file" ? [name] : []);
}
// src/workspace/job/stray-folders.ts
/**
* Finds folders that look like jobs but are not read as jobs: folders without `manifest.json`, and folders outside of
* `workspace/jobs`.
*/
const MANIFEST = "manifest.json";
/** Folders that hold dependencies or versions, and never jobs. */
const SKIPPED = /* @__PURE__ */ new Set([
	"node_modules",
	"venv",
	"__pycache__"
]);
/**
* Returns the folders that are not read as jobs. `withoutManifest` names folders of `workspace/jobs` that have no
* `manifest.json`; folders whose name begins with a dot are left out.
*/
async function findStrayFolders(reader, withoutManifest) {
	const inJobs = withoutManifest.filter((name) => !name.startsWith("."));
	const elsewhere = await foldersElsewhere(reader);
	return (await Promise.all([...inJobs.map((name) => strayJob(reader, name)), ...elsewhere.map((path) => misplacedJobs(reader, path))])).filter((one) => one !== void 0);
}
/** Describes a folder of `workspace/jobs` without manifest. */
async function strayJob(reader, name) {
	const path = jobPath(name);
	const entries = await reader.listInside(path);
	const files = entries.flatMap((entry) => entry.kind === "file" ? [entry.name] : []);
	const nested = await foldersWithManifest(reader, path, entries);
	const foreign = files.find((file) => FOREIGN_FILES.includes(file));
	const near = nearestName(MANIFEST, files);
	const [inner] = nested;
	const hint = foreign !== void 0 ? FOREIGN_HINT : near !== void 0 ? `rename ${excerpt(near)} to ${MANIFEST}` : inner !== void 0 ? `move ${excerpt(`${path}/${inner}`)} up: a job is a folder directly in workspace/jobs` : "add its manifest.json, or remove the folder";
	const also = foreign === void 0 ? "" : `; ${excerpt(foreign)} is a file of another format`;
	return {
		jobs: [name, ...nested],
		isNotable: true,
		what: `${excerpt(path)} is not a job, because it has no ${MANIFEST}${also}`,
		hint,
		place: startOf(reader.bucket, files[0] === void 0 ? path : `${path}/${foreign ?? near ?? files[0]}`)
	};
}
/** Describes a folder outside of `workspace/jobs` that holds jobs, or that is a job. */
async function misplacedJobs(reader, path) {
	const entries = await reader.listInside(path);
	const isJob = entries.some(({ name, kind }) => name === MANIFEST && kind === "file");
	const nested = await foldersWithManifest(reader, path, entries);
	const jobs = isJob ? [path.slice(path.lastIndexOf("/") + 1), ...nested] : nested;
	const [first] = jobs;
	if (first === void 0) return void 0;
	const inner = isJob ? path : `${path}/${first}`;
	return {
		jobs,
		isNotable: false,
		what: `${excerpt(inner)} has a ${MANIFEST}, but it is not in workspace/jobs`,
		hint: `move it to ${excerpt(jobPath(first))}`,
		place: startOf(reader.bucket, `${inner}/${MANIFEST}`)
	};
}
/**
* Returns the folders in which a user may have put jobs by mistake: the folders beside `workspace/jobs`, and a folder
* `jobs` or `job` beside `workspace`.
*/
async function foldersElsewhere(reader) {
	const beside = foldersOf(await reader.listInside("workspace")).filter((name) => name !== "jobs");
	const top = foldersOf(await reader.listInside("")).filter((name) => name === "jobs" || name === "job");
	return [...beside.map((name) => `workspace/${name}`), ...top];
}
async function foldersWithManifest(reader, path, entries) {
	const folders = foldersOf(entries);
	const looks = await Promise.all(folders.map((name) => reader.look(`${path}/${name}/${MANIFEST}`)));
	return folders.filter((_name, at) => looks[at]?.kind === "done");
}
function foldersOf(entries) {
	return entries.flatMap(({ name, kind }) => kind === "folder" && !name.startsWith(".") && !SKIPPED.has(name) ? [name] : []);
}
// src/workspace/selection.ts
/** Selects the variants. Environment and selector must be plain words, because they become part of file names. */
async function selectVariants(request) {
	const { loaded, findings } = request;
	const environment = plainWord(request.environment, "the environment", findings.as("ErrInvalidWorkerJSON"));
	const chosen = request.jobConfigSelector?.trim();
	const asked = chosen || (loaded.settings?.jobConfigSelector ?? "");
	const selector = plainWord(asked === "auto" ? await followEnvironment(request.reader, environment) : asked, "job_config_selector", findings.as("ErrInvalidBucketConf")) ?? "";
	const node = chosen ? void 0 : loaded.document?.root.members.get("job_config_selector")?.node;
	return {
		environment,
		selector,
		selectorPlace: node && loaded.document ? loaded.document.source.placeAt(node.start) : void 0
	};
}
/**
* Returns the selector for an environment. The environment `default` has the empty selector, unless
* `bucket.jobs.default.conf` exists.
*/
async function followEnvironment(reader, environment = "") {
	if (environment !== "default") return environment;
	return (await reader.look(jobConfigPath(environment))).kind === "missing" ? "" : environment;
}
function plainWord(text, what, findings) {
	if (text === void 0 || text === "" || isFileWord(text)) return text || void 0;
	findings.error({ message: `${what} must be of letters, digits, "_", "." and "-" (got ${quoted(text)})` });
}
// src/workspace/settings.ts
const FILE = "maand.conf";
const SUBJECT$1 = "invalid maand.conf";
/** Reads `maand.conf`. Also returns the document, for callers that report places in the file. */
async function loadSettings(reader) {
	const findings = new Findings("ErrInvalidMaandConf");
	const source = await readText({
		reader,
		path: FILE,
		subject: SUBJECT$1,
		findings
	});
	if (source === "missing") {
		const hint = await foreignHint(reader);
		findings.error({
			message: `no maand.conf in ${reader.bucket.dir}: run maand init`,
			hint
		});
		return {
			settings: void 0,
			document: void 0,
			diagnostics: findings.diagnostics
		};
	}
	const document = source === "refused" ? void 0 : parseToml(source, SUBJECT$1, findings);
	const settings = interpret(new Entries(document, findings));
	if (settings.certsRenewalBufferDays >= settings.certsTtlDays) {
		const message = `${FILE}: certs_renewal_buffer is not below certs_ttl: every build renews every certificate`;
		findings.warning({
			message,
			...document && { place: placeOf$1(document, ["certs_renewal_buffer"]) }
		});
	}
	return {
		settings,
		document,
		diagnostics: findings.diagnostics
	};
}
const LONGEST_SECONDS = 604800;
function interpret(entries) {
	const sshPort = entries.integer("ssh_port", {
		fallback: 22,
		least: Number.NEGATIVE_INFINITY,
		most: 65535
	});
	const certsTtlDays = entries.integer("certs_ttl", {
		fallback: 60,
		least: 0,
		most: 36500
	});
	const seconds = (fallback) => ({
		fallback,
		least: 1,
		most: LONGEST_SECONDS
	});
	const settings = {
		sshUser: entries.text("ssh_user", "agent", parseUser),
		sshKey: entries.text("ssh_key", "worker.key", parseKeyFile),
		sshPort: sshPort <= 0 ? 22 : sshPort,
		sshProxyJump: entries.text("ssh_proxy_jump", "", parseProxyJump),
		useSudo: entries.flag("use_sudo", { fallback: true }),
		certsTtlDays: certsTtlDays === 0 ? 60 : certsTtlDays,
		certsRenewalBufferDays: Math.max(0, entries.integer("certs_renewal_buffer", {
			fallback: 0,
			least: Number.NEGATIVE_INFINITY,
			most: 36500
		})),
		jobConfigSelector: entries.text("job_config_selector", "", parseSelector),
		logFormat: logFormatOf(entries),
		stateName: entries.text("state_name", "", parseStateName),
		state: entries.parsed("state", parseStatePlace),
		allowDowngrade: entries.flag("allow_downgrade", { fallback: true }),
		workerRoot: entries.text("worker_root", "/opt/worker", parseRoot),
		commandTimeoutMs: entries.integer("command_timeout", seconds(300)) * 1e3,
		hookTimeoutMs: entries.integer("hook_timeout", seconds(600)) * 1e3,
		parallelWorkers: entries.integer("parallel_workers", {
			fallback: 32,
			least: 1,
			most: 1e3
		}),
		allowProbesWithHook: entries.flag("allow_probes_with_hook", { fallback: false })
	};
	entries.reportUnknown();
	return settings;
}
function logFormatOf(entries) {
	const format = entries.text("log_format", "kv", (text) => parsed(text.trim()));
	if (format === "json" || format === "jsonl") return "json";
	if (format !== "kv") entries.warn("log_format", `log_format ${quoted(format)} is unknown, kv is used`);
	return "kv";
}
function parseKeyFile(text) {
	const file = text.trim();
	const steps = file.split("/");
	if (!/[\p{Cc}\\]/u.test(file) && steps.every((step) => step !== "" && step !== ".." && step !== ".")) return parsed(file);
	return refused(`must be the name of a file in secrets/ (got ${quoted(file)})`);
}
function parseSelector(text) {
	const selector = text.trim();
	return isFileWord(selector) ? parsed(selector) : refused(`must be part of a file name (got ${quoted(selector)})`);
}
function parseStateName(text) {
	const name = text.trim();
	if (/^[\u0021-\u007e]{1,200}$/.test(name)) return parsed(name);
	return refused(`must be at most 200 characters of ASCII without spaces (got ${quoted(name)})`);
}
/** Reads the entries of `maand.conf` by type. An invalid entry is reported, and its default is used. */
var Entries = class {
	#document;
	#findings;
	#known = /* @__PURE__ */ new Set();
	constructor(document, findings) {
		this.#document = document;
		this.#findings = findings;
	}
	/** Returns the parsed text, or `fallback` when the text is missing, blank or invalid. */
	text(key, fallback, parse) {
		return this.parsed(key, parse) ?? fallback;
	}
	/** Returns the parsed text, or undefined when the text is missing, blank or invalid. */
	parsed(key, parse) {
		const text = this.#take(key, "a string", textOf);
		if (text === void 0 || text.trim() === "") return void 0;
		const result = parse(text);
		if (result.ok) return result.value;
		this.#refuse(key, result.reason);
	}
	integer(key, { fallback, least, most }) {
		const value = this.#take(key, "an integer", integerOf);
		if (value === void 0) return fallback;
		if (value >= least && value <= most) return value;
		const range = Number.isFinite(least) ? `between ${least} and ${most}` : `at most ${most}`;
		this.#refuse(key, `must be ${range} (got ${value})`);
		return fallback;
	}
	flag(key, { fallback }) {
		return this.#take(key, "true or false", flagOf) ?? fallback;
	}
	warn(key, text) {
		this.#findings.warning({
			message: `${FILE}: ${text}`,
			...this.#placeOf(key)
		});
	}
	/**
	* Reports every entry that the other methods of this class have not read. A misspelled key is an error, and an
	* unknown key is a warning.
	*/
	reportUnknown() {
		for (const [key, { keyStart }] of this.#document?.root.members ?? []) {
			if (this.#known.has(key)) continue;
			const place = this.#document && { place: this.#document.source.placeAt(keyStart) };
			const meant = misspelling(key, this.#known);
			if (meant) this.#findings.error({
				message: `${SUBJECT$1}: unknown key ${quoted(key)}`,
				hint: meant.hint,
				...place
			});
			else {
				const hint = didYouMean(key, this.#known);
				this.#findings.warning({
					message: `${FILE}: unknown key ${quoted(key)} is ignored`,
					hint,
					...place
				});
			}
		}
	}
	#take(key, wanted, read) {
		this.#known.add(key);
		const node = this.#document?.root.members.get(key)?.node;
		if (!node || !this.#document) return void 0;
		const value = read(node);
		if (value === void 0) {
			const raw = this.#document.source.text.slice(node.start, node.end);
			this.#refuse(key, `must be ${wanted} (got ${node.kind === "object" ? "a table" : excerpt(raw)})`);
		}
		return value;
	}
	#refuse(key, detail) {
		this.#findings.error({
			message: `${SUBJECT$1}: ${key} ${detail}`,
			...this.#placeOf(key)
		});
	}
	#placeOf(key) {
		const node = this.#document?.root.members.get(key)?.node;
		return node && this.#document ? { place: this.#document.source.placeAt(node.start) } : {};
	}
};
// src/workspace/workers.ts
const SUBJECT = "invalid worker.json";
const OLDER_FIELDS = { roles: "labels" };
/**
* Reads the workers. A missing file means no workers. An invalid entry is reported, and the valid entries are returned.
*/
async function readWorkers({ reader, environment }) {
	const findings = new Findings("ErrInvalidWorkerJSON");
	const own = `workspace/workers.${environment}.json`;
	const path = environment !== void 0 && (await reader.look(own)).kind !== "missing" ? own : "workspace/workers.json";
	const source = await readText({
		reader,
		path,
		subject: SUBJECT,
		findings
	});
	const written = source === "missing" || source === "refused" ? void 0 : parseJson(source, SUBJECT, findings);
	if (!written) return {
		workers: [],
		diagnostics: findings.diagnostics
	};
	const title = path.slice(path.lastIndexOf("/") + 1);
	const schema = schemaOf("workers");
	const words = new OlderWords({
		source: written.source,
		findings,
		title
	});
	const document = fitFields({
		document: {
			...written,
			root: translateEntries(written.root, words)
		},
		schema,
		findings,
		title,
		older: OLDER_FIELDS,
		unknown: "drop with a warning"
	});
	const violations = await findViolations("workers", document);
	const wordingOf = (violation) => wordingFor(violation, document);
	reportViolations({
		document,
		violations,
		findings,
		subject: `${SUBJECT}:`,
		wordingOf
	});
	const workers = itemsOf(document.root).flatMap((node, index) => readWorker({
		node,
		index,
		document,
		findings,
		title
	}));
	refuseTwins(workers, findings);
	workers.sort((a, b) => a.position - b.position || compareText(a.host, b.host));
	return {
		workers,
		diagnostics: findings.diagnostics
	};
}
/** Translates `roles`, the older word for `labels`. */
function translateEntries(root, words) {
	if (root.kind !== "array") return root;
	const items = root.items.map((item) => item.kind === "object" ? words.rename(item, OLDER_FIELDS) : item);
	return {
		...root,
		items
	};
}
/** Returns the words for a violation. The message contains the host of the worker instead of its index in the list. */
function wordingFor({ path, property }, { root }) {
	const [index, ...field] = path;
	if (typeof index !== "number") return {};
	if (property === "host") return { message: `${SUBJECT}: host attribute can't be empty` };
	if (field[0] === "host") return { about: `${SUBJECT}: host` };
	const host = textOf(fieldOf(itemsOf(root)[index], "host"))?.trim();
	const worker = host ? `worker ${excerpt(host)}` : `worker [${index}]`;
	return { about: [
		SUBJECT,
		": ",
		worker,
		field.length > 0 ? ` ${pathText(field)}` : ""
	].join("") };
}
/**
* Returns a list with one worker. Returns an empty list when the entry has no valid host. Invalid values of the
* remaining fields are reported and omitted.
*/
function readWorker(request) {
	const { node, index, document } = request;
	const host = parsedField(node, "host", parseHost);
	if (host === void 0) return [];
	return [{
		host,
		hostname: textOf(fieldOf(node, "hostname"))?.trim() ?? "",
		labels: readLabels(host, request),
		memoryMb: readCapacity(host, {
			...request,
			key: "memory",
			parse: parseMemoryMb
		}),
		cpuMhz: readCapacity(host, {
			...request,
			key: "cpu",
			parse: parseCpuMhz
		}),
		tags: readTags(host, request),
		position: integerOf(fieldOf(node, "position")) ?? index,
		port: integerOf(fieldOf(node, "port")),
		user: parsedField(node, "user", parseUser),
		root: parsedField(node, "root", parseRoot),
		hostKey: parsedField(node, "host_key", parseHostKey),
		place: document.source.placeAt((fieldOf(node, "host") ?? node).start)
	}];
}
function parsedField(node, name, parse) {
	const text = textOf(fieldOf(node, name));
	const result = text === void 0 ? void 0 : parse(text);
	return result?.ok ? result.value : void 0;
}
function readLabels(host, { node, document, findings, title }) {
	const labels = /* @__PURE__ */ new Set(["worker"]);
	let wroteWorker = false;
	for (const item of itemsOf(fieldOf(node, "labels"))) {
		const result = parseLabel(textOf(item) ?? "");
		if (!result.ok || textOf(item) === void 0) continue;
		const place = document.source.placeAt(item.start);
		const label = result.value;
		const isTwin = label === "worker" ? wroteWorker : labels.has(label);
		if (label === "") findings.warning({
			message: `${title}: an empty label of worker ${host} is ignored`,
			place
		});
		else if (isTwin) findings.error({
			message: `${SUBJECT}: worker ${host} have duplicate labels`,
			place,
			hint: `"${label}" appears twice`
		});
		else labels.add(label);
		if (label === "worker") wroteWorker = true;
	}
	return [...labels].sort(compareText);
}
function readCapacity(host, { node, document, findings, title, key, parse }) {
	return readQuantity({
		node: fieldOf(node, key),
		parse,
		source: document.source,
		findings,
		wrong: (reason) => `${SUBJECT}: worker ${host} ${reason}`,
		negative: `${SUBJECT}: worker ${host}${key === "cpu" ? "," : ""} ${key} can't be less than 0`,
		unquoted: `${title}: ${key} of worker ${host} should be a text`
	});
}
/** Returns the tags with trimmed lower-case keys and trimmed values. */
function readTags(host, { node, document, findings, title }) {
	const tags = /* @__PURE__ */ new Map();
	for (const [written, member] of membersOf(fieldOf(node, "tags"))) {
		const text = textOf(member.node);
		if (text === void 0) continue;
		const key = written.trim().toLowerCase();
		const place = document.source.placeAt(member.keyStart);
		if (key === "") findings.warning({
			message: `${title}: a tag of worker ${host} without name is ignored`,
			place
		});
		else {
			if (tags.has(key)) {
				const message = `${title}: tag ${quoted(key)} of worker ${host} appears twice, the last one is used`;
				findings.warning({
					message,
					place
				});
			}
			tags.set(key, text.trim());
		}
	}
	return recordOf(tags);
}
/** Reports hosts that appear twice. Names that differ only in case are the same host. */
function refuseTwins(workers, findings) {
	const first = /* @__PURE__ */ new Map();
	for (const worker of workers) {
		const name = canonicalHost(worker.host);
		const earlier = first.get(name);
		if (!earlier) first.set(name, worker);
		else {
			const { file, line, column } = earlier.place;
			findings.error({
				message: `${SUBJECT}: duplicate host "${worker.host}"`,
				place: worker.place,
				hint: `it is already declared at ${file}:${line}:${column}`
			});
		}
	}
}
// src/workspace/read-workspace.ts
/**
* Reads a whole bucket from disk into a `Workspace`. The files are read and checked in parallel, each file separately.
* The catalog checks the rules that concern several files. Nothing is written, and nothing outside the bucket is read.
*/
/** Reads only `maand.conf`, for commands that need no other file of the bucket. */
async function readSettings(bucketDir, checkout = "") {
	const { settings, diagnostics } = await loadSettings(new BucketReader(await placeBucket(bucketDir, checkout)));
	return {
		settings,
		diagnostics
	};
}
/**
* Reads a whole bucket. Invalid, missing and unreadable files are reported as diagnostics; no error is thrown for such
* files.
*/
async function readWorkspace(options) {
	const reader = new BucketReader(await placeBucket(options.bucketDir, options.checkout));
	const loaded = await loadSettings(reader);
	if (!loaded.settings) return {
		workspace: void 0,
		diagnostics: loaded.diagnostics
	};
	const findings = new Findings("ErrInvalidMaandConf");
	const { environment, jobConfigSelector } = options;
	const selection = await selectVariants({
		reader,
		loaded,
		environment,
		jobConfigSelector,
		findings
	});
	const [workers, bucketConf, jobConfig, disabled, jobs, stray] = await Promise.all([
		readWorkers({
			reader,
			environment: selection.environment
		}),
		readBucketConf(reader),
		readJobConfig({
			reader,
			...selection
		}),
		readDisabled(reader),
		readJobs(reader, loaded.settings),
		findStrayFiles(reader)
	]);
	const files = [
		loaded,
		findings,
		workers,
		bucketConf,
		jobConfig,
		disabled,
		jobs,
		{ diagnostics: stray }
	];
	return {
		workspace: {
			bucketDir: reader.bucket.dir,
			bucketPath: reader.bucket.path,
			bucketRoot: reader.bucket.root,
			gitPath: reader.bucket.gitPath,
			settings: {
				...loaded.settings,
				jobConfigSelector: selection.selector
			},
			workers: workers.workers,
			bucketVars: bucketConf.bucketVars,
			portPool: bucketConf.portPool,
			jobConfig: jobConfig.jobConfig,
			disabled: spellHosts(disabled.disabled, workers.workers),
			jobs: jobs.results.flatMap(({ entry }) => entry ?? []),
			strays: jobs.strays,
			flaws: {
				workers: hasErrors(workers.diagnostics),
				jobs: jobs.results.filter(({ diagnostics }) => hasErrors(diagnostics)).map(({ name }) => name)
			},
			digest: reader.digest()
		},
		diagnostics: files.flatMap(({ diagnostics }) => diagnostics).sort(byPlace)
	};
}
/** Returns `disabled.json` with each host in the spelling of `workers.json`. */
function spellHosts(disabled, workers) {
	const listed = workers.map(({ host }) => host);
	const jobs = Object.entries(disabled.jobs).map(([job, { allocations }]) => [job, { allocations: spelledAs(allocations, listed) }]);
	return {
		...disabled,
		jobs: recordOf(jobs),
		workers: spelledAs(disabled.workers, listed)
	};
}
const JOBS_AT_ONCE = 16;
async function readJobs(reader, settings) {
	const findings = new Findings("ErrInvalidJob");
	const names = await listJobNames(reader, findings);
	const read = await mapLimit(names, JOBS_AT_ONCE, (name) => readJob({
		reader,
		name,
		settings
	}));
	const results = read.filter((result) => result !== void 0);
	return {
		results,
		strays: await findStrayFolders(reader, names.filter((_name, at) => read[at] === void 0)),
		diagnostics: [...findings.diagnostics, ...results.flatMap(({ diagnostics }) => diagnostics)]
	};
}
/** Compares two diagnostics by file, position and message. Diagnostics without a place come first. */
function byPlace(a, b) {
	const file = compareText(a.place?.file ?? "", b.place?.file ?? "");
	if (file !== 0) return file;
	return (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0) || compareText(a.message, b.message);
}
// src/session/which-state/state-location.ts
/**
* Decides where the state of a bucket is kept: the input or flag `state`, else `state` of `maand.conf`, else the default
* of the face.
*/
/** Returns the place of the state. Throws a `Failure` (exit code 2) when the home folder in `maand.conf` is unknown. */
function stateLocation({ request, workspace, face }) {
	const chosen = request.state.location ?? locationInSettings(workspace, face);
	if (chosen === void 0) return { kind: face.disk === "lost" ? "cache" : "bucket" };
	return chosen.kind === "cache" && face.disk === "kept" ? { kind: "workers" } : chosen;
}
function locationInSettings({ bucketDir, settings }, { env }) {
	if (settings.state === void 0) return void 0;
	const located = locateState(settings.state, {
		workingDirectory: bucketDir,
		home: env.HOME
	});
	if (located.ok) return located.value;
	throw stopFailure({
		code: "state-place",
		message: `maand.conf: state ${located.reason}`,
		hint: "write an absolute path, or set HOME",
		exitCode: 2
	});
}
/** Returns whether the copies of the state are on the workers. */
function isOnWorkers({ kind }) {
	return kind === "cache" || kind === "workers";
}
/**
* Throws a `Failure` (exit code 2) for a state in a file below the checkout of an action run: the next runner would not
* have the file, and that run would deploy everything a second time.
*/
async function refuseLostFolder(location, { disk, identity }) {
	if (disk === "kept" || location.kind !== "file") return;
	const { folder } = location;
	const { checkout } = identity;
	if (checkout === "" || !await isBelow(folder, checkout)) return;
	throw stopFailure({
		code: "state-place",
		message: `the state cannot be kept in ${folder}: this folder is in the checkout (${checkout}), which is gone on the next runner`,
		hint: "use state: cache, or a folder outside of the checkout that outlives the run, such as state: file:/var/lib/maand/NAME",
		exitCode: 2
	});
}
/** Returns whether `path` is `folder` or lies below it, as it is written or after symlinks are resolved. */
async function isBelow(path, folder) {
	const isInside = (way) => !(way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way));
	const [realPath, realFolder] = await Promise.all([realPathOf(resolve(path)), realPathOf(resolve(folder))]);
	return isInside(relative(resolve(folder), resolve(path))) || isInside(relative(realFolder, realPath));
}
/** Resolves the symlinks of the part of a path that exists. */
async function realPathOf(path) {
	const real = await realpath(path).catch(() => void 0);
	const parent = dirname(path);
	return real ?? (parent === path ? path : join(await realPathOf(parent), path.slice(parent.length)));
}
// src/session/which-state/state-name.ts
/**
* Tells under which name the state of a bucket is kept, and finds a state that the first edition of this program kept
* under another name.
*/
/**
* Returns the name of the state: `state_name` of maand.conf, or else repository and path of the bucket. The environment
* is added at the end. Throws a `Failure` (exit code 2) when neither `.git` nor GitHub's variables tell the path.
*/
function stateName(named) {
	const bare = bareName(named);
	if (bare !== void 0) return `${bare}/${named.request.environment}`;
	throw stopFailure({
		code: "state-unnamed",
		message: "maand.conf has no state_name, and neither .git nor GitHub's variables tell which bucket this is",
		hint: nameHint(named),
		exitCode: 2
	});
}
/** Returns the name without the environment, or undefined when it is unknown. */
function bareName({ workspace, identity: { repository } }) {
	const { settings, bucketPath, bucketRoot, gitPath } = workspace;
	if (settings.stateName !== "") return settings.stateName;
	return gitPath !== void 0 || bucketRoot === "checkout" && repository !== "" ? joinedName(repository, bucketPath) : void 0;
}
/** Returns the name of the first edition, where it differs: that edition knew the path of a bucket only from `.git`. */
function firstName({ workspace, identity: { repository } }) {
	const { settings, bucketPath, gitPath = "" } = workspace;
	if (settings.stateName !== "" || gitPath === bucketPath) return void 0;
	return joinedName(repository, gitPath);
}
/** Returns the name of a bucket without `state_name`. `repository` is '' on a laptop. */
function joinedName(repository, path) {
	return [repository || "local", path].filter(Boolean).join("/");
}
function nameHint({ workspace, identity: { repository } }) {
	return `write a name of its own into maand.conf: state_name = "${basename(workspace.bucketDir).replaceAll(/[^\u0021-\u007e]|["\\]/g, "-") || "bucket"}"; for a state that an earlier version made here: state_name = "${joinedName(repository, "")}"`;
}
/**
* Returns the name under which a state is known: its name, or the first edition's name when only that one is known and
* its state is the one of this bucket.
*/
async function knownName(input, place) {
	const { request, workspace, face, tools } = input;
	const named = {
		request,
		workspace,
		identity: face.identity
	};
	const name = stateName(named);
	const bare = firstName(named);
	if (bare === void 0) return name;
	const first = `${bare}/${request.environment}`;
	const look = (one) => lookFor(() => tools.openStateReader({
		...place,
		name: one
	}).load(face.signal));
	const own = await look(name);
	if (own.kind === "known") return name;
	const older = await look(first);
	if (!(older.document ? isOfBucket(older.document, workspace) : older.kind !== "none" && own.kind === "none")) return name;
	face.emit({
		type: "noticed",
		level: "info",
		message: `the state has the name that an earlier version gave it, which depends on .git: keep it with this line in maand.conf: state_name = "${bare}"`
	});
	return first;
}
/** Stops that say nothing about a state with this name. */
const UNSURE = /* @__PURE__ */ new Set([
	"state-unknown",
	"state-missing",
	"state-lost",
	"state-other-name"
]);
async function lookFor(load) {
	try {
		const loaded = await load();
		return loaded.kind === "none" ? { kind: "none" } : {
			kind: "known",
			document: loaded.document
		};
	} catch (thrown) {
		if (!(thrown instanceof StopFailure)) throw thrown;
		return { kind: UNSURE.has(thrown.code) ? "unsure" : "known" };
	}
}
/**
* Returns whether a state can be the one of this bucket: without `.git`, the first edition gave one name to all buckets
* of a repository. A state of another bucket would stop everything of that bucket.
*/
function isOfBucket({ allocations }, { jobs, workers }) {
	const present = allocations.filter(({ removed }) => !removed);
	const names = new Set(jobs.map(({ name }) => name));
	const hosts = new Set(workers.map(({ host }) => host));
	return present.length === 0 || present.some(({ job, host }) => names.has(job) && hosts.has(host));
}
// src/session/state-store.ts
async function openReader(input, keys) {
	return input.tools.openStateReader(await placeOf(input, keys));
}
async function openStore(input, keys, overrides) {
	return input.tools.openStateStore({
		...await placeOf(input, keys),
		overrides
	});
}
async function openInspector(input, keys, asked) {
	return input.tools.openStateInspector({
		...await placeOf(input, keys),
		...asked
	});
}
/** Returns every copy of the state and its lock. Writes nothing. */
async function inspectState(input, keys, asked) {
	return (await openInspector(input, keys, asked)).inspect(input.face.signal);
}
/** Takes the lock of the state for this run. */
function lockState(input, store) {
	return store.lock(ownerOf(input), input.request.state.lockWaitMs, input.face.signal);
}
/** Returns the place and the name of the state. Throws a `Failure` (exit code 2) when one of them cannot be used. */
async function placeOf(input, keys) {
	const { workspace, face } = input;
	const location = stateLocation(input);
	await refuseLostFolder(location, face);
	const place = {
		bucketDir: workspace.bucketDir,
		location,
		keys,
		workspace
	};
	return {
		...place,
		name: await knownName(input, place)
	};
}
/** Returns whether a state was ever saved. Needs no key. */
async function hasState(input) {
	return await readDocument(input, []) !== void 0;
}
/** Reads the newest state without its lock. Returns `undefined` when there is no state. */
async function readDocument(input, keys) {
	return documentIn(await (await openReader(input, keys)).load(input.face.signal));
}
function documentIn(loaded) {
	return loaded.kind === "found" ? loaded.document : void 0;
}
/** Returns the failure for a bucket without a state: `maand init` never ran, or the state was lost. */
function notInitialized() {
	return stopFailure({
		code: "state-missing",
		message: "maand is not initialized: there is no state of this bucket",
		hint: "run maand init, unless this bucket was deployed before: then find its state",
		exitCode: 2
	});
}
/** Returns the values that identify this run in locks and records. */
function ownerOf({ request, face }) {
	const { runId, attempt, actor, url } = face.identity;
	return {
		runId,
		attempt,
		command: [request.command, ...request.operands].join(" "),
		actor,
		url,
		at: (/* @__PURE__ */ new Date()).toISOString()
	};
}
// src/state/first-document.ts
/** Creates the first document of a state, before anything is deployed. */
/** Returns an unsaved document for a bucket that has no state yet. */
function newDocument(name, box, hashKey = randomBytes(32).toString("hex")) {
	return {
		format: 2,
		name,
		bucketId: randomUUID(),
		serial: 0,
		updateSeq: 0,
		builtDigest: "",
		hashKey: box.seal(hashKey),
		workers: {},
		ports: {},
		allocations: [],
		trees: {},
		postDeployPending: [],
		hostKeys: {},
		kv: {}
	};
}
/** Returns an empty document for runs that have no state. */
function blankDocument(box = createSecretBox([randomBytes(32)])) {
	return {
		...newDocument("", box, "00000000000000000000000000000000"),
		bucketId: NO_BUCKET
	};
}
const NO_BUCKET = "00000000-0000-0000-0000-000000000000";
// src/session/which-state/state-key.ts
/** Finds the state key of this run: in an input, in a variable, or in the file `secrets/state.key` of the bucket. */
/** Returns the path of the key file of a bucket on a laptop. */
function stateKeyFile(bucketDir) {
	return join(bucketDir, "secrets", "state.key");
}
/** Returns the state keys. Throws a `Failure` (exit code 2) when the key is missing or malformed. */
async function openKeys(input) {
	const { request, workspace, face } = input;
	const { text, source } = await readKey(request, workspace.bucketDir, face).catch(async (thrown) => {
		if (stateLocation(input).kind === "bucket" && !await hasState(input)) throw notInitialized();
		throw thrown;
	});
	face.masker.add(text);
	return parseStateKeys(text, source);
}
/**
* Returns the text of the file, or `undefined` when the file does not exist. Throws a `Failure` (exit code 2) when it
* cannot be read.
*/
async function readStateKeyFile(path) {
	return readSmallFile(path).catch((thrown) => {
		if (thrown.code === "ENOENT") return void 0;
		throw stopFailure({
			code: "state-key",
			message: `cannot read the state key ${path}: ${thrown.message}`,
			hint: "it must be a file with one key on each line, readable by the user of this process",
			exitCode: 2,
			cause: thrown
		});
	});
}
async function readKey({ state, command }, bucketDir, face) {
	if (state.key !== void 0) return {
		text: state.key,
		source: face.inputNames.stateKey
	};
	const path = stateKeyFile(bucketDir);
	const text = await readStateKeyFile(path);
	if (text !== void 0) return {
		text,
		source: path
	};
	if (face.disk === "lost") throw keyless(command);
	throw stopFailure({
		code: "state-key",
		message: `there is no state key: ${path} does not exist`,
		hint: "restore it (for a new bucket maand init makes one), or set MAAND_STATE_KEY",
		exitCode: 2
	});
}
/** Returns the failure for a missing key. It appears in pull requests from forks, which get no secrets from GitHub. */
function keyless(command) {
	return stopFailure({
		code: "state-key",
		message: `${command} needs the input state-key, and it is empty`,
		hint: "give it from a secret; runs that get no secrets, as pull requests from forks, can plan and validate",
		exitCode: 2
	});
}
export { varsNamespace as $, HOOK_EVENTS as A, fileIn as B, readWorkspace as C, readJobConfig as D, foreignHint as E, parseToml as F, parseMemoryMb as G, placeBucket as H, applyEdits as I, bucketVarsNamespace as J, requireSound as K, replace as L, parseJson as M, readBucketConf as N, BucketReader as O, Source as P, tagsNamespace as Q, spanOf as R, readSettings as S, loadSettings as T, resultOf as U, findBucket as V, parseCpuMhz as W, jobNamespaces as X, jobNamespace as Y, secretsNamespace as Z, isOnWorkers as _, newDocument as a, byPlace as b, lockState as c, openReader as d, workerNamespace as et, openStore as f, stateName as g, joinedName as h, blankDocument as i, readDisabled as j, isBelow$1 as k, notInitialized as l, readDocument as m, readStateKeyFile as n, documentIn as o, ownerOf as p, allocationNamespace as q, stateKeyFile as r, inspectState as s, openKeys as t, openInspector as u, refuseLostFolder as v, readWorkers as w, readJobs as x, stateLocation as y, Findings as z };
