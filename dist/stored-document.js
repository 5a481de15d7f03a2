// src/schema/state-check.ts
/** Says where the first value that does not fit stands, and what is expected there. Returns undefined when all fit. */
async function checkState(value) {
	const { validateState } = await import("./compiled-state-schema.js");
	const [error] = await validateState(value);
	return error && describe(error);
}
function describe({ instancePath, keyword, params, message }) {
	const { missingProperty, additionalProperty, type, pattern } = params;
	const path = pathOf(instancePath);
	switch (keyword) {
		case "required": return `${below(path, String(missingProperty))} is missing`;
		case "additionalProperties": return `${below(path, String(additionalProperty))} is not a field of this format`;
		case "type": return `${path} must be ${TYPES[String(type)] ?? String(type)}`;
		case "pattern": return `${path} must match ${String(pattern)}`;
		case "minItems": return `${path} must not be empty`;
		default: return `${path} ${message ?? "does not fit"}`;
	}
}
const TYPES = {
	object: "an object",
	array: "a list",
	string: "a string",
	integer: "an integer",
	boolean: "true or false"
};
/** `/kv/vars~1job~1api/0` → `kv["vars/job/api"][0]`. */
function pathOf(pointer) {
	return pointer.split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~")).reduce(below, "");
}
function below(path, step) {
	if (/^\d+$/.test(step)) return `${path}[${step}]`;
	if (!/^[A-Za-z_]\w*$/.test(step)) return `${path}[${JSON.stringify(step)}]`;
	return path === "" ? step : `${path}.${step}`;
}
// src/state/formats/format-error.ts
/** Errors for a text that cannot be used as a state. Their messages continue "the state … cannot be used: ". */
/** A state that exists but cannot be used; the message says why. */
var StateFormatError = class extends Error {
	name = "StateFormatError";
};
/** A state of a newer version, which must never be overwritten. */
var NewerStateError = class extends StateFormatError {
	name = "NewerStateError";
};
// src/state/formats/format-1.ts
/**
* Format 1 of the state, as it is stored and exported. It describes documents that exist already, so it must not
* change, even when the state in memory does. `schemas/state.schema.json` describes the same format for people and for
* the check.
*/
/** Returns the document. Throws a `StateFormatError` that names the first wrong value and what is expected there. */
async function checkFormat1(value) {
	const problem = await checkState(value);
	if (problem !== void 0) throw new StateFormatError(`it is damaged: ${problem}`);
	return value;
}
// src/state/formats/format-2.ts
function toFormat2({ members, ...rest }) {
	return {
		...rest,
		format: 2,
		...members === void 0 ? {} : { holders: members }
	};
}
/** The inverse of `toFormat2`. */
function toFormat1({ holders, ...rest }) {
	return {
		...rest,
		format: 1,
		...holders === void 0 ? {} : { members: holders }
	};
}
// src/state/formats/stored-document.ts
/** The format that is written, which is also the newest that can be read. */
const STORED_FORMAT = 1;
/**
* Reads a document of any format that this version knows. Throws a `NewerStateError` when a newer version wrote it, and
* a `StateFormatError` when no version did.
*/
async function parseDocument(text) {
	const value = parseJson(text);
	if (typeof value !== "object" || value === null || !("format" in value)) throw new StateFormatError("it is not a state document");
	const { format } = value;
	if (typeof format === "number" && format > STORED_FORMAT) throw new NewerStateError(`it has format ${format}, written by a newer version; this one knows format ${STORED_FORMAT}`);
	return toFormat2(await checkFormat1(value));
}
/** Returns the value whose JSON is stored. */
function toStored(document) {
	return toFormat1(document);
}
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch (thrown) {
		throw new StateFormatError("it is not JSON", { cause: thrown });
	}
}
export { StateFormatError as i, toStored as n, NewerStateError as r, parseDocument as t };
