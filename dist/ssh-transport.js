import { n as isTimeLimit, r as newAbort, t as anySignal } from "./abort.js";
import { i as shellQuote, t as workerProgram } from "./program.js";
import { n as messageOf, t as Failure } from "./failure.js";
import { a as parseKnownHosts, i as keyTypeOf, n as fingerprint, r as hostName, t as findKnownHosts } from "./known-hosts.js";
import { n as repairPrivateKey, t as loadSshLibrary } from "./ssh-library.js";
import { t as Turnstile } from "./concurrency.js";
import { constants } from "node:os";
import { connect } from "node:net";
import { randomBytes } from "node:crypto";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { spawn } from "node:child_process";
// src/transport/ssh/exec/output-tail.ts
/** Keeps the end of a stream of output, in bounded memory. */
const KEPT_BYTES = 65536;
/** Space for the mark about dropped bytes, so that text and mark together fit into the limit. */
const MARK_BYTES = 64;
/** Keeps the last 64 KiB of a stream. Drops and counts earlier bytes. */
var OutputTail = class {
	#chunks = [];
	#keptBytes = 0;
	#droppedBytes = 0;
	push(chunk) {
		this.#chunks.push(chunk);
		this.#keptBytes += chunk.length;
		if (this.#keptBytes > 4 * KEPT_BYTES || this.#chunks.length > 1024) this.#compact();
	}
	/**
	* Returns the kept text, with invalid UTF-8 replaced. When bytes were dropped, a mark at the start gives their
	* number.
	*/
	text() {
		this.#compact();
		const bytes = this.#chunks[0] ?? /* @__PURE__ */ new Uint8Array();
		if (this.#droppedBytes === 0) return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
		const start = startOfCharacter(bytes, MARK_BYTES);
		const kept = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(start));
		return `[… ${this.#droppedBytes + start} bytes cut]\n${kept}`;
	}
	#compact() {
		const all = Buffer.concat(this.#chunks);
		const excess = Math.max(0, all.length - KEPT_BYTES);
		const kept = excess > 0 ? Buffer.from(all.subarray(excess)) : all;
		this.#droppedBytes += excess;
		this.#chunks = [kept];
		this.#keptBytes = kept.length;
	}
};
function startOfCharacter(bytes, from) {
	let at = from;
	while (at < from + 3 && ((bytes[at] ?? 0) & 192) === 128) at++;
	return at;
}
// src/transport/ssh/exec/preamble.ts
/** Finds where the real output of a remote script begins, and the process ids that are printed before it. */
const LONGEST_MARKER_BYTES = 128;
/** Text of start-up files that is accepted before the script begins. */
const LONGEST_PREAMBLE_BYTES = 1048576;
/**
* Returns a random word. Remote scripts of this program print the word on a separate line before their real output.
* Text before that line comes from start-up files of the login shell, from `sudo`, or from a shell that refuses to
* work.
*/
function newToken() {
	return `maand-${randomBytes(8).toString("hex")}`;
}
/**
* Removes all text up to the end of the line `<token> ready <pid>` from one stream. Collects the process ids of this
* line and of earlier lines `<token> pid <pid>`.
*/
var Preamble = class {
	#markers;
	#noise = new OutputTail();
	#groupIds = /* @__PURE__ */ new Set();
	#window = Buffer.alloc(0);
	#receivedBytes = 0;
	#isReady = false;
	constructor(token) {
		this.#markers = new RegExp(`\\n${token} (pid|ready) (\\d+)\\n`, "g");
	}
	get isReady() {
		return this.#isReady;
	}
	/** True when more text was printed before the script than start-up files may print. */
	get isFlooded() {
		return !this.#isReady && this.#receivedBytes > 1048576;
	}
	/** Ids of the remote command's process groups that are known so far. */
	get groupIds() {
		return [...this.#groupIds];
	}
	/** Returns the part of `chunk` after the `ready` line. Returns `undefined` while that line has not arrived. */
	take(chunk) {
		if (this.#isReady) return chunk;
		this.#receivedBytes += chunk.length;
		this.#window = Buffer.concat([this.#window, chunk]);
		for (const found of this.#window.toString("latin1").matchAll(this.#markers)) {
			const id = Number(found[2]);
			if (id > 1) this.#groupIds.add(id);
			if (found[1] === "ready") return this.#start(found.index + found[0].length);
		}
		this.#dropAllBut(LONGEST_MARKER_BYTES);
	}
	/** Returns the text that was printed before the `ready` line, without the lines that announce process ids. */
	noise() {
		this.#dropAllBut(0);
		return this.#noise.text().replace(this.#markers, "\n").trim();
	}
	#start(at) {
		this.#isReady = true;
		const rest = this.#window.subarray(at);
		this.#window = Buffer.alloc(0);
		return rest;
	}
	#dropAllBut(bytes) {
		const excess = Math.max(0, this.#window.length - bytes);
		if (excess === 0) return;
		this.#noise.push(this.#window.subarray(0, excess));
		this.#window = this.#window.subarray(excess);
	}
};
// src/transport/ssh/exec/remote-script.ts
/** Builds the command line and the standard input for a script that runs on a worker. */
/**
* Returns the command line of a channel that runs a script from its standard input. Every login shell understands this
* line: it contains no newline, and only single quotes. `sshd` makes the first process the leader of its own process
* group. That process prints its id and then becomes the shell of the script, or `sudo`.
*/
function shellCommandLine(token, runAs) {
	return launch(token, runAs === "root" ? "exec sudo -n sh" : "exec sh");
}
/**
* Returns the standard input for `shellCommandLine`. The braces make `sh` read the whole script before it runs any
* command, so nothing runs when the connection is lost half-way. They also give the commands an empty standard input.
* The environment is sent here, because every user of the worker can read arguments.
*/
function shellInput(token, script, env) {
	return braced({
		token,
		script,
		env
	}, "</dev/null");
}
/**
* Returns the standard input for a script that may read one more line, from descriptor 8. The final `exit` ends the
* shell after the script, although its standard input is still open.
*/
function talkingShellInput(token, script, env) {
	return `${braced({
		token,
		script,
		env
	}, "8<&0 </dev/null")}exit\n`;
}
function braced({ token, script, env }, redirections) {
	const exports = Object.entries(env).map(([name, value]) => `export ${exportName(name)}=${shellQuote(value)}\n`);
	return `${readyLines(token)}\n{\n${exports.join("")}${script}\n} ${redirections}\n`;
}
/**
* Returns the command line of a channel whose script is an argument. The standard input is then free for other bytes.
*/
function inputCommandLine(token, runAs, script) {
	const whole = `"$(printf %b ${shellQuote(oneLine(`${readyLines(token)}\n${script}`))})"`;
	return launch(token, runAs === "root" ? `exec sudo -n sh -c ${whole}` : `exec sh -c ${whole}`);
}
/**
* Returns the script as one line for `printf %b`: some login shells accept neither a line break nor an exclamation mark
* between single quotes.
*/
function oneLine(script) {
	return script.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("!", "\\0041");
}
/** Returns the command line of a channel that carries the stream of `rsync --server`. */
function rsyncCommandLine(delivery) {
	const { token, runAs, destination, mirrored, tools, guard, rsyncWords } = delivery;
	const variables = {
		token,
		tools: [...tools, "rsync"].join(" "),
		destination,
		mirrored: mirrored.join(" ")
	};
	const receive = workerProgram(["links", "receive-files"], {
		variables,
		words: rsyncWords
	});
	const script = guard === void 0 ? receive : `${guard}\n${receive}`;
	return launch(token, runAs === "root" ? `exec sudo -n sh -c ${shellQuote(evaluated(script))}` : evaluated(script));
}
/** Returns the command line that ends process groups with TERM, and with KILL after `graceSeconds`. */
function endGroupsCommandLine(groupIds, runAs, graceSeconds) {
	const variables = { tenths: Math.ceil(graceSeconds * 10) };
	const shell = `sh -c ${shellQuote(evaluated(workerProgram("end-groups", {
		variables,
		words: groupIds.map(String)
	})))}`;
	return runAs === "root" ? `exec sudo -n ${shell}` : `exec ${shell}`;
}
/** Returns one line of `sh` that runs a script of several lines. */
function evaluated(script) {
	return `eval "$(printf %b ${shellQuote(oneLine(script))})"`;
}
function launch(token, command) {
	return `exec sh -c ${shellQuote(`printf "\\n%s pid %s\\n" ${token} $$; ${command}`)}`;
}
/**
* Returns the lines that print the process id of the script. `sudo` may start the script in a new process group
* (`use_pty`), so the script prints its own id too.
*/
function readyLines(token) {
	const line = `printf "\\n%s ready %s\\n" ${token} $$`;
	return `${line}; ${line} >&2`;
}
function exportName(name) {
	if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new RangeError(`"${name}" is no name of an environment variable`);
	return name;
}
// src/transport/ssh/wait.ts
/** Waits for `ended`, for at most `timeoutMs` milliseconds and only until `signal` aborts. */
async function firstOf(ended, limits) {
	const { timeoutMs, signal } = limits;
	const { promise: limit, stop } = startLimits(timeoutMs, signal);
	try {
		return await Promise.race([ended.then((value) => ({
			kind: "ended",
			value
		})), limit.then((first) => first)]);
	} finally {
		stop();
	}
}
function startLimits(timeoutMs, signal) {
	let stop = () => {};
	return {
		promise: new Promise((resolve) => {
			const timer = setTimeout(() => resolve({ kind: "timed-out" }), Math.min(timeoutMs, 2 ** 31 - 1));
			const onAbort = () => resolve({ kind: "cancelled" });
			if (signal?.aborted) onAbort();
			signal?.addEventListener("abort", onAbort, { once: true });
			stop = () => {
				clearTimeout(timer);
				signal?.removeEventListener("abort", onAbort);
			};
		}),
		stop
	};
}
// src/base/text/lines.ts
/** Splits a stream of bytes into lines, in bounded memory. */
const LONGEST_LINE_CHARS = 16384;
/**
* Splits chunks of UTF-8 into lines and calls `onLine` with each line. A line is cut after 16,384 characters; a note at
* its end says how many characters are missing. Bytes that are not valid UTF-8 become U+FFFD. A final `\r` is removed.
*/
var LineSplitter = class {
	#onLine;
	#decoder = new TextDecoder("utf-8", { ignoreBOM: true });
	#line = "";
	#droppedChars = 0;
	constructor(onLine) {
		this.#onLine = onLine;
	}
	push(chunk) {
		this.#take(this.#decoder.decode(chunk, { stream: true }));
	}
	/** Ends the stream. If the last line has no line break, `onLine` is called with it now. */
	end() {
		this.#take(this.#decoder.decode());
		if (this.#line !== "" || this.#droppedChars > 0) this.#give();
	}
	#take(text) {
		let from = 0;
		for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", from)) {
			this.#append(text, from, at);
			this.#give();
			from = at + 1;
		}
		this.#append(text, from, text.length);
	}
	#append(text, from, to) {
		const room = LONGEST_LINE_CHARS - this.#line.length;
		this.#line += text.slice(from, Math.min(to, from + room));
		this.#droppedChars += Math.max(0, to - from - room);
	}
	#give() {
		const line = this.#droppedChars > 0 ? `${this.#line} [… ${this.#droppedChars} more characters]` : this.#line.replace(/\r$/, "");
		this.#line = "";
		this.#droppedChars = 0;
		this.#onLine(line);
	}
};
// src/transport/ssh/exec/command-output.ts
/** Collects the output of a remote command. */
/** Characters of one command that are reported while it runs. Hooks have the same limit. */
const LIVE_LIMIT_CHARS = 8388608;
/**
* The two output streams of a remote script. The class reports lines as they arrive and keeps the last part of each
* stream. It also keeps the text that was printed before the script began.
*/
var CommandOutput = class {
	#stdout;
	#stderr;
	/** Resolves when the script has started, or when so much was printed instead that nobody waits for it any more. */
	started;
	#isCut = false;
	#onStart = () => {};
	/** `mostLineChars`: the characters that are passed to `onLine`. */
	constructor(token, onLine = () => {}, mostLineChars = LIVE_LIMIT_CHARS) {
		const cut = () => {
			this.#isCut = true;
		};
		const report = limited(onLine, {
			mostLineChars,
			cut
		});
		this.#stdout = newSink(token, (line) => report(line, "stdout"));
		this.#stderr = newSink(token, (line) => report(line, "stderr"));
		this.started = new Promise((resolve) => {
			this.#onStart = resolve;
		});
	}
	follow(remote) {
		remote.channel.on("data", (chunk) => this.#take(this.#stdout, chunk));
		remote.channel.stderr.on("data", (chunk) => this.#take(this.#stderr, chunk));
	}
	#take(sink, chunk) {
		take(sink, chunk);
		if (this.hasStarted) this.#onStart("started");
		else if (sink.preamble.isFlooded) this.#onStart("flooded");
	}
	/** True when lines were dropped, because there were too many characters. */
	get isCut() {
		return this.#isCut;
	}
	/** True when the script itself has started. */
	get hasStarted() {
		return this.#stdout.preamble.isReady;
	}
	get groupIds() {
		return this.#stdout.preamble.groupIds;
	}
	/** The text that was printed before the script started, or instead of its start. */
	get noise() {
		return `${this.#stdout.preamble.noise()}\n${this.#stderr.preamble.noise()}`.trim();
	}
	/** Reports the last lines and returns the last part of each stream. */
	finish() {
		this.#stdout.lines.end();
		this.#stderr.lines.end();
		return {
			stdout: this.#stdout.tail.text(),
			stderr: this.#stderr.tail.text()
		};
	}
};
/** Passes lines on until there are too many characters. One more line then says that the rest is left out. */
function limited(onLine, { mostLineChars, cut }) {
	let reported = 0;
	return (line, stream) => {
		if (reported > mostLineChars) return;
		reported += line.length + 1;
		if (reported <= mostLineChars) return onLine(line, stream);
		cut();
		onLine(`… [output cut after ${inMebi(mostLineChars)} MiB]`, "stderr");
	};
}
function inMebi(chars) {
	return Math.round(chars / 1024 / 1024 * 10) / 10;
}
function newSink(token, onLine) {
	return {
		preamble: new Preamble(token),
		lines: new LineSplitter(onLine),
		tail: new OutputTail()
	};
}
function take(sink, chunk) {
	const rest = sink.preamble.take(chunk);
	if (rest === void 0 || rest.length === 0) return;
	sink.tail.push(rest);
	sink.lines.push(rest);
}
// src/transport/ssh/exec/start-failure.ts
const LONGEST_NOISE = 300;
/**
* Returns why a remote script never began: a problem with `sudo`, the login shell or its start-up files. `noise` is the
* text that they printed.
*/
function explainNoStart(worker, exitCode, noise) {
	const { message, hint } = (worker.useSudo ? explainSudo(worker, noise) : void 0) ?? explainShell(worker, exitCode, noise);
	return {
		kind: "broken",
		host: worker.host,
		message,
		hint
	};
}
/** Returns the problem of a remote script that had not begun when a time limit passed. */
function explainSlowStart(worker, { waitedMs, noise, hangsIn }) {
	const { host, user, port } = worker;
	const what = hangsIn === "login" ? `the login of ${user}` : "sudo";
	const within = `within ${Math.round(waitedMs / 100) / 10} s`;
	const hint = hangsIn === "login" ? `a command in a start-up file waits (~/.bashrc, ~/.profile, /etc/profile.d); try: ssh -p ${port} ${user}@${host} true` : `what sudo asks there does not answer (PAM, LDAP, DNS); try: ssh -p ${port} ${user}@${host} sudo -n true`;
	return {
		kind: "broken",
		host,
		message: `worker ${host}: ${what} did not start our script ${within}; ${printedSoFar(noise)}`,
		hint
	};
}
/** Returns the problem of a login that prints without end, so that our script does not begin. */
function explainFlood(worker, limitBytes) {
	const { host, user } = worker;
	return {
		kind: "broken",
		host,
		message: `worker ${host}: the login of ${user} printed more than ${limitBytes / 1024} KiB before our script began`,
		hint: "a command in a start-up file prints without end (~/.bashrc, ~/.profile, /etc/profile.d)"
	};
}
function printedSoFar(noise) {
	const said = noise.replaceAll(/\s*\n\s*/g, " | ").trim();
	if (said === "") return "nothing was printed so far";
	return `printed so far: ${said.length > LONGEST_NOISE ? `…${said.slice(-300)}` : said}`;
}
function explainSudo({ host, user }, noise) {
	const withoutSudo = "or set use_sudo = false";
	const grant = `allow it with a file in /etc/sudoers.d: ${user} ALL=(ALL) NOPASSWD: ALL`;
	if (/sudo: (command )?not found|not found: sudo|unknown command:? sudo/i.test(noise)) return {
		message: `sudo is not installed on worker ${host}`,
		hint: `install it there, ${withoutSudo}`
	};
	if (/password is required|a terminal is required|no tty present|must have a tty/i.test(noise)) return {
		message: `sudo on worker ${host} asks ${user} for a password`,
		hint: `${grant}, ${withoutSudo}`
	};
	if (/not in the sudoers file|not allowed to (execute|run)|may not run sudo/i.test(noise)) return {
		message: `sudo on worker ${host} does not let ${user} become root`,
		hint: `${grant}, ${withoutSudo}`
	};
}
function explainShell({ host, user, port }, exitCode, noise) {
	const lastLine = noise.split("\n").at(-1)?.trim();
	return {
		message: `worker ${host} did not start our script for user ${user}: its login ended with status ${exitCode}${lastLine ? `: ${lastLine}` : " and printed nothing"}`,
		hint: `try: ssh -p ${port} ${user}@${host} true; look at the login shell of ${user} and its start-up files`
	};
}
// src/transport/ssh/exec/run-command.ts
/** Runs a script on a worker. Waits until the script ends, a time limit passes or the signal aborts. */
/** Runs a script over an open connection. Never throws because of what the worker does. */
async function runRemote(connection, run) {
	const { worker, command, signal } = run;
	const { timeoutMs } = command;
	const startedAt = performance.now();
	const token = newToken();
	const opening = await connection.openChannel(commandLine(token, run), {
		signal,
		timeoutMs
	});
	if (opening.kind === "cancelled") return failed(startedAt, cancelled(worker, command.label));
	if (opening.kind === "timed-out") return timedOut(startedAt, {
		stdout: "",
		stderr: ""
	});
	if (opening.kind === "failed") return notOpened(connection, opening, startedAt);
	const { remote } = opening;
	const output = new CommandOutput(token, command.onLine, command.mostLineChars);
	output.follow(remote);
	feed({
		connection,
		remote,
		token
	}, command);
	const deadline = performance.now() + timeoutMs - opening.openedMs;
	return begin$1({
		...run,
		connection,
		remote,
		output,
		startedAt,
		deadline
	});
}
function notOpened(connection, { problem, began }, startedAt) {
	return connection.lost && began === "no" ? {
		kind: "unbegun",
		problem
	} : failed(startedAt, problem);
}
function commandLine(token, { worker, command }) {
	if (command.input === void 0) return shellCommandLine(token, runAs(worker));
	if (command.env !== void 0) throw new RangeError("a command with input has no environment");
	return inputCommandLine(token, runAs(worker), command.script);
}
/**
* Sends the script, or the bytes for its standard input. A command that waits for a last word loses its channel when
* another command needs a channel.
*/
function feed({ connection, remote, token }, command) {
	const { script, env = {}, input, lastWord } = command;
	if (lastWord === void 0) {
		remote.channel.end(input ?? shellInput(token, script, env));
		return;
	}
	remote.channel.write(talkingShellInput(token, script, env));
	const dismiss = connection.addIdle(remote);
	lastWord.then((word) => dismiss(`${word}\n`));
}
/** Waits until the script begins. The wait is short, because only the login shell and `sudo` run before. */
async function begin$1(started) {
	const { connection, remote, output, signal, deadline } = started;
	const { startMs } = connection.limits;
	const leftMs = Math.max(1, deadline - performance.now());
	const asked = performance.now();
	const either = Promise.race([output.started, remote.ended]);
	const limitMs = Math.min(startMs, leftMs);
	const first = await firstOf(either, {
		timeoutMs: limitMs,
		signal
	});
	if (output.hasStarted || first.kind === "ended" && first.value !== "flooded") return finish$1(started);
	if (first.kind === "cancelled" && !isTimeLimit(signal)) return finish$1(started);
	const problem = notBegun$1(started, first.kind === "ended" ? "flooded" : Math.min(limitMs, performance.now() - asked));
	if (first.kind === "timed-out" && startMs <= leftMs) connection.noteHang(problem);
	await end(started);
	return failed(started.startedAt, problem);
}
function notBegun$1({ worker, output }, how) {
	if (how === "flooded") return explainFlood(worker, LONGEST_PREAMBLE_BYTES);
	const hangsIn = output.groupIds.length > 0 && worker.useSudo ? "sudo" : "login";
	return explainSlowStart(worker, {
		waitedMs: how,
		noise: output.noise,
		hangsIn
	});
}
async function finish$1(started) {
	const { command, deadline, remote, output, signal, startedAt, worker } = started;
	const timeoutMs = Math.max(1, deadline - performance.now());
	const first = await firstOf(remote.ended, {
		timeoutMs,
		signal
	});
	if (first.kind === "ended") return concluded(started, first.value);
	await end(started);
	const tails = output.finish();
	return first.kind === "timed-out" ? timedOut(startedAt, tails) : failed(startedAt, cancelled(worker, command.label));
}
async function end({ connection, remote, output, worker }) {
	await connection.end({
		remote,
		groupIds: output.groupIds,
		runAs: runAs(worker)
	});
}
async function concluded(started, end) {
	const { command, connection, output, startedAt, worker } = started;
	const tails = output.finish();
	if (end.kind === "unknown") return failed(startedAt, await connection.lostSoon() ?? withoutStatus(worker, command.label));
	if (output.isCut && command.mostLineChars !== void 0) return failed(startedAt, tooLong(worker, command));
	if (!output.hasStarted) return failed(startedAt, explainNoStart(worker, end.exitCode, output.noise));
	return {
		kind: "exited",
		exitCode: end.exitCode,
		...tails,
		durationMs: performance.now() - startedAt
	};
}
/** Returns the problem for work that was cancelled. */
function cancelled(worker, what) {
	return {
		kind: "cancelled",
		host: worker.host,
		message: `worker ${worker.host}: ${what} was cancelled`
	};
}
/** Returns the problem of a command whose lines are all needed, and are too many. */
function tooLong({ host }, { label, mostLineChars = 0 }) {
	return {
		kind: "broken",
		host,
		message: `worker ${host}: ${label} printed more than ${Math.round(mostLineChars / 1024 / 1024)} MiB`,
		hint: "nothing that belongs to this bucket is as long: look at what the worker sends"
	};
}
/** Returns the problem for a channel that closed without an exit status. */
function withoutStatus(worker, what) {
	return {
		kind: "broken",
		host: worker.host,
		message: `worker ${worker.host}: ${what} ended, but sshd did not say with which status`,
		hint: "whether it succeeded is unknown: look on the worker, then run again"
	};
}
/** Returns the user that runs the commands on a worker. */
function runAs(worker) {
	return worker.useSudo ? "root" : "user";
}
function timedOut(startedAt, tails) {
	return {
		kind: "timed-out",
		...tails,
		durationMs: performance.now() - startedAt
	};
}
function failed(startedAt, problem) {
	return {
		kind: "failed",
		problem,
		durationMs: performance.now() - startedAt
	};
}
// src/transport/ssh/rsync.ts
/** Runs the local rsync and connects it to a channel of an SSH connection. */
/**
* The remote shell of the local rsync, in rsync's own quoting (single quotes, no backslashes). Its arguments are a host
* name and the command for the other side. It writes the command to descriptor 3, with a NUL after each word and one
* more NUL at the end. Then it copies the stream between rsync and descriptor 3 in both directions. It ends when
* descriptor 3 ends, as `ssh` ends when the remote side ends.
*/
const RELAY = `sh -c 'shift; printf "%s\\0" "$@" "" >&3; exec 4<&0; cat <&4 >&3 4<&- & exec cat <&3 4<&-' relay`;
/** Options for comparing and writing files. They do not depend on the connection between the two sides. */
const RSYNC_OPTIONS = [
	"--relative",
	"--recursive",
	"--checksum",
	"--perms",
	"--no-owner",
	"--no-group",
	"--delete",
	"--delete-delay",
	"--force",
	"--protect-args"
];
const TERM_GRACE_MS = 2e3;
const STDERR_CLOSE_MS = 1e3;
const MAX_COMMAND_BYTES = 65536;
/**
* Returns the arguments of the local rsync for one delivery. They never contain `--inplace`, because it exposes
* half-written files. Owner, group and links are not transferred.
*/
function rsyncArguments(delivery) {
	for (const source of delivery.sources) if (!source.startsWith("/") || !source.includes("/./")) throw new RangeError(`no delivery source: ${source}`);
	const seconds = Math.max(1, Math.ceil(delivery.timeoutMs / 1e3));
	const excludes = delivery.protect.map((folder) => `--exclude=${literalPattern(`/${folder}`)}`);
	const destination = `worker:${delivery.destination.replace(/\/*$/, "/")}`;
	return [
		...RSYNC_OPTIONS,
		`--timeout=${seconds}`,
		...excludes,
		"-e",
		RELAY,
		"--",
		...delivery.sources,
		destination
	];
}
/**
* Starts rsync with a minimal environment. The environment contains no secrets of this program, no `RSYNC_*` variables
* and no popt aliases of the user.
*/
function startRsync(delivery) {
	const child = spawn("rsync", rsyncArguments(delivery), {
		stdio: [
			"ignore",
			"ignore",
			"pipe",
			"pipe"
		],
		env: {
			PATH: process.env.PATH,
			LC_ALL: "C"
		}
	});
	const link = child.stdio[3];
	link.on("error", () => {});
	const stderr = new OutputTail();
	child.stderr?.on("data", (chunk) => stderr.push(chunk));
	const exited = exitOf(child);
	exited.catch(() => {});
	return {
		link,
		exited,
		stderr,
		stop: () => stop(child, link)
	};
}
/**
* Reads the command that rsync wants to run on the other side. Returns `undefined` when rsync ended before it sent the
* command.
*/
function readRemoteWords(link) {
	return new Promise((resolve) => {
		let received = Buffer.alloc(0);
		const finish = (words) => {
			link.off("data", take).off("close", giveUp).off("end", giveUp);
			resolve(words);
		};
		const giveUp = () => finish(void 0);
		const take = (chunk) => {
			received = Buffer.concat([received, chunk]);
			const end = received.indexOf("\0\0");
			if (end === -1 && received.length <= MAX_COMMAND_BYTES) return;
			link.pause();
			finish(end === -1 ? void 0 : received.toString("utf8", 0, end).split("\0"));
			const rest = received.subarray(end + 2);
			if (end !== -1 && rest.length > 0) link.unshift(rest);
		};
		link.on("data", take).once("close", giveUp).once("end", giveUp);
	});
}
/** Returns whether the words start the receiving rsync and contain no character that a shell interprets. */
function isRsyncServer(words) {
	return words[0] === "rsync" && words[1] === "--server" && words.every((word) => /^[A-Za-z0-9_.,=+:@/-]+$/.test(word));
}
async function exitOf(child) {
	const exit = new Promise((resolve, reject) => {
		child.once("error", (error) => reject(explainSpawn(error)));
		child.once("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
	});
	const stderrClosed = new Promise((resolve) => child.stderr?.once("close", () => resolve()));
	const code = await exit;
	await firstOf(stderrClosed, { timeoutMs: STDERR_CLOSE_MS });
	return code;
}
function explainSpawn(error) {
	if ("code" in error && error.code === "ENOENT") return new Failure("rsync was not found on this machine, and deliveries need it", {
		exitCode: 2,
		hint: "install it with: sudo apt-get install rsync (Debian, Ubuntu), dnf install rsync, or apk add rsync"
	});
	return new Failure(`rsync could not be started on this machine: ${messageOf(error)}`, {
		exitCode: 2,
		cause: error
	});
}
async function stop(child, link) {
	link.destroy();
	if (child.pid === void 0 || child.exitCode !== null || child.signalCode !== null) return;
	const exit = new Promise((resolve) => child.once("exit", () => resolve()));
	child.kill("SIGTERM");
	if ((await firstOf(exit, { timeoutMs: TERM_GRACE_MS })).kind !== "ended") child.kill("SIGKILL");
}
/** Escapes a path for an rsync pattern. rsync treats a backslash as an escape only in a pattern with wildcards. */
function literalPattern(path) {
	return /[*?[]/.test(path) ? path.replace(/[\\*?[]/g, "\\$&") : path;
}
// src/transport/ssh/deliver-files.ts
const LINGER_MS = 5e3;
/** Time until the local rsync says what it wants to run on the worker. */
const RSYNC_ASKS_MS = 1e4;
/** Time in which the local rsync prints what the worker's rsync reported before it ended. */
const LAST_WORDS_MS = 2e3;
/** Delivers files over an open connection. Throws a `Failure` (exit code 2) only when this machine has no rsync. */
async function deliverFiles(connection, run) {
	const startedAt = performance.now();
	const verdict = await attempt$1(connection, run);
	if (verdict.kind === "unbegun") return verdict;
	if (verdict.kind === "leads") return followLink(connection, run, verdict);
	return {
		...verdict,
		durationMs: performance.now() - startedAt
	};
}
async function attempt$1(connection, run) {
	const local = startRsync(run.delivery);
	try {
		return await transfer(connection, run, local);
	} finally {
		await local.stop();
	}
}
/** Delivers everything else first, and then the folder to the place where its link leads. */
async function followLink(connection, run, { folder, path }) {
	const { delivery } = run;
	const rest = delivery.sources.filter((source) => mirroredFolder(source) !== folder);
	const linked = delivery.sources.filter((source) => mirroredFolder(source) === folder);
	const inside = `${folder}/`;
	const there = {
		...delivery,
		sources: linked.map((source) => source.replace(`/./${inside}`, `/${inside}./`)),
		destination: path,
		protect: delivery.protect.flatMap((one) => one.startsWith(inside) ? [one.slice(inside.length)] : [])
	};
	const first = rest.length === 0 ? void 0 : await deliverFiles(connection, {
		...run,
		delivery: {
			...delivery,
			sources: rest
		}
	});
	if (first !== void 0 && first.kind !== "delivered") return first;
	const second = await deliverFiles(connection, {
		...run,
		delivery: there
	});
	if (second.kind === "unbegun") return second;
	return {
		...second,
		durationMs: (first?.durationMs ?? 0) + second.durationMs
	};
}
/** Returns the folder below the destination that a source mirrors; undefined for a file or the destination itself. */
function mirroredFolder(source) {
	const below = source.slice(source.indexOf("/./") + 3);
	return below.endsWith("/") ? below.slice(0, -1) : void 0;
}
async function transfer(connection, run, local) {
	const { worker, delivery, signal } = run;
	const asked = await firstOf(readRemoteWords(local.link), {
		timeoutMs: RSYNC_ASKS_MS,
		signal
	});
	if (asked.kind === "cancelled") return {
		kind: "failed",
		problem: cancelled(worker, "a delivery")
	};
	if (asked.kind === "timed-out") return {
		kind: "failed",
		problem: silentRsync(worker, RSYNC_ASKS_MS)
	};
	const words = asked.value;
	if (words === void 0) return neverAsked(local, run);
	if (!isRsyncServer(words)) return {
		kind: "failed",
		problem: strangeCommand(worker, words)
	};
	const token = newToken();
	const { destination, sources, tools, guard, timeoutMs } = delivery;
	const mirrored = sources.flatMap((source) => mirroredFolder(source) ?? []);
	const line = rsyncCommandLine({
		token,
		runAs: runAs(worker),
		destination,
		mirrored,
		tools,
		guard,
		rsyncWords: words
	});
	const opening = await connection.openChannel(line, {
		signal,
		timeoutMs
	});
	switch (opening.kind) {
		case "cancelled": return {
			kind: "failed",
			problem: cancelled(worker, "a delivery")
		};
		case "timed-out": return { kind: "timed-out" };
		case "failed": {
			const { problem, began } = opening;
			return {
				kind: connection.lost && began === "no" ? "unbegun" : "failed",
				problem
			};
		}
		case "open": {
			const stderr = {
				preamble: new Preamble(token),
				tail: new OutputTail()
			};
			const deadline = performance.now() + timeoutMs - opening.openedMs;
			const { remote } = opening;
			return begin({
				...run,
				token,
				connection,
				local,
				remote,
				stdout: new Preamble(token),
				stderr,
				deadline
			});
		}
	}
}
/** Returns the verdict on a local rsync that closed its link without a request: it has ended, or is about to end. */
async function neverAsked(local, { worker, signal }) {
	const first = await firstOf(local.exited, {
		timeoutMs: LINGER_MS,
		signal
	});
	if (first.kind === "ended") return {
		kind: "rejected",
		exitCode: first.value,
		stderr: local.stderr.text()
	};
	return {
		kind: "failed",
		problem: first.kind === "cancelled" ? cancelled(worker, "a delivery") : silentRsync(worker, LINGER_MS)
	};
}
/** Waits until the worker's rsync is about to start. Only the login shell and `sudo` run before. */
async function begin(transfer) {
	const { connection, deadline, remote, signal, stdout } = transfer;
	const { startMs } = connection.limits;
	const leftMs = Math.max(1, deadline - performance.now());
	const asked = performance.now();
	const either = Promise.race([join(transfer), remote.ended]);
	const limitMs = Math.min(startMs, leftMs);
	const first = await firstOf(either, {
		timeoutMs: limitMs,
		signal
	});
	if (stdout.isReady || first.kind === "cancelled" || first.kind === "ended" && first.value !== "flooded") return finish(transfer);
	const problem = notBegun(transfer, first.kind === "ended" ? "flooded" : Math.min(limitMs, performance.now() - asked));
	if (first.kind === "timed-out" && startMs <= leftMs) connection.noteHang(problem);
	await endBoth(transfer);
	return {
		kind: "failed",
		problem
	};
}
function notBegun({ worker, stdout, stderr }, how) {
	if (how === "flooded") return explainFlood(worker, LONGEST_PREAMBLE_BYTES);
	const hangsIn = stdout.groupIds.length > 0 && worker.useSudo ? "sudo" : "login";
	return explainSlowStart(worker, {
		waitedMs: how,
		noise: `${stdout.noise()}\n${stderr.preamble.noise()}`.trim(),
		hangsIn
	});
}
/**
* Connects both streams as soon as the remote rsync is about to start. Earlier output comes from login files and is
* dropped. Resolves at this moment, or when so much was printed instead that nobody waits for rsync any more.
*/
function join({ connection, local, remote, stdout, stderr }) {
	const { channel } = remote;
	channel.once("end", () => local.link.end());
	channel.stderr.on("data", (chunk) => {
		const rest = stderr.preamble.take(chunk);
		if (rest) stderr.tail.push(rest);
	});
	return new Promise((resolve) => {
		const awaitStart = (chunk) => {
			const rest = stdout.take(chunk);
			if (stdout.isFlooded) resolve("flooded");
			if (rest === void 0) return;
			channel.off("data", awaitStart);
			channel.pause();
			if (rest.length > 0) channel.unshift(rest);
			channel.pipe(local.link);
			local.link.on("data", () => connection.noteProgress());
			local.link.pipe(channel);
			resolve("started");
		};
		channel.on("data", awaitStart);
	});
}
async function finish(transfer) {
	const { connection, deadline, signal, worker } = transfer;
	const timeoutMs = Math.max(1, deadline - performance.now());
	const first = await firstOf(bothEnds(transfer), {
		timeoutMs,
		signal
	});
	if (first.kind === "ended" && first.value.remote !== "lingers") return judge$1(transfer, first.value.local, first.value.remote);
	await endBoth(transfer);
	if (connection.lost) return {
		kind: "failed",
		problem: connection.lost
	};
	if (first.kind === "timed-out") return { kind: "timed-out" };
	return {
		kind: "failed",
		problem: first.kind === "cancelled" ? cancelled(worker, "a delivery") : lingering(worker)
	};
}
async function endBoth({ connection, local, remote, stdout, worker }) {
	await local.stop();
	await connection.end({
		remote,
		groupIds: stdout.groupIds,
		runAs: runAs(worker)
	});
}
async function bothEnds({ local, remote }) {
	remote.ended.then(() => release(local, remote));
	const localStatus = await local.exited;
	remote.channel.end();
	remote.channel.resume();
	const first = await firstOf(remote.ended, { timeoutMs: LINGER_MS });
	return {
		local: localStatus,
		remote: first.kind === "ended" ? first.value : "lingers"
	};
}
/**
* Ends the local rsync after its channel has ended. The rsync must be able to read what the worker sent last, and to get
* rid of what it is writing: a big file would otherwise keep it waiting for a reader.
*/
async function release(local, { channel }) {
	local.link.unpipe(channel);
	local.link.resume();
	local.link.end();
	await firstOf(local.exited, { timeoutMs: LAST_WORDS_MS });
	await local.stop();
}
async function judge$1(transfer, local, remote) {
	const { connection, stdout, worker } = transfer;
	if (remote.kind === "unknown") return {
		kind: "failed",
		problem: await connection.lostSoon() ?? withoutStatus(worker, "a delivery")
	};
	if (!stdout.isReady) return neverStarted(transfer, remote.exitCode);
	if (local === 0 && remote.exitCode === 0) return { kind: "delivered" };
	const stderr = `${transfer.stderr.tail.text()}${transfer.local.stderr.text()}`.trim();
	return {
		kind: "rejected",
		exitCode: remote.exitCode === 0 ? local : remote.exitCode,
		stderr
	};
}
function neverStarted({ stdout, stderr, token, worker }, exitCode) {
	const noise = `${stdout.noise()}\n${stderr.preamble.noise()}`.trim();
	const aboutSudo = worker.useSudo && /sudo/.test(noise);
	if (stdout.groupIds.length === 0 || aboutSudo) return {
		kind: "failed",
		problem: explainNoStart(worker, exitCode, noise)
	};
	const [, missing] = new RegExp(`^${token} missing (.+)$`, "m").exec(noise) ?? [];
	if (exitCode === 127 && missing !== void 0) return {
		kind: "unprepared",
		missing: missing.split(" ")
	};
	const [, folder, path] = new RegExp(`^${token} leads (\\S+) (.+)$`, "m").exec(noise) ?? [];
	if (folder !== void 0 && path !== void 0) return {
		kind: "leads",
		folder,
		path
	};
	return {
		kind: "rejected",
		exitCode,
		stderr: noise
	};
}
function silentRsync({ host }, limitMs) {
	return {
		kind: "broken",
		host,
		message: `the local rsync did not say within ${limitMs / 1e3} s what it wants to run on worker ${host}`,
		hint: "which rsync comes first on PATH here? See: rsync --version"
	};
}
function strangeCommand(worker, words) {
	return {
		kind: "broken",
		host: worker.host,
		message: `the local rsync asked for something else than "rsync --server" on worker ${worker.host}: ${words.join(" ")}`,
		hint: "which rsync comes first on PATH here? See: rsync --version"
	};
}
function lingering(worker) {
	return {
		kind: "broken",
		host: worker.host,
		message: `rsync on worker ${worker.host} did not end, though all was sent`,
		hint: "its disk may hang; what was delivered is unknown until the next run"
	};
}
// src/transport/ssh/endpoint.ts
/** Determines the endpoints of a connection: the worker, and the jump hosts on the way to the worker. */
/**
* Parses `user@host:port[,…]`. User and port are optional. An IPv6 address must be in brackets. Throws a `Failure`
* (exit code 2) when the text is malformed.
*/
function jumpHostsOf(text) {
	return text.split(",").map((part) => part.trim()).filter((part) => part !== "").map(parseHop);
}
function workerEndpoint(worker) {
	const { host, port, user, hostKey } = worker;
	return {
		title: `worker ${host}`,
		host,
		port,
		user,
		pinned: hostKey
	};
}
/**
* Returns the jump hosts on the way to `endpoint`. When `endpoint` is itself one of the jump hosts, the route contains
* only the hosts before it.
*/
function routeTo(endpoint, jumps) {
	const hops = jumps.map(({ host, port, user }) => {
		return {
			title: `jump host ${host}`,
			host,
			port,
			user: user ?? endpoint.user,
			pinned: void 0
		};
	});
	const itself = hops.findIndex((hop) => endpointId(hop) === endpointId(endpoint));
	return itself === -1 ? hops : hops.slice(0, itself);
}
/** Returns an id for the connection of an endpoint. Two endpoints with the same id share a connection. */
function endpointId(endpoint) {
	return `${endpoint.user}@${hostName(endpoint.host, endpoint.port)}`;
}
function parseHop(part) {
	const match = /^(?:([^@\s]+)@)?(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(part);
	const host = match?.[2] ?? match?.[3];
	const port = Number(match?.[4] ?? 22);
	if (host === void 0 || port < 1 || port > 65535) throw new Failure(`ssh-proxy-jump: "${part}" is not a jump host`, {
		exitCode: 2,
		hint: "write user@host:port, several of them with commas, IPv6 as user@[fd00::1]:22"
	});
	return {
		host,
		port,
		user: match?.[1]
	};
}
// src/transport/ssh/gate.ts
/** Limits how many tasks run at once. */
/**
* Lets a limited number of tasks run at once. Other tasks wait in order of arrival, and a waiting task can be
* cancelled. The limit can be lowered while tasks run.
*/
var Gate = class {
	#capacity;
	#inside = 0;
	#waiting = [];
	constructor(capacity) {
		this.#capacity = capacity;
	}
	get inside() {
		return this.#inside;
	}
	get isFull() {
		return this.#inside >= this.#capacity;
	}
	/** True when tasks wait for a place. */
	get isAwaited() {
		return this.#waiting.length > 0;
	}
	/** Waits for a place. Returns false when `signal` aborted first; the caller then must not call `leave`. */
	async enter(signal) {
		if (signal.aborted) return false;
		if (this.#inside < this.#capacity) {
			this.#inside++;
			return true;
		}
		let letIn = () => {};
		const admitted = new Promise((resolve) => {
			letIn = resolve;
		});
		this.#waiting.push(letIn);
		if ((await firstOf(admitted, {
			timeoutMs: Number.POSITIVE_INFINITY,
			signal
		})).kind === "ended") return true;
		const place = this.#waiting.indexOf(letIn);
		if (place === -1) this.leave();
		else this.#waiting.splice(place, 1);
		return false;
	}
	leave() {
		this.#inside--;
		this.#admit();
	}
	/** Lowers the limit for new tasks. Tasks that already have a place continue. */
	shrinkTo(capacity) {
		this.#capacity = Math.max(1, Math.min(this.#capacity, capacity));
	}
	/** Removes the limit. */
	open() {
		this.#capacity = Number.POSITIVE_INFINITY;
		this.#admit();
	}
	#admit() {
		while (this.#inside < this.#capacity) {
			const next = this.#waiting.shift();
			if (!next) return;
			this.#inside++;
			next();
		}
	}
};
// src/transport/ssh/answer-limit.ts
/** Limits how long a worker may leave a request of the SSH protocol unanswered. */
/**
* Counts the time since a request, or since the last moment at which an upload over the same connection made progress.
* On a slow line, a request waits behind the bytes of the upload.
*/
var AnswerLimit = class {
	#limitMs;
	#lastProgressMs;
	#onLate;
	#timer;
	#sinceMs = 0;
	/** `lastProgressMs` and the time of a request are read from `performance.now()`. */
	constructor(limitMs, { lastProgressMs, onLate }) {
		this.#limitMs = limitMs;
		this.#lastProgressMs = lastProgressMs;
		this.#onLate = onLate;
	}
	/** Starts to wait for the answer to a new request. */
	start() {
		this.stop();
		this.#sinceMs = performance.now();
		this.#arm(this.#limitMs);
	}
	stop() {
		clearTimeout(this.#timer);
	}
	#arm(ms) {
		this.#timer = setTimeout(() => {
			const leftMs = Math.max(this.#sinceMs, this.#lastProgressMs()) + this.#limitMs - performance.now();
			if (leftMs > 1) this.#arm(leftMs);
			else this.#onLate();
		}, ms);
	}
};
// src/transport/ssh/exec/end-group.ts
/** Ends remote commands with all their processes. */
/** Number of sessions that the commands leave free on each worker. */
const HELPERS_AT_ONCE = 2;
const HELPER_SLACK_MS = 5e3;
const CLOSING_MS = 1e3;
/**
* Ends commands that hang or are no longer wanted. It opens a second channel on the same connection and sends TERM to
* the process groups. KILL follows after the grace period. Commands that end at the same time share one channel,
* because a worker allows only few channels.
*/
var GroupEnder = class {
	#openChannel;
	#graceMs;
	#helpers = new Turnstile(HELPERS_AT_ONCE);
	#gathering = /* @__PURE__ */ new Map();
	constructor(openChannel, graceMs) {
		this.#openChannel = openChannel;
		this.#graceMs = graceMs;
	}
	/** Resolves when the command has ended, or shortly after the grace period. Its channel is closed in both cases. */
	async end({ remote, groupIds, runAs }) {
		if (groupIds.length === 0 || !await this.#endGroups(groupIds, runAs)) remote.channel.signal("KILL");
		await firstOf(remote.ended, { timeoutMs: CLOSING_MS });
		remote.close();
	}
	#endGroups(groupIds, runAs) {
		const batch = this.#gathering.get(runAs) ?? this.#startBatch(runAs);
		batch.groupIds.push(...groupIds);
		return batch.sent;
	}
	#startBatch(runAs) {
		const groupIds = [];
		const batch = {
			groupIds,
			sent: this.#helpers.run(async () => {
				await new Promise((resolve) => setImmediate(resolve));
				this.#gathering.delete(runAs);
				return this.#send(endGroupsCommandLine(groupIds, runAs, this.#graceMs / 1e3));
			})
		};
		this.#gathering.set(runAs, batch);
		return batch;
	}
	async #send(commandLine) {
		const helper = await this.#openChannel(commandLine);
		if (!helper) return false;
		helper.channel.resume();
		helper.channel.stderr.resume();
		helper.channel.end();
		await firstOf(helper.ended, { timeoutMs: this.#graceMs + HELPER_SLACK_MS });
		helper.close();
		return true;
	}
};
// src/transport/ssh/exec/remote-channel.ts
/** The channel of one remote command, with a promise for the end of the command. */
const IDLE_AFTER_EXIT_MS = 500;
const LONGEST_AFTER_EXIT_MS = 1e4;
/**
* The channel of a command, with a promise for the end of the command. The class listens as soon as the channel exists,
* because the exit status can arrive in the same packet. A background process may keep the output open after the
* command has ended. The channel is therefore closed after the exit status and half a second without output.
*/
var RemoteChannel = class {
	channel;
	ended;
	#end = { kind: "unknown" };
	#abandon = () => {};
	constructor(channel) {
		this.channel = channel;
		channel.on("error", () => {});
		channel.on("exit", (code, signal) => {
			this.#end = {
				kind: "exited",
				exitCode: code ?? 128 + signalNumber(signal)
			};
		});
		const abandoned = new Promise((resolve) => {
			this.#abandon = resolve;
		});
		this.ended = Promise.race([
			this.#closed(),
			this.#leftOpen(),
			abandoned
		]).then(() => this.#end);
	}
	/** Ends the wait when the connection is lost, because nothing more will arrive. */
	abandon() {
		this.#abandon();
	}
	/** Closes the channel even when a process still runs in it. */
	close() {
		this.channel.resume();
		this.channel.stderr.resume();
		this.channel.close();
	}
	async #closed() {
		const { channel } = this;
		const closed = new Promise((resolve) => channel.once("close", () => resolve()));
		const stderrEnded = new Promise((resolve) => channel.stderr.once("end", () => resolve()));
		await Promise.all([closed, stderrEnded]);
	}
	#leftOpen() {
		const { channel } = this;
		return new Promise((resolve) => {
			channel.once("exit", () => {
				const giveUp = () => {
					this.close();
					resolve();
				};
				const latest = setTimeout(giveUp, LONGEST_AFTER_EXIT_MS);
				const idle = setTimeout(giveUp, IDLE_AFTER_EXIT_MS);
				setImmediate(() => {
					for (const stream of [channel, channel.stderr]) stream.on("data", () => idle.refresh());
				});
				channel.once("close", () => {
					clearTimeout(latest);
					clearTimeout(idle);
				});
			});
		});
	}
};
function signalNumber(name) {
	return constants.signals[name] ?? 127;
}
// src/transport/ssh/connection.ts
/**
* By default `sshd` allows ten sessions per connection (`MaxSessions`). Two stay free for ending commands that hang.
*/
const SESSIONS_AT_ONCE = 8;
const REFUSAL_PAUSES_MS = [
	50,
	150,
	450
];
const LONGEST_GOODBYE_MS = 2e3;
const LOST_SOON_MS = 250;
const IDLE_ENDS_MS = 2e3;
/** Time until an ended command's helper channel must be open. Without it, sshd passes on the signal. */
const HELPER_OPENS_MS = 3e3;
/** An authenticated connection from its handshake to its end, and the channels on it. */
var Connection = class {
	#endpoint;
	#client;
	#sessions = new Gate(SESSIONS_AT_ONCE);
	#channels = /* @__PURE__ */ new Set();
	/** Channels whose command has answered and only waits for its last word. */
	#idle = /* @__PURE__ */ new Set();
	#onLost = /* @__PURE__ */ new Set();
	#ender;
	limits;
	#lost;
	#hang;
	#progressMs = 0;
	constructor(endpoint, client, limits) {
		this.#endpoint = endpoint;
		this.#client = client;
		this.limits = limits;
		this.#ender = new GroupEnder((commandLine) => this.#openNow(commandLine), limits.graceMs);
		client.on("error", (error) => this.#lose(this.#lossOf(error.message)));
		client.on("close", () => this.#lose(this.#lossOf("the other side closed it")));
	}
	/** Why the connection was lost, or `undefined` while it works. A lost connection stays lost. */
	get lost() {
		return this.#lost;
	}
	/** Returns how the worker hung since the last call, or `undefined`. Its login worked, but it did not answer. */
	takeHang() {
		const hang = this.#hang;
		this.#hang = void 0;
		return hang;
	}
	/** Records that the worker did not run a script of this program, although its login worked. */
	noteHang(problem) {
		this.#hang = problem;
	}
	/** Records that bytes of an upload were accepted. Requests wait behind such bytes, so their limits begin anew. */
	noteProgress() {
		this.#progressMs = performance.now();
	}
	/** Returns `lost`, after a wait of at most 250 ms: a channel can end just before its connection does. */
	async lostSoon() {
		if (!this.#lost) await firstOf(this.#losing(), { timeoutMs: LOST_SOON_MS });
		return this.#lost;
	}
	/**
	* Opens a channel that runs `commandLine`. Waits while eight channels are open. A worker that allows fewer sessions
	* refuses some channels. The connection then lowers its limit to the number that the worker accepted, and waits until
	* a session ends.
	*/
	async openChannel(commandLine, { signal, timeoutMs }) {
		const pauses = [...REFUSAL_PAUSES_MS];
		for (;;) {
			if (this.#sessions.isFull) await this.#makeRoom(signal);
			if (!await this.#sessions.enter(signal)) return { kind: "cancelled" };
			const askedAt = performance.now();
			const tried = this.#tryOpen(commandLine);
			const first = await firstOf(tried, {
				timeoutMs,
				signal
			});
			if (first.kind !== "ended") {
				this.#discard(tried);
				return { kind: first.kind };
			}
			const opening = first.value;
			if (opening.kind === "open") return {
				kind: "open",
				remote: this.#occupy(opening.remote),
				openedMs: performance.now() - askedAt
			};
			this.#sessions.leave();
			if (opening.kind === "failed") return opening;
			if (this.#lost) return {
				kind: "failed",
				problem: this.#lost,
				began: opening.began
			};
			if (await this.#makeRoom(signal)) continue;
			if (this.#sessions.inside > 0) {
				this.#sessions.shrinkTo(this.#sessions.inside);
				continue;
			}
			const pauseMs = pauses.shift();
			if (pauseMs === void 0) return {
				kind: "failed",
				problem: this.#refused(opening.reason),
				began: "no"
			};
			await firstOf(this.#losing(), {
				timeoutMs: pauseMs,
				signal
			});
		}
	}
	/**
	* Registers a channel whose command only waits for its last word. Returns a function that sends the word once. The
	* function does nothing when the channel was closed earlier to make room for another command.
	*/
	addIdle(remote) {
		this.#idle.add(remote);
		remote.channel.once("close", () => this.#idle.delete(remote));
		if (this.#sessions.isAwaited) this.#makeRoom();
		return (word) => {
			if (this.#idle.delete(remote)) remote.channel.end(word);
		};
	}
	/** Ends a command early, with all its processes. Does nothing when the connection is lost. */
	async end(running) {
		if (!this.#lost) await this.#ender.end(running);
	}
	/**
	* Opens a byte stream from the host of this connection to another host. Rejects when that host cannot be reached within
	* `timeoutMs`, or the connection is lost. A rejection after the time limit has the code `ETIMEDOUT`.
	*/
	forward({ host, port }, timeoutMs) {
		return new Promise((resolve, reject) => {
			let isOver = false;
			const giveUp = (error) => {
				isOver = true;
				clearTimeout(timer);
				this.#onLost.delete(onLost);
				reject(error);
			};
			const onLost = () => giveUp(new Error(this.#lost?.message));
			const onLate = () => giveUp(Object.assign(/* @__PURE__ */ new Error("no answer"), { code: "ETIMEDOUT" }));
			const timer = setTimeout(onLate, timeoutMs);
			if (this.#lost) return onLost();
			this.#onLost.add(onLost);
			try {
				this.#client.forwardOut("127.0.0.1", 0, host, port, (error, channel) => {
					if (isOver) return void channel?.on("error", () => {}).destroy();
					if (error) return giveUp(error);
					clearTimeout(timer);
					this.#onLost.delete(onLost);
					resolve(channel);
				});
			} catch (thrown) {
				giveUp(new Error(messageOf(thrown)));
			}
		});
	}
	/** Closes the connection. Resolves when it is closed, after two seconds at the latest. */
	async close() {
		if (this.#lost) return;
		const closed = new Promise((resolve) => this.#client.once("close", () => resolve()));
		this.#lose(this.#lossOf("it was closed at the end of the run"));
		this.#client.end();
		await firstOf(closed, { timeoutMs: LONGEST_GOODBYE_MS });
		this.#client.destroy();
	}
	/** Closes the channels whose commands only wait for their last word. Returns false when there is no such channel. */
	async #makeRoom(signal) {
		const idle = [...this.#idle];
		if (idle.length === 0) return false;
		this.#idle.clear();
		for (const { channel } of idle) channel.end();
		await firstOf(Promise.all(idle.map(({ ended }) => ended)), {
			timeoutMs: IDLE_ENDS_MS,
			...signal && { signal }
		});
		return true;
	}
	async #openNow(commandLine) {
		const open = async () => {
			const tried = this.#tryOpen(commandLine);
			const first = await firstOf(tried, { timeoutMs: HELPER_OPENS_MS });
			if (first.kind === "ended") return first.value;
			tried.then((late) => late.kind === "open" && late.remote.close());
		};
		let opening = await open();
		if (opening?.kind === "refused" && await this.#makeRoom()) opening = await open();
		return opening?.kind === "open" ? opening.remote : void 0;
	}
	/** Requests a channel and then a command on it. Each of the two answers has the time limit of the connection. */
	#tryOpen(commandLine) {
		return new Promise((resolve) => {
			let request = "channel";
			let isOver = false;
			const settle = (opening) => {
				isOver = true;
				limit.stop();
				this.#onLost.delete(onLost);
				resolve(opening);
			};
			const began = () => request === "channel" ? "no" : "perhaps";
			const onLost = () => settle({
				kind: "failed",
				problem: this.#lost,
				began: began()
			});
			const limit = new AnswerLimit(this.limits.answerMs, {
				lastProgressMs: () => this.#progressMs,
				onLate: () => settle({
					kind: "failed",
					problem: this.#unanswered(request),
					began: "perhaps"
				})
			});
			if (this.#lost) return onLost();
			this.#onLost.add(onLost);
			const between = { get pty() {
				request = "command";
				limit.start();
				return false;
			} };
			limit.start();
			try {
				this.#client.exec(commandLine, between, (error, channel) => {
					if (isOver) return channel?.on("error", () => {}).close();
					settle(error ? {
						kind: "refused",
						reason: error.message,
						began: began()
					} : {
						kind: "open",
						remote: this.#adopt(channel)
					});
				});
			} catch (thrown) {
				settle({
					kind: "refused",
					reason: messageOf(thrown),
					began: began()
				});
			}
		});
	}
	/** Closes a channel that nobody waits for any more, as soon as it is open. */
	async #discard(tried) {
		const opening = await tried;
		if (opening.kind !== "open") return this.#sessions.leave();
		this.#occupy(opening.remote);
		opening.remote.channel.signal("KILL");
		opening.remote.close();
	}
	/**
	* Returns the problem of a request that the worker did not answer. When nothing else runs over the connection, the
	* connection is given up.
	*/
	#unanswered(request) {
		const { host, title } = this.#endpoint;
		const problem = {
			kind: "broken",
			host,
			message: `${title} accepted our login, but ${request === "channel" ? "did not open a channel" : "did not answer our command"} within ${this.limits.answerMs / 1e3} s`,
			hint: "its sshd hangs or is overloaded; look at the log (journalctl -u ssh), then restart sshd"
		};
		this.#hang = problem;
		if (this.#channels.size === 0) {
			this.#lose(problem);
			this.#client.destroy();
		}
		return problem;
	}
	#adopt(channel) {
		const remote = new RemoteChannel(channel);
		this.#channels.add(remote);
		channel.once("close", () => this.#channels.delete(remote));
		return remote;
	}
	#occupy(remote) {
		remote.channel.once("close", () => this.#sessions.leave());
		return remote;
	}
	#losing() {
		return new Promise((resolve) => this.#onLost.add(resolve));
	}
	#refused(reason) {
		const { host, title, user } = this.#endpoint;
		return {
			kind: "broken",
			host,
			message: `${title} refused to run a command: ${reason}`,
			hint: `may ${user} run commands there? See MaxSessions and ForceCommand in sshd_config, "restrict" in authorized_keys`
		};
	}
	#lossOf(reason) {
		const { host, title } = this.#endpoint;
		return {
			kind: "lost",
			host,
			message: `the connection to ${title} was lost: ${reason}`,
			hint: "what ran there may still run, or have run half-way"
		};
	}
	#lose(problem) {
		if (this.#lost) return;
		this.#lost = problem;
		for (const remote of this.#channels) remote.abandon();
		for (const wake of this.#onLost) wake();
		this.#onLost.clear();
		this.#sessions.open();
	}
};
// src/transport/ssh/keys/host-key.ts
const ALGORITHMS = {
	"ssh-ed25519": ["ssh-ed25519"],
	"ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
	"ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
	"ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
	"ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"]
};
/**
* Decides which key types to request from a host, and how to judge the key that the host shows. Refuses a doubtful key.
*/
function expectHostKey(owner, policy) {
	const lines = linesFor(owner, policy.knownHosts);
	const trusted = lines.filter((line) => line.marker === "none");
	if (trusted.length === 0 && lines.some((line) => line.marker === "cert-authority")) return {
		kind: "refused",
		problem: onlyCertified(owner, lines)
	};
	const types = Object.keys(ALGORITHMS);
	const wanted = trusted.length === 0 ? types : types.filter((type) => trusted.some((line) => line.keyType === type));
	if (wanted.length === 0) return {
		kind: "refused",
		problem: noUsableType(owner, trusted)
	};
	return {
		kind: "ready",
		algorithms: wanted.flatMap((type) => ALGORITHMS[type]),
		judge: (blob) => judge({
			blob,
			owner,
			lines,
			policy
		})
	};
}
/** Returns the problem for a host that has no key of a known type. */
function noCommonKeyType(owner, policy) {
	const types = linesFor(owner, policy.knownHosts).map((line) => `${line.keyType} (${place(line)})`);
	const known = types.length > 0 ? `of the types known for it: ${[...new Set(types)].join(", ")}` : "type that is safe to use";
	return problem(owner, `${owner.title} has no host key ${known}`, { hint: `compare with \`ssh-keyscan -p ${owner.port} ${owner.host}\`; if the worker was reinstalled, replace the line` });
}
function linesFor(owner, known) {
	const lines = findKnownHosts(known, owner.host, owner.port);
	if (owner.pinned === void 0) return lines;
	const [keyType = "", key = ""] = owner.pinned.trim().split(/\s+/);
	return [{
		marker: "none",
		hosts: hostName(owner.host, owner.port),
		keyType,
		key: key.replace(/=+$/, ""),
		source: "workers.json",
		line: 0
	}, ...lines.filter((line) => line.marker === "revoked")];
}
function judge(shown) {
	const { blob, owner, lines, policy } = shown;
	const bytes = Buffer.from(blob);
	const key = bytes.toString("base64").replace(/=+$/, "");
	const revoked = lines.find((line) => line.marker === "revoked" && line.key === key);
	if (revoked) return {
		kind: "refused",
		problem: isRevoked(owner, revoked, bytes)
	};
	const trusted = lines.filter((line) => line.marker === "none");
	if (trusted.some((line) => line.key === key)) return { kind: "known" };
	const keyLine = `${hostName(owner.host, owner.port)} ${keyTypeOf(bytes) ?? "unknown"} ${bytes.toString("base64")}`;
	if (trusted.length > 0) return {
		kind: "refused",
		problem: hasChanged(owner, trusted, {
			bytes,
			keyLine
		})
	};
	if (policy.policy === "accept-new") return {
		kind: "new",
		keyLine
	};
	return {
		kind: "refused",
		problem: isUnknown(owner, policy, {
			bytes,
			keyLine
		})
	};
}
function isUnknown(owner, policy, { bytes, keyLine }) {
	const message = `the host key of ${owner.title} is not known: it shows ${describeKey(bytes)}`;
	const { unreadable } = policy.knownHosts;
	const skipped = unreadable.length > 0 ? ` (these lines could not be read: ${unreadable.join(", ")})` : "";
	return problem(owner, message, { hint: `if the fingerprint is the worker's, add this line to ${policy.source}${skipped}: ${keyLine}` });
}
function hasChanged(owner, trusted, { bytes, keyLine }) {
	const type = keyTypeOf(bytes);
	const old = trusted.find((line) => line.keyType === type) ?? trusted[0];
	const oldKey = describeKey(Buffer.from(old.key, "base64"));
	return problem(owner, `the host key of ${owner.title} has changed: it shows ${describeKey(bytes)}, but ${place(old)} says ${oldKey}`, { hint: `somebody may be listening in. Only if you know that the worker was reinstalled, replace ${old.line === 0 ? `host_key in workers.json with: ${keyLine.split(" ").slice(1).join(" ")}` : `${place(old)} with: ${keyLine}`}` });
}
function isRevoked(owner, line, bytes) {
	return problem(owner, `the host key of ${owner.title}, ${describeKey(bytes)}, is revoked by ${place(line)}`, { hint: "give the worker new host keys; do not use the revoked one" });
}
function onlyCertified(owner, lines) {
	const places = lines.filter((line) => line.marker === "cert-authority").map(place);
	return problem(owner, `${owner.title} is known only by a certificate authority (${places.join(", ")}), and host certificates cannot be verified here`, { hint: `add the worker's plain host key as well: ssh-keyscan -p ${owner.port} ${owner.host}` });
}
function noUsableType(owner, trusted) {
	const known = trusted.map((line) => `${line.keyType} (${place(line)})`).join(", ");
	return problem(owner, `the only key known for ${owner.title} is of a type that cannot be used here: ${known}`, { hint: `add its ssh-ed25519, ecdsa or rsa key: ssh-keyscan -p ${owner.port} ${owner.host}` });
}
function describeKey(bytes) {
	return `${keyTypeOf(bytes) ?? "a key of unknown type"} ${fingerprint(bytes)}`;
}
function place(line) {
	return line.line === 0 ? `host_key in ${line.source}` : `${line.source}:${line.line}`;
}
function problem(owner, message, { hint }) {
	return {
		kind: "host-key",
		host: owner.host,
		message,
		hint
	};
}
// src/transport/ssh/dial-error.ts
/** Explains why a connection attempt failed and whether another attempt may succeed. */
/** Codes of temporary errors: the other side accepted the connection and reset it, or the name server is overloaded. */
const PASSING = /* @__PURE__ */ new Set(["ECONNRESET", "EAI_AGAIN"]);
/** Explains why an attempt failed, and whether another attempt makes sense. */
function explainDialError(dial) {
	const { endpoint, error, stage } = dial;
	if (dial.signal.aborted) {
		const message = `${endpoint.title}: connecting was cancelled`;
		return {
			kind: "failed",
			problem: {
				kind: "cancelled",
				host: endpoint.host,
				message
			},
			mayRetry: false,
			memory: "never"
		};
	}
	if (/no matching host key/.test(messageOf(error))) return refusal(noCommonKeyType(endpoint, dial.hostKeys));
	if (fieldOf(error, "level") === "client-authentication") return refusal(keyRefused(dial));
	const memory = isTimeout(error) && stage !== "connecting" ? "run" : "phase";
	return {
		kind: "failed",
		problem: unreachable(dial),
		mayRetry: mayRetry(dial),
		memory
	};
}
/** Returns the failure for a host that refused us, or that this program refused. */
function refusal(problem) {
	return {
		kind: "failed",
		problem,
		mayRetry: false,
		memory: "run"
	};
}
/**
* An `sshd` that has too many logins under way accepts TCP connections and closes them before it says anything. A closed
* port is not dialled again, because a dead worker must not delay the run.
*/
function mayRetry({ stage, error }) {
	if (isTimeout(error)) return false;
	return stage === "silent" || PASSING.has(String(fieldOf(error, "code")));
}
function keyRefused({ endpoint, library }) {
	const { key } = library;
	const blob = key.getPublicSSH();
	return {
		kind: "auth",
		host: endpoint.host,
		message: `${endpoint.title} refused our key for user ${endpoint.user} (${key.type} ${fingerprint(blob)})`,
		hint: `add this line to ~/.ssh/authorized_keys of ${endpoint.user} there: ${key.type} ${blob.toString("base64")}`
	};
}
function unreachable(dial) {
	const { endpoint } = dial;
	const address = `${endpoint.host.includes(":") ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`;
	const { what, hint } = describe(dial);
	return {
		kind: "unreachable",
		host: endpoint.host,
		message: `${endpoint.title}: ${what} (${address})`,
		hint
	};
}
function describe({ stage, error, timeoutMs }) {
	const seconds = Math.round(timeoutMs / 100) / 10;
	const reason = messageOf(error);
	if (isTimeout(error)) {
		if (stage === "connecting") return {
			what: `no answer within ${seconds} s`,
			hint: "is it switched on, and does a firewall let us through?"
		};
		if (stage === "login") return {
			what: `it did not answer our login within ${seconds} s`,
			hint: "what checks logins there may hang (PAM, LDAP, sssd); its log (journalctl -u ssh) says more"
		};
		return {
			what: `no SSH handshake within ${seconds} s`,
			hint: "the port is open, but what listens there is overloaded or no sshd"
		};
	}
	if (stage === "handshaking" || stage === "login") return {
		what: `the SSH handshake failed: ${reason}`,
		hint: "its log (journalctl -u ssh) says why"
	};
	if (stage === "silent") return {
		what: "it closed the connection at once",
		hint: "sshd may be at its limit (MaxStartups), or another program listens there"
	};
	switch (fieldOf(error, "code")) {
		case "ECONNREFUSED": return {
			what: "connection refused",
			hint: "does sshd run there, and on this port?"
		};
		case "ENOTFOUND": return {
			what: "no such host",
			hint: "is the name right, and is it in the DNS?"
		};
		default: return {
			what: `no connection: ${reason}`,
			hint: "is the address right, and is there a route to it?"
		};
	}
}
function isTimeout(error) {
	return fieldOf(error, "level") === "client-timeout" || fieldOf(error, "code") === "ETIMEDOUT";
}
function fieldOf(error, name) {
	return typeof error === "object" && error !== null ? error[name] : void 0;
}
// src/transport/ssh/dial.ts
/** Connects and authenticates both sides. Never throws because of what the endpoint does. */
async function dial(endpoint, options) {
	const expected = expectHostKey(endpoint, options.hostKeys);
	if (expected.kind === "refused") return refusal(expected.problem);
	const startedAt = performance.now();
	const deadline = startedAt + options.connectTimeoutMs;
	const lastStart = startedAt + Math.min(options.connectTimeoutMs, options.retryWithinMs);
	const delays = [...options.retryDelaysMs];
	for (;;) {
		const budgetMs = Math.max(1, deadline - performance.now());
		const outcome = await attempt({
			...options,
			...expected,
			endpoint,
			budgetMs
		});
		if (outcome.kind === "connected") return outcome;
		const pauseMs = (delays.shift() ?? Number.POSITIVE_INFINITY) * (.5 + Math.random());
		const inTime = performance.now() + pauseMs < lastStart;
		if (!outcome.mayRetry || !inTime || options.signal.aborted) return outcome;
		await setTimeout$1(pauseMs, void 0, { signal: options.signal }).catch(() => {});
	}
}
async function attempt(options) {
	const { connectTimeoutMs: timeoutMs, signal } = options;
	let stream;
	try {
		stream = await options.openStream(options.budgetMs);
	} catch (error) {
		return explainDialError({
			...options,
			error,
			stage: "connecting",
			timeoutMs
		});
	}
	const progress = watchProgress(stream, options.onHandshake);
	const end = () => void stream.destroy();
	signal.addEventListener("abort", end, { once: true });
	try {
		return {
			kind: "connected",
			client: await handshake(stream, options, progress)
		};
	} catch (error) {
		stream.destroy();
		const { stage, refused } = progress;
		return refused ? refusal(refused) : explainDialError({
			...options,
			error,
			stage,
			timeoutMs
		});
	} finally {
		signal.removeEventListener("abort", end);
	}
}
async function handshake(sock, options, progress) {
	const { endpoint, library, hostKeys } = options;
	const { host, port, user } = endpoint;
	let newKeyLine;
	const login = {
		type: "publickey",
		username: user,
		key: library.key
	};
	const ssh = new library.NodeSSH();
	const ready = ssh.connect({
		sock,
		username: user,
		authHandler: [login],
		algorithms: { serverHostKey: [...options.algorithms] },
		hostVerifier: (blob) => {
			const verdict = options.judge(blob);
			if (verdict.kind === "refused") progress.refused = verdict.problem;
			if (verdict.kind === "new") newKeyLine = verdict.keyLine;
			return verdict.kind !== "refused";
		},
		readyTimeout: options.budgetMs,
		keepaliveInterval: options.keepaliveIntervalMs,
		keepaliveCountMax: 3
	});
	const client = ssh.connection;
	client?.on("error", () => {});
	client?.once("handshake", () => {
		progress.stage = "login";
		if (newKeyLine !== void 0) hostKeys.onNewHostKey(host, port, newKeyLine);
	});
	await ready;
	if (!client) throw new Error("the SSH library connected without a connection");
	return client;
}
function watchProgress(stream, onHandshake) {
	const progress = { stage: "connecting" in stream && stream.connecting ? "connecting" : "silent" };
	stream.once("connect", () => {
		progress.stage = "silent";
	});
	let head = "";
	const look = (chunk) => {
		head = (head + chunk.toString("latin1")).slice(-8192);
		if (!/^SSH-/m.test(head)) return;
		stream.off("data", look);
		progress.stage = "handshaking";
		onHandshake();
	};
	stream.on("data", look);
	return progress;
}
// src/transport/ssh/dial-memory.ts
var DialMemory = class {
	#failures = /* @__PURE__ */ new Map();
	#now = {
		phase: 0,
		hook: 0
	};
	/** The present moment. A failure that began earlier may be out of date. */
	get now() {
		return this.#now;
	}
	/** Returns the remembered failure of a host. Returns `undefined` when the host may be dialled. */
	find(id) {
		return this.#failures.get(id)?.problem;
	}
	/** Remembers a failure of work that began at `since`. Does nothing when the failure is out of date. */
	note(id, problem, { memory, since }) {
		if (memory !== "never" && this.isFresh(memory, since)) this.#failures.set(id, {
			problem,
			memory
		});
	}
	/** Returns whether a failure of work that began at `since` still counts. */
	isFresh(memory, { phase, hook }) {
		return hook === this.#now.hook && (memory === "run" || phase === this.#now.phase);
	}
	nextPhase() {
		this.#now = {
			...this.#now,
			phase: this.#now.phase + 1
		};
		for (const [id, { memory }] of this.#failures) if (memory === "phase") this.#failures.delete(id);
	}
	afterHook() {
		this.#now = {
			...this.#now,
			hook: this.#now.hook + 1
		};
		this.#failures.clear();
	}
};
// src/transport/ssh/links.ts
/** Opens the connections to workers and jump hosts, and opens them again after they have ended. */
var Links = class {
	#options;
	#closing;
	#jumps;
	#hostKeys;
	#dialled = /* @__PURE__ */ new Map();
	#memory = new DialMemory();
	#dialing;
	#announced = /* @__PURE__ */ new Set();
	#library;
	#handshakes = 0;
	/** Attempts end when `closing` aborts. Throws a `Failure` (exit code 2) when the jump hosts are malformed. */
	constructor(options, closing) {
		this.#options = options;
		this.#closing = closing;
		this.#jumps = jumpHostsOf(options.proxyJump ?? "");
		this.#dialing = new Turnstile(options.parallelWorkers ?? 32);
		const known = parseKnownHosts(options.knownHosts);
		const entries = [...known.entries];
		this.#hostKeys = {
			policy: options.hostKeyPolicy,
			knownHosts: {
				...known,
				entries
			},
			source: options.knownHosts[0]?.source ?? "workspace/known_hosts",
			onNewHostKey: (host, port, text) => {
				entries.push(...parseKnownHosts([{
					source: "the first connection of this run",
					text
				}]).entries);
				options.onNewHostKey?.(host, port, text);
			}
		};
	}
	get handshakes() {
		return this.#handshakes;
	}
	forget(after) {
		if (after === "hook") this.#memory.afterHook();
		else this.#memory.nextPhase();
	}
	/** Returns a connection that works, or why there is none. */
	async to(endpoint) {
		return this.#link(endpoint, routeTo(endpoint, this.#jumps));
	}
	/** Remembers that a worker hangs although its login works. Later uses in this run do not wait for it again. */
	noteHang(endpoint, connection) {
		const problem = connection.takeHang();
		if (problem) this.#memory.note(endpointId(endpoint), problem, {
			memory: "run",
			since: this.#memory.now
		});
	}
	/** Closes every connection. */
	async close() {
		const all = [...this.#dialled.values()];
		const live = (await Promise.all(all.map(async ({ link, hops }) => ({
			hops,
			opened: await link.catch(() => void 0)
		})))).flatMap(({ hops, opened: one }) => one?.kind === "connected" ? [{
			hops,
			...one
		}] : []);
		live.sort((a, b) => b.hops - a.hops);
		for (const { hops } of live) await Promise.all(live.filter((one) => one.hops === hops).map(({ connection }) => connection.close()));
	}
	async #link(endpoint, hops) {
		const id = endpointId(endpoint);
		for (;;) {
			const remembered = this.#memory.find(id);
			if (remembered) return {
				kind: "failed",
				problem: remembered
			};
			const dialled = this.#dialled.get(id) ?? this.#start(endpoint, hops);
			const opened = await dialled.link;
			if (opened.kind === "connected" && !opened.connection.lost) return opened;
			if (this.#dialled.get(id) === dialled) this.#dialled.delete(id);
			if (opened.kind === "failed") {
				const { problem, memory } = opened;
				this.#memory.note(id, problem, {
					memory,
					since: dialled.since
				});
				if (!(memory !== "never" && !this.#memory.isFresh(memory, dialled.since)) || this.#closing.aborted) return {
					kind: "failed",
					problem
				};
			}
		}
	}
	#start(endpoint, hops) {
		const link = this.#dial(endpoint, hops);
		link.catch(() => {});
		const dialled = {
			link,
			hops: hops.length,
			since: this.#memory.now
		};
		this.#dialled.set(endpointId(endpoint), dialled);
		return dialled;
	}
	async #dial(endpoint, hops) {
		this.#library ??= loadSshLibrary(this.#options.privateKey);
		const library = await this.#library;
		const hop = hops.at(-1);
		const through = hop && await this.#link(hop, hops.slice(0, -1));
		if (through?.kind === "failed") return {
			kind: "failed",
			problem: {
				...through.problem,
				host: endpoint.host
			},
			memory: "never"
		};
		const opened = await this.#dialing.run(() => this.#handshake(endpoint, {
			library,
			through: through?.connection
		}));
		return opened.kind === "failed" && through?.connection.lost ? {
			...opened,
			memory: "never"
		} : opened;
	}
	async #handshake(endpoint, { library, through }) {
		const options = this.#options;
		const slow = setTimeout(() => this.#announce(endpoint), options.announceAfterMs ?? 1e3);
		const outcome = await dial(endpoint, {
			library,
			hostKeys: this.#hostKeys,
			openStream: (timeoutMs) => openStream(endpoint, {
				through,
				timeoutMs
			}),
			connectTimeoutMs: options.connectTimeoutMs ?? 15e3,
			keepaliveIntervalMs: options.keepaliveIntervalMs ?? 5e3,
			retryDelaysMs: options.retryDelaysMs ?? [
				400,
				1200,
				3600
			],
			retryWithinMs: options.retryWithinMs ?? 1e4,
			onHandshake: () => void this.#handshakes++,
			signal: this.#closing
		});
		clearTimeout(slow);
		if (outcome.kind === "failed") return outcome;
		const { killGraceMs = 5e3, answerTimeoutMs = 1e4, startTimeoutMs = 3e4 } = options;
		const limits = {
			graceMs: killGraceMs,
			answerMs: answerTimeoutMs,
			startMs: startTimeoutMs
		};
		return {
			kind: "connected",
			connection: new Connection(endpoint, outcome.client, limits)
		};
	}
	#announce({ title }) {
		if (this.#announced.has(title) || this.#closing.aborted) return;
		this.#announced.add(title);
		this.#options.onSlowDial?.(title);
	}
};
async function openStream({ host, port }, { through, timeoutMs }) {
	return through ? through.forward({
		host,
		port
	}, timeoutMs) : connect({
		host,
		port,
		noDelay: true
	});
}
// src/transport/ssh/ssh-transport.ts
/**
* The transport over SSH. Each worker and each jump host has one connection. A connection opens at its first use, and
* all commands and deliveries of the run share it. Each caller waits for a connection with its own signal. When one
* caller stops waiting, the attempt continues for the other callers.
*/
/**
* Creates the transport without opening a connection. Throws a `Failure` (exit code 2) when the key is missing or lacks
* its passphrase, or when the jump hosts are malformed.
*/
function openSshTransport(options) {
	repairPrivateKey(options.privateKey);
	return new SshTransport(options);
}
var SshTransport = class {
	#links;
	#delivering;
	#closing = newAbort();
	#underWay = /* @__PURE__ */ new Set();
	constructor(options) {
		this.#links = new Links(options, this.#closing.signal);
		this.#delivering = new Gate(options.parallelWorkers ?? 32);
	}
	get handshakes() {
		return this.#links.handshakes;
	}
	forget(after) {
		this.#links.forget(after);
	}
	async connect(worker, signal) {
		const link = await this.#tracked(this.#linkTo(worker, this.#joined(signal)));
		return link.kind === "connected" ? { kind: "connected" } : link;
	}
	exec(worker, command, signal) {
		const joined = this.#joined(signal);
		return this.#use(worker, joined, (connection) => runRemote(connection, {
			worker,
			command,
			signal: joined
		}));
	}
	deliver(worker, delivery, signal) {
		const joined = this.#joined(signal);
		return this.#use(worker, joined, async (connection) => {
			if (!await this.#delivering.enter(joined)) return unusable(cancelled(worker, "a delivery"), 0);
			try {
				return await deliverFiles(connection, {
					worker,
					delivery,
					signal: joined
				});
			} finally {
				this.#delivering.leave();
			}
		});
	}
	/** Cancels running work, waits for its end, and closes every connection. */
	async [Symbol.asyncDispose]() {
		this.#closing.abort();
		await Promise.allSettled(this.#underWay);
		await this.#links.close();
	}
	#joined(signal) {
		return anySignal(signal, this.#closing.signal);
	}
	async #tracked(work) {
		this.#underWay.add(work);
		try {
			return await work;
		} finally {
			this.#underWay.delete(work);
		}
	}
	/**
	* Does work over the connection of a worker. A connection can end unnoticed while nothing uses it. Work that had not
	* begun when this showed is done once more, over a new connection.
	*/
	#use(worker, signal, work) {
		const startedAt = performance.now();
		const attempt = async () => {
			const link = await this.#linkTo(worker, signal);
			if (link.kind === "failed") return unusable(link.problem, performance.now() - startedAt);
			const outcome = await work(link.connection);
			this.#links.noteHang(workerEndpoint(worker), link.connection);
			return outcome;
		};
		const onLink = async () => {
			const first = await attempt();
			const last = isUnbegun(first) ? await attempt() : first;
			return isUnbegun(last) ? unusable(last.problem, performance.now() - startedAt) : last;
		};
		return this.#tracked(onLink());
	}
	async #linkTo(worker, signal) {
		if (signal.aborted) return {
			kind: "failed",
			problem: cancelled(worker, "connecting")
		};
		const first = await firstOf(this.#links.to(workerEndpoint(worker)), {
			timeoutMs: Number.POSITIVE_INFINITY,
			signal
		});
		return first.kind === "ended" ? first.value : {
			kind: "failed",
			problem: cancelled(worker, "connecting")
		};
	}
};
function unusable(problem, durationMs) {
	return {
		kind: "failed",
		problem,
		durationMs
	};
}
function isUnbegun(outcome) {
	return outcome.kind === "unbegun";
}
export { openSshTransport };
