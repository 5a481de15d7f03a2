import { t as Failure } from "./failure.js";
import { c as continuityOf, t as openRun, u as bucketFolder, v as batchesOf } from "./open-run.js";
import { n as waitHealthy } from "./gate.js";
import { n as inRolloutOrder } from "./hook-events.js";
import { n as mapLimit } from "./concurrency.js";
import { n as shellQuote } from "./shell-quote.js";
import { t as followOnWorker } from "./lifecycle.js";
import { a as maskStoredSecrets, i as workerEndJson, n as endText, r as outputSection } from "./job-control-result.js";
import { S as selectWorkers, m as withState, v as locateBucket, y as openWorkspace } from "./open-state.js";
import { t as resolveCatalog } from "./resolve-catalog.js";
import { t as workerGateProblem } from "./worker-gate.js";
import { t as durationText } from "./duration.js";
import { a as table, i as plain, r as fitSummary } from "./markdown-parts.js";
import { t as tableText } from "./table.js";
import { t as _usingCtx } from "./usingCtx.js";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
// src/rollout/run-on-workers.ts
/** A script of a person on many workers (spec 16 §2): it belongs to no job, and nothing of it goes into the state. */
/** Runs the script on the workers as their turn comes. A worker that had none, because another failed before, has no end. */
async function runOnWorkers(run, order) {
	let failed = false;
	return (await mapLimit(order.workers, order.concurrency, async (worker) => {
		if (run.signal.aborted || failed && order.onFailure === "stop") return void 0;
		const end = await runOne(run, worker, order.script);
		failed ||= end.problem !== void 0;
		return end;
	})).filter((end) => end !== void 0);
}
/** In the bucket's folder; before the first delivery there is none, and the login folder has to do. */
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
/** What `maand run_command` did; it failed when any worker did, or had no turn. */
function runCommandResult({ workers, ends, unhealthy }) {
	const byHost = new Map(ends.map((end) => [end.worker, end]));
	const skipped = workers.filter((host) => !byHost.has(host));
	const errors = [...ends.flatMap((end) => errorOf(end) ?? []), ...unhealthy === void 0 ? [] : [unhealthy]];
	const rows = workers.map((host) => rowOf(host, byHost.get(host)));
	const ok = errors.length === 0 && skipped.length === 0;
	return {
		exitCode: ok ? 0 : 1,
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
function errorOf({ worker, exitCode, outcome, problem }) {
	if (problem === void 0) return void 0;
	return outcome === "failed" && exitCode !== void 0 ? `worker ${worker}: exit ${exitCode}` : problem;
}
// src/commands/run-command/run-command.ts
/** `maand run_command 'CMD'` (spec 16 §2): a script on chosen workers, some at a time, optionally with a health check between. */
/** A service that is about to fall over does so within this time, and is not taken for healthy. */
const PAUSE_MS = 1e4;
async function runCommand(request, face, tools) {
	const bucketDir = await locateBucket(request, face);
	const workspace = await openWorkspace(bucketDir, request, face);
	const script = await readScript(request, workspace.bucketDir);
	return withState({
		request,
		face,
		tools,
		workspace
	}, async (state) => {
		try {
			var _usingCtx$1 = _usingCtx();
			maskStoredSecrets(state, face);
			const catalog = resolveCatalog(workspace, continuityOf(state.ledger), face);
			const workers = chooseWorkers(catalog, request);
			const order = {
				run: _usingCtx$1.a(await openRun({
					request,
					face,
					tools,
					workspace,
					state,
					catalog
				})).run,
				script,
				workers,
				request
			};
			const { ends, unhealthy } = await (request.flags.healthCheck ? inCheckedBatches(order) : inWindow(order));
			return runCommandResult({
				workers: workers.map(({ host }) => host),
				ends,
				unhealthy
			});
		} catch (_) {
			_usingCtx$1.e = _;
		} finally {
			await _usingCtx$1.d();
		}
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
/** In the order of `--workers`, else of the catalog. */
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
/** Fixed batches: the next begins when every job of the bucket is well. */
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
			unhealthy: run.masker.mask(`after worker batch ${index + 1}: ${problem}`)
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
		if (problems.size > 0) failures.push(`job ${job.name}: ${[...problems.values()].join("; ")}`);
	}
	return failures.length === 0 ? void 0 : failures.join("; ");
}
export { runCommand };
