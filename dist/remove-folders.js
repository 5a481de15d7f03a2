import { n as mapLimit } from "./concurrency.js";
import { r as commandProblem } from "./worker-facts.js";
import { t as workerProgram } from "./program.js";
import { C as jobFolder, S as bucketFolder } from "./with-state.js";
// src/rollout/by-hand/remove-folders.ts
/** Removes the folders of removed allocations from workers, for `maand gc`. */
/**
* Removes the whole folder of each allocation on its worker, including the data of the job. The allocations must
* already be stopped. When a worker has left and has nothing else of the bucket, the folder of the bucket and the files
* of the state are also removed.
*/
async function removeFolders(run, allocations) {
	const ids = new Set(allocations.map(({ id }) => id));
	const others = new Set(run.ledger.allocations.filter(({ id }) => !ids.has(id)).map(({ host }) => host));
	return mapLimit(allocations, run.settings.parallelWorkers, async (allocation) => {
		const { worker, job, workerLeft, host } = allocation;
		const { bucketId } = run.catalog;
		const { problem, left } = await remove(run, allocation, workerLeft && !others.has(host) ? {
			script: removalProgram("bucket", bucketFolder(worker, bucketId)),
			send: run.workers.leave
		} : {
			script: removalProgram("job", jobFolder(worker, bucketId, job)),
			send: run.workers.change
		});
		if (problem === void 0) return {
			outcome: "removed",
			allocation,
			left
		};
		return {
			outcome: workerLeft && !run.signal.aborted && problem.kind !== "overtaken" ? "abandoned" : "kept",
			allocation,
			problem
		};
	});
}
/** Returns a program that removes the folder of a job or of a bucket, also when links lead to it. */
function removalProgram(kind, folder) {
	return workerProgram(["links", "job/remove"], { variables: {
		folder,
		kind
	} });
}
async function remove(run, { worker, job }, { script, send }) {
	const { host } = worker;
	if (run.signal.aborted) return {
		problem: notBegun(host),
		left: []
	};
	const label = `removing the folder of ${job}`;
	const timeoutMs = run.settings.commandTimeoutMs;
	const outcome = await send(worker, {
		label,
		script,
		timeoutMs
	}, run.signal);
	return {
		problem: commandProblem({
			host,
			what: label,
			limitMs: timeoutMs
		}, outcome),
		left: (outcome.kind === "exited" ? outcome.stdout.split("\n") : []).flatMap((line) => line.startsWith("left ") ? [line.slice(5)] : [])
	};
}
function notBegun(worker) {
	return {
		kind: "connection",
		worker,
		cause: "cancelled",
		message: `worker ${worker}: cancelled`
	};
}
export { removeFolders as n, removalProgram as t };
