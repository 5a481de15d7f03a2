import { t as Failure } from "./failure.js";
import { d as problemsText } from "./worker-facts.js";
import { n as batchesOf } from "./terminal-text.js";
import { n as mapLimit } from "./concurrency.js";
import { i as shellQuote } from "./program.js";
import { t as followOnWorker } from "./lifecycle.js";
import { D as inRolloutOrder, S as bucketFolder, a as withRun } from "./with-state.js";
import { t as workerGateProblem } from "./worker-gate.js";
import { n as requireOurs } from "./worker-sync.js";
import { n as waitHealthy } from "./gate.js";
import { a as toldEnd, i as outputSection, o as workerEndJson, r as endText, s as maskStoredSecrets, t as TOLD_END_WORDING } from "./job-control-result.js";
import { a as withBucket, d as selectWorkers } from "./ledger.js";
import { t as withBuilt } from "./with-built.js";
import { t as durationText } from "./duration.js";
import { a as table, i as plain, r as fitSummary } from "./markdown-parts.js";
import { t as tableText } from "./table.js";
import { U as resultOf } from "./state-key.js";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
// src/rollout/by-hand/run-on-workers.ts
/**
* Runs a script of the user on many workers. The script belongs to no job, and nothing about it is recorded in the
* state.
*/
/**
* Runs the script on the workers in order. A worker that did not start because another worker had failed has no result.
*/
async function runOnWorkers(run, order) {
	let failed = false;
	return (await mapLimit(order.workers, order.concurrency, async (worker) => {
		if (run.signal.aborted || failed && order.onFailure === "stop") return void 0;
		const end = await runOne(run, worker, order.script);
		failed ||= end.problem !== void 0;
		return end;
	})).filter((end) => end !== void 0);
}
/** Runs the script in the folder of the bucket, or in the login folder before the first delivery. */
function runOne(run, worker, script) {
	const { bucketId } = run.catalog;
	return followOnWorker(run, {
		job: "",
		worker,
		phase: "run_command",
		label: "command",
		script: `cd ${shellQuote(bucketFolder(worker, bucketId))} 2>/dev/null || :\n${script}`,
		env: {
			BUCKET_ID: bucketId,
			WORKER_IP: worker.host
		}
	});
}
// src/commands/run-command/run-command-result.ts
/** Makes the result of `maand run_command`: JSON, text and summary. */
/** Makes the result. The exit code is 1 when the script failed on a worker, or was not started there. */
function runCommandResult(data) {
	const { workers, ends, unhealthy } = data;
	const ok = unhealthy === void 0 && ends.every((end) => errorOf(end) === void 0) && ends.length === workers.length;
	return resultOf({
		exitCode: ok ? 0 : 1,
		data,
		wording: {
			workers: "name",
			ends: TOLD_END_WORDING,
			unhealthy: "text"
		},
		show: showEnds
	});
}
function showEnds({ workers, ends, unhealthy }) {
	const byHost = new Map(ends.map((end) => [end.worker, end]));
	const skipped = workers.filter((host) => !byHost.has(host));
	const errors = [...ends.flatMap((end) => errorOf(end) ?? []), ...unhealthy === void 0 ? [] : [unhealthy]];
	const rows = workers.map((host) => rowOf(host, byHost.get(host)));
	const ok = errors.length === 0 && skipped.length === 0;
	return {
		json: {
			ok,
			workers: ends.map(workerEndJson),
			skipped,
			errors
		},
		text: `${tableText(COLUMNS, rows)}${errors.map((error) => `${error}\n`).join("")}`,
		summary: fitSummary([
			`## maand run\\_command: ${ok ? "done" : "failed"}\n\n`,
			table(COLUMNS, rows.map((row) => row.map(plain))),
			...errors.map((error) => `**${plain(error)}**\n\n`),
			...ends.map((end) => outputSection("", end))
		]),
		outputs: { hosts: ends.map(({ worker }) => worker) }
	};
}
const COLUMNS = [
	"worker",
	"result",
	"time"
];
function rowOf(host, end) {
	return end === void 0 ? [
		host,
		"not run",
		""
	] : [
		host,
		endText(end),
		durationText(end.durationMs)
	];
}
function errorOf({ worker, exitCode, outcome, message }) {
	if (message === void 0) return void 0;
	return outcome === "failed" && exitCode !== void 0 ? `worker ${worker}: exit ${exitCode}` : message;
}
// src/commands/run-command/run-command.ts
/**
* `maand run_command 'CMD'`: runs a script on chosen workers, a few at a time, optionally with a health check between
* batches.
*/
/**
* Pause between a batch and its health check. A service that the script broke usually fails within this time; an earlier
* check could still find it healthy.
*/
const PAUSE_MS = 1e4;
async function runCommand(call) {
	return withBucket(call, async (bucket) => {
		const { request, face } = bucket;
		const script = await readScript(request, bucket.workspace.bucketDir);
		return withBuilt(bucket, {
			state: "change",
			catalog: "workspace"
		}, async (built) => {
			maskStoredSecrets(built.state, face);
			const workers = chooseWorkers(built.catalog, request);
			const carryOut = request.flags.healthCheck ? inCheckedBatches : inWindow;
			const { ends, unhealthy } = await withRun(built, async ({ run }) => {
				await requireOurs(run, workers);
				return carryOut({
					run,
					script,
					workers,
					request
				});
			});
			return runCommandResult({
				workers: workers.map(({ host }) => host),
				ends: ends.map(toldEnd),
				unhealthy
			});
		});
	});
}
async function readScript({ operands, script }, bucketDir) {
	const given = operands[0] ?? script;
	const file = join(bucketDir, "workspace", "command.sh");
	const text = given ?? await readFile(file, "utf8").catch(noFile);
	if (text.trim() !== "") return text;
	throw new Failure("command is empty", {
		exitCode: 2,
		hint: given === void 0 ? `write it into ${file}` : "usage: maand run_command 'CMD'"
	});
}
function noFile(thrown) {
	if (thrown.code !== "ENOENT") throw new Failure(`cannot read workspace/command.sh: ${thrown.message}`, { exitCode: 2 });
	throw new Failure("command argument or workspace/command.sh is required", {
		exitCode: 2,
		hint: "usage: maand run_command 'CMD'"
	});
}
/** Returns the chosen workers in the order of `--workers`. Without that option, returns them in the order of the catalog. */
function chooseWorkers({ workers }, { filters }) {
	const wanted = [...selectWorkers(filters.workers, workers.map(({ host }) => host))].flatMap((host) => workers.filter((worker) => worker.host === host)).filter(({ labels }) => filters.labels.length === 0 || filters.labels.some((label) => labels.includes(label)));
	if (wanted.length > 0) return wanted;
	const labels = [...new Set(workers.flatMap((worker) => worker.labels))].sort();
	throw new Failure("no workers matched the selection", {
		exitCode: 2,
		hint: labels.length === 0 ? "the bucket has no workers" : `labels of this bucket: ${labels.join(", ")}`
	});
}
async function inWindow({ run, script, workers, request }) {
	const onFailure = request.flags.ignoreFailure ? "go-on" : "stop";
	return { ends: await runOnWorkers(run, {
		script,
		workers,
		concurrency: request.concurrency,
		onFailure
	}) };
}
/** Runs fixed batches. The next batch starts when every job of the bucket is healthy. */
async function inCheckedBatches({ run, script, workers, request }) {
	const ends = [];
	const { concurrency } = request;
	for (const [index, batch] of batchesOf(workers, concurrency).entries()) {
		const ended = await runOnWorkers(run, {
			script,
			workers: batch,
			concurrency,
			onFailure: "go-on"
		});
		ends.push(...ended);
		if (run.signal.aborted || ended.some(({ problem }) => problem !== void 0)) break;
		await setTimeout(PAUSE_MS, void 0, { signal: run.signal }).catch(() => {});
		const problem = await allHealthProblem(run);
		if (problem === void 0) continue;
		return {
			ends,
			unhealthy: `after worker batch ${index + 1}: ${problem}`
		};
	}
	return { ends };
}
async function allHealthProblem(run) {
	if (run.signal.aborted) return "cancelled while waiting for health";
	const gate = await workerGateProblem(run);
	if (gate !== void 0) return gate;
	const failures = [];
	for (const job of run.catalog.jobs) {
		const problems = await waitHealthy(run, job, inRolloutOrder(run, job, job.allocations));
		if (problems.size > 0) failures.push(`job ${job.name}: ${problemsText(problems.values())}`);
	}
	return failures.length === 0 ? void 0 : failures.join("; ");
}
export { runCommand };
