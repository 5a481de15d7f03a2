import { t as problemReason } from "./problem-text.js";
// src/transport/outcome-problem.ts
const LONGEST_WORDS = 300;
/**
* Returns the problem of a command, whose time limit is `command_timeout`, or undefined when it succeeded. The problem
* has the last line of its error output.
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
/** Returns the problem of a question without an answer; a question with an answer has ended with a status. */
function unansweredProblem(host, limitMs, outcome) {
	return outcome.kind === "failed" ? connectionProblem(outcome.problem) : {
		kind: "silent",
		worker: host,
		limitMs
	};
}
/** Returns the problem of reading something on a worker. */
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
* Returns the problem of a question as a reason without the worker, for lists that name it: the last line of the error
* output, or why there is no answer.
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
export { unansweredProblem as a, readingProblem as i, connectionProblem as n, unansweredReason as o, deliveryProblem as r, commandProblem as t };
