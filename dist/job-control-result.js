import { t as durationText } from "./duration.js";
import { a as table, i as plain, n as details, r as fitSummary, t as codeBlock } from "./markdown-parts.js";
import { U as isSealed, V as SecretError } from "./open-state.js";
import { t as tableText } from "./table.js";
import { t as hookRecordJson } from "./hook-json.js";
// src/steps/mask-stored-secrets.ts
/** Tells the masker every secret of the store: what workers print by hand may hold any of them, though this run has not read it. */
function maskStoredSecrets({ ledger: { kv }, box }, { masker }) {
	const values = kv.namespaces().flatMap((space) => kv.keys(space).map((key) => kv.get(space, key) ?? ""));
	for (const value of values.filter(isSealed)) try {
		masker.add(box.open(value));
	} catch (thrown) {
		if (!(thrown instanceof SecretError)) throw thrown;
	}
}
// src/commands/job/job-control-result.ts
/** What `maand job` did, for people and scripts. Hooks of health checks, asked again and again, are left out of `records`. */
function controlResult(target, jobs, records) {
	const hooks = records.filter(({ event }) => event === "job_control");
	const failed = jobs.filter(({ outcome }) => outcome === "failed" || outcome === "cancelled");
	const errors = failed.map(({ job, error }) => `job ${job} ${error}`);
	return {
		exitCode: failed.length === 0 ? 0 : 1,
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
/** How a script on a worker ended, as `--json` shows it. */
function workerEndJson({ exitCode, durationMs, problem, ...end }) {
	return {
		...end,
		...exitCode === void 0 ? {} : { exit_code: exitCode },
		duration_ms: Math.round(durationMs),
		...problem === void 0 ? {} : { error: problem }
	};
}
/** `ok`, `exit 3`, `timed out`, `failed`, `cancelled`. */
function endText({ outcome, exitCode }) {
	if (outcome === "succeeded") return "ok";
	if (outcome === "failed" && exitCode !== void 0) return `exit ${exitCode}`;
	return outcome.replace("-", " ");
}
/** Folded away; empty when the worker said nothing. */
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
export { maskStoredSecrets as a, workerEndJson as i, endText as n, outputSection as r, controlResult as t };
