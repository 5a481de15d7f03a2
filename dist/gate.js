import { d as problemsText, u as problemText } from "./worker-facts.js";
import { n as mapLimit } from "./concurrency.js";
import { i as timeoutSignal, t as anySignal } from "./abort.js";
import { T as workerOf } from "./with-state.js";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
// src/health/probe.ts
const MOST_REDIRECTS = 10;
/** Runs one probe of one worker. Returns `undefined` when the probe passed, otherwise the problem. */
async function runProbe(input) {
	const { check } = input;
	switch (check.type) {
		case "tcp": return probeTcp(input, portOf(input, check.port));
		case "http": return probeHttp(input, check);
		case "ssh": return probeSsh(input, check.command);
	}
}
function portOf({ ports }, name) {
	const number = Object.hasOwn(ports, name) ? ports[name] : void 0;
	if (number === void 0) throw new Error(`port "${name}" has no number`);
	return number;
}
function probeTcp({ worker, timeoutMs, signal }, port) {
	const limit = anySignal(signal, timeoutSignal(timeoutMs));
	return new Promise((resolve) => {
		const socket = connect({
			host: worker.host,
			port
		});
		const finish = (said) => {
			limit.removeEventListener("abort", onLimit);
			socket.destroy();
			resolve(said === void 0 ? void 0 : failed("tcp", endpoint(worker.host, port), said));
		};
		const onLimit = () => finish(signal.aborted ? "cancelled" : `no connection within ${timeoutMs / 1e3} s`);
		limit.addEventListener("abort", onLimit);
		socket.once("connect", () => finish());
		socket.once("error", (error) => finish(describe(error)));
		if (limit.aborted) onLimit();
	});
}
async function probeHttp(input, check) {
	const { worker, timeoutMs, signal } = input;
	const first = new URL(`${check.scheme}://${endpoint(worker.host, portOf(input, check.port))}${check.path}`);
	const limit = anySignal(signal, timeoutSignal(timeoutMs));
	const wrong = (said) => failed("http", first.href, said);
	let url = first;
	try {
		for (let redirects = 0;; redirects++) {
			const { status, location } = await requestOnce(url, limit);
			const next = location === void 0 ? void 0 : new URL(location, url);
			if (!(next !== void 0 && status >= 300 && status < 400 && status !== check.expectStatus)) return status === check.expectStatus ? void 0 : wrong(`status ${status} want ${check.expectStatus}`);
			if (next.hostname !== first.hostname) return wrong(`redirected to another host (${next.hostname})`);
			if (redirects >= MOST_REDIRECTS) return wrong(`more than ${MOST_REDIRECTS} redirects`);
			url = next;
		}
	} catch (thrown) {
		if (signal.aborted) return wrong("cancelled");
		return wrong(limit.aborted ? `no answer within ${timeoutMs / 1e3} s` : describe(thrown));
	}
}
/** Sends one request. The body is not read, because only the status matters. */
async function requestOnce(url, signal) {
	const { request } = await (url.protocol === "https:" ? import("node:https") : import("node:http"));
	return new Promise((resolve, reject) => {
		const call = request(url, {
			signal,
			agent: false,
			headers: {
				connection: "close",
				"user-agent": "maand-health"
			}
		}, (response) => {
			resolve({
				status: response.statusCode ?? 0,
				location: response.headers.location
			});
			response.destroy();
		});
		call.once("error", reject);
		call.end();
	});
}
async function probeSsh(input, command) {
	const { worker, workers, timeoutMs, signal } = input;
	const wrong = (said) => failed("ssh", worker.host, said);
	if (command.trim() === "") return wrong("empty command");
	const limit = anySignal(signal, timeoutSignal(timeoutMs));
	const outcome = await workers.look(worker, {
		label: "health check",
		script: command,
		timeoutMs
	}, limit);
	switch (outcome.kind) {
		case "exited": {
			if (outcome.exitCode === 0) return void 0;
			const output = `${outcome.stdout}${outcome.stderr}`.trim().slice(-500);
			return wrong(`exit ${outcome.exitCode}${output === "" ? "" : `: ${output}`}`);
		}
		case "timed-out": return wrong(`timed out after ${timeoutMs / 1e3} s`);
		case "failed": return wrong(outcome.problem.kind === "cancelled" && !signal.aborted ? `timed out after ${timeoutMs / 1e3} s` : outcome.problem.message);
	}
}
function failed(probe, at, said) {
	return {
		kind: "probe",
		probe,
		at,
		said
	};
}
function endpoint(host, port) {
	return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
const CAUSES = {
	ECONNREFUSED: "connection refused",
	ECONNRESET: "connection reset",
	EHOSTUNREACH: "no route to the worker",
	ENETUNREACH: "no route to the worker"
};
function describe(error) {
	return CAUSES[error.code ?? ""] ?? error.message;
}
// src/health/check-job.ts
/** Runs probes, then hooks, on allocations of one job. Returns all problems by worker. */
const DEFAULT_TIMEOUT_MS = 5e3;
/** Returns whether the job has a health check. */
function hasHealthCheck(job) {
	return (job.entry.healthCheck?.checks.length ?? 0) > 0 || hasHealthHook(job);
}
function hasHealthHook(job) {
	return job.entry.hooks.some((hook) => hook.events.includes("health_check"));
}
/** Runs the probes first. Then runs the hooks on hosts whose probes passed. */
async function checkJob(check) {
	const problems = await probeAll(check);
	const passed = check.allocations.filter(({ host }) => !problems.has(host));
	if (check.runHooks === void 0 || passed.length === 0) return problems;
	const all = new Map([...problems, ...await check.runHooks(passed)]);
	return new Map(check.allocations.flatMap(({ host }) => {
		const problem = all.get(host);
		return problem === void 0 ? [] : [[host, problem]];
	}));
}
async function probeAll(check) {
	const { job, workers, signal } = check;
	const { checks = [], timeoutMs = DEFAULT_TIMEOUT_MS } = job.entry.healthCheck ?? {};
	const active = check.allocations.filter(({ disabled }) => !disabled);
	const results = await mapLimit(active, check.parallelWorkers, async ({ host }) => {
		const worker = check.workerOf(host);
		const runs = checks.map((one) => runProbe({
			check: one,
			worker,
			ports: job.ports,
			workers,
			timeoutMs,
			signal
		}));
		return (await Promise.all(runs)).filter((problem) => problem !== void 0);
	});
	const found = active.map(({ host }, at) => [host, results[at] ?? []]);
	return new Map(found.flatMap(([host, problems]) => problems.length === 0 ? [] : [[host, {
		kind: "list",
		problems
	}]]));
}
// src/health/wait.ts
/** Repeats a health check until the job is healthy or no attempts are left. */
const DEFAULTS = {
	attempts: 30,
	intervalMs: 1e3,
	successes: 1,
	minHealthyMs: 0
};
/** The result of a cancelled wait. The health of the job is then unknown. */
const CANCELLED = /* @__PURE__ */ new Map([["", {
	kind: "cancelled",
	when: "while waiting for health"
}]]);
/** Returns how long the manifest allows the check to wait. The settings of `wait` apply even without `checks`. */
function patienceOf(healthCheck) {
	return healthCheck ?? DEFAULTS;
}
/**
* Repeats the check until the job was healthy `successes` times in a row over at least `minHealthyMs`, or until
* `attempts` checks failed. Returns the problems of the last check; an empty map means healthy. There is no pause after
* the last attempt.
*/
async function waitUntilHealthy(waiting) {
	const { patience, check, beforeRetry, onRetry, nowMs, signal } = waiting;
	let healthySince;
	let successes = 0;
	for (let failures = 0;;) {
		const problems = await check();
		if (signal.aborted) return problems.size > 0 ? problems : CANCELLED;
		if (problems.size === 0) {
			healthySince ??= nowMs();
			successes++;
			if (successes >= patience.successes && nowMs() - healthySince >= patience.minHealthyMs) return problems;
		} else {
			healthySince = void 0;
			successes = 0;
			failures++;
			if (failures >= patience.attempts) return problems;
			onRetry(failures, problems);
		}
		await setTimeout(patience.intervalMs, void 0, { signal }).catch(() => {});
		if (signal.aborted) return problems.size > 0 ? problems : CANCELLED;
		beforeRetry?.();
	}
}
// src/rollout/job/gate.ts
const HEALTHY = /* @__PURE__ */ new Map();
/** Checks health once, without waiting. */
function lookAt(run, job, allocations) {
	if (!hasHealthCheck(job) || allocations.length === 0) return Promise.resolve(HEALTHY);
	return checkJob(jobCheck(run, job, allocations));
}
/** Waits for health as long as the manifest allows. Returns the remaining problems. */
async function waitHealthy(run, job, allocations) {
	if (!hasHealthCheck(job) || allocations.length === 0) return HEALTHY;
	const { emit, nowMs, signal } = run;
	const began = nowMs();
	const patience = patienceOf(job.entry.healthCheck);
	emit({
		type: "phase-started",
		job: job.name,
		phase: "health"
	});
	const problems = await waitUntilHealthy({
		patience,
		check: () => checkJob(jobCheck(run, job, allocations)),
		beforeRetry: () => run.workers.forget("phase"),
		onRetry: (attempt, found) => emit({
			type: "health-retried",
			job: job.name,
			attempt,
			attempts: patience.attempts,
			problems: [...found.values()].map(problemText)
		}),
		nowMs,
		signal
	});
	emit({
		type: "phase-finished",
		job: job.name,
		phase: "health",
		outcome: signal.aborted ? "cancelled" : problems.size === 0 ? "succeeded" : "failed",
		durationMs: nowMs() - began,
		...problems.size === 0 ? {} : { message: problemsText(problems.values()) }
	});
	return problems;
}
function jobCheck(run, job, allocations) {
	const { workers, settings, signal } = run;
	return {
		job,
		allocations,
		workerOf: (host) => workerOf(run, host),
		workers,
		runHooks: hasHealthHook(job) ? (targets) => healthHooks(run, job, targets) : void 0,
		parallelWorkers: settings.parallelWorkers,
		signal
	};
}
/** Runs the health hooks. A host whose hook did not finish does not count as healthy. */
async function healthHooks(run, job, allocations) {
	const batchSize = job.entry.maxConcurrentUpgrades;
	const result = await run.runHooks({
		event: "health_check",
		job,
		allocations,
		batchSize,
		phase: "health_check"
	});
	const { failure } = result;
	const problems = new Map([...result.problems].map(([host, said]) => [host, {
		kind: "hook",
		said
	}]));
	if (!run.signal.aborted && (failure === void 0 || problems.size > 0)) return problems;
	const unknown = failure === void 0 ? { kind: "cancelled" } : {
		kind: "hook",
		said: failure
	};
	return new Map(allocations.map(({ host }) => [host, problems.get(host) ?? unknown]));
}
export { waitHealthy as n, hasHealthCheck as r, lookAt as t };
