import { S as summary, _ as notice, a as INPUT_NAMES, b as startGroup, c as secretVariables, g as isDebug, h as info, l as toRequest, m as error, n as openDoor, o as readTexts, p as endGroup, r as LeftBehind, s as refuseMisspelledInputs, t as temporaryFolderOf, u as HandoverFile, v as setFailed, x as warning, y as setOutput } from "./temporary-folder.js";
import { n as messageOf, t as Failure } from "./failure.js";
import { c as endingJson, d as keepEnd, l as endingOf, o as speaker, s as streamMark, u as DeployReport } from "./plan-text.js";
import { r as reasonIn, t as deploySummary } from "./markdown.js";
import { a as table, i as plain, r as fitSummary, t as codeBlock } from "./markdown-parts.js";
import { c as parseRunIdentity, i as phaseText, n as hookText, o as logLines, r as shellHookText, t as Narrator } from "./narrator.js";
import { r as newAbort } from "./abort.js";
import { a as errorsFirst, r as diagnosticText } from "./refusal-text.js";
import { t as plainText } from "./terminal-text.js";
import { i as linesOf } from "./phrases.js";
import { i as shellHookOutputs, n as isReconciled } from "./deploy-json.js";
import process from "node:process";
import { homedir, hostname } from "node:os";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
// src/report/ending-summary.ts
const LONGEST_TEXT_CHARS = 262144;
function textSummary(command, text) {
	return fitSummary([`## maand ${plain(command)}\n\n`, text.trim() === "" ? "" : codeBlock(keepEnd(text, LONGEST_TEXT_CHARS))]);
}
/** Returns the summary as Markdown. `progress` is the partial result of a deploy that ended early. */
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
/** Returns a link when the page has an address, otherwise only the name of the page. */
function documentLink$1(see) {
	const name = see.slice(see.lastIndexOf("docs/"));
	return /^https?:/.test(see) ? `[${name}](${see})` : `\`${name}\``;
}
// src/action/cancellation.ts
/** Turns the signals with which GitHub cancels a job into an abort signal. */
/**
* Returns a signal that is aborted when GitHub cancels the job. GitHub sends SIGINT, then SIGTERM 7.5 s later, and kills the
* process 2.5 s after SIGTERM. The first signal aborts the run; the second signal changes nothing.
*/
function watchCancellation(source) {
	const controller = newAbort();
	for (const name of ["SIGINT", "SIGTERM"]) source.on(name, () => controller.abort(new Failure(`cancelled (${name})`, { exitCode: 1 })));
	return controller.signal;
}
// src/action/document-link.ts
/**
* Turns `docs/PAGE.md#SECTION` into its address in the repository of this action, at the version that runs. Returns `see`
* unchanged when the action is in the same repository as the workflow (`uses: ./`), because its pages are in the checkout.
*/
function documentLink(see, env) {
	const { GITHUB_SERVER_URL: server, GITHUB_ACTION_REPOSITORY: repository, GITHUB_ACTION_REF: ref } = env;
	return server && repository && ref ? `${server}/${repository}/blob/${ref}/${see}` : see;
}
// src/action/log/safe-line.ts
/** Escapes text for the log of the action. The runner does not execute commands in the escaped text. */
/**
* Returns foreign text as log lines in which the runner finds no commands. The runner reads a command from a line that begins
* with `::`, possibly after white space, and from `##[` anywhere in a line. Each line is escaped. The runner's command
* `stop-commands` is not used, because it would also stop the masking of new secrets.
*/
function safeLines(text) {
	return linesOf(text).map(safeLine);
}
function safeLine(line) {
	return plainText(line).replace(/^(\s*)::/u, "$1\\::").replaceAll("##[", "##\\[");
}
// src/action/log/print.ts
/** Prints text to the log of the action. */
/** Prints any text to the log line by line. The runner does not execute commands in the text. */
function print(text) {
	for (const line of safeLines(text)) info(line);
}
// src/action/log/annotations.ts
/**
* Turns findings and warnings into annotations. GitHub shows ten annotations of each severity per step, so the others are
* only counted.
*/
const SHOWN_WARNINGS = 10;
/** GitHub shows ten errors. One of them is reserved for the message of the failed step. */
const SHOWN_ERRORS = 9;
var Annotations = class {
	#told = /* @__PURE__ */ new Set();
	#errors = 0;
	#warnings = 0;
	/**
	* Annotates the findings, errors first. Each finding is annotated once, at its place in the file. Findings above the limit
	* are printed, unless the log already has them.
	*/
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
	/**
	* Returns false for a finding that was added before. A build reports its warnings while it runs, and again in its result.
	*/
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
	/** Prints the number of findings that were not shown as annotations. */
	finish() {
		const errors = Math.max(0, this.#errors - SHOWN_ERRORS);
		const warnings = Math.max(0, this.#warnings - SHOWN_WARNINGS);
		if (errors + warnings === 0) return;
		const counts = [...counted(errors, "error"), ...counted(warnings, "warning")].join(" and ");
		notice(`${counts} ${errors + warnings === 1 ? "is" : "are"} in the log and in the job summary`);
	}
	/** Returns whether the finding was within the limit. */
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
// src/action/log/held-output.ts
/** Holds back the output of hooks and make targets, so that the log can show the output in groups. */
const MOST_LINES = 1e3;
const MOST_CHARS = 262144;
/**
* Lines of hooks and make targets, kept separately for each job and worker until they are shown. The number of lines is
* limited.
*/
var HeldOutput = class {
	#held = /* @__PURE__ */ new Map();
	/** Keeps a line. Returns `full` when the caller should show the kept lines. */
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
	/** Removes and returns the lines. A line starts with `| `, or with `! ` when it comes from standard error. */
	take({ job, worker }) {
		const key = JSON.stringify([job, worker]);
		const lines = this.#held.get(key)?.lines ?? [];
		this.#held.delete(key);
		return lines;
	}
	/** Returns the jobs and workers that have lines, in the order of their first line. */
	speakers() {
		return [...this.#held.values()].map(({ job, worker }) => ({
			job,
			worker
		}));
	}
};
// src/action/log/log.ts
/**
* The log of the action. It prints a sentence when an event happens. The output of hooks and make targets is held back until
* their phase ends on that worker, then shown as one group. Without this, the output of workers that run at the same time
* would mix.
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
	/** Shows the lines that are still held back. It is called for a run that ends in the middle of a phase. */
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
	/**
	* Shows the lines of a shell hook in a group while the hook runs, because nothing else runs then. Returns false for other
	* events.
	*/
	#tellShellHook(event) {
		if (event.type === "shell-hook-started") startGroup(`${event.hook} hook`);
		else if (event.type === "shell-hook-output") print(`${streamMark(event.stream)} ${event.line}`);
		else if (event.type === "shell-hook-finished") {
			endGroup();
			print(shellHookText(event.record));
		} else return false;
		return true;
	}
	/**
	* Shows the held output that belongs to the event. Returns the title of the group, or undefined when no group was shown.
	* The output of health hooks is held until their phase ends, because these hooks run many times.
	*/
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
	/** Shows held lines. The output of a failure is not folded, so the user sees it immediately. */
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
// src/action/log/reported-findings.ts
/** Returns the findings in a result of `build --check`. Returns an empty list for any other result. */
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
// src/action/outputs.ts
/** Sets the outputs of the action. Every output always has a value, so `fromJSON` can always parse it. */
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
/**
* Sets the outputs. Texts are set unchanged, and other values as JSON. The plan and the result are also written as files,
* which exist until the step `post`.
*/
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
async function writeFiles({ values, json, temporaryFolder, onFolder }) {
	const { plan } = values;
	if (json === void 0 && plan === void 0) return {};
	const folder = await mkdtemp(join(temporaryFolder, "maand-results-"));
	onFolder(folder);
	const files = {};
	if (json !== void 0) files.result = await writeJson(join(folder, "result.json"), json);
	if (plan !== void 0) files["plan-file"] = await writeJson(join(folder, "plan.json"), plan);
	return files;
}
async function writeJson(path, json) {
	await writeFile(path, `${JSON.stringify(json, void 0, 2)}\n`, { mode: 384 });
	return path;
}
/** Returns the outputs of a deploy. The result may be partial. */
function outputsOf({ jobs, waves, reconcile, hooks }) {
	const jobsThat = (...outcomes) => jobs.filter(({ outcome }) => outcomes.includes(outcome)).map(({ job }) => job);
	return {
		changed: jobsThat("deployed").length > 0 || reconcile.some(isReconciled),
		"deployed-jobs": jobsThat("deployed"),
		"failed-jobs": jobsThat("failed", "cancelled"),
		"skipped-jobs": jobsThat("skipped"),
		"blocked-jobs": jobsThat("blocked"),
		"changed-jobs": jobsThat("deployed", "failed"),
		waves: waves.map(({ seq }) => seq),
		...shellHookOutputs(hooks)
	};
}
// src/action/summary.ts
/** Writes the job summary of the action. */
/** Writes the job summary. Does nothing on a runner without job summaries. */
async function writeSummary(markdown, env) {
	if ((env[SUMMARY_FILE] ?? "") === "") return;
	await summary.addRaw(markdown, true).write();
}
const SUMMARY_FILE = "GITHUB_STEP_SUMMARY";
// src/action/run-action.ts
/** Runs the action: parses the inputs, runs the command, reports the result. Outputs and summary are always written. */
/** Runs the action and sets the exit code of `host`. Functions that are called from here do not read `host`. */
async function runAction(host, run) {
	const env = { ...host.env };
	const texts = readTexts();
	for (const name of secretVariables()) delete host.env[name];
	const door = openDoor(texts);
	const session = {
		env,
		identity: parseRunIdentity(env, {
			pid: host.pid,
			hostname: hostname()
		}),
		workingDirectory: env.GITHUB_WORKSPACE || host.cwd(),
		temporaryFolder: temporaryFolderOf(env),
		door,
		signal: watchCancellation(host),
		annotations: new Annotations(),
		leftBehind: new LeftBehind()
	};
	const outcome = await runTexts(session, texts, run);
	session.annotations.finish();
	await leave(session, outcome);
	if (outcome.reason !== void 0) setFailed(outcome.reason);
	host.exitCode = outcome.exitCode;
}
async function runTexts(session, texts, run) {
	let inputs;
	try {
		refuseMisspelledInputs();
		inputs = toRequest(texts, {
			workingDirectory: session.workingDirectory,
			home: homedir()
		});
	} catch (thrown) {
		return failed(session, {
			command: texts.get("command") ?? "deploy",
			ending: session.door.ending(endingOf(thrown)),
			progress: void 0
		});
	}
	for (const notice$1 of inputs.notices) notice(session.door.text(notice$1));
	return runInputs(session, inputs, run);
}
async function runInputs(session, { request, logFormat }, run) {
	const { annotations, signal, door } = session;
	const { command, flags } = request;
	const detail = flags.verbose || isDebug() ? "all" : "compact";
	const log = new ActionLog({
		detail,
		logFormat,
		command,
		onWarning: (message) => annotations.warn(message)
	});
	const report = new DeployReport(Date.now());
	door.hear((event) => report.add(event));
	door.hear((event) => log.emit(event));
	door.open();
	try {
		const result = await run(request, faceOf(session));
		const shown = door.result(result);
		log.flush();
		if (logFormat === "text") print(shown.text);
		annotations.add(reportedFindings(shown.json), logFormat === "text" ? "has them" : "lacks them");
		return finished(command, result.exitCode, shown);
	} catch (thrown) {
		log.flush();
		const ending = door.ending(endingOf(signal.aborted ? signal.reason : thrown));
		if (ending.stack !== void 0 && detail === "all") print(ending.stack);
		return failed(session, {
			command,
			ending,
			progress: door.progress(report.brokenOff(Date.now()))
		});
	}
}
function faceOf(session) {
	const { env, identity, workingDirectory, temporaryFolder, door, signal, annotations, leftBehind } = session;
	const handover = new HandoverFile(temporaryFolder, (folder) => leftBehind.add(folder));
	return {
		identity,
		disk: "lost",
		audience: "log",
		inputNames: INPUT_NAMES,
		env,
		workingDirectory,
		temporaryFolder,
		masker: door.masker,
		signal,
		emit: door.emit,
		hear: door.hear,
		warn: (diagnostics) => annotations.add(door.findings(diagnostics), "lacks them"),
		onHandover: (next) => handover.keep(next),
		onStaging: (folder) => leftBehind.add(folder)
	};
}
function finished(command, exitCode, shown) {
	const { json, text, outputs = {}, summary = textSummary(command, text) } = shown;
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
/** Writes outputs and summary. A failure of one does not prevent the other. */
async function leave({ env, temporaryFolder, door, leftBehind }, { json, values, summary }) {
	const onFolder = (folder) => leftBehind.add(folder);
	await warnOnFailure(door, "outputs", () => setOutputs({
		values,
		json,
		temporaryFolder,
		onFolder
	}));
	await warnOnFailure(door, "job summary", () => writeSummary(summary, env));
}
async function warnOnFailure(door, what, work) {
	try {
		await work();
	} catch (thrown) {
		warning(door.text(`the ${what} could not be written: ${messageOf(thrown)}`));
	}
}
// src/index.ts
/** Entry point of the action's main step. */
await runAction(process, async (request, face) => (await import("./compose.js")).runRequest(request, face));
export {};
