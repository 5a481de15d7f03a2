import { t as which } from "./io.js";
import { t as Failure } from "./failure.js";
import { t as compareText } from "./order.js";
import { a as didYouMean } from "./state-location.js";
import { n as excerpt, r as quoted } from "./quote.js";
import { h as nameId, m as allocationId } from "./ledger.js";
import { G as parseMemoryMb, K as requireSound, W as parseCpuMhz } from "./state-key.js";
import { t as addressOf } from "./address.js";
import { i as parseVersion, r as compareVersions } from "./formats.js";
import { randomUUID } from "node:crypto";
import { access, readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { constants } from "node:fs";
// src/ask/program-path.ts
/** Checks whether this machine has a program. */
/**
* Returns whether a folder of PATH has an executable file with this name. `@actions/io` reads the PATH of this process.
* Hooks get the same PATH, so they find the same programs.
*/
async function isOnPath(name) {
	return await which(name) !== "";
}
// src/hooks/client-libraries.ts
/** Reads the client libraries that are copied into the folder of every hook script. */
const NAMES = [
	"maand.py",
	"maand.ts",
	"maand.js"
];
/**
* Reads the client libraries. The files are in `clients/` beside this module, both in the sources and in the bundle.
*/
function readClientLibraries() {
	return Promise.all(NAMES.map(async (name) => ({
		name,
		bytes: await readFile(new URL(`./clients/${name}`, import.meta.url))
	})));
}
/**
* The `file:` URL of the module that Node preloads. With this module, a hook that was written for Bun finds its imports
* in Node.
*/
const BUN_RESOLUTION_URL = new URL("./clients/bun-resolution.mjs", import.meta.url).href;
// src/hooks/process/interpreters.ts
/** Finds the interpreters of this machine and chooses the interpreter for a hook script. */
/** Returns the Node that runs this program. This Node also runs hooks when bun is missing. */
function thisNode() {
	return {
		path: process.execPath,
		runsTypeScript: Boolean(process.features.typescript)
	};
}
/** Searches for interpreters on PATH, which hooks inherit. */
async function findHookTools(node = thisNode()) {
	const [python, bun] = await Promise.all([isOnPath("python3"), isOnPath("bun")]);
	return {
		python,
		bun,
		node
	};
}
async function isExecutable(path) {
	try {
		await access(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
/**
* Chooses the interpreter of a hook. A `.py` script uses the Python of the job's `_hooks/.venv` or `_hooks/venv`, or
* else `python3`. A `.js` or `.ts` script uses bun, or else this Node. For `.ts`, this Node must be able to run
* TypeScript.
*/
async function chooseInterpreter(job, hook, tools) {
	const missing = (tool, hint) => ({
		kind: "missing",
		missing: {
			job: job.name,
			hook: hook.name,
			tool,
			hint
		}
	});
	const found = (file, ...args) => ({
		kind: "found",
		interpreter: {
			file,
			args
		}
	});
	switch (hook.language) {
		case "python": {
			const own = await ownPython(join(job.entry.dir, posix.dirname(hook.script)));
			if (own !== void 0) return found(own);
			if (tools.python) return found("python3");
			return missing("python3", "install Python 3.8 or newer on this machine, or rewrite the hook in TypeScript");
		}
		case "typescript":
		case "javascript":
			if (tools.bun) return found("bun", "run");
			if (hook.language === "javascript" || tools.node.runsTypeScript) return found(tools.node.path, "--import", BUN_RESOLUTION_URL);
			return missing("bun", "install bun, or run under Node 24, which runs .ts hooks itself; this Node runs only .js ones");
	}
}
/**
* Returns the absolute path of the Python in the virtual environment of the workspace's hook folder. Returns
* `undefined` when there is no such Python.
*/
async function ownPython(hookFolder) {
	for (const name of [
		".venv/bin/python3",
		".venv/bin/python",
		"venv/bin/python3",
		"venv/bin/python"
	]) {
		const path = join(hookFolder, name);
		if (await isExecutable(path)) return path;
	}
}
/**
* Returns the hooks of `jobs` that this machine cannot run, so that a run can stop before the first change. Without
* `events`, hooks of every event are checked.
*/
async function missingInterpreters(jobs, tools, events) {
	const missing = [];
	for (const job of jobs) for (const hook of job.entry.hooks) {
		if (events !== void 0 && !hook.events.some((event) => events.includes(event))) continue;
		const choice = await chooseInterpreter(job, hook, tools);
		if (choice.kind === "missing") missing.push(choice.missing);
	}
	return missing;
}
/**
* Returns the failure `host prerequisites not met: python3` (exit code 2). The message names the hooks that need the
* interpreter, and the hint tells the user what to do.
*/
function interpreterFailure(missing) {
	const tools = [...new Set(missing.map(({ tool }) => tool))].sort(compareText);
	const needs = missing.map(({ job, hook, tool }) => `job ${job} hook ${hook} needs ${tool}`).join("; ");
	const hint = [...new Set(missing.map((one) => one.hint))].join("; ");
	return new Failure(`host prerequisites not met: ${tools.join(", ")} (${needs})`, {
		exitCode: 2,
		hint
	});
}
// src/catalog/demands.ts
/**
* First checks that every job with a demand, and every demanded job, has a version. Then checks the job, the hook and
* the version bounds of each demand. `flawed` contains jobs whose own errors were already reported. A demand for such a
* job causes no further error.
*/
function checkDemands(jobs, flawed) {
	const byName = new Map(jobs.map((job) => [job.name, job]));
	const demanded = new Set(jobs.flatMap((job) => job.hooks.flatMap((hook) => hook.demand ? [hook.demand.job] : [])));
	return [...jobs.filter((job) => {
		return (demanded.has(job.name) || job.hooks.some((hook) => hook.demand)) && job.version === "" && !flawed.has(job.name);
	}).map(versionMissing), ...jobs.flatMap((job) => job.hooks.flatMap((hook) => checkReference({
		job,
		hook,
		byName,
		flawed
	})))];
}
function versionMissing(job) {
	return {
		severity: "error",
		code: "ErrInvalidJobVersion",
		message: `invalid job version: job ${quoted(job.name)} must declare version (dependency participant)`,
		place: job.placeOf(["version"]),
		job: job.name,
		hint: "add \"version\": \"1.0.0\" to its manifest.json"
	};
}
function checkReference(reference) {
	const { job, hook, byName, flawed } = reference;
	const { demand } = hook;
	if (!demand || demand.job === job.name || flawed.has(demand.job)) return [];
	const upstream = byName.get(demand.job);
	const who = `invalid hook demand: job ${excerpt(job.name)} hook ${excerpt(hook.name)}`;
	if (!upstream) return [finding(reference, ["demands", "job"], {
		code: "ErrInvalidHookDemand",
		message: `${who} demands unknown job ${quoted(demand.job)}`
	})];
	if (!upstream.hooks.some((one) => one.name === demand.hook)) return [finding(reference, ["demands", "hook"], {
		code: "ErrInvalidHookDemand",
		message: `${who} demands job ${quoted(demand.job)} hook ${quoted(demand.hook)} which is not declared`
	})];
	return checkBounds(reference, upstream);
}
function checkBounds(reference, upstream) {
	const { demand } = reference.hook;
	if (upstream.version === "" || !demand) return [];
	const found = [];
	for (const [bound, limit, sign, word] of [[
		"min_version",
		demand.minVersion,
		-1,
		"below"
	], [
		"max_version",
		demand.maxVersion,
		1,
		"above"
	]]) {
		if (limit === void 0 || !isOutside(upstream.version, limit, sign)) continue;
		const comparison = sign < 0 ? ">=" : "<=";
		found.push(finding(reference, [
			"demands",
			"config",
			bound
		], {
			code: "ErrHookDemandVersionMismatch",
			message: `hook demand version mismatch: job ${excerpt(reference.job.name)} hook ${excerpt(reference.hook.name)} depends on ${excerpt(upstream.name)}: upstream version ${upstream.version} ${word} ${bound} ${limit}`,
			hint: `the demand needs ${comparison} ${limit}, the workspace has ${upstream.version}`
		}));
	}
	return found;
}
/**
* Returns whether `version` is below (sign -1) or above (sign 1) `limit`. Returns false when `version` or `limit` is
* malformed, because this error was already reported.
*/
function isOutside(version, limit, sign) {
	const [is, bound] = [parseVersion(version), parseVersion(limit)];
	return is.ok && bound.ok && Math.sign(compareVersions(is.value, bound.value)) === sign;
}
function finding({ job, hook }, path, what) {
	return {
		severity: "error",
		...what,
		place: job.placeOf([
			"hooks",
			hook.name,
			...path
		]),
		job: job.name
	};
}
// src/catalog/placement.ts
/**
* Places every job on every worker that has all selectors of the job as labels, and applies `disabled.json`. An
* allocation that an earlier build already had keeps its id.
*/
function placeJobs(input) {
	const diagnostics = [...unknownDisabled(input)];
	const labelled = input.workers.map((worker) => ({
		worker,
		labels: new Set(worker.labels)
	}));
	const isDisabled = disabledBy(input.disabled);
	const allLabels = new Set(input.workers.flatMap((worker) => worker.labels));
	const allocationsOf = /* @__PURE__ */ new Map();
	for (const job of input.jobs) {
		const allocations = labelled.filter(({ labels }) => job.selectors.every((selector) => labels.has(selector))).map(({ worker: { host } }, index) => ({
			id: input.knownIds.get(`${job.name}|${host}`) ?? allocationId(job.name, host),
			job: job.name,
			host,
			disabled: isDisabled(job.name, host),
			index,
			newVersion: job.version === "" ? "0.0.0" : job.version
		}));
		allocationsOf.set(job.name, allocations);
		if (!input.flaws.workers) diagnostics.push(...countProblems(job, allocations.length, allLabels));
	}
	return {
		allocationsOf,
		diagnostics
	};
}
/** Returns a function that tells whether `disabled.json` names the job, the worker or this allocation. */
function disabledBy({ jobs, workers }) {
	const off = new Set(workers);
	const hostsOf = new Map(Object.entries(jobs).map(([job, { allocations }]) => [job, new Set(allocations)]));
	return (job, host) => {
		const hosts = hostsOf.get(job);
		return off.has(host) || hosts !== void 0 && (hosts.size === 0 || hosts.has(host));
	};
}
function countProblems(job, count, labels) {
	const hint = labelHint(job, labels);
	if (count < job.minAllocationsCount) return [{
		severity: "error",
		code: "ErrInsufficientAllocations",
		message: `missing allocations: job ${excerpt(job.name)} has ${count} allocation(s), min_allocations_count is ${job.minAllocationsCount}`,
		place: job.placeOf(["min_allocations_count"]),
		job: job.name,
		...hint !== void 0 && { hint }
	}];
	if (count > 0) return [];
	return [{
		severity: "warning",
		code: "ErrInsufficientAllocations",
		message: `job ${excerpt(job.name)} is placed on no worker: none has the labels ${excerpt(job.selectors.join(", "))}`,
		place: job.placeOf(["selectors"]),
		job: job.name,
		...hint !== void 0 && { hint }
	}];
}
/** Returns a hint when a selector of the job almost equals a label of a worker. */
function labelHint({ selectors }, labels) {
	return selectors.filter((selector) => !labels.has(selector)).map((selector) => didYouMean(selector, labels)).find((hint) => hint !== void 0);
}
function* unknownDisabled({ jobs, workers, disabled, flaws }) {
	const hosts = new Set(workers.map((worker) => worker.host));
	const names = /* @__PURE__ */ new Set([...jobs.map((job) => job.name), ...flaws.jobs]);
	const isUnknown = (host) => !flaws.workers && !hosts.has(host);
	const warn = (what, name, path) => {
		const hint = didYouMean(name, what === "job" ? names : hosts);
		return {
			severity: "warning",
			code: "ErrInvalidDisabledJSON",
			message: `disabled.json names the unknown ${what} ${quoted(name)}`,
			place: disabled.placeOf(path),
			...hint !== void 0 && { hint }
		};
	};
	for (const [index, host] of disabled.workers.entries()) if (isUnknown(host)) yield warn("worker", host, ["workers", index]);
	for (const [job, { allocations }] of Object.entries(disabled.jobs)) {
		if (!names.has(job)) yield warn("job", job, ["jobs", job]);
		for (const [index, host] of allocations.entries()) {
			if (!isUnknown(host)) continue;
			yield warn("worker", host, [
				"jobs",
				job,
				"allocations",
				index
			]);
		}
	}
}
// src/catalog/ports.ts
const RESERVED_NAMES = /* @__PURE__ */ new Set([
	"bucket_id",
	"jobs",
	"active_jobs",
	"activejobs"
]);
/**
* Assigns all ports of the bucket in three steps: the fixed numbers, then the numbers of the previous build that are
* still free, and last new numbers from the pool, in ascending order. The order in which jobs were edited does not
* change the result.
*/
function assignPorts({ jobs, pool, previous }) {
	const claims = jobs.flatMap((job) => job.ports.map(({ name, number }) => ({
		job,
		name,
		fixed: number
	})));
	const diagnostics = [...nameClashes(claims)];
	const owners = /* @__PURE__ */ new Map();
	for (const claim of claims) {
		if (claim.fixed === void 0) continue;
		const owner = owners.get(claim.fixed);
		if (owner) diagnostics.push(collision(claim, claim.fixed, owner));
		else owners.set(claim.fixed, claim);
	}
	const numbers = /* @__PURE__ */ new Map();
	const dynamic = claims.filter((claim) => claim.fixed === void 0);
	for (const claim of dynamic) keepNumber(claim, {
		pool,
		previous,
		owners,
		numbers,
		diagnostics
	});
	let candidate = pool.min;
	for (const claim of dynamic.filter((one) => !numbers.has(one))) {
		while (owners.has(candidate)) candidate++;
		if (candidate > pool.max) {
			diagnostics.push(exhausted(claim, pool));
			continue;
		}
		owners.set(candidate, claim);
		numbers.set(claim, candidate);
	}
	return {
		ports: byJob(claims, numbers),
		diagnostics
	};
}
function keepNumber(claim, { pool, previous, owners, numbers, diagnostics }) {
	const number = Object.hasOwn(previous, claim.job.name) ? previous[claim.job.name]?.[claim.name] : void 0;
	if (number === void 0 || number < pool.min || number > pool.max) return;
	const owner = owners.get(number);
	if (owner) {
		diagnostics.push(moved(claim, number, owner));
		return;
	}
	owners.set(number, claim);
	numbers.set(claim, number);
}
function* nameClashes(claims) {
	const first = /* @__PURE__ */ new Map();
	for (const claim of claims) {
		const owner = first.get(claim.name);
		if (RESERVED_NAMES.has(claim.name)) yield {
			...about(claim, "ErrPortKeyFormat"),
			message: `invalid port key format: port name "${claim.name}" is reserved (job ${excerpt(claim.job.name)})`
		};
		else if (owner && owner.job !== claim.job) yield {
			...about(claim, "ErrPortCollision"),
			message: `port collision: port name "${claim.name}" is declared by job ${excerpt(owner.job.name)} and by job ${excerpt(claim.job.name)}`,
			hint: "port names are keys of maand/bucket, shared by all jobs: rename one of them"
		};
		if (!owner) first.set(claim.name, claim);
	}
}
function collision(claim, number, owner) {
	return {
		...about(claim, "ErrPortCollision"),
		message: `port collision: port ${number} (job ${excerpt(claim.job.name)} port "${claim.name}")`,
		hint: `it is already the number of port "${owner.name}" of job ${excerpt(owner.job.name)}`
	};
}
function moved(claim, number, owner) {
	return {
		...about(claim, "ErrPortCollision"),
		severity: "warning",
		message: `port "${claim.name}" of job ${excerpt(claim.job.name)} gets another number than ${number}, which job ${excerpt(owner.job.name)} now declares as fixed`
	};
}
function exhausted(claim, pool) {
	return {
		...about(claim, "ErrPortRangeExhausted"),
		message: `port range exhausted: no free ports in range ${pool.min}-${pool.max} (job ${excerpt(claim.job.name)} port "${claim.name}")`,
		hint: "widen port_range in bucket.conf"
	};
}
function about(claim, code) {
	return {
		severity: "error",
		code,
		place: claim.job.placeOf([
			"resources",
			"ports",
			claim.name
		]),
		job: claim.job.name
	};
}
function byJob(claims, numbers) {
	const jobs = /* @__PURE__ */ new Map();
	for (const claim of claims) {
		const number = claim.fixed ?? numbers.get(claim);
		if (number === void 0) continue;
		const ports = jobs.get(claim.job.name) ?? [];
		ports.push([claim.name, number]);
		jobs.set(claim.job.name, ports);
	}
	return Object.fromEntries([...jobs].map(([job, ports]) => [job, Object.fromEntries(ports)]));
}
// src/catalog/resources.ts
const MEMORY = {
	key: "memory",
	boundsOf: (job) => job.memoryMb,
	parse: parseMemoryMb,
	field: "memory_mb",
	unit: "mb"
};
const CPU = {
	key: "cpu",
	boundsOf: (job) => job.cpuMhz,
	parse: parseCpuMhz,
	field: "cpu_mhz",
	unit: "mhz"
};
/**
* Returns the memory and CPU that a job reserves on each of its workers. Each value comes from the job's section in
* `bucket.jobs.conf`. When the section has no such value, the maximum in the manifest is used.
*/
function reserve(job, config) {
	const diagnostics = [];
	const memory = reserveKind({
		job,
		config,
		diagnostics
	}, MEMORY);
	const cpu = reserveKind({
		job,
		config,
		diagnostics
	}, CPU);
	return {
		reservation: {
			memoryMb: memory.value,
			cpuMhz: cpu.value,
			memorySource: memory.source,
			cpuSource: cpu.source
		},
		diagnostics
	};
}
function reserveKind({ job, config, diagnostics }, kind) {
	const bounds = kind.boundsOf(job);
	const text = (Object.hasOwn(config.sections, job.name) ? config.sections[job.name] : void 0)?.[kind.key];
	const source = config.file.slice(config.file.lastIndexOf("/") + 1);
	const parsed = text === void 0 ? void 0 : kind.parse(text);
	if (parsed === void 0 || !parsed.ok) return {
		value: bounds.max,
		source: "manifest"
	};
	const outside = (bounds.min > 0 || bounds.max > 0) && (parsed.value < bounds.min ? "min" : parsed.value > bounds.max ? "max" : void 0);
	if (outside) diagnostics.push({
		severity: "error",
		code: "ErrUnsupportedResourceConfiguration",
		message: `unsupported resource configuration: ${config.file}, job ${excerpt(job.name)} ${outside}_${kind.field} ${bounds[outside].toFixed(2)} ${kind.unit}, requested ${parsed.value.toFixed(2)} ${kind.unit}`,
		place: config.placeOf([job.name, kind.key]),
		job: job.name
	});
	return {
		value: parsed.value,
		source
	};
}
/** Returns an error for each worker whose jobs reserve more memory or CPU than the worker has. */
function checkCapacity(loads) {
	return loads.flatMap(({ worker, memoryMb, cpuMhz }) => [...overload(worker, {
		name: "memory",
		needed: memoryMb,
		capacity: worker.memoryMb,
		unit: "MB"
	}), ...overload(worker, {
		name: "cpu",
		needed: cpuMhz,
		capacity: worker.cpuMhz,
		unit: "MHZ"
	})]);
}
function overload(worker, { name, needed, capacity, unit }) {
	if (needed <= capacity) return [];
	return [{
		severity: "error",
		code: "ErrInsufficientResource",
		message: `insufficient resource: ${capacity <= 0 ? `worker_ip ${worker.host} must specify ${name} in workers.json (allocated jobs require ${needed.toFixed(2)} ${unit})` : `worker_ip ${worker.host}, available ${name} is ${capacity.toFixed(2)} ${unit}, required ${name} is ${needed.toFixed(2)} ${unit}`}`,
		place: worker.place
	}];
}
// src/catalog/sequence.ts
/** Returns the jobs that the hooks of `job` demand, sorted and without duplicates. */
function demandedJobs(job) {
	const names = job.hooks.flatMap((hook) => hook.demand ? [hook.demand.job] : []);
	return [...new Set(names)].sort(compareText);
}
/**
* Returns the wave of each job: the length of the longest chain of demands that starts at the job. The walk visits each
* job once, so that dense graphs are not slow. The walk uses an array as its stack, so that deep graphs do not overflow
* the call stack. Each cycle is reported once, starting at its smallest name.
*/
function sequenceJobs(jobs) {
	const byName = new Map(jobs.map((job) => [job.name, job]));
	const upstream = new Map(jobs.map((job) => [job.name, demandedJobs(job).filter((name) => byName.has(name))]));
	const seqOf = /* @__PURE__ */ new Map();
	const cycles = /* @__PURE__ */ new Map();
	const done = /* @__PURE__ */ new Set();
	for (const { name: start } of jobs) {
		const path = done.has(start) ? [] : [start];
		while (path.length > 0) {
			const name = path.at(-1);
			const open = (upstream.get(name) ?? []).find((next) => !done.has(next) && !path.includes(next));
			if (open !== void 0) {
				path.push(open);
				continue;
			}
			for (const back of upstream.get(name) ?? []) {
				const from = path.indexOf(back);
				if (from >= 0) addCycle(cycles, path.slice(from));
			}
			const below = (upstream.get(name) ?? []).map((next) => seqOf.get(next));
			if (below.every((seq) => seq !== void 0)) seqOf.set(name, Math.max(-1, ...below) + 1);
			done.add(name);
			path.pop();
		}
	}
	return {
		seqOf,
		diagnostics: [...cycles.values()].map((cycle) => describe(cycle, byName))
	};
}
function addCycle(cycles, names) {
	const smallest = names.reduce((least, name) => compareText(name, least) < 0 ? name : least);
	const at = names.indexOf(smallest);
	const cycle = [
		...names.slice(at),
		...names.slice(0, at),
		smallest
	];
	cycles.set(cycle.join(" -> "), cycle);
}
function describe(cycle, byName) {
	const job = byName.get(cycle[0]);
	const hook = job.hooks.find((one) => one.demand?.job === cycle[1]);
	return {
		severity: "error",
		code: "ErrCircularHookDependency",
		message: `circular hook dependency: ${cycle.map(excerpt).join(" -> ")}`,
		place: job.placeOf([
			"hooks",
			hook?.name ?? "",
			"demands",
			"job"
		]),
		job: job.name,
		hint: "jobs are deployed one after the other: remove one demand of the cycle"
	};
}
/** Returns the job names by wave, each wave sorted. A wave is empty when no job has this wave number. */
function wavesOf(seqOf) {
	const waves = [];
	for (const [name, seq] of seqOf) {
		while (waves.length <= seq) waves.push([]);
		waves[seq]?.push(name);
	}
	return waves.map((names) => names.sort(compareText));
}
// src/catalog/strays.ts
/** Returns the findings about the stray folders of a workspace. */
function reportStrays({ strays, jobs, flaws }, { allocations }) {
	const present = /* @__PURE__ */ new Set([...jobs.map(({ name }) => name), ...flaws.jobs]);
	const deployed = new Set(allocations.filter(({ removed, stopped }) => !(removed && stopped)).map(({ job }) => job));
	return strays.flatMap(({ jobs: names, isNotable, what, hint, place }) => {
		const lost = names.filter((name) => deployed.has(name) && !present.has(name));
		if (lost.length === 0 && !isNotable && present.size > 0) return [];
		const finding = {
			code: "ErrInvalidJob",
			place
		};
		if (lost.length === 0) return [{
			...finding,
			severity: "warning",
			message: what,
			hint
		}];
		const message = `invalid job: ${what}, and ${lost.length === 1 ? `job ${excerpt(lost[0] ?? "")} is` : `jobs ${lost.map(excerpt).join(", ")} are`} deployed`;
		return [{
			...finding,
			severity: "error",
			message,
			hint: `${hint}; to remove a job, remove its whole folder`
		}];
	});
}
// src/catalog/build-catalog.ts
function buildCatalog({ workspace, continuity, newId }) {
	const diagnostics = [
		...unknownSections(workspace),
		...reportStrays(workspace, continuity),
		...checkDemands(workspace.jobs, new Set(workspace.flaws.jobs))
	];
	const knownIds = new Map(continuity.allocations.map(({ id, job, host }) => [`${job}|${host}`, id]));
	const { jobs: entries, disabled, settings, flaws } = workspace;
	const placement = placeJobs({
		jobs: entries,
		workers: workspace.workers,
		disabled,
		flaws,
		knownIds
	});
	const sequence = sequenceJobs(entries);
	const ports = assignPorts({
		jobs: entries,
		pool: workspace.portPool,
		previous: continuity.ports
	});
	diagnostics.push(...placement.diagnostics, ...sequence.diagnostics, ...ports.diagnostics);
	const jobs = entries.map((entry) => {
		const { reservation, diagnostics: found } = reserve(entry, workspace.jobConfig);
		diagnostics.push(...found);
		return {
			name: entry.name,
			id: nameId(entry.name),
			entry,
			version: entry.version === "" ? "0.0.0" : entry.version,
			deploymentSeq: sequence.seqOf.get(entry.name) ?? 0,
			reservation,
			ports: ports.ports[entry.name] ?? {},
			demandedJobs: demandedJobs(entry),
			allocations: placement.allocationsOf.get(entry.name) ?? []
		};
	});
	if (!flaws.workers) diagnostics.push(...checkCapacity(loadsOf(workspace.workers, jobs)));
	const workers = workspace.workers.map((worker) => resolveWorker({
		worker,
		settings,
		continuity,
		newId
	}));
	const waves = wavesOf(sequence.seqOf);
	return {
		catalog: {
			bucketId: continuity.bucketId,
			workers,
			jobs,
			waves,
			removed: removedOf({
				continuity,
				jobs,
				workers,
				workspace
			})
		},
		diagnostics
	};
}
function resolveWorker({ worker, settings, continuity, newId }) {
	const { place: _place, ...entry } = worker;
	const known = Object.hasOwn(continuity.workers, worker.host) ? continuity.workers[worker.host] : void 0;
	const id = known === void 0 || isGoneForGood(known, worker.host, continuity) ? newId() : known.id;
	return {
		...entry,
		id,
		...addressOf(worker, settings)
	};
}
/**
* Returns whether a worker left the bucket and none of its allocations can still run. Until then the worker keeps its
* id.
*/
function isGoneForGood({ left }, host, { allocations }) {
	return left === true && !allocations.some((allocation) => allocation.host === host && mayStillRun(allocation));
}
function mayStillRun({ delivered, promoted, stopped }) {
	return stopped !== true && (delivered ?? promoted) !== void 0;
}
function loadsOf(workers, jobs) {
	const loads = new Map(workers.map((worker) => [worker.host, {
		worker,
		memoryMb: 0,
		cpuMhz: 0
	}]));
	for (const { allocations, reservation } of jobs) for (const { host, disabled } of allocations) {
		const load = loads.get(host);
		if (disabled || !load) continue;
		load.memoryMb += reservation.memoryMb;
		load.cpuMhz += reservation.cpuMhz;
	}
	return [...loads.values()];
}
function removedOf({ continuity, jobs, workers, workspace }) {
	const present = new Set(jobs.flatMap((job) => job.allocations.map(({ host }) => `${job.name}|${host}`)));
	const byHost = new Map(workers.map((worker) => [worker.host, worker]));
	const isDisabled = disabledBy(workspace.disabled);
	return continuity.allocations.filter(({ job, host }) => !present.has(`${job}|${host}`)).map(({ id, job, host }) => {
		const current = byHost.get(host);
		return {
			id,
			job,
			host,
			worker: current ?? goneWorker(host, continuity, workspace.settings),
			workerLeft: current === void 0,
			disabled: isDisabled(job, host)
		};
	}).sort((a, b) => compareText(a.job, b.job) || compareText(a.host, b.host));
}
/** Returns a worker that is no longer in `workers.json`, with its last known address. */
function goneWorker(host, continuity, settings) {
	const known = Object.hasOwn(continuity.workers, host) ? continuity.workers[host] : void 0;
	return {
		id: known?.id ?? "",
		host,
		hostname: "",
		labels: [],
		memoryMb: 0,
		cpuMhz: 0,
		tags: {},
		position: 0,
		port: known?.port ?? settings.sshPort,
		user: known?.user ?? settings.sshUser,
		root: known?.root ?? settings.workerRoot,
		useSudo: known?.useSudo ?? settings.useSudo,
		hostKey: known?.hostKey
	};
}
function unknownSections({ jobs, jobConfig, flaws }) {
	const names = /* @__PURE__ */ new Set([...jobs.map((job) => job.name), ...flaws.jobs]);
	return Object.keys(jobConfig.sections).filter((name) => !names.has(name)).map((name) => ({
		severity: "warning",
		code: "ErrInvalidBucketConf",
		message: `${jobConfig.file} has a section for the unknown job ${quoted(name)}`,
		place: jobConfig.placeOf([name])
	}));
}
// src/build/resolve-catalog.ts
/** Builds the catalog of a workspace and refuses a catalog with errors. */
/** Returns the catalog. Throws a `Failure` (exit code 2) with all findings when at least one finding is an error. */
function resolveCatalog(workspace, continuity, face) {
	const { catalog, diagnostics } = buildCatalog({
		workspace,
		continuity,
		newId: randomUUID
	});
	requireSound(diagnostics, face);
	return catalog;
}
export { interpreterFailure as a, isOnPath as c, findHookTools as i, buildCatalog as n, missingInterpreters as o, chooseInterpreter as r, readClientLibraries as s, resolveCatalog as t };
