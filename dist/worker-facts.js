// src/events/problem-text.ts
/** Returns the complete sentence, with one line for each worker when several workers failed. */
function problemText(problem) {
	switch (problem.kind) {
		case "connection": return problemReason(problem);
		case "missing-tools": return `worker ${problem.worker} ${problemReason(problem)}`;
		case "silent":
		case "timed-out":
		case "exit":
		case "overtaken":
		case "unreadable":
		case "delivery-timed-out":
		case "out-of-step":
		case "cut-off":
		case "not-looked": return `worker ${problem.worker}: ${problemReason(problem)}`;
		case "cancelled":
		case "hook":
		case "probe":
		case "list":
		case "unhealthy":
		case "templates":
		case "batches":
		case "target":
		case "still-running":
		case "upstream":
		case "several":
		case "job-missing":
		case "still-unhealthy": return jobProblemText(problem);
	}
}
/** Returns the text that follows the name of the worker, for tables and lists that already show this name. */
function problemReason(problem) {
	switch (problem.kind) {
		case "connection": return problem.hint === void 0 ? problem.message : `${problem.message} (${problem.hint})`;
		case "silent": return `no answer within ${problem.limitMs / 1e3} s`;
		case "timed-out": return `${problem.what} timed out after ${problem.limitMs / 1e3} s (command_timeout in maand.conf)`;
		case "exit":
		case "overtaken": return withWords(`${problem.what} failed (exit ${problem.exitCode})`, problem.said);
		case "unreadable": return withWords(`${problem.what} cannot be read (exit ${problem.exitCode})`, problem.said);
		case "missing-tools": {
			const { tools } = problem;
			return `missing prerequisites: ${tools.join(", ")} (install them there, e.g. apt-get install ${tools.join(" ")})`;
		}
		case "delivery-timed-out": return `rsync did not end within ${problem.limitMs / 6e4} minutes`;
		case "out-of-step": return outOfStepText(problem.fault, ` (run ${problem.remedy})`);
		case "not-looked": return problem.reason;
		case "cut-off": return `${problem.path} is a link that leads nowhere (is its disk mounted?)`;
	}
}
/**
* Returns the sentences of all problems as a list on one line. A problem that several workers share is shown only once.
* For example, a jump host that is down causes the same problem on all workers behind it.
*/
function problemsText(problems) {
	return sentencesOf([...problems]).join("; ");
}
function sentencesOf(problems) {
	return [...new Set(problems.map(problemText))];
}
function jobProblemText(problem) {
	switch (problem.kind) {
		case "cancelled": return problem.when === void 0 ? "cancelled" : `cancelled ${problem.when}`;
		case "hook": return problem.said;
		case "probe": return `${problem.probe} ${problem.at}: ${problem.said}`;
		case "list": return problemsText(problem.problems);
		case "unhealthy": return `health check failed: ${problemsText(problem.problems)}`;
		case "templates": return problem.messages.join("\n");
		case "batches": {
			const { action, cause } = problem;
			return `${action} ${action === "start" ? "new" : "updated"} allocations: ${problemText(cause)}`;
		}
		case "target": return `target ${problem.target}${problem.by === "make" ? " failed" : ""}: ${problemText(problem.cause)}`;
		case "still-running": return `the disabled allocation on ${problem.workers.join(", ")} could not be stopped`;
		case "upstream": return `skipped, upstream job ${problem.job} failed`;
		case "several": return sentencesOf(problem.problems).join("\n");
		case "still-unhealthy": return `still unhealthy since an earlier deploy on ${problem.workers.join(", ")}; it was not restarted, because nothing of it has changed (to restart it: maand deploy --jobs ${problem.job})`;
		case "job-missing": return `its folder is missing on every worker: ${problem.workers.join(", ")} (is a disk not mounted, or the root another one? To start it anew everywhere: maand deploy --force) [job-missing]`;
	}
}
function outOfStepText(fault, advice) {
	switch (fault.kind) {
		case "absent": return `nothing of this bucket is there${advice}`;
		case "unsigned": return `worker.json is missing${advice}`;
		case "damaged": return `worker.json is damaged${advice}`;
		case "other-bucket": return `bucket id mismatch${advice}`;
		case "other-worker": return `worker id mismatch${advice}`;
		case "exchanged": return "worker id mismatch: it has the files of another worker of this bucket (did two workers exchange their addresses?)";
		case "elsewhere": return fault.by === "" ? `update_seq mismatch: its last deploy has number ${fault.found}, but the newest number in this state is ${fault.newest} (check that this is the newest state) [state-elsewhere]` : `another state wrote there last: ${fault.by} [state-elsewhere]`;
		case "behind": return `update_seq mismatch: it holds an older deploy (${fault.found}) than the last one (${fault.delivered})${advice}`;
	}
}
function withWords(what, said) {
	return said === "" ? what : `${what}: ${said}`;
}
// src/transport/outcome-problem.ts
const LONGEST_WORDS = 300;
/**
* Returns the problem of a command that has the time limit `command_timeout`. Returns `undefined` when the command
* succeeded. `said` contains the last line of the error output.
*/
function commandProblem({ host, what, limitMs }, outcome) {
	switch (outcome.kind) {
		case "exited":
		case "overtaken": {
			const { exitCode, stderr } = outcome;
			if (exitCode === 0) return void 0;
			return {
				kind: outcome.kind === "exited" ? "exit" : "overtaken",
				worker: host,
				what,
				exitCode,
				said: lastLine(stderr).slice(0, LONGEST_WORDS)
			};
		}
		case "timed-out": return {
			kind: "timed-out",
			worker: host,
			what,
			limitMs
		};
		case "failed": {
			const { hint: _, ...problem } = outcome.problem;
			return connectionProblem(problem);
		}
	}
}
/** Returns the problem of a query without an answer: the connection failed, or the time limit passed. */
function unansweredProblem(host, limitMs, outcome) {
	return outcome.kind === "failed" ? connectionProblem(outcome.problem) : {
		kind: "silent",
		worker: host,
		limitMs
	};
}
/** Returns the problem of reading something on a worker. Returns `undefined` when reading succeeded. */
function readingProblem({ host, what, limitMs }, outcome) {
	if (outcome.kind !== "exited") return unansweredProblem(host, limitMs, outcome);
	const { exitCode, stderr } = outcome;
	return exitCode === 0 ? void 0 : {
		kind: "unreadable",
		worker: host,
		what,
		exitCode,
		said: stderr.trim()
	};
}
/**
* Returns why a query failed: the last line of the error output, or the reason why there is no answer. The text does
* not name the worker, because the caller's list already does. Returns `undefined` when the query succeeded.
*/
function unansweredReason(host, limitMs, outcome) {
	if (outcome.kind !== "exited") return problemReason(unansweredProblem(host, limitMs, outcome));
	return outcome.exitCode === 0 ? void 0 : lastLine(outcome.stderr) || `exit ${outcome.exitCode}`;
}
function deliveryProblem(host, limitMs, outcome) {
	switch (outcome.kind) {
		case "delivered": return;
		case "unprepared": return {
			kind: "missing-tools",
			worker: host,
			tools: outcome.missing
		};
		case "rejected":
		case "overtaken": {
			const { exitCode, stderr } = outcome;
			return {
				kind: outcome.kind === "rejected" ? "exit" : "overtaken",
				worker: host,
				what: "rsync",
				exitCode,
				said: stderr.trim()
			};
		}
		case "timed-out": return {
			kind: "delivery-timed-out",
			worker: host,
			limitMs
		};
		case "failed": return connectionProblem(outcome.problem);
	}
}
function connectionProblem({ kind: cause, host, message, hint }) {
	return {
		kind: "connection",
		worker: host,
		cause,
		message,
		...hint === void 0 ? {} : { hint }
	};
}
function lastLine(text) {
	return text.trim().split("\n").at(-1) ?? "";
}
// src/sight/worker-facts.ts
const KINDS = /* @__PURE__ */ new Set([
	"folder",
	"link",
	"dangling",
	"file"
]);
/** Parses the lines that `sight/facts.sh` printed on the worker. Unknown lines are ignored. */
function parseFacts(host, lines) {
	const all = (word) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => cut(line.slice(word.length + 1)));
	const [workerId] = all("worker-id").map(([id]) => id);
	const [bootId] = all("boot").map(([id]) => id);
	const identities = new Map(all("identity").map(([bucket, text]) => [bucket, parseIdentity(text)]));
	const cutOff = new Set(all("jobs").map(([bucket]) => bucket));
	const jobs = all("job").map(([bucket, rest]) => ({
		bucket,
		folder: cut(rest)
	}));
	const buckets = all("folder").map(([bucket, kind]) => [bucket, {
		identity: identities.get(bucket) ?? "absent",
		kind: kindOf(kind),
		isCutOff: cutOff.has(bucket),
		jobs: new Map(jobs.filter((job) => job.bucket === bucket).map(({ folder: [jobKind, name] }) => [name, kindOf(jobKind)]))
	}]);
	return {
		host,
		workerId: workerId !== void 0 && /^[0-9a-f]{32}$/.test(workerId) ? workerId : void 0,
		bootId,
		states: all("state").map(([bucketId, name]) => ({
			bucketId,
			name
		})),
		isRootCutOff: all("dangling").length > 0,
		buckets: new Map(buckets)
	};
}
/** Parses the text of a `worker.json`. The text is on one line. */
function parseIdentity(text) {
	try {
		const { bucket_id: bucketId, worker_id: workerId, update_seq: updateSeq, writer } = JSON.parse(text) ?? {};
		if (!isCount(updateSeq)) return "damaged";
		return {
			bucketId: textOf(bucketId),
			workerId: textOf(workerId),
			updateSeq,
			writer: parseWriter(writer)
		};
	} catch {
		return "damaged";
	}
}
/** Parses the `writer` of a `worker.json`; returns undefined when it is missing or malformed. */
function parseWriter(json) {
	const { kind, name, serial, run } = json ?? {};
	if (kind !== "file" && kind !== "workers" || typeof name !== "string" || !isCount(serial)) return void 0;
	return {
		kind,
		name,
		serial,
		run: textOf(run)
	};
}
function textOf(value) {
	return typeof value === "string" ? value : "";
}
function isCount(value) {
	return Number.isSafeInteger(value) && value >= 0;
}
function kindOf(word) {
	return KINDS.has(word) ? word : "file";
}
/** Splits the text after its first word. Returns the first word and the rest. */
function cut(text) {
	const at = text.indexOf(" ");
	return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
export { deliveryProblem as a, unansweredReason as c, problemsText as d, connectionProblem as i, problemReason as l, parseWriter as n, readingProblem as o, commandProblem as r, unansweredProblem as s, parseFacts as t, problemText as u };
