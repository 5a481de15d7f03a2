#!/usr/bin/env node
import { a as parseWords, c as makeRequest, f as secretVariable, l as OPTIONS, n as Masker, o as commandSpecs, r as readCommand, s as resolveCommand, t as Door, u as isWithheld } from "./door.js";
import { a as outputLine, c as endingJson, l as endingOf, u as DeployReport } from "./plan-text.js";
import { a as formatLog, c as parseRunIdentity, o as logLines, s as logMessage, t as Narrator } from "./narrator.js";
import { r as newAbort } from "./abort.js";
import { t as Failure } from "./failure.js";
import { t as plainText } from "./terminal-text.js";
import { t as formatDiagnostic } from "./diagnostic.js";
import { a as errorsFirst, r as diagnosticText } from "./refusal-text.js";
import { i as linesOf, r as hanging, t as clip } from "./phrases.js";
import { t as durationText } from "./duration.js";
import { t as _usingCtx } from "./usingCtx.js";
import process from "node:process";
import { hostname } from "node:os";
// src/cli/args.ts
/** Parses `argv` and the secrets of the environment into an invocation. Only the entry file provides these values. */
function readScreen({ argv, env }) {
	const { values } = parseWords(argv);
	const isOn = (name) => values.get(name) === "true";
	const colorless = isOn("no-color") || (env.NO_COLOR ?? "") !== "" || env.TERM === "dumb";
	return {
		json: isOn("json"),
		color: colorless ? "never" : "auto",
		verbose: isOn("verbose")
	};
}
/** Reads the arguments. Throws a `Failure` (exit code 2) when they are wrong. */
function readArgs({ argv, env, workingDirectory }) {
	const words = parseWords(argv);
	if (words.values.has("version")) return { kind: "version" };
	if (words.values.has("help") || words.positionals[0] === "help") return {
		kind: "help",
		spec: helpTopic(words)
	};
	const { notes, ...written } = readCommand(argv, readVariables(env, isWithheld));
	return {
		kind: "run",
		...makeRequest({
			face: "cli",
			...written,
			workingDirectory,
			home: env.HOME
		}),
		...notes.length > 0 && { notes }
	};
}
/**
* Returns the command that `maand help deploy` or `maand deploy --help` asks about. Returns undefined when no command is
* named.
*/
function helpTopic({ positionals }) {
	const topic = positionals[0] === "help" ? positionals.slice(1) : positionals;
	return topic.length === 0 ? void 0 : resolveCommand(topic).spec;
}
/** Returns the values of the environment variables by option name. */
function readVariables(env, isWanted) {
	return new Map(OPTIONS.filter(isWanted).flatMap((option) => {
		const text = env[secretVariable(option)];
		return text === void 0 ? [] : [[option.name, text]];
	}));
}
/** Returns the values that must not appear in any output. */
function secretValues(env) {
	return OPTIONS.filter(({ kind }) => kind === "secret").flatMap((option) => {
		const variable = secretVariable(option);
		const value = env[variable];
		return value === void 0 ? [] : [[variable, value]];
	});
}
// src/cli/cancellation.ts
/**
* Turns the signals of the process into one abort signal. A second signal ends the program immediately, but only half a
* second after the first: a terminal and a process group often deliver one interruption twice.
*/
const SECOND_COUNTS_AFTER_MS = 500;
const EXIT_CODES$1 = {
	SIGINT: 130,
	SIGTERM: 143,
	SIGHUP: 129
};
var Cancellation = class {
	#options;
	#controller = newAbort();
	#exitCode;
	#firstAtMs = 0;
	constructor(options) {
		this.#options = options;
		for (const name of signalNames()) options.source.on(name, this.#hear);
	}
	get signal() {
		return this.#controller.signal;
	}
	/** 128 + the number of the signal. Undefined when no signal arrived. */
	get exitCode() {
		return this.#exitCode;
	}
	[Symbol.dispose]() {
		for (const name of signalNames()) this.#options.source.off(name, this.#hear);
	}
	#hear = (name) => {
		const exitCode = EXIT_CODES$1[name];
		const nowMs = (this.#options.nowMs ?? (() => performance.now()))();
		if (this.#exitCode !== void 0) {
			if (nowMs - this.#firstAtMs >= SECOND_COUNTS_AFTER_MS) this.#options.onSecond(exitCode);
			return;
		}
		this.#firstAtMs = nowMs;
		this.#exitCode = exitCode;
		this.#options.onFirst(name);
		this.#controller.abort(new Failure(`cancelled by ${name}`, { exitCode: 1 }));
	};
};
function signalNames() {
	return Object.keys(EXIT_CODES$1);
}
// src/cli/help.ts
/** Makes the help pages from the tables of commands and options. */
const EXIT_CODES = `Exit codes:
  0  success, "nothing to do" included
  1  the operation failed: a job, a hook, a worker
  2  wrong usage or an invalid workspace; nothing was touched
  3  refused, to protect state or a running deploy
  130, 143  cancelled
`;
const SHOWN_TO_ALL = [
	"bucket",
	"json",
	"no-color",
	"verbose",
	"log-format",
	"help",
	"version"
];
const WIDEST_COLUMN = 34;
/** Returns the page of `maand --help`. */
function programHelp() {
	const specs = commandSpecs();
	const commands = specs.filter(({ missing }) => !missing).map((spec) => row(titleOf(spec), spec.summary));
	const missing = specs.filter((spec) => spec.missing).map(({ name }) => name);
	return [
		"Deploys the jobs of a bucket to workers over SSH, wave by wave.\n",
		"Usage: maand [OPTIONS] COMMAND …\n",
		`Commands:\n${columns(commands)}`,
		`Not in this version:\n  ${missing.join(", ")}\n`,
		`Options:\n${columns(OPTIONS.filter(({ name }) => SHOWN_TO_ALL.includes(name)).map(optionRow))}`,
		secretsText(),
		EXIT_CODES,
		"maand COMMAND --help tells more. Dashes and underscores are interchangeable in names.\n"
	].join("\n");
}
/** Returns the page of `maand COMMAND --help`. */
function commandHelp(spec) {
	const usage = `Usage: maand ${titleOf(spec)}`;
	if (spec.missing) return `${usage}\n\n${sentence(spec.summary)}\nIt is not available in this version.\n`;
	const options = OPTIONS.filter((option) => !option.missing && option.kind !== "secret");
	const own = options.filter(({ commands }) => commands?.includes(spec.name));
	const general = options.filter(({ commands, name }) => !commands && name !== "command" && name !== "args");
	return [
		`${usage} [OPTIONS]\n`,
		`${[sentence(spec.summary), ...spec.about ?? []].join("\n")}\n`,
		...own.length > 0 ? [`Options:\n${columns(own.map(optionRow))}`] : [],
		`General options:\n${columns(general.map(optionRow))}`,
		secretsText(),
		`Examples:\n${spec.examples.map((example) => `  ${example}\n`).join("")}`,
		EXIT_CODES
	].join("\n");
}
function titleOf({ name, operands }) {
	return `${name} ${operands}`.trim();
}
function sentence(text) {
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
function row(name, text) {
	return {
		name,
		text
	};
}
function optionRow({ name, short, value, summary, fallback }) {
	return row(`${short === void 0 ? "    " : `-${short}, `}--${name}${value === void 0 ? "" : ` ${value}`}`, fallback === void 0 ? summary : `${summary} (default: ${fallback})`);
}
/** Writes names and texts in two columns. A name that is too wide for its column has its own line. */
function columns(rows) {
	const widths = rows.map(({ name }) => name.length).filter((width) => width <= WIDEST_COLUMN);
	const width = Math.max(0, ...widths);
	return rows.map(({ name, text }) => name.length <= width ? `  ${name.padEnd(width)}  ${text}\n` : `  ${name}\n  ${" ".repeat(width)}  ${text}\n`).join("");
}
function secretsText() {
	return `Secrets, from the environment:\n${columns(OPTIONS.filter(isWithheld).map((option) => row(secretVariable(option), option.summary)))}`;
}
// src/cli/colors.ts
const CODES = {
	heading: "1",
	plain: "0",
	good: "32",
	bad: "31",
	warning: "33",
	faint: "2"
};
/** Returns `text` in the colour of its tone, or unchanged when colours are off. */
function paint(text, tone, colors) {
	return colors === "off" || tone === "plain" || text === "" ? text : `\u001b[${CODES[tone]}m${text}\u001b[0m`;
}
// src/cli/show-result.ts
/** Writes the result of a command to standard output, as JSON or as text. */
/**
* Writes only the result. On a terminal, escapes are removed, so the text cannot move the cursor. In a pipe the text is
* unchanged.
*/
function showResult(stream, { json, text, textForm }, { form, colors }) {
	switch (form) {
		case "json":
			stream.write(`${JSON.stringify(json, void 0, 2)}\n`);
			return;
		case "text": if (!stream.isTTY) stream.write(text);
		else {
			const show = textForm === "diff" ? (line) => paint(line, toneOf(line), colors) : (line) => line;
			const lines = text.split("\n").map(plainText);
			stream.write(lines.map(show).join("\n"));
		}
	}
}
/** Returns the tone of one line of a unified diff. */
function toneOf(line) {
	if (line.startsWith("+++ ") || line.startsWith("--- ")) return "heading";
	if (line.startsWith("@@ ")) return "faint";
	if (line.startsWith("+")) return "good";
	return line.startsWith("-") ? "bad" : "plain";
}
// src/cli/live-line.ts
/** Draws the status line at the bottom of a terminal. */
const TICK_MS = 1e3;
const CLEAR = "\r\x1B[2K";
/** Keeps one status line at the bottom of a terminal up to date. Other lines are printed above it. */
var LiveLine = class {
	#screen;
	#startedMs = performance.now();
	#timer;
	#text = "";
	#drawn = false;
	constructor(screen) {
		this.#screen = screen;
		this.#timer = setInterval(() => this.#draw(""), TICK_MS);
		this.#timer.unref();
	}
	/** Prints whole lines above the status line and redraws the status line. An empty status is not shown. */
	show(lines, status) {
		this.#text = status;
		this.#draw(lines);
	}
	[Symbol.dispose]() {
		clearInterval(this.#timer);
		this.show("", "");
	}
	#draw(lines) {
		const clear = this.#drawn ? CLEAR : "";
		this.#drawn = this.#text !== "";
		const elapsed = durationText(Math.floor((performance.now() - this.#startedMs) / 1e3) * 1e3);
		const columns = (this.#screen.columns ?? 80) - 1;
		const text = `${clear}${lines}${this.#drawn ? clip(`${this.#text} · ${elapsed}`, columns) : ""}`;
		if (text !== "") this.#screen.write(text);
	}
};
// src/cli/run-status.ts
var RunStatus = class {
	#waves = [];
	#wave;
	#job = "";
	#phase = "";
	#running = 0;
	#attempt = "";
	#done = 0;
	#total = 0;
	add(event) {
		switch (event.type) {
			case "plan-made":
				this.#waves = event.plan.waves.filter(({ jobs }) => jobs.length > 0).map(({ seq }) => seq);
				this.#total = event.plan.waves.flatMap(({ jobs }) => jobs.flatMap(({ steps }) => steps)).filter(({ action }) => action !== "skip" && action !== "stop").length;
				return;
			case "wave-started":
				this.#wave = event.seq;
				return;
			case "job-started":
				this.#enter(event.job, "");
				return;
			case "shell-hook-started":
				this.#enter("", event.hook);
				return;
			case "shell-hook-finished":
				this.#enter("", "");
				return;
			case "phase-started":
				this.#enter(event.job, event.phase);
				this.#running++;
				return;
			case "phase-finished":
				this.#running = Math.max(0, this.#running - 1);
				return;
			case "health-retried":
				this.#attempt = `attempt ${event.attempt} of ${event.attempts}`;
				return;
			case "allocation-promoted":
				this.#done++;
				return;
			case "batch-started":
			case "output":
			case "shell-hook-output":
			case "hook-finished":
			case "job-finished":
			case "reconciled":
			case "reconcile-failed":
			case "noticed": return;
		}
	}
	/**
	* Returns a line such as `wave 1 (2 of 3) · api · restart, 3 running · 12/50 allocations`. Returns an empty string before
	* the first wave.
	*/
	text() {
		const running = this.#running > 1 ? `, ${this.#running} running` : "";
		const done = Math.min(this.#done, this.#total);
		return [
			this.#waveText(),
			this.#job,
			this.#phase === "" ? "" : `${this.#phase}${running}`,
			this.#attempt,
			this.#total === 0 ? "" : `${done}/${this.#total} allocations`
		].filter((part) => part !== "").join(" · ");
	}
	#enter(job, phase) {
		if (job !== this.#job) this.#running = 0;
		if (job !== this.#job || phase !== this.#phase) this.#attempt = "";
		this.#job = job;
		this.#phase = phase;
	}
	#waveText() {
		if (this.#wave === void 0) return "";
		const at = this.#waves.indexOf(this.#wave);
		return at === -1 ? `wave ${this.#wave}` : `wave ${this.#wave} (${at + 1} of ${this.#waves.length})`;
	}
};
// src/cli/terminal.ts
/**
* Shows the progress of a command at a terminal: events as lines on standard error, and a status line at the bottom. Standard
* output is reserved for the result, which another module writes.
*/
var Terminal = class {
	#options;
	#narrator;
	#status = new RunStatus();
	#live;
	constructor(options) {
		this.#options = options;
		this.#narrator = new Narrator({ detail: options.detail });
		this.#live = options.live === "on" && options.logFormat === "text" ? new LiveLine(options.screen) : void 0;
	}
	emit(event) {
		this.#status.add(event);
		this.#write(this.#textOf(event));
	}
	warn(diagnostics) {
		for (const diagnostic of errorsFirst(diagnostics)) {
			const tone = diagnostic.severity === "error" ? "bad" : "warning";
			const text = diagnosticText(diagnostic);
			this.#say({
				event: diagnostic.severity,
				tone,
				text,
				structured: formatDiagnostic(diagnostic)
			});
		}
	}
	note(message) {
		this.#say({
			event: "notice",
			tone: "warning",
			text: message,
			structured: message
		});
	}
	/** Shows the end of a command that has no result. */
	fail({ message, hint, see, diagnostics, stack }) {
		this.warn(diagnostics);
		const advice = hint === void 0 ? "" : `\n    hint: ${hanging(hint, "          ")}`;
		const further = see === void 0 ? "" : `\n    see:  ${see}`;
		const trace = stack === void 0 || this.#options.detail === "compact" ? "" : `\n${stack}`;
		const text = `error: ${hanging(message, "    ")}${advice}${further}${trace}`;
		this.#say({
			event: "error",
			tone: "bad",
			text,
			structured: message
		});
	}
	[Symbol.dispose]() {
		this.#live?.[Symbol.dispose]();
	}
	#textOf(event) {
		const { logFormat, command } = this.#options;
		if (logFormat !== "text") return logLines(event, {
			command,
			nowMs: Date.now()
		}, logFormat).map((line) => `${line}\n`).join("");
		if (event.type === "output") return this.#paintLines(outputLine(event), event.stream === "stderr" ? "warning" : "plain");
		if (event.type === "shell-hook-output") {
			const line = outputLine({
				...event,
				job: event.hook,
				worker: ""
			});
			return this.#paintLines(line, event.stream === "stderr" ? "warning" : "plain");
		}
		return this.#narrator.tell(event).map(({ text, tone }) => this.#paintLines(text, tone)).join("");
	}
	#say({ event, tone, text, structured }) {
		const { logFormat, command } = this.#options;
		if (logFormat === "text") this.#write(this.#paintLines(text, tone));
		else this.#write(`${formatLog(logMessage(event, structured, {
			command,
			nowMs: Date.now()
		}), logFormat)}\n`);
	}
	/** Colours the lines. Escapes of foreign text are removed first, so the text cannot move the cursor. */
	#paintLines(text, tone) {
		return linesOf(text).map((line) => `${paint(plainText(line), tone, this.#options.colors)}\n`).join("");
	}
	#write(text) {
		if (this.#live) this.#live.show(text, this.#status.text());
		else if (text !== "") this.#options.screen.write(text);
	}
};
// src/cli/version.ts
function programVersion() {
	return "0.1.0";
}
// src/cli/run-cli.ts
/** Runs the command line: parses the arguments, runs the command, shows its result and returns the exit code. */
/** Returns the exit code and never throws. Functions that are called from here do not read `host`. */
async function runCli(host, run) {
	host.stderr.on("error", () => {});
	host.stdout.on("error", (error) => leaveUnheard(host, error));
	const launch = {
		argv: host.argv.slice(2),
		env: { ...host.env },
		workingDirectory: host.cwd()
	};
	const session = {
		host,
		run,
		launch,
		screen: readScreen(launch),
		door: new Door(new Masker())
	};
	for (const [name, secret] of secretValues(launch.env)) session.door.masker.add(secret, `the environment variable ${name}`);
	for (const option of OPTIONS) if (isWithheld(option)) delete host.env[secretVariable(option)];
	let invocation;
	try {
		invocation = readArgs(launch);
	} catch (thrown) {
		try {
			var _usingCtx$1 = _usingCtx();
			return showEnding(session, _usingCtx$1.u(openTerminal(session, {
				command: "",
				logFormat: "text"
			})), { ending: endingOf(thrown) });
		} catch (_) {
			_usingCtx$1.e = _;
		} finally {
			_usingCtx$1.d();
		}
	}
	return invoke(session, invocation);
}
/**
* Handles a failure of standard output. A closed pipe is not an error, because the reader does not want more output. Any
* other error means that the result was lost, so the process exits with code 1.
*/
function leaveUnheard(host, error) {
	if (error.code === "EPIPE") return;
	host.stderr.write(`error: cannot write the result: ${error.message}\n`);
	host.exit(1);
}
async function invoke(session, invocation) {
	const { stdout } = session.host;
	switch (invocation.kind) {
		case "version":
			stdout.write(`maand ${programVersion()}\n`);
			return 0;
		case "help":
			stdout.write(invocation.spec ? commandHelp(invocation.spec) : programHelp());
			return 0;
		case "run": return runCommand(session, invocation);
	}
}
async function runCommand(session, { request, logFormat, notes = [] }) {
	try {
		var _usingCtx3 = _usingCtx();
		const { host, screen, door } = session;
		const terminal = _usingCtx3.u(openTerminal(session, {
			command: request.command,
			logFormat
		}));
		const cancellation = _usingCtx3.u(new Cancellation({
			source: host,
			onFirst: (name) => terminal.note(`${name}: ending what is under way; once more to leave at once`),
			onSecond: (exitCode) => {
				terminal[Symbol.dispose]();
				host.exit(exitCode);
			}
		}));
		for (const note of notes) terminal.note(door.text(note));
		const report = new DeployReport(Date.now());
		door.hear((event) => report.add(event));
		door.hear((event) => terminal.emit(event));
		door.open();
		try {
			const result = await session.run(request, faceOf(session, {
				terminal,
				cancellation
			}));
			terminal[Symbol.dispose]();
			showResult(host.stdout, door.result(result), {
				form: screen.json ? "json" : "text",
				colors: screen.color === "auto" ? "on" : "off"
			});
			return result.exitCode === 0 ? 0 : cancellation.exitCode ?? result.exitCode;
		} catch (thrown) {
			terminal[Symbol.dispose]();
			const reason = cancellation.exitCode === void 0 ? thrown : cancellation.signal.reason;
			const exitCode = showEnding(session, terminal, {
				ending: endingOf(reason),
				report
			});
			return cancellation.exitCode ?? exitCode;
		}
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		_usingCtx3.d();
	}
}
function faceOf({ host, launch, door }, { terminal, cancellation }) {
	return {
		identity: parseRunIdentity(launch.env, {
			pid: host.pid,
			hostname: hostname()
		}),
		disk: "kept",
		audience: "terminal",
		inputNames: {
			stateKey: "MAAND_STATE_KEY",
			sshKey: "MAAND_SSH_PRIVATE_KEY"
		},
		env: launch.env,
		workingDirectory: launch.workingDirectory,
		temporaryFolder: void 0,
		masker: door.masker,
		signal: cancellation.signal,
		emit: door.emit,
		hear: door.hear,
		warn: (diagnostics) => terminal.warn(door.findings(diagnostics)),
		onHandover: async () => {},
		onStaging: () => {}
	};
}
function openTerminal({ host, screen }, { command, logFormat }) {
	const { stderr } = host;
	const live = stderr.isTTY && screen.color === "auto";
	return new Terminal({
		screen: stderr,
		colors: live ? "on" : "off",
		live: live ? "on" : "off",
		detail: screen.verbose ? "all" : "compact",
		logFormat,
		command
	});
}
/**
* Writes the sentence to standard error. With `--json`, also writes the one JSON document to standard output. Returns the
* exit code.
*/
function showEnding({ host, door, screen }, terminal, { ending, report }) {
	const masked = door.ending(ending);
	terminal.fail(masked);
	if (screen.json) host.stdout.write(`${JSON.stringify(endingJson(masked, door.progress(report?.brokenOff(Date.now()))), void 0, 2)}\n`);
	return ending.exitCode;
}
// src/cli.ts
/** Entry point of the command line. */
process.exitCode = await runCli(process, async (request, face) => (await import("./compose.js")).runRequest(request, face));
export {};
