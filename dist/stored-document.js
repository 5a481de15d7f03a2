// src/schema/state-check.ts
/**
* Returns a message with the path of the first invalid value and the expected value. Returns undefined when the state
* is valid.
*/
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
/** Converts a JSON pointer to text, e.g. `/kv/vars~1job~1api/0` to `kv["vars/job/api"][0]`. */
function pathOf(pointer) {
	return pointer.split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~")).reduce(below, "");
}
function below(path, step) {
	if (/^\d+$/.test(step)) return `${path}[${step}]`;
	if (!/^[A-Za-z_]\w*$/.test(step)) return `${path}[${JSON.stringify(step)}]`;
	return path === "" ? step : `${path}.${step}`;
}
// src/state/formats/format-error.ts
/**
* Errors for a text that cannot be used as a state. Each message completes the sentence "the state … cannot be used: ".
*/
/** A state exists but cannot be used. The message gives the reason. */
var StateFormatError = class extends Error {
	name = "StateFormatError";
};
/** A newer version wrote the state. Such a state must never be overwritten. */
var NewerStateError = class extends StateFormatError {
	name = "NewerStateError";
};
// src/state/formats/format-1.ts
/**
* Format 1 of the state, as it is stored and exported. Stored documents use this format, so it must not change even
* when the state in memory changes. `schemas/state.schema.json` describes the same format for people and for the check.
*/
/** Returns the document. Throws a `StateFormatError` that names the first wrong value and what is expected there. */
async function checkStored(value) {
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
/** The inverse of `toFormat2`: returns the document in the lowest format that can hold it. */
function toLowestFormat({ holders, adopted, deployer, ...rest }) {
	const stored = {
		...rest,
		...holders === void 0 ? {} : { members: holders }
	};
	if (adopted === void 0 && deployer === void 0 && rest.allocations.every(({ unwellRestarts }) => unwellRestarts === void 0)) return {
		...stored,
		format: 1
	};
	return {
		...stored,
		format: 2,
		...adopted && { adopted },
		...deployer && { deployer }
	};
}
// src/state/formats/stored-document.ts
/** The newest format that can be read. */
const NEWEST_FORMAT = 2;
/**
* Reads a document of any format that this version supports. Throws a `NewerStateError` when a newer version wrote the
* document. Throws a `StateFormatError` when the text is not a valid document.
*/
async function parseDocument(text) {
	const value = parseJson(text);
	if (typeof value !== "object" || value === null || !("format" in value)) throw new StateFormatError("it is not a state document");
	const { format } = value;
	if (typeof format === "number" && format > NEWEST_FORMAT) throw new NewerStateError(`it has format ${format}, written by a newer version; this one knows format ${NEWEST_FORMAT}`);
	return toFormat2(await checkStored(value));
}
/** Returns the value whose JSON is stored. */
function toStored(document) {
	return toLowestFormat(document);
}
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch (thrown) {
		throw new StateFormatError("it is not JSON", { cause: thrown });
	}
}
export { StateFormatError as i, toStored as n, NewerStateError as r, parseDocument as t };
