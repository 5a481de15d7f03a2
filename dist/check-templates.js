import { n as mapLimit } from "./concurrency.js";
import { a as shownName, t as fsPath } from "./file-name.js";
import { _ as TemplateError, m as fromBytes, t as parseTemplate } from "./parser.js";
import { a as outputProblem, i as outputPath, n as isDelivered, r as isTemplate } from "./tree.js";
import { readFile } from "node:fs/promises";
// src/template/parse/used-fields.ts
/**
* Finds the fields that a template uses, so that a build can warn about fields whose values change with every deploy.
*/
/**
* Returns every use of a field in `names`, in the order of the source. The result includes uses in every branch and on
* every value.
*/
function fieldsUsed({ definitions, source }, names) {
	const found = [];
	for (const { instructions } of definitions.values()) {
		let position = 0;
		for (const instruction of instructions) {
			if ("at" in instruction) position = instruction.at.position;
			if (instruction.op === "field" && names.has(instruction.name)) found.push({
				name: instruction.name,
				position
			});
		}
	}
	found.sort((a, b) => a.position - b.position);
	return found.map(({ name, position }) => ({
		name,
		...placeAt(source, position)
	}));
}
/** Returns the place for a position. The position counts bytes of `source`. */
function placeAt(source, position) {
	const before = source.slice(0, position).split("\n");
	return {
		line: before.length,
		column: fromBytes(before.at(-1) ?? "").length + 1
	};
}
// src/stage/check-templates.ts
/**
* Checks templates without rendering them. A template must parse, and its output must have a valid path. A warning is
* reported when the output can change although the job was not changed. Every build runs these checks, also with
* `--check`.
*/
const FILES_AT_ONCE = 16;
const START = {
	line: 1,
	column: 1
};
/**
* Template fields whose values change although the job was not changed. A job that uses such a field is rolled out
* again.
*/
const RESTLESS = {
	UpdateSeq: {
		why: "grows with every deploy: the job is rolled each time",
		hint: "leave it out; update_seq is in worker.json on every worker"
	},
	CurrentVersion: {
		why: "changes when a new version is promoted: the deploy after it rolls the job once more",
		hint: "read $CURRENT_VERSION in the Makefile instead"
	}
};
const RESTLESS_NAMES = new Set(Object.keys(RESTLESS));
/** Matches the error for functions that this version does not have. */
const PROMETHEUS = /function "(?:scrapeConfigs|ruleFiles)" not defined/;
/** Returns the findings in the order of jobs and files. */
async function checkTemplates({ jobs, bucketPath }) {
	const templates = jobs.flatMap((job) => job.files.filter((file) => isTemplate(file) && isDelivered(outputPath(file))).map((file) => ({
		job,
		file
	})));
	return (await mapLimit(templates, FILES_AT_ONCE, ({ job, file }) => checkTemplate({
		job,
		file,
		bucketPath
	}))).flat();
}
async function checkTemplate(one) {
	const { job, file } = one;
	if (file.sizeBytes > 67108864) return [tooLarge(one)];
	const bytes = await readFile(fsPath(file.sourcePath)).catch(() => void 0);
	if (bytes === void 0) return [];
	const about = `job ${job.name}: ${shownName(file.path)}`;
	const problem = outputProblem(file, job.files);
	const placed = problem === void 0 ? [] : [finding(one, {
		severity: "error",
		message: `job ${job.name}: ${problem}`
	})];
	const parsed = parse(one, bytes);
	if (!("definitions" in parsed)) return [...placed, parsed];
	const output = outputPath(file);
	const overwrites = job.files.some(({ path }) => path === output);
	const clash = finding(one, {
		severity: "warning",
		message: `${about} overwrites the plain file ${shownName(output)}`,
		hint: "remove one of them"
	});
	return [
		...placed,
		...overwrites ? [clash] : [],
		...restless(one, parsed, about)
	];
}
function tooLarge(one) {
	const { job, file } = one;
	return finding(one, {
		severity: "error",
		message: `job ${job.name}: template ${shownName(file.path)} is larger than 64 MiB`,
		hint: "deliver it as a plain file, without .tpl"
	});
}
function parse(one, bytes) {
	const { job, file } = one;
	try {
		return parseTemplate(file.path, bytes);
	} catch (thrown) {
		if (!(thrown instanceof TemplateError)) throw thrown;
		const place = {
			line: thrown.line,
			column: columnOf(bytes, thrown)
		};
		const hint = PROMETHEUS.test(thrown.message) ? { hint: "this version has no Prometheus integration" } : {};
		return finding(one, {
			severity: "error",
			place,
			message: `job ${job.name}: parse template ${shownName(file.path)}: ${thrown.message}`,
			...hint
		});
	}
}
/** Converts the byte offset of an error in its line to a column, starting at 1 and counted in UTF-16 units. */
function columnOf(bytes, { line, column = 0 }) {
	const text = bytes.toString("latin1").split("\n")[line - 1] ?? "";
	return Buffer.from(text.slice(0, column), "latin1").toString("utf8").length + 1;
}
/** Reports each field once per file, at its first use. */
function restless(one, template, about) {
	const uses = fieldsUsed(template, RESTLESS_NAMES);
	return Object.entries(RESTLESS).flatMap(([name, { why, hint }]) => {
		const use = uses.find((field) => field.name === name);
		return use ? [finding(one, {
			severity: "warning",
			place: use,
			message: `${about} uses .${name}, which ${why}`,
			hint
		})] : [];
	});
}
function finding({ job, file, bucketPath }, { place = START, ...words }) {
	const path = `workspace/jobs/${job.name}/${shownName(file.path)}`;
	const { line, column } = place;
	const where = {
		file: bucketPath === "" ? path : `${bucketPath}/${path}`,
		line,
		column
	};
	return {
		...words,
		code: "ErrInvalidJob",
		place: where,
		job: job.name
	};
}
export { checkTemplates };
