import { t as exec } from "./exec.js";
import { Writable } from "node:stream";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
// src/ask/observed-child.ts
/** Node announces every new process on this channel before the process starts. */
const CHANNEL = "child_process";
/**
* Calls `work` and watches the process that it starts. Processes that other code starts at the same time are ignored.
*/
function observeChild(work) {
	let isNext = false;
	let child;
	let ended = false;
	const forget = () => void unsubscribe(CHANNEL, onProcess);
	const onProcess = (message) => {
		if (!isNext) return;
		const started = message.process;
		child = started;
		forget();
		if (ended) started.once("spawn", () => kill(started));
	};
	subscribe(CHANNEL, onProcess);
	const startsNow = () => {
		isNext = true;
	};
	work(startsNow).finally(forget);
	return { end: () => {
		ended = true;
		if (child) kill(child);
	} };
}
/**
* Kills the process and closes its streams. Its children may keep the other ends open, and this process would wait for
* them.
*/
function kill(child) {
	child.kill("SIGKILL");
	for (const stream of [
		child.stdin,
		child.stdout,
		child.stderr
	]) stream?.destroy();
	child.unref();
}
// src/ask/short-question.ts
/**
* Asks a program of this machine a short question, such as `rsync --version`, and collects its output.
*
* `@actions/exec` runs the program. That library has no time limit, cannot be aborted and does not give access to the
* process. Therefore each question has its own time limit, also ends when the run is aborted, and its process is killed
* here. Hooks and rsync take longer, start groups of processes and need more descriptors, so other modules run them.
*/
/**
* The size limit for both streams together. For each new piece of output, `@actions/exec` searches an unfinished line
* again from its start. A larger limit would be slow.
*/
const LARGEST_ANSWER_BYTES = 1048576;
/**
* Returns the output of the program on stdout. Returns early at the time limit or when the signal aborts. Never throws.
*/
async function ask(question) {
	const { limitMs, signal } = question;
	if (signal.aborted) return {
		kind: "none",
		reason: "aborted"
	};
	const given = new Settled();
	const timer = setTimeout(() => given.settle({
		kind: "none",
		reason: "too-slow"
	}), limitMs);
	const leave = () => given.settle({
		kind: "none",
		reason: "aborted"
	});
	signal.addEventListener("abort", leave, { once: true });
	const child = observeChild((startsNow) => run(question, given, startsNow));
	try {
		return await given.promise;
	} finally {
		clearTimeout(timer);
		signal.removeEventListener("abort", leave);
		child.end();
	}
}
/** A promise that resolves with the first value that `settle` receives. */
var Settled = class {
	promise;
	settle = () => {};
	constructor() {
		this.promise = new Promise((resolve) => {
			this.settle = resolve;
		});
	}
};
async function run({ program, args, env }, given, startsNow) {
	const printed = [];
	let sizeBytes = 0;
	const text = () => Buffer.concat(printed).toString("utf8");
	const count = (chunk) => {
		sizeBytes += chunk.length;
		if (sizeBytes > LARGEST_ANSWER_BYTES) given.settle({
			kind: "cut",
			text: text()
		});
	};
	const stdout = (chunk) => {
		if (sizeBytes <= LARGEST_ANSWER_BYTES) printed.push(chunk);
		count(chunk);
	};
	const options = {
		env,
		silent: true,
		ignoreReturnCode: true,
		outStream: nowhere(),
		errStream: nowhere()
	};
	try {
		const listeners = {
			stdout,
			stderr: count,
			debug: () => startsNow()
		};
		const exitCode = await exec(program, [...args], {
			...options,
			listeners
		});
		given.settle({
			kind: "answered",
			exitCode,
			text: text()
		});
	} catch {
		given.settle({
			kind: "none",
			reason: "not-run"
		});
	}
}
function nowhere() {
	return new Writable({ write: (_chunk, _encoding, done) => done() });
}
export { ask as t };
