import { _ as setOutput, a as secretTexts, b as warning, c as HandoverFile, d as endGroup, f as error, g as setFailed, h as notice, i as readTexts, m as isDebug, n as LeftBehind, o as secretVariables, p as info, s as toRequest, t as temporaryFolderOf, v as setSecret, x as summary, y as startGroup } from "./temporary-folder.js";
import { n as messageOf, t as Failure } from "./failure.js";
import { u as Masker } from "./read-command.js";
import { a as endingOf, i as endingJson, n as speaker, o as DeployReport, r as streamMark, s as keepEnd } from "./output-line.js";
import { o as shellHookOutputs, r as reasonIn, t as deploySummary } from "./markdown.js";
import { a as table, i as plain, r as fitSummary, t as codeBlock } from "./markdown-parts.js";
import { r as errorsFirst, t as diagnosticText } from "./diagnostic-text.js";
import { t as plainText } from "./terminal-text.js";
import { i as linesOf } from "./phrases.js";
import { i as phaseText, n as hookText, o as logLines, r as shellHookText, t as Narrator } from "./narrator.js";
import process from "node:process";
import { homedir } from "node:os";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
// src/report/ending-summary.ts
const LONGEST_TEXT_CHARS = 262144;
function textSummary(command, text) {
	return fitSummary([`## maand ${plain(command)}\n\n`, text.trim() === "" ? "" : codeBlock(keepEnd(text, LONGEST_TEXT_CHARS))]);
}
/** `progress`: of a deploy that broke off. */
function endingSummary(command, ending, progress) {
	const { message, hint, see, diagnostics } = ending;
	if (progress) return deploySummary(progress, [message]);
	const rows = diagnostics.map(({ severity, place, message: text, hint: advice }) => [
		severity,
		place ? plain(`${place.file}:${place.line}:${place.column}`) : "",
		plain(advice === void 0 ? text : `${text} (${advice})`)
	]);
	return fitSummary([
		`## maand ${plain(command)}: failed\n\n`,
		`**${plain(message)}**\n\n`,
		hint === void 0 ? "" : `${plain(hint)}\n\n`,
		see === void 0 ? "" : `See ${documentLink$1(see)}\n\n`,
		table([
			"",
			"Where",
			"What"
		], rows)
	]);
}
/** A link where there is an address to follow, else only the name of the page. */
function documentLink$1(see) {
	const name = see.slice(see.lastIndexOf("docs/"));
	return /^https?:/.test(see) ? `[${name}](${see})` : `\`${name}\``;
}
// src/action/safe-line.ts
/**
* Foreign text as lines of the log that the runner takes for text, whatever is in them. It reads a command from a line that begins
* with `::`, white space aside, and from `##[` anywhere in a line. Escaped line by line, because switching commands off for a while
* would switch off the masking of new secrets as well.
*/
function safeLines(text) {
	return linesOf(text).map(safeLine);
}
function safeLine(line) {
	return plainText(line).replace(/^(\s*)::/u, "$1\\::").replaceAll("##[", "##\\[");
}
// src/action/print.ts
/** Text of any origin to the log, line by line, none of it a command. */
function print(text) {
	for (const line of safeLines(text)) info(line);
}
// src/action/annotations.ts
/** Findings and warnings → annotations; GitHub shows ten of a kind for a step, so the rest is counted. */
const SHOWN_WARNINGS = 10;
/** One is kept for the sentence with which the step fails. */
const SHOWN_ERRORS = 9;
var Annotations = class {
	#told = /* @__PURE__ */ new Set();
	#errors = 0;
	#warnings = 0;
	/** Errors first, each once and at its place in its file. What is one too many is printed, unless the log has it already. */
	add(diagnostics, log) {
		for (const diagnostic of errorsFirst(diagnostics).filter((one) => this.#isNew(one))) {
			const { code, message, place, hint } = diagnostic;
			const text = hint === void 0 ? message : `${message} (${hint})`;
			const properties = place ? {
				file: place.file,
				startLine: place.line,
				startColumn: place.column
			} : {};
			if (!this.#annotate(diagnostic.severity, text, {
				title: code,
				...properties
			}) && log === "lacks them") print(diagnosticText(diagnostic));
		}
	}
	/** A build tells its warnings while it runs, and once more in its result. */
	#isNew({ severity, code, message, place }) {
		const key = JSON.stringify([
			severity,
			code,
			message,
			place
		]);
		if (this.#told.has(key)) return false;
		this.#told.add(key);
		return true;
	}
	warn(message) {
		if (!this.#annotate("warning", message, {})) print(`warning: ${message}`);
	}
	/** Says how many were not shown. */
	finish() {
		const errors = Math.max(0, this.#errors - SHOWN_ERRORS);
		const warnings = Math.max(0, this.#warnings - SHOWN_WARNINGS);
		if (errors + warnings === 0) return;
		const counts = [...counted(errors, "error"), ...counted(warnings, "warning")].join(" and ");
		notice(`${counts} ${errors + warnings === 1 ? "is" : "are"} in the log and in the job summary`);
	}
	/** Whether there was room for it. */
	#annotate(severity, text, properties) {
		switch (severity) {
			case "error":
				if (++this.#errors > SHOWN_ERRORS) return false;
				error(text, properties);
				return true;
			case "warning":
				if (++this.#warnings > SHOWN_WARNINGS) return false;
				warning(text, properties);
				return true;
		}
	}
};
function counted(count, word) {
	return count === 0 ? [] : [`${count} more ${word}${count === 1 ? "" : "s"}`];
}
// src/action/cancellation.ts
/** GitHub cancels with SIGINT, 7.5 s later SIGTERM, 2.5 s later the end: the first one aborts, the second changes nothing. */
function watchCancellation(source) {
	const controller = new AbortController();
	for (const name of ["SIGINT", "SIGTERM"]) source.on(name, () => controller.abort(new Failure(`cancelled (${name})`, { exitCode: 1 })));
	return controller.signal;
}
// src/action/document-link.ts
/**
* `docs/PAGE.md#SECTION` → its address in the repository that this action was taken from, at the version that runs. An action
* that lies beside the workflow (`uses: ./`) has none: its pages are in the checkout.
*/
function documentLink(see, env) {
	const { GITHUB_SERVER_URL: server, GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref } = env;
	return server && repository && ref ? `${server}/${repository}/blob/${ref}/${see}` : see;
}
// src/action/held-output.ts
const MOST_LINES = 1e3;
const MOST_CHARS = 262144;
/** Lines of hooks and make targets, kept apart by job and worker until they are shown; bounded for each. */
var HeldOutput = class {
	#held = /* @__PURE__ */ new Map();
	/** `full`: it is time to show what there is. */
	add({ job, worker, line, stream }) {
		const key = JSON.stringify([job, worker]);
		const held = this.#held.get(key) ?? {
			job,
			worker,
			lines: [],
			sizeChars: 0
		};
		this.#held.set(key, held);
		held.lines.push(`${streamMark(stream)} ${line}`);
		held.sizeChars += line.length;
		return held.lines.length >= MOST_LINES || held.sizeChars >= MOST_CHARS ? "full" : "kept";
	}
	/** Lines as `| line`, for standard error `! line`; they are forgotten here. */
	take({ job, worker }) {
		const key = JSON.stringify([job, worker]);
		const lines = this.#held.get(key)?.lines ?? [];
		this.#held.delete(key);
		return lines;
	}
	/** Who has lines, in the order of their first. */
	speakers() {
		return [...this.#held.values()].map(({ job, worker }) => ({
			job,
			worker
		}));
	}
};
// src/action/log.ts
/**
* The log of the action: sentences as things happen; what hooks and make targets print is held back until their phase on that
* worker is done and then shown as one group, so that workers that run side by side stay apart (contract §6).
*/
var ActionLog = class {
	#options;
	#narrator;
	#held = new HeldOutput();
	constructor(options) {
		this.#options = options;
		this.#narrator = new Narrator({ detail: options.detail });
	}
	emit(event) {
		const { logFormat, command, onWarning } = this.#options;
		if (event.type === "noticed" && event.level === "warning") onWarning(event.message);
		else if (logFormat === "text") this.#tell(event);
		else this.#print(logLines(event, {
			command,
			nowMs: Date.now()
		}, logFormat));
	}
	#print(lines) {
		for (const line of lines) print(line.replaceAll("##[", "##\\u005b"));
	}
	/** What is still held back, when a run ends in the middle of a phase. */
	flush() {
		for (const one of this.#held.speakers()) this.#showHeld(one, `${nameOf(one)}: output`, "folded");
	}
	#tell(event) {
		if (event.type === "output") {
			if (this.#held.add(event) === "full") this.#showHeld(event, `${nameOf(event)}: output so far`, "folded");
			return;
		}
		if (this.#tellShellHook(event)) return;
		const shown = this.#showOutputOf(event);
		for (const { text } of this.#narrator.tell(event)) if (text !== shown) print(text);
	}
	/** A shell hook runs alone: its lines are shown as they come, in a group. False for any other event. */
	#tellShellHook(event) {
		if (event.type === "shell-hook-started") startGroup(`${event.hook} hook`);
		else if (event.type === "shell-hook-output") print(`${streamMark(event.stream)} ${event.line}`);
		else if (event.type === "shell-hook-finished") {
			endGroup();
			print(shellHookText(event.record));
		} else return false;
		return true;
	}
	/** The title of the group that was shown, if one was. Health hooks are asked again and again: they wait for their phase. */
	#showOutputOf(event) {
		if (event.type === "hook-finished" && event.record.event !== "health_check") {
			const { record } = event;
			return this.#showHeld(record, hookText(record), record.exitCode === 0 ? "folded" : "open");
		}
		if (event.type !== "phase-finished") return void 0;
		const { job, worker, outcome } = event;
		const view = outcome === "succeeded" ? "folded" : "open";
		if (worker !== void 0) return this.#showHeld({
			job,
			worker
		}, phaseText(event), view);
		for (const one of this.#held.speakers().filter((held) => held.job === job)) this.#showHeld(one, `${nameOf(one)}: ${event.phase}`, view);
	}
	/** What failed is shown unfolded: nobody should have to look for it. */
	#showHeld(one, title, view) {
		const lines = this.#held.take(one);
		if (lines.length === 0) return void 0;
		if (view === "folded") startGroup(title);
		else print(title);
		for (const line of lines) print(line);
		if (view === "folded") endGroup();
		return title;
	}
};
function nameOf({ job, worker }) {
	return speaker(job, worker);
}
// src/action/outputs.ts
/** The outputs of the action (contract §6). Every one is set whatever happened, so that `fromJSON` always has something to read. */
const EMPTY = {
	changed: false,
	plan: "",
	"plan-digest": "",
	"plan-file": "",
	result: "",
	"deployed-jobs": [],
	"failed-jobs": [],
	"skipped-jobs": [],
	"blocked-jobs": [],
	"changed-jobs": [],
	waves: [],
	hosts: [],
	"update-seq": "",
	"state-serial": "",
	"bucket-id": "",
	"before-deploy-exit-code": "",
	"after-deploy-exit-code": ""
};
const LARGEST_PLAN_BYTES = 524288;
/** Texts as they are, everything else as JSON; the plan and the result also as files, which live until `post`. */
async function setOutputs(input) {
	const files = await writeFiles(input);
	for (const [name, value] of Object.entries({
		...EMPTY,
		...input.values,
		...files
	})) {
		const text = typeof value === "string" ? value : JSON.stringify(value);
		setOutput(name, name === "plan" && Buffer.byteLength(text) > LARGEST_PLAN_BYTES ? "" : text);
	}
}
async function writeFiles({ values, json, temporaryFolder, onFolder, mask }) {
	const { plan } = values;
	if (json === void 0 && plan === void 0) return {};
	const folder = await mkdtemp(join(temporaryFolder, "maand-results-"));
	onFolder(folder);
	const files = {};
	if (json !== void 0) files.result = await writeJson(join(folder, "result.json"), json, mask);
	if (plan !== void 0) files["plan-file"] = await writeJson(join(folder, "plan.json"), plan, mask);
	return files;
}
/** Masked text by text, so that it stays JSON. */
async function writeJson(path, json, mask) {
	const text = JSON.stringify(json, (_key, value) => typeof value === "string" ? mask(value) : value, 2);
	await writeFile(path, `${text}\n`, { mode: 384 });
	return path;
}
/** What is known of a deploy that broke off. */
function outputsOf({ jobs, waves, reconcile, hooks }) {
	const jobsThat = (...outcomes) => jobs.filter(({ outcome }) => outcomes.includes(outcome)).map(({ job }) => job);
	return {
		changed: jobsThat("deployed").length > 0 || reconcile.length > 0,
		"deployed-jobs": jobsThat("deployed"),
		"failed-jobs": jobsThat("failed", "cancelled"),
		"skipped-jobs": jobsThat("skipped"),
		"blocked-jobs": jobsThat("blocked"),
		"changed-jobs": jobsThat("deployed", "failed"),
		waves: waves.map(({ seq }) => seq),
		...shellHookOutputs(hooks)
	};
}
// src/action/reported-findings.ts
/** The findings in a result of `build --check` (contract §3), for annotations; none in any other result. */
function reportedFindings(json) {
	const { errors, warnings } = fieldsOf(json);
	return [...toDiagnostics(errors, "error"), ...toDiagnostics(warnings, "warning")];
}
function toDiagnostics(entries, severity) {
	if (!Array.isArray(entries)) return [];
	return entries.flatMap((entry) => {
		const { code, message, hint } = fieldsOf(entry);
		if (typeof code !== "string" || typeof message !== "string") return [];
		const place = placeOf(entry);
		return [{
			severity,
			code,
			message,
			...place && { place },
			...typeof hint === "string" && { hint }
		}];
	});
}
function placeOf(entry) {
	const { file, line, column } = fieldsOf(entry);
	return typeof file === "string" && typeof line === "number" && typeof column === "number" ? {
		file,
		line,
		column
	} : void 0;
}
function fieldsOf(value) {
	return typeof value === "object" && value !== null ? value : {};
}
// src/action/summary.ts
/** Writes the job summary; runners without one are left in peace. */
async function writeSummary(markdown, env) {
	if ((env[SUMMARY_FILE] ?? "") === "") return;
	await summary.addRaw(markdown, true).write();
}
const SUMMARY_FILE = "GITHUB_STEP_SUMMARY";
// src/action/run-action.ts
/** The action from its inputs to its outputs: parse, run, report. However it ends, outputs and summary are written. */
/** Sets the exit code of `host`, which is read here and nowhere below. */
async function runAction(host, run) {
	const env = { ...host.env };
	const texts = readTexts();
	for (const name of secretVariables()) delete host.env[name];
	const masker = new Masker((form) => setSecret(form));
	for (const secret of secretTexts(texts)) masker.add(secret);
	const session = {
		env,
		workingDirectory: env.GITHUB_WORKSPACE || host.cwd(),
		temporaryFolder: temporaryFolderOf(env),
		masker,
		signal: watchCancellation(host),
		annotations: new Annotations(),
		leftBehind: new LeftBehind()
	};
	const outcome = await runTexts(session, texts, run);
	session.annotations.finish();
	await leave(session, outcome);
	if (outcome.reason !== void 0) setFailed(masker.mask(outcome.reason));
	host.exitCode = outcome.exitCode;
}
async function runTexts(session, texts, run) {
	let inputs;
	try {
		inputs = toRequest(texts, {
			workingDirectory: session.workingDirectory,
			home: homedir()
		});
	} catch (thrown) {
		return failed(session, {
			command: texts.get("command") ?? "deploy",
			ending: endingOf(thrown),
			progress: void 0
		});
	}
	for (const notice$1 of inputs.notices) notice(notice$1);
	return runInputs(session, inputs, run);
}
async function runInputs(session, { request, logFormat }, run) {
	const { annotations, signal } = session;
	const { command, flags } = request;
	const detail = flags.verbose || isDebug() ? "all" : "compact";
	const log = new ActionLog({
		detail,
		logFormat,
		command,
		onWarning: (message) => annotations.warn(message)
	});
	const report = new DeployReport(Date.now());
	try {
		const result = await run(request, faceOf(session, {
			log,
			report
		}));
		log.flush();
		if (logFormat === "text") print(result.text);
		annotations.add(reportedFindings(result.json), logFormat === "text" ? "has them" : "lacks them");
		return finished(command, result);
	} catch (thrown) {
		log.flush();
		const ending = endingOf(signal.aborted ? signal.reason : thrown);
		if (ending.stack !== void 0 && detail === "all") print(session.masker.mask(ending.stack));
		return failed(session, {
			command,
			ending,
			progress: report.brokenOff(Date.now())
		});
	}
}
function faceOf(session, { log, report }) {
	const { env, workingDirectory, temporaryFolder, masker, signal, annotations, leftBehind } = session;
	const handover = new HandoverFile(temporaryFolder, (folder) => leftBehind.add(folder));
	return {
		name: "action",
		env,
		workingDirectory,
		temporaryFolder,
		masker,
		signal,
		emit: (event) => {
			report.add(event);
			log.emit(event);
		},
		warn: (diagnostics) => annotations.add(diagnostics, "lacks them"),
		onHandover: (next) => handover.keep(next),
		onStaging: (folder) => leftBehind.add(folder)
	};
}
function finished(command, result) {
	const { exitCode, json, text, outputs = {}, summary = textSummary(command, text) } = result;
	return {
		exitCode,
		json,
		values: outputs,
		summary,
		reason: exitCode === 0 ? void 0 : reasonIn(command, text)
	};
}
function failed({ annotations, env }, { command, ending: told, progress }) {
	const ending = told.see === void 0 ? told : {
		...told,
		see: documentLink(told.see, env)
	};
	annotations.add(ending.diagnostics, "lacks them");
	const { message, hint, see, exitCode } = ending;
	const advice = [hint, see && `see ${see}`].filter(Boolean).join("; ");
	return {
		exitCode,
		json: endingJson(ending, progress),
		values: progress ? outputsOf(progress) : {},
		summary: endingSummary(command, ending, progress),
		reason: advice === "" ? message : `${message} (${advice})`
	};
}
/** Each of them is tried, whatever becomes of the others. */
async function leave({ env, temporaryFolder, masker, leftBehind }, { json, values, summary }) {
	const mask = (text) => masker.mask(text);
	const onFolder = (folder) => leftBehind.add(folder);
	await warnOnFailure("outputs", () => setOutputs({
		values,
		json,
		temporaryFolder,
		onFolder,
		mask
	}));
	await warnOnFailure("job summary", () => writeSummary(mask(summary), env));
}
async function warnOnFailure(what, work) {
	try {
		await work();
	} catch (thrown) {
		warning(`the ${what} could not be written: ${messageOf(thrown)}`);
	}
}
// src/index.ts
/** Entry of the action: its main step. */
await runAction(process, async (request, face) => (await import("./compose.js")).runRequest(request, face));
export {};
