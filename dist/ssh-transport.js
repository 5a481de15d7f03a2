import { t as Turnstile } from "./concurrency.js";
import { n as messageOf, t as Failure } from "./failure.js";
import { i as shellQuote, t as workerProgram } from "./program.js";
import { a as parseKnownHosts, i as keyTypeOf, n as fingerprint, r as hostName, t as findKnownHosts } from "./known-hosts.js";
import { n as repairPrivateKey, t as loadSshLibrary } from "./ssh-library.js";
import { constants } from "node:os";
import { connect } from "node:net";
import { randomBytes } from "node:crypto";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { spawn } from "node:child_process";
// src/transport/ssh/wait.ts
/** Waits for `ended`, but at most for a time limit (milliseconds) and not after a cancellation. */
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
// src/transport/ssh/exec/remote-script.ts
/** Makes the command line and the standard input for a script that runs on a worker. */
/**
* Returns the command line of a channel that runs a script from its standard input. Every login shell understands it:
* it contains no newline, and its only quoting is single quotes. The process that prints its id first becomes the
* script's shell (or `sudo`), and `sshd` made it the leader of its own process group.
*/
function shellCommandLine(token, runAs) {
	return launch(token, runAs === "root" ? "exec sudo -n sh" : "exec sh");
}
/**
* Returns the standard input for `shellCommandLine`. The braces make `sh` read all of it before anything runs, so that
* nothing runs when the connection is lost half-way; they also give the commands an empty standard input. The
* environment is sent here, because every user of the worker could read arguments.
*/
function shellInput(token, script, env) {
	return braced({
		token,
		script,
		env
	}, "</dev/null");
}
/**
* Returns the standard input for a script that may read one more line, from descriptor 8. The shell ends with the
* script, although its input has not ended.
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
/** Returns the command line of a channel whose script is an argument, so that its standard input is free for bytes. */
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
	const { token, runAs, destination, tools, guard, rsyncWords } = delivery;
	const variables = {
		token,
		tools: [...tools, "rsync"].join(" "),
		destination
	};
	const receive = workerProgram("receive-files", {
		variables,
		words: rsyncWords
	});
	const script = guard === void 0 ? receive : `${guard}\n${receive}`;
	return launch(token, runAs === "root" ? `exec sudo -n sh -c ${shellQuote(evaluated(script))}` : evaluated(script));
}
/** Returns the command line that ends process groups: TERM, some seconds to comply, then KILL. */
function endGroupsCommandLine(groupIds, runAs, graceSeconds) {
	const variables = { tenths: Math.ceil(graceSeconds * 10) };
	const shell = `sh -c ${shellQuote(evaluated(workerProgram("end-groups", {
		variables,
		words: groupIds.map(String)
	})))}`;
	return runAs === "root" ? `exec sudo -n ${shell}` : `exec ${shell}`;
}
/** Returns one line of `sh` that runs a script of many lines. */
function evaluated(script) {
	return `eval "$(printf %b ${shellQuote(oneLine(script))})"`;
}
function launch(token, command) {
	return `exec sh -c ${shellQuote(`printf "\\n%s pid %s\\n" ${token} $$; ${command}`)}`;
}
/**
* Returns the lines that print the process id. `sudo` may give the script its own process group (`use_pty`), so the
* script prints its id as well.
*/
function readyLines(token) {
	const line = `printf "\\n%s ready %s\\n" ${token} $$`;
	return `${line}; ${line} >&2`;
}
function exportName(name) {
	if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new RangeError(`"${name}" is no name of an environment variable`);
	return name;
}
// src/transport/ssh/exec/end-group.ts
/** Ends remote commands with all their processes. */
/** The number of sessions that commands leave free on a worker. */
const HELPERS_AT_ONCE = 2;
const HELPER_SLACK_MS = 5e3;
const CLOSING_MS = 1e3;
/**
* Ends commands that hang or are no longer wanted, from a second channel of their connection: TERM to the process
* group, then KILL after the grace. Commands that end at the same time share one channel, since a worker allows few.
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
	/** Returns when the command has ended, or shortly after the grace; its channel is closed in any case. */
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
* The channel of a command with a promise for its end. It listens as soon as the channel exists, since the exit status
* can arrive in the same packet as the channel itself. A background process that keeps the output of the channel open
* does not keep the command open: the channel is closed after the exit status and half a second of silence.
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
	/** Ends the wait after the connection broke: nothing more will arrive. */
	abandon() {
		this.#abandon();
	}
	/** Closes the channel even when something still runs in it. */
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
// src/transport/ssh/gate.ts
/** Limits how many tasks run at once. */
/**
* Lets a limited number of tasks run at once; others wait in order of arrival and can be cancelled. The limit can
* shrink while the gate is in use.
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
	/** Whether tasks wait for a place. */
	get isAwaited() {
		return this.#waiting.length > 0;
	}
	/** Waits for a place. Returns false when `signal` was aborted first; then there is no place to leave. */
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
	/** Lowers the limit for new tasks; those inside stay. */
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
// src/transport/ssh/connection.ts
/** `sshd` allows ten sessions (`MaxSessions`); two stay free to end commands that hang. */
const SESSIONS_AT_ONCE = 8;
const REFUSAL_PAUSES_MS = [
	50,
	150,
	450
];
const LONGEST_GOODBYE_MS = 2e3;
const LOST_SOON_MS = 250;
const IDLE_ENDS_MS = 2e3;
/** An authenticated connection from its handshake to its end, and the channels on it. */
var Connection = class {
	#endpoint;
	#client;
	#sessions = new Gate(SESSIONS_AT_ONCE);
	#channels = /* @__PURE__ */ new Set();
	/** Channels whose command only waits for a last word. */
	#idle = /* @__PURE__ */ new Set();
	#onLost = /* @__PURE__ */ new Set();
	#ender;
	#lost;
	/** `graceMs`: time between TERM and KILL for commands that are ended early. */
	constructor(endpoint, client, graceMs) {
		this.#endpoint = endpoint;
		this.#client = client;
		this.#ender = new GroupEnder((commandLine) => this.#openNow(commandLine), graceMs);
		client.on("error", (error) => this.#lose(error.message));
		client.on("close", () => this.#lose("the other side closed it"));
	}
	/** Why the connection broke; it then stays broken. */
	get lost() {
		return this.#lost;
	}
	/** Waits a moment for `lost`: channels can end just before their connection does. */
	async lostSoon() {
		if (!this.#lost) await firstOf(this.#losing(), { timeoutMs: LOST_SOON_MS });
		return this.#lost;
	}
	/**
	* Opens a channel that runs `commandLine`, when fewer than eight are open. A worker that allows fewer sessions
	* refuses some of them; then the connection remembers how many it accepted, and waits until one of them ends.
	*/
	async openChannel(commandLine, signal) {
		const pauses = [...REFUSAL_PAUSES_MS];
		for (;;) {
			if (this.#sessions.isFull) await this.#makeRoom(signal);
			if (!await this.#sessions.enter(signal)) return { kind: "cancelled" };
			const opening = await this.#tryOpen(commandLine);
			if (opening.kind === "open") return this.#occupy(opening.remote);
			this.#sessions.leave();
			if (this.#lost) return {
				kind: "failed",
				problem: this.#lost
			};
			if (await this.#makeRoom(signal)) continue;
			if (this.#sessions.inside > 0) {
				this.#sessions.shrinkTo(this.#sessions.inside);
				continue;
			}
			const timeoutMs = pauses.shift();
			if (timeoutMs === void 0) return {
				kind: "failed",
				problem: this.#refused(opening.reason)
			};
			await firstOf(this.#losing(), {
				timeoutMs,
				signal
			});
		}
	}
	/**
	* Registers a channel whose command only waits for a last word. Returns a function that sends the word once; it does
	* nothing when the channel was needed earlier.
	*/
	addIdle(remote) {
		this.#idle.add(remote);
		remote.channel.once("close", () => this.#idle.delete(remote));
		if (this.#sessions.isAwaited) this.#makeRoom();
		return (word) => {
			if (this.#idle.delete(remote)) remote.channel.end(word);
		};
	}
	/** Ends a command early, with all its processes; on a lost connection nothing can be ended. */
	async end(running) {
		if (!this.#lost) await this.#ender.end(running);
	}
	/** Opens a byte stream from there to another host. Rejects when that host cannot be reached. */
	forward(host, port) {
		return new Promise((resolve, reject) => {
			const giveUp = () => reject(new Error(this.#lost?.message));
			if (this.#lost) return giveUp();
			this.#onLost.add(giveUp);
			this.#client.forwardOut("127.0.0.1", 0, host, port, (error, channel) => {
				this.#onLost.delete(giveUp);
				if (error) reject(error);
				else resolve(channel);
			});
		});
	}
	/** Closes the connection; resolves when it is closed, after two seconds at the latest. */
	async close() {
		if (this.#lost) return;
		const closed = new Promise((resolve) => this.#client.once("close", () => resolve()));
		this.#lose("it was closed at the end of the run");
		this.#client.end();
		await firstOf(closed, { timeoutMs: LONGEST_GOODBYE_MS });
		this.#client.destroy();
	}
	/** Ends the channels whose commands only wait for a last word. Returns whether there were any. */
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
		let opening = await this.#tryOpen(commandLine);
		if (opening.kind === "refused" && await this.#makeRoom()) opening = await this.#tryOpen(commandLine);
		return opening.kind === "open" ? opening.remote : void 0;
	}
	#tryOpen(commandLine) {
		return new Promise((resolve) => {
			const settle = (opening) => {
				this.#onLost.delete(giveUp);
				resolve(opening);
			};
			const giveUp = () => settle({
				kind: "refused",
				reason: "the connection was lost"
			});
			if (this.#lost) return giveUp();
			this.#onLost.add(giveUp);
			try {
				this.#client.exec(commandLine, (error, channel) => {
					settle(error ? {
						kind: "refused",
						reason: error.message
					} : {
						kind: "open",
						remote: this.#adopt(channel)
					});
				});
			} catch (thrown) {
				settle({
					kind: "refused",
					reason: messageOf(thrown)
				});
			}
		});
	}
	#adopt(channel) {
		const remote = new RemoteChannel(channel);
		this.#channels.add(remote);
		channel.once("close", () => this.#channels.delete(remote));
		return remote;
	}
	#occupy(remote) {
		remote.channel.once("close", () => this.#sessions.leave());
		return {
			kind: "open",
			remote
		};
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
	#lose(reason) {
		if (this.#lost) return;
		const { host, title } = this.#endpoint;
		const hint = "what ran there may still run, or have run half-way";
		this.#lost = {
			kind: "lost",
			host,
			message: `the connection to ${title} was lost: ${reason}`,
			hint
		};
		for (const remote of this.#channels) remote.abandon();
		for (const wake of this.#onLost) wake();
		this.#onLost.clear();
		this.#sessions.open();
	}
};
// src/transport/ssh/exec/output-tail.ts
/** Keeps the end of a stream of output, in bounded memory. */
const KEPT_BYTES = 65536;
/** Space for the mark, so that text and mark together stay within the limit. */
const MARK_BYTES = 64;
/** Keeps the last 64 KiB of a stream; earlier bytes are counted and dropped. */
var OutputTail = class {
	#chunks = [];
	#keptBytes = 0;
	#droppedBytes = 0;
	push(chunk) {
		this.#chunks.push(chunk);
		this.#keptBytes += chunk.length;
		if (this.#keptBytes > 4 * KEPT_BYTES || this.#chunks.length > 1024) this.#compact();
	}
	/** Returns the text; invalid UTF-8 is replaced, and a mark at the start says how much is missing. */
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
/** Finds where the output of a remote script begins, and the process id that it announces. */
const LONGEST_MARKER_BYTES = 128;
/**
* Returns a word that remote scripts of this program print on a line of its own before their real output. Text before
* that line comes from start-up files of the login shell, from `sudo`, or from a shell that refuses to work.
*/
function newToken() {
	return `maand-${randomBytes(8).toString("hex")}`;
}
/**
* Removes everything up to the line `<token> ready <pid>` from one stream. It reads the process ids in that line and in
* `<token> pid <pid>`, which comes before it.
*/
var Preamble = class {
	#markers;
	#noise = new OutputTail();
	#groupIds = /* @__PURE__ */ new Set();
	#window = Buffer.alloc(0);
	#isReady = false;
	constructor(token) {
		this.#markers = new RegExp(`\\n${token} (pid|ready) (\\d+)\\n`, "g");
	}
	get isReady() {
		return this.#isReady;
	}
	/** The process groups of the remote command that are known so far. */
	get groupIds() {
		return [...this.#groupIds];
	}
	/** Returns the part of `chunk` after the marker; undefined until the marker has arrived. */
	take(chunk) {
		if (this.#isReady) return chunk;
		this.#window = Buffer.concat([this.#window, chunk]);
		for (const found of this.#window.toString("latin1").matchAll(this.#markers)) {
			const id = Number(found[2]);
			if (id > 1) this.#groupIds.add(id);
			if (found[1] === "ready") return this.#start(found.index + found[0].length);
		}
		this.#dropAllBut(LONGEST_MARKER_BYTES);
	}
	/** Returns what was printed instead of the markers, or before them. */
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
// src/base/text/lines.ts
/** Splits a stream of bytes into lines, in bounded memory. */
const LONGEST_LINE_CHARS = 16384;
/**
* Turns chunks of UTF-8 into lines, in bounded memory. A line is passed on up to 16,384 characters; the rest is dropped
* and replaced by a mark that says how many characters are missing. Bytes that are not valid UTF-8 become U+FFFD; a
* final `\r` is not part of a line.
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
	/** Ends the stream and passes on a last line that has no line break. */
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
/**
* Both output streams of a remote script: lines as they arrive, the last part of each stream, and what was printed
* before the script began.
*/
var CommandOutput = class {
	#stdout;
	#stderr;
	constructor(token, onLine = () => {}) {
		this.#stdout = newSink(token, (line) => onLine(line, "stdout"));
		this.#stderr = newSink(token, (line) => onLine(line, "stderr"));
	}
	follow(remote) {
		remote.channel.on("data", (chunk) => take(this.#stdout, chunk));
		remote.channel.stderr.on("data", (chunk) => take(this.#stderr, chunk));
	}
	/** Whether the script itself has started. */
	get hasStarted() {
		return this.#stdout.preamble.isReady;
	}
	get groupIds() {
		return this.#stdout.preamble.groupIds;
	}
	/** What was printed although the script did not start. */
	get noise() {
		return `${this.#stdout.preamble.noise()}\n${this.#stderr.preamble.noise()}`.trim();
	}
	/** Passes on the last lines, and returns the last part of each stream. */
	finish() {
		this.#stdout.lines.end();
		this.#stderr.lines.end();
		return {
			stdout: this.#stdout.tail.text(),
			stderr: this.#stderr.tail.text()
		};
	}
};
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
/**
* Returns why a remote script never began: `sudo`, the login shell, or its start-up files. `noise` is what they
* printed.
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
/** Runs a script over an open connection. Never throws for what the worker does. */
async function runRemote(connection, run) {
	const { worker, command, signal } = run;
	const startedAt = performance.now();
	const token = newToken();
	const opening = await connection.openChannel(commandLine(token, run), signal);
	if (opening.kind !== "open") return failed(startedAt, opening.kind === "failed" ? opening.problem : cancelled(worker, command.label));
	const { remote } = opening;
	const output = new CommandOutput(token, command.onLine);
	output.follow(remote);
	feed({
		connection,
		remote,
		token
	}, command);
	return finish$1({
		...run,
		connection,
		remote,
		output,
		startedAt
	});
}
function commandLine(token, { worker, command }) {
	if (command.input === void 0) return shellCommandLine(token, runAs(worker));
	if (command.env !== void 0) throw new RangeError("a command with input has no environment");
	return inputCommandLine(token, runAs(worker), command.script);
}
/**
* Sends the script, or its input. A command that waits for a last word keeps its channel only while nothing else needs
* it.
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
async function finish$1(started) {
	const { command, connection, remote, output, signal, startedAt, worker } = started;
	const first = await firstOf(remote.ended, {
		timeoutMs: command.timeoutMs,
		signal
	});
	if (first.kind === "ended") return concluded(started, first.value);
	await connection.end({
		remote,
		groupIds: output.groupIds,
		runAs: runAs(worker)
	});
	const tails = output.finish();
	if (first.kind === "timed-out") return {
		kind: "timed-out",
		...tails,
		durationMs: performance.now() - startedAt
	};
	return failed(startedAt, cancelled(worker, command.label));
}
async function concluded(started, end) {
	const { command, connection, output, startedAt, worker } = started;
	const tails = output.finish();
	if (end.kind === "unknown") return failed(startedAt, await connection.lostSoon() ?? withoutStatus(worker, command.label));
	if (!output.hasStarted) return failed(startedAt, explainNoStart(worker, end.exitCode, output.noise));
	return {
		kind: "exited",
		exitCode: end.exitCode,
		...tails,
		durationMs: performance.now() - startedAt
	};
}
/** Returns the problem of work that was cancelled. */
function cancelled(worker, what) {
	return {
		kind: "cancelled",
		host: worker.host,
		message: `worker ${worker.host}: ${what} was cancelled`
	};
}
/** Returns the problem of a channel that closed without the status of its command. */
function withoutStatus(worker, what) {
	return {
		kind: "broken",
		host: worker.host,
		message: `worker ${worker.host}: ${what} ended, but sshd did not say with which status`,
		hint: "whether it succeeded is unknown: look on the worker, then run again"
	};
}
/** Returns the user that the commands of a worker run as. */
function runAs(worker) {
	return worker.useSudo ? "root" : "user";
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
* The remote shell of the local rsync, in rsync's own quoting (single quotes, no backslashes needed). Its arguments are
* a host name and the command for the other side. It writes the command to descriptor 3, with a NUL after each word and
* one more NUL at the end, and then carries the stream between rsync and descriptor 3. It ends when descriptor 3 ends,
* as `ssh` ends with the remote side.
*/
const RELAY = `sh -c 'shift; printf "%s\\0" "$@" "" >&3; exec 4<&0; cat <&4 >&3 4<&- & exec cat <&3 4<&-' relay`;
/** How files are compared and written, whichever way the two sides are connected. */
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
* Returns the arguments of the local rsync for one delivery. They never contain `--inplace`, which shows half-written
* files. Owner, group and links are not transferred.
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
* Starts rsync with an environment of its own, which contains no secret of this program and no `RSYNC_*` or popt alias
* of the user.
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
/** Reads the command that rsync wants to run on the other side. Returns undefined when rsync ended without it. */
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
/** Whether the words start the receiving rsync and contain nothing that a shell would interpret. */
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
/** Escapes a path. rsync takes a backslash for an escape only in a pattern with wildcards. */
function literalPattern(path) {
	return /[*?[]/.test(path) ? path.replace(/[\\*?[]/g, "\\$&") : path;
}
// src/transport/ssh/deliver-files.ts
const LINGER_MS = 5e3;
/** Delivers files over an open connection. Throws a `Failure` (exit code 2) only when this machine has no rsync. */
async function deliverFiles(connection, run) {
	const startedAt = performance.now();
	const local = startRsync(run.delivery);
	try {
		return {
			...await transfer(connection, run, local),
			durationMs: performance.now() - startedAt
		};
	} finally {
		await local.stop();
	}
}
async function transfer(connection, run, local) {
	const { worker, delivery, signal } = run;
	const words = await readRemoteWords(local.link);
	if (words === void 0) return {
		kind: "rejected",
		exitCode: await local.exited,
		stderr: local.stderr.text()
	};
	if (!isRsyncServer(words)) return {
		kind: "failed",
		problem: strangeCommand(worker, words)
	};
	const token = newToken();
	const { destination, tools, guard } = delivery;
	const line = rsyncCommandLine({
		token,
		runAs: runAs(worker),
		destination,
		tools,
		guard,
		rsyncWords: words
	});
	const opening = await connection.openChannel(line, signal);
	if (opening.kind !== "open") return {
		kind: "failed",
		problem: opening.kind === "failed" ? opening.problem : cancelled(worker, "a delivery")
	};
	const stderr = {
		preamble: new Preamble(token),
		tail: new OutputTail()
	};
	const started = {
		...run,
		token,
		connection,
		local,
		remote: opening.remote,
		stdout: new Preamble(token),
		stderr
	};
	join(started);
	return finish(started);
}
/** Connects both streams when the remote rsync is about to start; output of login files before that is dropped. */
function join({ local, remote, stdout, stderr }) {
	const { channel } = remote;
	const awaitStart = (chunk) => {
		const rest = stdout.take(chunk);
		if (rest === void 0) return;
		channel.off("data", awaitStart);
		channel.pause();
		if (rest.length > 0) channel.unshift(rest);
		channel.pipe(local.link);
		local.link.pipe(channel);
	};
	channel.on("data", awaitStart);
	channel.stderr.on("data", (chunk) => {
		const rest = stderr.preamble.take(chunk);
		if (rest) stderr.tail.push(rest);
	});
	channel.once("end", () => local.link.end());
}
async function finish(transfer) {
	const { connection, delivery, remote, signal, stdout, worker } = transfer;
	const first = await firstOf(bothEnds(transfer), {
		timeoutMs: delivery.timeoutMs,
		signal
	});
	if (first.kind === "ended" && first.value.remote !== "lingers") return judge$1(transfer, first.value.local, first.value.remote);
	await transfer.local.stop();
	await connection.end({
		remote,
		groupIds: stdout.groupIds,
		runAs: runAs(worker)
	});
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
async function bothEnds({ local, remote }) {
	remote.ended.then(() => local.link.end());
	const localStatus = await local.exited;
	remote.channel.end();
	remote.channel.resume();
	const first = await firstOf(remote.ended, { timeoutMs: LINGER_MS });
	return {
		local: localStatus,
		remote: first.kind === "ended" ? first.value : "lingers"
	};
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
	return {
		kind: "rejected",
		exitCode,
		stderr: noise
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
// src/transport/ssh/keys/host-key.ts
const ALGORITHMS = {
	"ssh-ed25519": ["ssh-ed25519"],
	"ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
	"ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
	"ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
	"ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"]
};
/** Decides which key types to ask a host for, and how to judge the key that it shows. In doubt it refuses the key. */
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
/** Returns the problem of a host that has no key of a known type. */
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
/** Temporary error codes: the next attempt may succeed. */
const PASSING = /* @__PURE__ */ new Set([
	"ECONNREFUSED",
	"ECONNRESET",
	"EPIPE",
	"EAI_AGAIN"
]);
/** SSH_OPEN_CONNECT_FAILED: the code that a jump host returns when the worker refuses its connection. */
const OPEN_CONNECT_FAILED = 2;
/** Explains the error of an attempt, and tells whether another attempt makes sense. */
function explainDialError(dial) {
	const { endpoint } = dial;
	if (dial.signal.aborted) return final({
		kind: "cancelled",
		host: endpoint.host,
		message: `${endpoint.title}: connecting was cancelled`
	});
	if (/no matching host key/.test(messageOf(dial.error))) return final(noCommonKeyType(endpoint, dial.hostKeys));
	if (fieldOf(dial.error, "level") === "client-authentication") return final(keyRefused(dial));
	return {
		kind: "failed",
		problem: unreachable(dial),
		mayRetry: mayRetry(dial)
	};
}
function final(problem) {
	return {
		kind: "failed",
		problem,
		mayRetry: false
	};
}
function mayRetry({ stage, error }) {
	if (stage === "handshaking" || isTimeout(error)) return false;
	const code = fieldOf(error, "code");
	if (stage === "silent") return true;
	return PASSING.has(String(code)) || fieldOf(error, "reason") === OPEN_CONNECT_FAILED;
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
		return {
			what: `no SSH handshake within ${seconds} s`,
			hint: "the port is open, but what listens there is overloaded or no sshd"
		};
	}
	if (stage === "handshaking") return {
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
/** Connects and authenticates both sides. Never throws for what the endpoint does. */
async function dial(endpoint, options) {
	const expected = expectHostKey(endpoint, options.hostKeys);
	if (expected.kind === "refused") return {
		kind: "failed",
		problem: expected.problem
	};
	const deadline = performance.now() + options.connectTimeoutMs;
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
		const inTime = performance.now() + pauseMs < deadline;
		if (!outcome.mayRetry || !inTime || options.signal.aborted) return {
			kind: "failed",
			problem: outcome.problem
		};
		await setTimeout$1(pauseMs, void 0, { signal: options.signal }).catch(() => {});
	}
}
async function attempt(options) {
	const { connectTimeoutMs: timeoutMs, signal } = options;
	let stream;
	try {
		stream = await options.openStream();
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
		return refused ? {
			kind: "failed",
			problem: refused,
			mayRetry: false
		} : explainDialError({
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
// src/transport/ssh/endpoint.ts
/** Works out the endpoints of a connection: the worker, and the jump hosts on the way to it. */
/**
* Parses `user@host:port[,…]`; user and port are optional, IPv6 stands in brackets. Throws a `Failure` (exit code 2)
* when the text is malformed.
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
* Returns the jump hosts on the way to `endpoint`. When one of the jump hosts is the endpoint itself, the route ends
* there and its connection is shared.
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
/** Returns an id that is equal for two endpoints that share a connection. */
function endpointId(endpoint) {
	return `${endpoint.user}@${hostName(endpoint.host, endpoint.port)}`;
}
function parseHop(part) {
	const match = /^(?:([^@\s]+)@)?(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(part);
	const host = match?.[2] ?? match?.[3];
	const port = Number(match?.[4] ?? 22);
	if (host === void 0 || port < 1 || port > 65535) throw new Failure(`ssh-proxy-jump: "${part}" is no jump host`, {
		exitCode: 2,
		hint: "write user@host:port, several of them with commas, IPv6 as user@[fd00::1]:22"
	});
	return {
		host,
		port,
		user: match?.[1]
	};
}
// src/transport/ssh/ssh-transport.ts
/**
* The transport over SSH: one connection per worker (and per jump host), opened at its first use and shared by all
* commands and deliveries of the run. Callers wait for a connection with their own signal, but the attempt belongs to
* the transport: a caller that stops waiting does not end it for the others.
*/
/**
* Makes the transport and opens no connection yet. Throws a `Failure` (exit code 2) when the key is missing or lacks
* its passphrase, or when the jump hosts are malformed.
*/
function openSshTransport(options) {
	repairPrivateKey(options.privateKey);
	return new SshTransport(options);
}
var SshTransport = class {
	#options;
	#hostKeys;
	#jumps;
	#links = /* @__PURE__ */ new Map();
	#dialing;
	#delivering;
	#closing = new AbortController();
	#underWay = /* @__PURE__ */ new Set();
	#library;
	#handshakes = 0;
	constructor(options) {
		this.#options = options;
		this.#jumps = jumpHostsOf(options.proxyJump ?? "");
		this.#hostKeys = {
			policy: options.hostKeyPolicy,
			knownHosts: parseKnownHosts(options.knownHosts),
			source: options.knownHosts[0]?.source ?? "workspace/known_hosts",
			onNewHostKey: options.onNewHostKey ?? (() => {})
		};
		this.#dialing = new Turnstile(options.parallelWorkers ?? 32);
		this.#delivering = new Gate(options.parallelWorkers ?? 32);
	}
	get handshakes() {
		return this.#handshakes;
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
	/** Cancels running work, waits for it, and closes every connection. */
	async [Symbol.asyncDispose]() {
		this.#closing.abort();
		await Promise.allSettled(this.#underWay);
		const links = (await Promise.allSettled(this.#links.values())).flatMap((link) => link.status === "fulfilled" && link.value.kind === "connected" ? [link.value] : []);
		links.sort((a, b) => b.hops - a.hops);
		for (const { hops } of links) await Promise.all(links.filter((link) => link.hops === hops).map(({ connection }) => connection.close()));
	}
	#joined(signal) {
		return AbortSignal.any([signal, this.#closing.signal]);
	}
	async #tracked(work) {
		this.#underWay.add(work);
		try {
			return await work;
		} finally {
			this.#underWay.delete(work);
		}
	}
	#use(worker, signal, work) {
		const startedAt = performance.now();
		const onLink = async () => {
			const link = await this.#linkTo(worker, signal);
			return link.kind === "connected" ? work(link.connection) : unusable(link.problem, performance.now() - startedAt);
		};
		return this.#tracked(onLink());
	}
	async #linkTo(worker, signal) {
		const endpoint = workerEndpoint(worker);
		if (signal.aborted) return {
			kind: "failed",
			problem: cancelled(worker, "connecting")
		};
		const first = await firstOf(this.#link(endpoint, routeTo(endpoint, this.#jumps)), {
			timeoutMs: Number.POSITIVE_INFINITY,
			signal
		});
		if (first.kind !== "ended") return {
			kind: "failed",
			problem: cancelled(worker, "connecting")
		};
		const link = first.value;
		return link.kind === "connected" && link.connection.lost ? {
			kind: "failed",
			problem: link.connection.lost
		} : link;
	}
	#link(endpoint, hops) {
		const id = endpointId(endpoint);
		const known = this.#links.get(id);
		if (known) return known;
		const linking = this.#dial(endpoint, hops);
		linking.catch(() => {});
		this.#links.set(id, linking);
		return linking;
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
			}
		};
		const outcome = await this.#dialing.run(() => dial(endpoint, {
			library,
			hostKeys: this.#hostKeys,
			openStream: () => openStream(endpoint, through?.connection),
			connectTimeoutMs: this.#options.connectTimeoutMs ?? 15e3,
			keepaliveIntervalMs: this.#options.keepaliveIntervalMs ?? 5e3,
			retryDelaysMs: this.#options.retryDelaysMs ?? [
				250,
				500,
				1e3,
				2e3
			],
			onHandshake: () => void this.#handshakes++,
			signal: this.#closing.signal
		}));
		if (outcome.kind === "failed") return outcome;
		return {
			kind: "connected",
			connection: new Connection(endpoint, outcome.client, this.#options.killGraceMs ?? 5e3),
			hops: hops.length
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
async function openStream(endpoint, through) {
	const { host, port } = endpoint;
	return through ? through.forward(host, port) : connect({
		host,
		port,
		noDelay: true
	});
}
export { openSshTransport };
