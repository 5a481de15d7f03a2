import { t as durationText } from "./duration.js";
import { a as table, i as plain, n as details, r as fitSummary, t as codeBlock } from "./markdown-parts.js";
import { n as HOOK_WORDING } from "./event-wording.js";
import { m as secretPlace } from "./with-state.js";
import { U as resultOf } from "./state-key.js";
import { d as isSealed, l as SecretError } from "./keys.js";
import { t as tableText } from "./table.js";
import { t as hookRecordJson } from "./hook-json.js";
// src/session/masks/mask-stored-secrets.ts
/** Registers all stored secrets with the masker before foreign output is shown. */
/**
* Registers every secret of the store. The output of a command that a person runs may contain any secret, even one that
* this run has not read.
*/
function maskStoredSecrets({ ledger: { kv }, box }, { masker }) {
	const keys = kv.namespaces().flatMap((namespace) => kv.keys(namespace).map((key) => ({
		namespace,
		key
	})));
	for (const { namespace, key } of keys) {
		const value = kv.get(namespace, key) ?? "";
		if (!isSealed(value)) continue;
		try {
			masker.add(box.open(value), secretPlace(namespace, key));
		} catch (thrown) {
			if (!(thrown instanceof SecretError)) throw thrown;
		}
	}
}
// src/commands/job/job-control-result.ts
const TOLD_END_WORDING = {
	worker: "name",
	stdout: "text",
	stderr: "text",
	message: "text"
};
function toldEnd({ problem: _problem, ...told }) {
	return told;
}
/**
* Makes the result for people and scripts. `records` must not contain hooks of health checks, because those run many times.
*/
function controlResult(target, jobs, records) {
	return resultOf({
		exitCode: failedOf(jobs).length === 0 ? 0 : 1,
		data: {
			target,
			jobs: jobs.map(toldJob),
			hooks: records.filter(({ event }) => event === "job_control")
		},
		wording: {
			target: "name",
			jobs: {
				job: "name",
				reason: "text",
				error: "text",
				workers: TOLD_END_WORDING
			},
			hooks: HOOK_WORDING
		},
		show: showControlled
	});
}
function toldJob({ workers, ...job }) {
	return {
		...job,
		workers: workers.map(toldEnd)
	};
}
function failedOf(jobs) {
	return jobs.filter(({ outcome }) => outcome === "failed" || outcome === "cancelled");
}
function showControlled({ target, jobs, hooks }) {
	const failed = failedOf(jobs);
	const errors = failed.map(({ job, error }) => `job ${job} ${error}`);
	return {
		json: {
			ok: failed.length === 0,
			target,
			jobs: jobs.map(({ workers, ...job }) => ({
				...job,
				workers: workers.map(workerEndJson)
			})),
			hooks: hooks.map(hookRecordJson)
		},
		text: `${tableText(COLUMNS, rowsOf(jobs, hooks))}${errors.map((error) => `${error}\n`).join("")}`,
		summary: fitSummary([
			`## maand job ${plain(target)}: ${failed.length === 0 ? "done" : "failed"}\n\n`,
			table(COLUMNS, rowsOf(jobs, hooks).map((row) => row.map(plain))),
			...errors.map((error) => `**${plain(error)}**\n\n`),
			...jobs.flatMap(({ job, workers }) => workers.map((end) => outputSection(job, end)))
		]),
		outputs: { "failed-jobs": failed.map(({ job }) => job) }
	};
}
/** Returns how a script on a worker ended, as `--json` shows it. */
function workerEndJson({ worker, outcome, exitCode, stdout, stderr, durationMs, message }) {
	return {
		worker,
		outcome,
		stdout,
		stderr,
		...exitCode === void 0 ? {} : { exit_code: exitCode },
		duration_ms: Math.round(durationMs),
		...message === void 0 ? {} : { error: message }
	};
}
/** Returns `ok`, `exit 3`, `timed out`, `failed` or `cancelled`. */
function endText({ outcome, exitCode }) {
	if (outcome === "succeeded") return "ok";
	if (outcome === "failed" && exitCode !== void 0) return `exit ${exitCode}`;
	return outcome.replace("-", " ");
}
/** Returns a folded section of Markdown, or an empty string when the worker printed nothing. */
function outputSection(job, { worker, stdout, stderr }) {
	const text = [stdout, stderr].filter((part) => part.trim() !== "").join("\n");
	return text === "" ? "" : details([job, worker].filter((part) => part !== "").join("@"), codeBlock(text));
}
const COLUMNS = [
	"job",
	"worker",
	"result",
	"time"
];
function rowsOf(jobs, hooks) {
	return jobs.flatMap(({ job, outcome, reason, workers }) => {
		if (outcome === "skipped") return [[
			job,
			"-",
			`nothing to do: ${reason}`,
			""
		]];
		const made = workers.map((end) => [
			job,
			end.worker,
			endText(end),
			durationText(end.durationMs)
		]);
		const hooked = hooks.filter((record) => record.job === job).map(({ worker, hook, exitCode, durationMs }) => [
			job,
			worker,
			`${hook} ${exitCode === 0 ? "ok" : `exit ${exitCode}`}`,
			durationText(durationMs)
		]);
		return [...made, ...hooked];
	});
}
export { toldEnd as a, outputSection as i, controlResult as n, workerEndJson as o, endText as r, maskStoredSecrets as s, TOLD_END_WORDING as t };
