import { n as mapLimit } from "./concurrency.js";
import { a as shownName, t as fsPath } from "./file-name.js";
import { _ as TemplateError, m as fromBytes, t as parseTemplate } from "./parser.js";
import { a as outputProblem, i as outputPath, n as isDelivered, r as isTemplate } from "./tree.js";
import { readFile } from "node:fs/promises";
// src/template/parse/used-fields.ts
/**
* Finds the fields that a template uses, so that a build can warn about fields whose values change with every deploy.
*/
/** Returns every use of one of these fields, in any branch and on any value, in the order of the source. */
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
/** Returns the place of a position, which counts bytes of `source`. */
function placeAt(source, position) {
	const before = source.slice(0, position).split("\n");
	return {
		line: before.length,
		column: fromBytes(before.at(-1) ?? "").length + 1
	};
}
// src/stage/check-templates.ts
/**
* Checks templates before there are values: that they parse, that their output has a valid place, and that it does not
* change although nobody changed the job. Every build does this, also with `--check`; nothing is rendered.
*/
const FILES_AT_ONCE = 16;
const START = {
	line: 1,
	column: 1
};
/** Fields that make a deploy roll the job although nobody changed it. */
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
/** Matches the error for functions that other versions have and this version lacks. */
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
/** Turns the number of bytes before the place into a column of text, starting at 1. */
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
