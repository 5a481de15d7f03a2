import { n as mapLimit } from "./concurrency.js";
import { p as workerOf } from "./open-run.js";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
// src/rollout/readiness.ts
/** Programs that a deploy needs on a worker besides rsync (contract §1). */
const WORKER_TOOLS = ["make"];
const SCRIPT = `missing=
for tool in ${[...WORKER_TOOLS, "rsync"].join(" ")}; do command -v "$tool" >/dev/null 2>&1 || missing="$missing $tool"; done
[ -z "$missing" ] || { printf '%s\\n' "$missing"; exit 64; }`;
const MISSING = 64;
const TIMEOUT_MS = 3e4;
/**
* Connects to workers, each once per run: one that cannot be reached fails the jobs that live on it before anything is sent for
* them. Missing programs are noticed by the delivery itself, which saves a round trip; only when something is wrong
* anyway are the others asked as well, so that the report is whole.
*/
async function checkReadiness(run, hosts) {
	const unreachable = await connectAll(run, hosts);
	if (unreachable.size === 0) return unreachable;
	return problemsByHost(hosts, await mapLimit(hosts, run.settings.parallelWorkers, async (host) => {
		return unreachable.get(host) ?? askForTools(run, host);
	}));
}
/** Opens the connections, side by side; later uses of a worker find it open, or hear the same problem. */
async function connectAll(run, hosts) {
	const { settings, transport, signal } = run;
	return problemsByHost(hosts, await mapLimit(hosts, settings.parallelWorkers, async (host) => {
		const outcome = await transport.connect(workerOf(run, host), signal);
		return outcome.kind === "failed" ? describeProblem(outcome.problem) : void 0;
	}));
}
/** Host → problem, of those that have one. */
function problemsByHost(hosts, problems) {
	const found = hosts.map((host, at) => [host, problems[at]]);
	return new Map(found.filter((entry) => entry[1] !== void 0));
}
function describeProblem({ message, hint }) {
	return hint === void 0 ? message : `${message} (${hint})`;
}
function describeMissing(host, tools) {
	return `worker ${host} missing prerequisites: ${tools.join(", ")} (install them there, e.g. apt-get install ${tools.join(" ")})`;
}
async function askForTools(run, host) {
	const command = {
		label: "prerequisites",
		script: SCRIPT,
		timeoutMs: TIMEOUT_MS
	};
	const outcome = await run.transport.exec(workerOf(run, host), command, run.signal);
	switch (outcome.kind) {
		case "failed": return describeProblem(outcome.problem);
		case "timed-out": return `worker ${host}: no answer within ${TIMEOUT_MS / 1e3} s`;
		case "exited":
			if (outcome.exitCode === 0) return void 0;
			if (outcome.exitCode === MISSING) return describeMissing(host, outcome.stdout.trim().split(/\s+/));
			return `worker ${host}: the prerequisites check failed (exit ${outcome.exitCode}): ${outcome.stderr.trim()}`;
	}
}
// src/health/probe.ts
const MOST_REDIRECTS = 10;
/** One probe of one worker (spec 15 §4). Answers undefined when it passed, else the sentence that says what is wrong. */
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
	const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
	return new Promise((resolve) => {
		const socket = connect({
			host: worker.host,
			port
		});
		const finish = (problem) => {
			limit.removeEventListener("abort", onLimit);
			socket.destroy();
			resolve(problem === void 0 ? void 0 : `tcp ${endpoint(worker.host, port)}: ${problem}`);
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
	const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
	let url = first;
	try {
		for (let redirects = 0;; redirects++) {
			const { status, location } = await requestOnce(url, limit);
			const next = location === void 0 ? void 0 : new URL(location, url);
			if (!(next !== void 0 && status >= 300 && status < 400 && status !== check.expectStatus)) return status === check.expectStatus ? void 0 : `http ${first.href}: status ${status} want ${check.expectStatus}`;
			if (next.hostname !== first.hostname) return `http ${first.href}: redirected to another host (${next.hostname})`;
			if (redirects >= MOST_REDIRECTS) return `http ${first.href}: more than ${MOST_REDIRECTS} redirects`;
			url = next;
		}
	} catch (thrown) {
		if (signal.aborted) return `http ${first.href}: cancelled`;
		return `http ${first.href}: ${limit.aborted ? `no answer within ${timeoutMs / 1e3} s` : describe(thrown)}`;
	}
}
/** The body is not read: the status is all that counts. */
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
	const { worker, transport, timeoutMs, signal } = input;
	if (command.trim() === "") return `ssh ${worker.host}: empty command`;
	const outcome = await transport.exec(worker, {
		label: "health check",
		script: command,
		timeoutMs
	}, signal);
	switch (outcome.kind) {
		case "exited": {
			if (outcome.exitCode === 0) return void 0;
			const output = `${outcome.stdout}${outcome.stderr}`.trim().slice(-500);
			return `ssh ${worker.host}: exit ${outcome.exitCode}${output === "" ? "" : `: ${output}`}`;
		}
		case "timed-out": return `ssh ${worker.host}: timed out after ${timeoutMs / 1e3} s`;
		case "failed": return `ssh ${worker.host}: ${outcome.problem.message}`;
	}
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
/** Probes, then hooks, on allocations of one job (spec 15 §3): what is wrong, per worker, all of it. */
const DEFAULT_TIMEOUT_MS = 5e3;
/** Whether the job says anything about its health. */
function hasHealthCheck(job) {
	return (job.entry.healthCheck?.checks.length ?? 0) > 0 || hasHealthHook(job);
}
function hasHealthHook(job) {
	return job.entry.hooks.some((hook) => hook.events.includes("health_check"));
}
/** Probes first; hooks run where they passed. */
async function checkJob(check) {
	const problems = await probeAll(check);
	const passed = check.allocations.filter(({ host }) => !problems.has(host));
	if (check.runHooks === void 0 || passed.length === 0) return problems;
	const all = new Map([...problems, ...await check.runHooks(passed)]);
	return new Map(check.allocations.flatMap(({ host }) => all.has(host) ? [[host, all.get(host)]] : []));
}
async function probeAll(check) {
	const { job, transport, signal } = check;
	const { checks = [], timeoutMs = DEFAULT_TIMEOUT_MS } = job.entry.healthCheck ?? {};
	const active = check.allocations.filter(({ disabled }) => !disabled);
	const results = await mapLimit(active, check.parallelWorkers, async ({ host }) => {
		const worker = check.workerOf(host);
		const runs = checks.map((one) => runProbe({
			check: one,
			worker,
			ports: job.ports,
			transport,
			timeoutMs,
			signal
		}));
		return (await Promise.all(runs)).filter((problem) => problem !== void 0).join("; ");
	});
	const found = active.map(({ host }, at) => [host, results[at] ?? ""]);
	return new Map(found.filter(([, problem]) => problem !== ""));
}
// src/health/wait.ts
const DEFAULTS = {
	attempts: 30,
	intervalMs: 1e3,
	successes: 1,
	minHealthyMs: 0
};
/** A wait that was cut short has seen nothing that it could vouch for. */
const CANCELLED = /* @__PURE__ */ new Map([["", "cancelled while waiting for health"]]);
/** How patient the manifest is; `wait` counts without `checks`, too. */
function patienceOf(healthCheck) {
	return healthCheck ?? DEFAULTS;
}
/**
* Checks until it was healthy `successes` times in a row over at least `minHealthyMs`, or until `attempts` checks failed
* (spec 15 §5). Answers the problems of the last check; empty means healthy. No pause after the last attempt.
*/
async function waitUntilHealthy({ patience, check, onRetry, nowMs, signal }) {
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
	}
}
// src/rollout/gate.ts
const HEALTHY = /* @__PURE__ */ new Map();
/** One look, without waiting. */
function lookAt(run, job, allocations) {
	if (!hasHealthCheck(job) || allocations.length === 0) return Promise.resolve(HEALTHY);
	return checkJob(jobCheck(run, job, allocations));
}
/** Waits as long as the manifest says; answers what is still wrong. */
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
		onRetry: (attempt, found) => emit({
			type: "health-retried",
			job: job.name,
			attempt,
			attempts: patience.attempts,
			problems: [...found.values()]
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
		...problems.size === 0 ? {} : { message: [...problems.values()].join("; ") }
	});
	return problems;
}
function jobCheck(run, job, allocations) {
	const { transport, settings, signal } = run;
	return {
		job,
		allocations,
		workerOf: (host) => workerOf(run, host),
		transport,
		runHooks: hasHealthHook(job) ? (targets) => healthHooks(run, job, targets) : void 0,
		parallelWorkers: settings.parallelWorkers,
		signal
	};
}
/** A host whose hook did not run to its end is not known to be well. */
async function healthHooks(run, job, allocations) {
	const batchSize = job.entry.maxConcurrentUpgrades;
	const result = await run.runHooks({
		event: "health_check",
		job,
		allocations,
		batchSize,
		phase: "health_check"
	});
	if (!run.signal.aborted && (result.failure === void 0 || result.problems.size > 0)) return result.problems;
	const unknown = result.failure ?? "cancelled";
	return new Map(allocations.map(({ host }) => [host, result.problems.get(host) ?? unknown]));
}
export { checkReadiness as a, describeProblem as c, WORKER_TOOLS as i, problemsByHost as l, waitHealthy as n, connectAll as o, hasHealthCheck as r, describeMissing as s, lookAt as t };
