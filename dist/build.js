import { n as hasErrors } from "./diagnostic.js";
import { t as compareText } from "./order.js";
import { n as rewriteFile, r as addressOf } from "./durable-file.js";
import { $ as parseCpuMhz, A as fileIn, B as viewAuthority, C as readDisabled, D as parseToml, E as Source, F as certificateKey, G as allocationNamespace, H as SecretError, I as privateKeyKey, J as jobNamespaces, K as bucketVarsNamespace, L as readAuthorityFiles, M as certify, O as applyEdits, P as previewCertificates, Q as workerNamespace, R as NEW_PAIR_HINT, S as isBelow, T as readBucketConf, U as isSealed, V as viewAuthorityPair, W as compileGlob, X as tagsNamespace, Y as secretsNamespace, Z as varsNamespace, _ as readWorkers, b as HOOK_EVENTS, c as inspectWorkspace, d as requireSound, et as parseMemoryMb, f as selectJobs, h as readJobs, j as locateBucket, k as Findings, l as locateBucket$1, m as byPlace, nt as parseVersion, q as jobNamespace, s as withState, tt as compareVersions, u as openWorkspace, v as loadSettings, w as parseJson, x as BucketReader, y as readJobConfig, z as judgeAuthority } from "./open-state.js";
import { i as errorsFirst, r as diagnosticsText, t as plainText } from "./terminal-text.js";
import { a as table, i as plain, r as fitSummary, t as codeBlock } from "./markdown-parts.js";
import { n as mapLimit } from "./concurrency.js";
import { r as nameBytes, t as fsPath } from "./file-name.js";
import { n as messageOf, t as Failure } from "./failure.js";
import { n as isFileWord } from "./nearest-name.js";
import { t as shellJoin } from "./shell-quote.js";
import { t as _usingCtx } from "./usingCtx.js";
import { a as elementAt, c as structOf, d as fromBytes, f as toBytes, i as byteOf, l as typeName, n as CallFailure, o as isTrue, p as TemplateError, r as displayText, s as listOf, t as parseTemplate, u as quote } from "./parser.js";
import { a as outputProblem, i as outputPath, n as isDelivered, r as isTemplate } from "./tree.js";
import { t as excerpt } from "./quote.js";
import { constants } from "node:os";
import { createServer } from "node:http";
import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { access, chmod, copyFile, lstat, mkdir, mkdtemp, readFile, readdir, realpath, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join, posix } from "node:path";
import { setTimeout as setTimeout$1 } from "node:timers/promises";
import { constants as constants$1, createReadStream, existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { execFile, spawn } from "node:child_process";
// src/catalog/demands.ts
/**
* Demands across jobs (spec 02 §2.3): versions of all participants first, then references, then bounds. `flawed`: jobs whose
* own mistakes were reported by the reader already; what they lack is not held against others.
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
		message: `invalid job version: job "${job.name}" must declare version (dependency participant)`,
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
	const who = `invalid hook demand: job ${job.name} hook ${hook.name}`;
	if (!upstream) return [finding(reference, ["demands", "job"], {
		code: "ErrInvalidHookDemand",
		message: `${who} demands unknown job "${demand.job}"`
	})];
	if (!upstream.hooks.some((one) => one.name === demand.hook)) return [finding(reference, ["demands", "hook"], {
		code: "ErrInvalidHookDemand",
		message: `${who} demands job "${demand.job}" hook "${demand.hook}" which is not declared`
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
			message: `hook demand version mismatch: job ${reference.job.name} hook ${reference.hook.name} depends on ${upstream.name}: upstream version ${upstream.version} ${word} ${bound} ${limit}`,
			hint: `the demand needs ${comparison} ${limit}, the workspace has ${upstream.version}`
		}));
	}
	return found;
}
/** A malformed version was reported where it stands; there is nothing to compare then. */
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
// src/catalog/identity.ts
/** A stable id for a name (spec 03 §3.1): MD5 of its UTF-8 bytes in the shape of a version 3 UUID. */
function nameId(name) {
	const bytes = createHash("md5").update(name, "utf8").digest();
	bytes.writeUInt8(bytes.readUInt8(6) & 15 | 48, 6);
	bytes.writeUInt8(bytes.readUInt8(8) & 63 | 128, 8);
	const hex = bytes.toString("hex");
	return [
		hex.slice(0, 8),
		hex.slice(8, 12),
		hex.slice(12, 16),
		hex.slice(16, 20),
		hex.slice(20)
	].join("-");
}
function allocationId(job, host) {
	return nameId(`${job}|${host}`);
}
// src/catalog/placement.ts
/** Every job on every worker that has all its selectors as labels (spec 03 §3.2–3.4), with `disabled.json` applied. */
function placeJobs(input) {
	const diagnostics = [...unknownDisabled(input)];
	const labelled = input.workers.map((worker) => ({
		worker,
		labels: new Set(worker.labels)
	}));
	const offWorkers = new Set(input.disabled.workers);
	const allocationsOf = /* @__PURE__ */ new Map();
	for (const job of input.jobs) {
		const hosts = labelled.filter(({ labels }) => job.selectors.every((selector) => labels.has(selector)));
		const off = disabledHosts(job.name, input.disabled);
		const allocations = hosts.map(({ worker: { host } }, index) => ({
			id: input.knownIds.get(`${job.name}|${host}`) ?? allocationId(job.name, host),
			job: job.name,
			host,
			disabled: offWorkers.has(host) || off(host),
			index,
			newVersion: job.version === "" ? "0.0.0" : job.version
		}));
		allocationsOf.set(job.name, allocations);
		if (!input.flaws.workers) diagnostics.push(...countProblems(job, allocations.length));
	}
	return {
		allocationsOf,
		diagnostics
	};
}
function disabledHosts(job, disabled) {
	const entry = Object.hasOwn(disabled.jobs, job) ? disabled.jobs[job] : void 0;
	if (!entry) return () => false;
	return (host) => entry.allocations.length === 0 || entry.allocations.includes(host);
}
function countProblems(job, count) {
	if (count < job.minAllocationsCount) return [{
		severity: "error",
		code: "ErrInsufficientAllocations",
		message: `missing allocations: job ${job.name} has ${count} allocation(s), min_allocations_count is ${job.minAllocationsCount}`,
		place: job.placeOf(["min_allocations_count"]),
		job: job.name
	}];
	if (count > 0) return [];
	return [{
		severity: "warning",
		code: "ErrInsufficientAllocations",
		message: `job ${job.name} is placed on no worker: none has the labels ${job.selectors.join(", ")}`,
		place: job.placeOf(["selectors"]),
		job: job.name
	}];
}
function* unknownDisabled({ jobs, workers, disabled, flaws }) {
	const hosts = new Set(workers.map((worker) => worker.host));
	const names = /* @__PURE__ */ new Set([...jobs.map((job) => job.name), ...flaws.jobs]);
	const isUnknown = (host) => !flaws.workers && !hosts.has(host);
	const warn = (message, path) => ({
		severity: "warning",
		code: "ErrInvalidDisabledJSON",
		message,
		place: disabled.placeOf(path)
	});
	for (const [index, host] of disabled.workers.entries()) if (isUnknown(host)) yield warn(`disabled.json names the unknown worker "${host}"`, ["workers", index]);
	for (const [job, { allocations }] of Object.entries(disabled.jobs)) {
		if (!names.has(job)) yield warn(`disabled.json names the unknown job "${job}"`, ["jobs", job]);
		for (const [index, host] of allocations.entries()) {
			if (!isUnknown(host)) continue;
			yield warn(`disabled.json names the unknown worker "${host}"`, [
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
* One assignment for the whole bucket (spec 03 §3.6): fixed numbers first, then dynamic ones that can stay, then new
* dynamic ones from the lowest free number of the pool. The order in which jobs were edited never matters.
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
			message: `invalid port key format: port name "${claim.name}" is reserved (job ${claim.job.name})`
		};
		else if (owner && owner.job !== claim.job) yield {
			...about(claim, "ErrPortCollision"),
			message: `port collision: port name "${claim.name}" is declared by job ${owner.job.name} and by job ${claim.job.name}`,
			hint: "port names are keys of maand/bucket, shared by all jobs: rename one of them"
		};
		if (!owner) first.set(claim.name, claim);
	}
}
function collision(claim, number, owner) {
	return {
		...about(claim, "ErrPortCollision"),
		message: `port collision: port ${number} (job ${claim.job.name} port "${claim.name}")`,
		hint: `it is already the number of port "${owner.name}" of job ${owner.job.name}`
	};
}
function moved(claim, number, owner) {
	return {
		...about(claim, "ErrPortCollision"),
		severity: "warning",
		message: `port "${claim.name}" of job ${claim.job.name} moves off ${number}, which job ${owner.job.name} now declares as fixed`
	};
}
function exhausted(claim, pool) {
	return {
		...about(claim, "ErrPortRangeExhausted"),
		message: `port range exhausted: no free ports in range ${pool.min}-${pool.max} (job ${claim.job.name} port "${claim.name}")`,
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
/** What a job reserves on each of its workers (spec 03 §3.5): the bucket's configuration, else the manifest's maximum. */
function reserve(job, config) {
	const diagnostics = [];
	const memory = reserveKind(job, config, MEMORY, diagnostics);
	const cpu = reserveKind(job, config, CPU, diagnostics);
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
function reserveKind(job, config, kind, diagnostics) {
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
		message: `unsupported resource configuration: ${config.file}, job ${job.name} ${outside}_${kind.field} ${bounds[outside].toFixed(2)} ${kind.unit}, requested ${parsed.value.toFixed(2)} ${kind.unit}`,
		place: config.placeOf([job.name, kind.key]),
		job: job.name
	});
	return {
		value: parsed.value,
		source
	};
}
/** Workers that are asked for more than they have. */
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
/** Jobs that the hooks of `job` demand, distinct and sorted. */
function demandedJobs(job) {
	const names = job.hooks.flatMap((hook) => hook.demand ? [hook.demand.job] : []);
	return [...new Set(names)].sort(compareText);
}
/**
* The wave of each job (spec 03 §3.7): the longest path of demands below it. A memoised walk with its own stack, so that
* neither dense nor deep graphs hurt. Every cycle is reported once, rotated to its smallest name.
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
		diagnostics: [...cycles.values()].map((cycle) => describe$1(cycle, byName))
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
function describe$1(cycle, byName) {
	const job = byName.get(cycle[0]);
	const hook = job.hooks.find((one) => one.demand?.job === cycle[1]);
	return {
		severity: "error",
		code: "ErrCircularHookDependency",
		message: `circular hook dependency: ${cycle.join(" -> ")}`,
		place: job.placeOf([
			"hooks",
			hook?.name ?? "",
			"demands",
			"job"
		]),
		job: job.name,
		hint: "jobs are deployed one after the other: remove one demand of the circle"
	};
}
/** Job names by wave, each wave sorted; a wave may be empty only if no job has its number. */
function wavesOf(seqOf) {
	const waves = [];
	for (const [name, seq] of seqOf) {
		while (waves.length <= seq) waves.push([]);
		waves[seq]?.push(name);
	}
	return waves.map((names) => names.sort(compareText));
}
// src/catalog/build-catalog.ts
function buildCatalog({ workspace, continuity, newId }) {
	const diagnostics = [...unknownSections(workspace), ...checkDemands(workspace.jobs, new Set(workspace.flaws.jobs))];
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
				settings
			})
		},
		diagnostics
	};
}
function resolveWorker({ worker, settings, continuity, newId }) {
	const { place: _place, ...entry } = worker;
	const known = Object.hasOwn(continuity.workers, worker.host) ? continuity.workers[worker.host] : void 0;
	const id = known === void 0 || known.left ? newId() : known.id;
	return {
		...entry,
		id,
		...addressOf(worker, settings)
	};
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
function removedOf({ continuity, jobs, workers, settings }) {
	const present = new Set(jobs.flatMap((job) => job.allocations.map(({ host }) => `${job.name}|${host}`)));
	const byHost = new Map(workers.map((worker) => [worker.host, worker]));
	return continuity.allocations.filter(({ job, host }) => !present.has(`${job}|${host}`)).map(({ id, job, host }) => {
		const current = byHost.get(host);
		return {
			id,
			job,
			host,
			worker: current ?? goneWorker(host, continuity, settings),
			workerLeft: current === void 0
		};
	}).sort((a, b) => compareText(a.job, b.job) || compareText(a.host, b.host));
}
/** A worker that left `workers.json`, as it was last reached. */
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
		message: `${jobConfig.file} has a section for the unknown job "${name}"`,
		place: jobConfig.placeOf([name])
	}));
}
// src/catalog/kv-entries.ts
/** What a build publishes about the catalog in the KV store (spec 04 §4.2): namespace → key → value, a pure function. */
const list = (items) => items.join(",");
const activeHosts = (job) => job.allocations.filter((allocation) => !allocation.disabled).map(({ host }) => host);
/** `maand/bucket` */
function bucketEntries({ bucketId, jobs }) {
	const active = jobs.filter((job) => activeHosts(job).length > 0);
	const ports = active.flatMap((job) => Object.entries(job.ports).map(([name, number]) => [name, String(number)]));
	return {
		...Object.fromEntries(ports),
		bucket_id: bucketId,
		jobs: list(jobs.map(({ name }) => name)),
		active_jobs: list(active.map(({ name }) => name))
	};
}
function indexLabels(workers) {
	const index = /* @__PURE__ */ new Map();
	for (const worker of workers) for (const label of worker.labels) {
		const members = index.get(label) ?? [];
		members.push(worker);
		index.set(label, members);
	}
	return index;
}
/** `maand/worker`, shared by all */
function sharedWorkerEntries(index) {
	const entries = [...index].flatMap(([label, members]) => [
		[`${label}_workers`, list(members.map(({ host }) => host))],
		[`${label}_workers_length`, String(members.length)],
		[`${label}_label_id`, nameId(label)],
		...members.map(({ host }, at) => [`${label}_${at}`, host])
	]);
	return Object.fromEntries(entries);
}
/** `maand/worker/<host>`; `jobs`: names of the jobs that are active there. */
function workerEntries(worker, index, jobs) {
	const labelEntries = worker.labels.flatMap((label) => {
		const hosts = (index.get(label) ?? []).map(({ host }) => host);
		const peers = hosts.filter((host) => host !== worker.host);
		const at = [`${label}_allocation_index`, String(hosts.indexOf(worker.host))];
		return peers.length > 0 ? [at, [`${label}_peers`, list(peers)]] : [at];
	});
	return {
		...Object.fromEntries(labelEntries),
		worker_ip: worker.host,
		worker_id: worker.id,
		...worker.hostname === "" ? {} : { hostname: worker.hostname },
		position: String(worker.position),
		labels: list(worker.labels),
		worker_memory_mb: String(worker.memoryMb),
		worker_cpu_mhz: String(worker.cpuMhz),
		jobs: list([...jobs].sort(compareText))
	};
}
/** `maand/job/<job>` */
function jobEntries(job) {
	const { reservation, entry } = job;
	const active = activeHosts(job);
	const memory = boundsOrReservation(entry.memoryMb, reservation.memoryMb);
	const cpu = boundsOrReservation(entry.cpuMhz, reservation.cpuMhz);
	return {
		job_id: job.id,
		name: job.name,
		job_name: job.name,
		version: job.version,
		selectors: list(entry.selectors),
		min_memory_mb: String(memory.min),
		max_memory_mb: String(memory.max),
		min_cpu_mhz: String(cpu.min),
		max_cpu_mhz: String(cpu.max),
		memory: String(reservation.memoryMb),
		cpu: String(reservation.cpuMhz),
		workers: list(active),
		workers_length: String(active.length),
		...Object.fromEntries(active.map((host, at) => [`worker_${at}`, host])),
		rollout_order: list(active)
	};
}
function boundsOrReservation(bounds, reserved) {
	return bounds.min === 0 && bounds.max === 0 ? {
		min: reserved,
		max: reserved
	} : bounds;
}
/** `maand/job/<job>/worker/<host>`, without what certificates and deploys add. */
function allocationEntries(job, host) {
	const hosts = job.allocations.map((allocation) => allocation.host);
	return {
		[`${job.name}_allocation_index`]: String(hosts.indexOf(host)),
		peer_workers: list(hosts.filter((other) => other !== host))
	};
}
/** `vars/bucket/job/<job>`: `vars.conf` gives the defaults, the bucket's section wins key by key. */
function jobVarsEntries(job, { jobConfig }) {
	const section = Object.hasOwn(jobConfig.sections, job.name) ? jobConfig.sections[job.name] : {};
	return {
		...job.entry.vars,
		...section
	};
}
/** `maand/prometheus` of a bucket without a Prometheus job. */
const PROMETHEUS_ENTRIES = {
	scrape_configs: "[]",
	scrape_jobs: "",
	scrape_jobs_length: "0"
};
// src/kv/publish.ts
/** Certificates and the promoted version belong to later steps of the build and to deploys. */
const keepForLater = (key) => key === "version" || key.startsWith("certs/");
/** Brings the store in line with the catalog (spec 04 §4.2–4.3): every namespace a build owns, and what left is cleared. */
function publishCatalog(store, catalog, workspace) {
	const index = indexLabels(catalog.workers);
	store.sync("maand/bucket", bucketEntries(catalog));
	store.sync("vars/bucket", workspace.bucketVars);
	store.sync("maand/worker", sharedWorkerEntries(index), (key) => key.startsWith("certs/"));
	store.sync("maand/prometheus", PROMETHEUS_ENTRIES);
	const jobsOn = activeJobsByHost(catalog);
	for (const worker of catalog.workers) {
		store.sync(workerNamespace(worker.host), workerEntries(worker, index, jobsOn.get(worker.host) ?? []));
		store.sync(tagsNamespace(worker.host), worker.tags);
	}
	const emptied = jobsThatLostAll(catalog);
	for (const job of catalog.jobs) {
		if (emptied.has(job.name)) {
			clearPublished(store, job.name);
			continue;
		}
		store.sync(jobNamespace(job.name), jobEntries(job));
		store.sync(bucketVarsNamespace(job.name), jobVarsEntries(job, workspace));
		for (const [key, value] of Object.entries(job.entry.putOnlyVars)) store.put(varsNamespace(job.name), key, value);
		for (const { host } of job.allocations) store.sync(allocationNamespace(job.name, host), allocationEntries(job, host), keepForLater);
	}
	clearWhatLeft(store, catalog);
}
function activeJobsByHost(catalog) {
	const jobsOn = /* @__PURE__ */ new Map();
	for (const { name, allocations } of catalog.jobs) for (const { host, disabled } of allocations) if (!disabled) jobsOn.set(host, [...jobsOn.get(host) ?? [], name]);
	return jobsOn;
}
function clearWhatLeft(store, catalog) {
	for (const { job, host } of catalog.removed) store.clear(allocationNamespace(job, host));
	const jobs = new Set(catalog.jobs.map(({ name }) => name));
	const hosts = new Set(catalog.workers.map(({ host }) => host));
	for (const namespace of store.namespaces()) {
		const host = /^maand\/worker\/([^/]+)(?:\/tags)?$/.exec(namespace)?.[1];
		if (host !== void 0 && !hosts.has(host)) store.clear(namespace);
		const job = /^(?:maand|vars|secrets|vars\/bucket)\/job\/([^/]+)$/.exec(namespace)?.[1];
		if (job !== void 0 && !jobs.has(job)) store.clear(namespace);
	}
}
/** Jobs of the workspace that had allocations and lost the last one: what build published goes, what hooks wrote stays. */
function jobsThatLostAll(catalog) {
	const lost = new Set(catalog.removed.map(({ job }) => job));
	return new Set(catalog.jobs.filter((job) => lost.has(job.name) && job.allocations.length === 0).map(({ name }) => name));
}
function clearPublished(store, job) {
	store.clear(jobNamespace(job));
	store.clear(bucketVarsNamespace(job));
}
/** Everything of a job, what its hooks wrote included (spec 10 §6). */
function clearJob(store, job) {
	for (const namespace of jobNamespaces(job)) store.clear(namespace);
}
// src/plan/changes.ts
/** Paths that were added, changed or deleted, sorted. */
function changedPaths(before, after) {
	const paths = /* @__PURE__ */ new Set([...Object.keys(before), ...Object.keys(after)]);
	const digest = (files, path) => Object.hasOwn(files, path) ? files[path] : void 0;
	return [...paths].filter((path) => digest(before, path) !== digest(after, path)).sort(compareText);
}
/** What an updated allocation gets (spec 11 §5): the first matching line of its table. */
function chooseLifecycle({ policy, globs, changed, syncOnly }) {
	if (syncOnly || policy === "never") return {
		action: "sync",
		matched: []
	};
	if (policy === "always") return {
		action: "restart",
		matched: []
	};
	const matchers = globs.map(compileGlob);
	const matched = (changed ?? []).filter((path) => matchers.some((glob) => "matches" in glob && glob.matches(path)));
	return {
		action: matched.length > 0 ? "restart" : "reload",
		matched
	};
}
// src/plan/rollout-order.ts
/**
* `written`: the key `rollout_order` of the job; `all`: its allocations in worker order; `candidates`: those to be ordered.
* Duplicates and strangers make the list unusable, never an error; allocations that it does not mention come last.
*/
function resolveRolloutOrder(written, all, candidates) {
	const listed = (written ?? "").split(",").flatMap((host) => host.trim() === "" ? [] : [host.trim()]);
	const wanted = new Set(candidates);
	const fallback = all.filter((host) => wanted.has(host));
	const fault = listed.length === 0 ? void 0 : faultOf(listed, all);
	if (listed.length === 0 || fault !== void 0) {
		const note = fault === void 0 ? {} : { note: `${fault}; using default order` };
		return {
			hosts: fallback,
			source: "default",
			text: fallback.join(","),
			...note
		};
	}
	const mentioned = new Set(listed);
	const appended = fallback.filter((host) => !mentioned.has(host));
	const hosts = [...listed.filter((host) => wanted.has(host)), ...appended];
	const note = appended.length > 0 ? { note: `rollout_order does not mention ${appended.join(", ")}; they come last` } : {};
	return {
		hosts,
		source: "kv",
		text: written ?? "",
		...note
	};
}
function faultOf(listed, all) {
	const known = new Set(all);
	const seen = /* @__PURE__ */ new Set();
	for (const host of listed) {
		if (seen.has(host)) return `rollout_order duplicate ${host}`;
		if (!known.has(host)) return `rollout_order unknown allocation ${host}`;
		seen.add(host);
	}
}
/** Consecutive batches of at most `size`; 0 means all in one. */
function batchesOf(items, size) {
	const width = size <= 0 ? items.length : size;
	const batches = [];
	for (let at = 0; at < items.length; at += width) batches.push(items.slice(at, at + width));
	return batches;
}
// src/plan/plan-job.ts
/** Also what was only delivered: a start that failed half-way may have left something running. */
function mayRun({ promoted, applied, delivered }) {
	return (promoted ?? applied ?? delivered) !== void 0;
}
function planJob(input) {
	const { job, options } = input;
	const steps = job.allocations.map((allocation) => planAllocation(input, allocation));
	const busy = steps.filter(({ action }) => action !== "skip");
	const fresh = steps.filter(({ action, reason }) => action === "start" || action === "job_control" && reason === "new");
	const problem = options.syncOnly && fresh.length > 0 ? `sync-only deploy cannot start new allocations on job "${job.name}": ${fresh.map(({ host }) => host).join(",")}` : void 0;
	return {
		job: job.name,
		required: busy.length > 0 || input.postDeployPending,
		reason: reasonOf(input, steps, busy),
		...problem === void 0 ? {} : { problem },
		groups: groupBatches(input, steps),
		steps
	};
}
function reasonOf(input, steps, busy) {
	if (busy.length > 0) return [...new Set(busy.map(({ reason }) => reason))].sort().join(", ");
	if (input.postDeployPending) return "post_deploy pending";
	return steps.length === 0 ? "no allocations" : "already promoted on all allocations";
}
function planAllocation(input, allocation) {
	const known = input.known(allocation.id);
	const decided = allocation.disabled ? planDisabled(input, allocation, known) : planActive(input, allocation, known);
	return {
		host: allocation.host,
		allocationId: allocation.id,
		changed: [],
		matched: [],
		...decided,
		currentVersion: known?.currentVersion ?? "0.0.0",
		newVersion: allocation.newVersion
	};
}
/** A disabled allocation is stopped once and its hash kept up to date, never run, never delivered to. */
function planDisabled(input, allocation, known) {
	const deployed = known?.applied ?? known?.promoted;
	if (!known || !deployed) return {
		action: "skip",
		reason: "disabled"
	};
	const staged = input.staged(allocation.host);
	const pending = !(staged.kind === "staged" && staged.hash === deployed.hash && known.currentVersion === allocation.newVersion) && staged.kind === "staged" || known.applied !== void 0;
	if (known.stopped) return pending ? {
		action: "promote",
		reason: "disabled"
	} : {
		action: "skip",
		reason: "disabled"
	};
	return {
		action: pending ? "stop+promote" : "stop",
		reason: "disabled"
	};
}
function planActive(input, allocation, known) {
	const deployed = known?.applied ?? known?.promoted;
	const controlled = hasJobControl(input.job) && !input.options.syncOnly;
	if (!known || !deployed) return {
		action: controlled ? "job_control" : "start",
		reason: "new"
	};
	const update = planUpdate(input, allocation, deployed, known);
	const isWork = update.action !== "skip" && update.action !== "promote";
	return controlled && isWork ? {
		...update,
		matched: [],
		action: "job_control"
	} : update;
}
function planUpdate(input, allocation, deployed, known) {
	const { job, options, unhealthy } = input;
	const { restartPolicy: policy, restartGlobs: globs } = job.entry;
	const { syncOnly } = options;
	const staged = input.staged(allocation.host);
	if (staged.kind === "needs-hook") return {
		action: chooseLifecycle({
			policy,
			globs,
			changed: void 0,
			syncOnly
		}).action,
		reason: "needs-hook"
	};
	if (staged.hash !== deployed.hash) {
		const changed = deployed.files && changedPaths(deployed.files, staged.files);
		return {
			...chooseLifecycle({
				policy,
				globs,
				changed,
				syncOnly
			}),
			reason: "content",
			changed: changed ?? []
		};
	}
	if (deployed.version !== allocation.newVersion) return {
		...chooseLifecycle({
			policy,
			globs,
			changed: void 0,
			syncOnly
		}),
		reason: "version"
	};
	if (known.delivered !== void 0 && known.delivered !== staged.hash) return planUndelivered(input, known);
	if (unhealthy.has(allocation.host)) return rollAgain(policy, known);
	if (options.force) return {
		...chooseLifecycle({
			policy,
			globs,
			changed: void 0,
			syncOnly
		}),
		reason: "forced"
	};
	if (known.applied) return {
		action: "promote",
		reason: "applied"
	};
	return {
		action: "skip",
		reason: "unchanged"
	};
}
/** What was applied and is not well is rolled again, with a target that the job surely has. */
function rollAgain(policy, known) {
	return {
		action: policy === "never" || !known.promoted ? "start" : "restart",
		reason: "unhealthy"
	};
}
/** An unfinished deploy left other files there than those that run: they are put back. */
function planUndelivered({ job, options }, known) {
	const { restartPolicy: policy, restartGlobs: globs } = job.entry;
	if (!known.applied) return {
		action: "sync",
		reason: "unfinished"
	};
	return {
		...chooseLifecycle({
			policy,
			globs,
			changed: void 0,
			syncOnly: options.syncOnly
		}),
		reason: "unfinished"
	};
}
function hasJobControl(job) {
	return job.entry.hooks.some((hook) => hook.events.includes("job_control"));
}
function groupBatches({ job, rolloutOrder }, steps) {
	const all = job.allocations.map(({ host }) => host);
	const groupOf = (action, size) => {
		const candidates = steps.filter((step) => step.action === action).map(({ host }) => host);
		const { hosts } = resolveRolloutOrder(rolloutOrder, all, candidates);
		return hosts.length === 0 ? [] : [{
			action,
			batches: batchesOf(hosts, size)
		}];
	};
	const { maxConcurrentStarts, maxConcurrentUpgrades } = job.entry;
	return [
		...groupOf("start", maxConcurrentStarts),
		...groupOf("reload", maxConcurrentUpgrades),
		...groupOf("restart", maxConcurrentUpgrades)
	];
}
// src/plan/plan-gc.ts
function planGarbage({ removed }, known) {
	const plan = {
		stopped: [],
		neverRan: [],
		running: []
	};
	for (const allocation of removed) plan[stageOf(known(allocation.id))].push(allocation);
	return plan;
}
function stageOf(record) {
	if (record?.stopped) return "stopped";
	return record !== void 0 && mayRun(record) ? "running" : "neverRan";
}
// src/kv/older-names.ts
const JOB = /^maand\/job\/[^/]+$/;
const ALLOCATION = /^maand\/job\/[^/]+\/worker\/[^/]+$/;
const JOB_VARS = /^vars\/bucket\/job\/[^/]+$/;
/** `maand` → `maand/bucket`. */
function todaysNamespace(namespace) {
	return namespace === "maand" ? "maand/bucket" : namespace;
}
/** The value under today's or an older name; a key that is there under the name that was asked for wins. */
function readByAnyName(store, asked, key) {
	const namespace = todaysNamespace(asked);
	return store.get(namespace, key) ?? readOlder(store, namespace, key);
}
function readOlder(store, namespace, key) {
	const bound = namespace === "vars/bucket" ? ["port_min", "port_max"].indexOf(key) : -1;
	if (bound !== -1) return store.get(namespace, "port_range")?.split(",")[bound]?.trim();
	const today = todaysKey(namespace, key);
	return today === key ? void 0 : store.get(namespace, today);
}
/** The name under which a key is stored today. */
function todaysKey(namespace, key) {
	if (namespace === "maand/bucket" && key === "activejobs") return "active_jobs";
	if (JOB.test(namespace) && key === "deploy_order") return "rollout_order";
	if (ALLOCATION.test(namespace) && key === "new_version") return "version";
	if (JOB_VARS.test(namespace) && (key === "MEMORY" || key === "CPU")) return key.toLowerCase();
	return namespace.startsWith("maand/") && /^[A-Z][A-Z0-9_]*$/.test(key) ? key.toLowerCase() : key;
}
/** What to read instead of a key that is gone without successor; undefined for every other key. */
function insteadOf(asked, key) {
	const namespace = todaysNamespace(asked);
	if (JOB.test(namespace) && key === "ports_json") return "read each port by its name in maand/bucket";
	if (!ALLOCATION.test(namespace)) return void 0;
	if (key === "current_version") return "use .CurrentVersion in templates and CURRENT_VERSION in hooks";
	return [
		"is_primary",
		"is_seed",
		"peer_ports"
	].includes(key) ? "use peer_workers and the allocation index" : void 0;
}
// src/kv/access.ts
/** Every namespace that the allocation may read. */
function readableNamespaces({ job, host, demandedJobs }) {
	const own = [
		"maand/bucket",
		"vars/bucket",
		"maand/worker",
		`maand/worker/${host}`,
		`maand/worker/${host}/tags`,
		jobNamespace(job),
		`vars/bucket/job/${job}`,
		varsNamespace(job),
		secretsNamespace(job),
		`maand/job/${job}/worker/${host}`,
		"maand/prometheus"
	];
	const demanded = demandedJobs.flatMap((name) => [
		jobNamespace(name),
		varsNamespace(name),
		secretsNamespace(name)
	]);
	return /* @__PURE__ */ new Set([...own, ...demanded]);
}
function openView({ store, scope, box, onSecret }) {
	const readable = readableNamespaces(scope);
	const refuse = (namespace) => ({
		kind: "unreadable",
		message: `${namespace} namespace is not available for job ${scope.job}`
	});
	return {
		get(namespace, key) {
			if (!readable.has(todaysNamespace(namespace))) return refuse(namespace);
			const value = readByAnyName(store, namespace, key);
			if (value === void 0) {
				const hint = insteadOf(namespace, key);
				return {
					kind: "missing",
					...hint !== void 0 && { hint }
				};
			}
			if (!namespace.startsWith("secrets/") && !isSealed(value)) return {
				kind: "found",
				value
			};
			return unseal(value, box, onSecret);
		},
		keys(namespace) {
			const today = todaysNamespace(namespace);
			return readable.has(today) ? {
				kind: "found",
				keys: store.keys(today)
			} : refuse(namespace);
		}
	};
}
function unseal(value, box, onSecret) {
	if (box === void 0) return {
		kind: "undecryptable",
		message: "kv encryption key is missing or invalid"
	};
	try {
		const plain = box.open(value);
		onSecret(plain);
		return {
			kind: "found",
			value: plain,
			isSecret: true
		};
	} catch (thrown) {
		if (thrown instanceof SecretError) return {
			kind: "undecryptable",
			message: thrown.message
		};
		throw thrown;
	}
}
/** The sentence of the refusal, or undefined when the hook may write. */
function writeRefusal({ job, event, route, namespace, key }) {
	const own = namespace === (route === "put-secret" || route === "delete-secret" ? secretsNamespace(job) : varsNamespace(job));
	const order = route === "put" && namespace === jobNamespace(job) && key === "rollout_order";
	if (!own && !(order && (event === "pre_deploy" || event === "cli"))) return "Invalid or unauthorized namespace";
	return event === "health_check" ? "KV writes are not allowed during health_check" : void 0;
}
// src/stage/digest.ts
/** Grows when the algorithm changes, so that hashes of an older one are known as such. */
const ALGORITHM = "h1";
/** Keyed digest of one file's mode and content; memory does not grow with the file. */
async function digestFile({ key, mode, source }) {
	const hmac = createHmac("sha256", key).update(`${mode.toString(8)}\0`);
	if (source.kind === "bytes") return finish(hmac.update(source.bytes));
	if (source.kind === "sealed") return finish(hmac.update("sealed\0").update(source.identity));
	for await (const chunk of createReadStream(fsPath(source.path))) hmac.update(chunk);
	return finish(hmac);
}
/** The whole tree: every path with its length, so that no two trees give the same bytes. */
function assembleTree(key, files, emptyFolders) {
	const sorted = [...files].sort((a, b) => compareText(a.path, b.path));
	const folders = [...emptyFolders].sort(compareText);
	const hmac = createHmac("sha256", key).update(ALGORITHM);
	for (const { path, digest } of sorted) updateWithPath(hmac, "f", path).update(`:${digest}`);
	for (const path of folders) updateWithPath(hmac, "d", path);
	return {
		hash: `${ALGORITHM}:${finish(hmac)}`,
		files: sorted,
		emptyFolders: folders
	};
}
/** Path → digest, the form that the state keeps and compares; an empty folder ends with a slash. */
function fileDigests({ files, emptyFolders }) {
	return Object.fromEntries([...files.map(({ path, digest }) => [path, digest]), ...emptyFolders.map((path) => [`${path}/`, ""])]);
}
function updateWithPath(hmac, kind, path) {
	const bytes = nameBytes(path);
	return hmac.update(`\0${kind}${bytes.length}:`).update(bytes);
}
/** 128 bits are plenty for telling files apart, and keep the state small. */
function finish(hmac) {
	return hmac.digest().subarray(0, 16).toString("base64url");
}
// src/rollout/run.ts
function workerOf({ catalog }, host) {
	const worker = catalog.workers.find((one) => one.host === host);
	if (!worker) throw new Error(`no worker ${host} in the catalog`);
	return worker;
}
function jobOf({ catalog }, name) {
	const job = catalog.jobs.find((one) => one.name === name);
	if (!job) throw new Error(`no job ${name} in the catalog`);
	return job;
}
/** `<root>/<bucket id>` on a worker. */
function bucketFolder(worker, bucketId) {
	return `${worker.root}/${bucketId}`;
}
/** `<root>/<bucket id>/jobs/<job>` on a worker. */
function jobFolder(worker, bucketId, job) {
	return `${bucketFolder(worker, bucketId)}/jobs/${job}`;
}
// src/rollout/stage-job.ts
/** Stages every allocation of a job with the KV as it is now, and plans what to do with them. */
const ALLOCATIONS_AT_ONCE = 16;
async function stageJob(run, job) {
	for (const { host, newVersion } of job.allocations) run.ledger.kv.put(allocationNamespace(job.name, host), "version", newVersion);
	const outcomes = await mapLimit(job.allocations, ALLOCATIONS_AT_ONCE, (one) => stageAllocation(run, job, one));
	return new Map(job.allocations.map(({ host }, at) => [host, outcomes[at]]));
}
function stageAllocation(run, job, allocation) {
	const { ledger, catalog, masker, box } = run;
	const scope = {
		job: job.name,
		host: allocation.host,
		demandedJobs: job.demandedJobs
	};
	const source = {
		store: ledger.kv,
		box,
		onSecret: (plain) => void masker.add(plain)
	};
	return run.stager.stage({
		job,
		allocation,
		worker: workerOf(run, allocation.host),
		view: openView({
			...source,
			scope
		}),
		certificates: source,
		bucketId: catalog.bucketId,
		currentVersion: ledger.allocation(allocation.id)?.currentVersion ?? "0.0.0",
		updateSeq: ledger.updateSeq
	});
}
/** Everything that could not be rendered, in worker order. */
function stageProblems(staged) {
	return [...staged.values()].flatMap((outcome) => outcome.kind === "failed" ? outcome.problems : []);
}
/** Whether all that is wanting are KV keys that hooks write: before they ran this is expected, not an error. */
function needsHook(problems) {
	return problems.every(({ missing }) => missing !== void 0 && /^(?:vars|secrets)\/job\//.test(missing.namespace));
}
function treeOf(staged, host) {
	const outcome = staged.get(host);
	if (outcome?.kind !== "staged") throw new Error(`nothing is staged for ${host}`);
	return outcome.tree;
}
/** `unhealthy`: hosts whose applied tree was just found unhealthy. */
function planStaged(run, job, staged, unhealthy) {
	return planJob({
		job,
		known: (id) => knownAllocation(run, id),
		staged: (host) => describeStaged(staged.get(host)),
		unhealthy,
		postDeployPending: run.ledger.isPostDeployPending(job.name),
		rolloutOrder: run.ledger.kv.get(jobNamespace(job.name), "rollout_order"),
		options: run.options
	});
}
/** What the state says of an allocation, in the terms of a plan. */
function knownAllocation({ ledger }, id) {
	const record = ledger.allocation(id);
	if (!record) return void 0;
	const tree = (deployed) => deployed && {
		...deployed,
		files: ledger.filesOf(deployed)
	};
	return {
		currentVersion: record.currentVersion,
		promoted: tree(record.promoted),
		applied: tree(record.applied),
		delivered: record.delivered,
		stopped: record.stopped ?? false
	};
}
function describeStaged(outcome) {
	if (outcome?.kind !== "staged") return { kind: "needs-hook" };
	return {
		kind: "staged",
		hash: outcome.tree.hash,
		files: fileDigests(outcome.tree)
	};
}
// src/state/check-build.ts
/** What a build must not do to a fleet that runs: refused before anything is saved. */
/** Throws a `Failure`: exit code 2 for a worker whose folder would move, 3 when nothing at all would be left running. */
function checkBuild(ledger, catalog) {
	const deployed = ledger.allocations.filter(({ promoted, applied, delivered }) => promoted ?? applied ?? delivered);
	const hosts = new Set(deployed.map(({ host }) => host));
	for (const { host, root } of catalog.workers) {
		const known = Object.hasOwn(ledger.workers, host) ? ledger.workers[host] : void 0;
		if (known === void 0 || known.root === root || !hosts.has(host)) continue;
		throw new Failure(`the root of worker ${host} changes from ${known.root} to ${root}, and jobs are deployed there`, {
			exitCode: 2,
			hint: "take the worker out of workers.json and deploy, so that its jobs stop; then add it with the new root"
		});
	}
	if (catalog.jobs.some(({ allocations }) => allocations.length > 0) || deployed.length === 0 || catalog.workers.length > 0 && catalog.jobs.length > 0) return;
	const what = catalog.workers.length === 0 ? "workers.json lists no worker" : "there is no job in workspace/jobs";
	throw new Failure(`${what}: that would stop all ${deployed.length} deployed allocations`, {
		exitCode: 3,
		hint: "check that the workspace is complete; to stop everything on purpose, disable the jobs in disabled.json"
	});
}
// src/state/record-build.ts
/** What a build takes over from the state. */
function continuityOf(ledger) {
	const { bucketId, workers, ports, allocations } = ledger;
	return {
		bucketId,
		workers,
		ports,
		allocations
	};
}
/** Writes a built catalog into the state (spec 03 §3.3): records for every allocation, worker ids, ports. */
function recordBuild(ledger, catalog, builtDigest) {
	for (const allocation of catalog.jobs.flatMap((job) => job.allocations)) {
		const known = ledger.allocation(allocation.id);
		ledger.record(updateRecord(known ?? newRecord(allocation), allocation.disabled));
	}
	for (const { id } of catalog.removed) {
		const known = ledger.allocation(id);
		if (known) ledger.record({
			...known,
			removed: true
		});
	}
	const known = (worker) => knownWorker(worker, ledger.workers[worker.host]);
	ledger.workers = Object.fromEntries([...catalog.workers.map((worker) => [worker.host, known(worker)]), ...goneWorkers(catalog).map((worker) => [worker.host, {
		...known(worker),
		left: true
	}])]);
	ledger.ports = Object.fromEntries(catalog.jobs.map((job) => [job.name, job.ports]));
	ledger.builtDigest = builtDigest;
}
function newRecord({ id, job, host }) {
	return {
		id,
		job,
		host,
		disabled: false,
		removed: false,
		currentVersion: "0.0.0"
	};
}
/** What was stopped, or is enabled again, forgets what was promoted, so that the next deploy starts it. */
function updateRecord(record, disabled) {
	const { promoted, applied, stopped, ...rest } = record;
	if ((stopped || record.disabled && !record.removed) && !disabled) return {
		...rest,
		disabled,
		removed: false,
		repeat: true
	};
	return {
		...rest,
		disabled,
		removed: false,
		...promoted ? { promoted } : {},
		...applied ? { applied } : {},
		...stopped && disabled ? { stopped } : {}
	};
}
/** Workers that left but still have something to be stopped: their addresses are needed until then. */
function goneWorkers({ removed }) {
	return removed.filter(({ workerLeft }) => workerLeft).map(({ worker }) => worker);
}
/** What was delivered belongs to the place: another worker on the same host, or another root, has got nothing yet. */
function knownWorker(worker, earlier) {
	const { id, port, user, root, useSudo, hostKey } = worker;
	const updateSeq = earlier?.id === id && earlier.root === root ? earlier.updateSeq : void 0;
	return {
		id,
		port,
		user,
		root,
		useSudo,
		...hostKey === void 0 ? {} : { hostKey },
		...updateSeq === void 0 ? {} : { updateSeq }
	};
}
// src/commands/build-json.ts
/** `build --check --json` (contract §3). `fixed`: numbers from the pool are null, only a build with state knows them. */
function checkJson({ workspace, diagnostics }, catalog, ports) {
	const jobs = catalog?.jobs ?? [];
	const jobsOn = jobsByHost(jobs);
	const of = (severity) => diagnostics.filter((one) => one.severity === severity).map(diagnosticJson);
	return {
		ok: !hasErrors(diagnostics) && workspace !== void 0,
		errors: of("error"),
		warnings: of("warning"),
		jobs: jobs.map((job) => ({
			job: job.name,
			version: job.version,
			deployment_seq: job.deploymentSeq,
			selectors: job.entry.selectors,
			workers: job.allocations.map(({ host }) => host),
			ports: portsJson(job, ports),
			hooks: job.entry.hooks.map(({ name }) => name)
		})),
		workers: (catalog?.workers ?? []).map(({ host, labels }) => ({
			host,
			labels,
			jobs: jobsOn.get(host) ?? []
		})),
		waves: catalog?.waves ?? []
	};
}
/** What `build` adds to it. */
function outcomeJson({ newPorts, removed, purged, spared }) {
	return {
		new_ports: newPorts,
		removed: [
			...removed.running.map((one) => removedJson(one, "running")),
			...removed.neverRan.map((one) => removedJson(one, "never-ran")),
			...removed.stopped.map((one) => removedJson(one, "stopped"))
		],
		purged,
		spared
	};
}
function removedJson({ job, host, id }, status) {
	return {
		job,
		worker: host,
		allocation_id: id,
		status
	};
}
function jobsByHost(jobs) {
	const names = /* @__PURE__ */ new Map();
	for (const { name, allocations } of jobs) for (const { host } of allocations) names.set(host, [...names.get(host) ?? [], name]);
	return names;
}
function portsJson({ entry, ports }, mode) {
	const numberOf = (name) => mode === "numbers" ? ports[name] ?? null : null;
	return Object.fromEntries(entry.ports.map(({ name, number }) => [name, number ?? numberOf(name)]));
}
function diagnosticJson({ code, message, place, job, hint }) {
	return {
		code,
		message,
		...place,
		...job === void 0 ? {} : { job },
		...hint === void 0 ? {} : { hint }
	};
}
// src/commands/build-text.ts
/** Numbers from the pool that were not there before, by job. */
function newPorts({ jobs }, before) {
	return jobs.flatMap(({ name: job, entry, ports }) => entry.ports.flatMap(({ name, number }) => {
		const port = ports[name];
		const known = Object.hasOwn(before, job) ? before[job]?.[name] : void 0;
		return number !== void 0 || port === void 0 || port === known ? [] : [{
			job,
			name,
			port
		}];
	}));
}
/** Numbers and waves of a catalog; whole lines. */
function catalogText({ jobs, workers, waves }) {
	const allocations = jobs.flatMap((job) => job.allocations);
	const disabled = allocations.filter((one) => one.disabled).length;
	return [`${`${counted(jobs.length, "job")} on ${counted(workers.length, "worker")}`}, ${counted(allocations.length, "allocation")}${disabled > 0 ? ` (${disabled} disabled)` : ""}`, ...waves.map((names, seq) => `  wave ${seq}: ${names.join(", ")}`)].map((line) => `${line}\n`).join("");
}
/** What a person wants to see after a build; whole lines. */
function buildText(catalog, outcome) {
	const { removed, warnings } = outcome;
	const leftBehind = removed.stopped.length;
	const lines = [
		...outcome.newPorts.map(({ job, name, port }) => `new port: ${name} = ${port} (${job})`),
		...removed.running.map(({ job, host }) => `removed: ${job} on ${host}, the next deploy stops it`),
		...removed.neverRan.map(({ job, host }) => `removed: ${job} on ${host}, it never ran`),
		...leftBehind > 0 ? [`${counted(leftBehind, "removed allocation")} left files behind: maand gc removes them`] : [],
		...outcome.purged.map(({ namespace, keys }) => `purged: ${namespace} (${keys.join(", ")})`),
		...outcome.spared.map((job) => `not purged: ${job} is only disabled; name it with --jobs ${job} to forget its secrets`),
		...warnings > 0 ? [`${counted(warnings, "warning")} in the log`] : []
	];
	return `${catalogText(catalog)}${lines.map((line) => `${line}\n`).join("")}`;
}
function counted(count, word) {
	return `${count} ${word}${count === 1 ? "" : "s"}`;
}
// src/commands/certificates.ts
/** Brings the certificates in the ledger up to date. Throws a `Failure` (exit code 2) without a CA that can sign. */
async function certifyBuild(step) {
	const { state, face } = step;
	const { files, authority } = await openAuthority(step);
	const input = certificateInput(step, authority);
	requireLiving(step, input);
	state.ledger.certificates = await certify({
		...input,
		files,
		box: state.box,
		masker: face.masker,
		signal: face.signal,
		notice: (message) => face.emit({
			type: "noticed",
			level: "info",
			message
		})
	});
}
/** What a build would make, as marks in the ledger of a command that cannot save. Throws where the build would. */
async function planCertificates(step) {
	const { authority } = await openAuthority(step);
	const input = certificateInput(step, authority);
	requireLiving(step, input);
	previewCertificates({
		...input,
		box: step.state.box
	});
}
/** The same for a listing, which an old CA does not stop. */
async function listCertificatesAhead(step) {
	const { authority } = await openAuthority(step);
	previewCertificates({
		...certificateInput(step, authority),
		box: step.state.box
	});
}
function certificateInput({ state, workspace, catalog }, authority) {
	const { ledger } = state;
	const { kv: store, certificates: record } = ledger;
	return {
		catalog,
		settings: workspace.settings,
		store,
		record,
		authority,
		nowMs: Date.now()
	};
}
function requireLiving({ workspace, face }, { authority, nowMs, settings }) {
	if (authority === void 0) return;
	const file = fileInBucket(workspace, "secrets/ca.crt");
	requireSound(judgeAuthority({
		authority,
		nowMs,
		bufferDays: settings.certsRenewalBufferDays,
		file
	}), face);
}
/** Files count more than what the state remembers, so that a CA is replaced by replacing its files. The key of a known CA is in the state. */
async function openAuthority({ state, workspace, face }) {
	const files = await readAuthorityFiles(workspace.bucketDir);
	const known = state.ledger.certificates?.authority;
	if (files !== void 0 && files.certificate.trim() !== known?.certificate) {
		face.masker.add(files.key);
		const view = viewAuthorityPair(files);
		if (!view.ok) throw refuse(view.reason, fileInBucket(workspace, "secrets/ca.crt"));
		return {
			files,
			authority: view.value
		};
	}
	const view = known && viewAuthority(known.certificate, files ? "secrets/ca.crt" : "the state");
	if (view && !view.ok) throw new Failure(`the CA cannot be used: ${view.reason}`, {
		exitCode: 3,
		hint: NEW_PAIR_HINT
	});
	return {
		files: void 0,
		authority: view?.value
	};
}
function fileInBucket({ bucketPath }, path) {
	return bucketPath === "" ? path : `${bucketPath}/${path}`;
}
function refuse(reason, file) {
	const diagnostic = {
		severity: "error",
		code: "ErrInvalidCA",
		message: `the bucket CA cannot be used: ${reason}`,
		place: {
			file,
			line: 1,
			column: 1
		},
		hint: NEW_PAIR_HINT
	};
	return new Failure("the workspace has 1 error", {
		exitCode: 2,
		diagnostics: [diagnostic]
	});
}
// src/fix/apply-fix.ts
/**
* Carries a plan out, names first: a manifest in older words finds a script under its name of today, not the other way round.
* So whatever breaks it off, the workspace means the same, and another run goes on. Throws a `Failure` (1).
*/
async function applyFix({ moves, rewrites }) {
	try {
		for (const { from, to } of moves) await rename(from, to);
		for (const { path, text, mode } of rewrites) await rewriteFile(path, text, mode);
	} catch (thrown) {
		throw new Failure(`rewriting older words broke off: ${messageOf(thrown)}`, {
			exitCode: 1,
			hint: "what is done is whole; remove the cause and run build --fix again",
			cause: thrown
		});
	}
}
// src/fix/plan-fix.ts
/**
* The repairs that findings carry → what is to be written and renamed. Nothing is written here: a plan that would overwrite
* something, or that does not know for sure what a file means, is refused as a whole with every reason.
*/
async function planFix({ bucket, diagnostics }) {
	const findings = new Findings("ErrUnexpectedError");
	const repairs = diagnostics.flatMap(({ repair, place }) => repair && place ? [{
		...repair,
		...place
	}] : []);
	const moves = repairs.flatMap(({ move }) => move ?? []).map(({ from, to }) => inBucket(bucket, {
		from,
		to
	}));
	moves.sort((a, b) => b.from.split("/").length - a.from.split("/").length);
	for (const move of moves) await checkMove({
		bucket,
		findings
	}, move);
	const files = [...new Set(repairs.filter(({ edits }) => edits.length > 0).map(({ file }) => file))];
	const rewrites = [];
	for (const file of files) {
		const edits = repairs.filter((one) => one.file === file).flatMap((one) => one.edits);
		rewrites.push(...await planRewrite({
			bucket,
			findings
		}, file, edits));
	}
	const errors = diagnostics.filter(({ severity }) => severity === "error");
	return {
		moves,
		rewrites,
		fixed: repairs.map(({ file, line, column, change }) => ({
			file,
			line,
			column,
			change
		})),
		refusals: [...errors, ...findings.diagnostics]
	};
}
async function checkMove({ bucket, findings }, { from, to }) {
	const refuse = (path, what) => {
		const file = shown(bucket, path);
		findings.error({
			message: `cannot rename ${shown(bucket, from)}: ${what}`,
			place: {
				file,
				line: 1,
				column: 1
			}
		});
	};
	if (await isThere(to)) refuse(to, `${shown(bucket, to)} is there already`);
	const problem = await problemOfFolder(bucket, dirname(from));
	if (problem !== void 0) refuse(from, problem);
}
async function planRewrite({ bucket, findings }, file, edits) {
	const refuse = (what) => {
		findings.error({
			message: `cannot rewrite ${file}: ${what}`,
			place: {
				file,
				line: 1,
				column: 1
			}
		});
		return [];
	};
	try {
		const path = await realpath(absolute(bucket, file));
		const problem = await problemOfFolder(bucket, dirname(path));
		if (problem !== void 0) return refuse(problem);
		const written = await readFile(path, "utf8");
		const mark = written.startsWith("﻿") ? "﻿" : "";
		const text = written.slice(mark.length);
		const after = applyEdits(text, edits);
		if (!isSound(file, text)) return refuse("a word appears twice in it, and it is not certain which one counts");
		if (!isSound(file, after)) return refuse("it would not be the same any more; rewrite it by hand");
		return [{
			file,
			path,
			text: mark + after,
			mode: (await stat(path)).mode & 511
		}];
	} catch (thrown) {
		return refuse(messageOf(thrown));
	}
}
/** Whether a document can be read without any finding, such as a key that is there twice. Templates are no documents. */
function isSound(file, text) {
	if (file.endsWith(".tpl")) return true;
	const findings = new Findings("ErrUnexpectedError");
	const source = new Source(file, text);
	return (file.endsWith(".json") ? parseJson(source, file, findings) : parseToml(source, file, findings)) !== void 0 && findings.diagnostics.length === 0;
}
async function problemOfFolder(bucket, folder) {
	const real = await realpath(folder);
	if (!isBelow(real, bucket.realDir)) return "it leads out of the bucket";
	return access(real, constants$1.W_OK).then(() => void 0, () => `its folder cannot be written`);
}
async function isThere(path) {
	return lstat(path).then(() => true, (thrown) => {
		if (thrown.code === "ENOENT") return false;
		throw thrown;
	});
}
function inBucket(bucket, { from, to }) {
	return {
		from: absolute(bucket, from),
		to: absolute(bucket, to)
	};
}
/** `file` is relative to the repository root, as in findings. */
function absolute({ dir, path }, file) {
	return join(dir, path === "" ? file : file.slice(path.length + 1));
}
function shown({ dir, path }, absolutePath) {
	return join(path, absolutePath.slice(dir.length + 1));
}
// src/workspace/survey.ts
/** Every finding of every file of the workspace, those of all environments and selectors, whichever is in use. */
async function surveyWorkspace(bucketDir) {
	const bucket = await locateBucket(bucketDir);
	const reader = new BucketReader(bucket);
	const { settings, diagnostics } = await loadSettings(reader);
	if (!settings) return {
		bucket,
		diagnostics
	};
	const names = await fileNames(reader);
	const read = await Promise.all([
		readBucketConf(reader),
		readDisabled(reader),
		readJobs(reader, settings),
		...wordsIn(names, /^workers(?:\.(.+))?\.json$/).map((word) => readWorkers({
			reader,
			environment: word === "" ? void 0 : word
		})),
		...wordsIn(names, /^bucket\.jobs(?:\.(.+))?\.conf$/).map((selector) => readJobConfig({
			reader,
			selector,
			selectorPlace: void 0
		}))
	]);
	return {
		bucket,
		diagnostics: [...diagnostics, ...read.flatMap((one) => one.diagnostics)].sort(byPlace)
	};
}
async function fileNames(reader) {
	const listed = await reader.list("workspace");
	return listed.kind === "done" ? listed.value.map(({ name }) => name) : [];
}
/** The environments or selectors that have a file; '' is the plain one. */
function wordsIn(names, pattern) {
	return names.flatMap((name) => {
		const match = pattern.exec(name);
		const word = match?.[1] ?? "";
		return match && (word === "" || isFileWord(word)) ? [word] : [];
	});
}
// src/commands/fix-older-words.ts
/** `build --fix`: what was rewritten, in order of file and position. Throws a `Failure` (2) before anything is written. */
async function fixOlderWords(bucketDir) {
	const plan = await planFix(await surveyWorkspace(bucketDir));
	if (plan.refusals.length > 0) throw new Failure("older words are not rewritten: the workspace has errors, and nothing was changed", {
		exitCode: 2,
		hint: "fix these first, then run build --fix again",
		diagnostics: plan.refusals
	});
	await applyFix(plan);
	return plan.fixed;
}
/** A line for each change; ends with a line break. */
function fixedText(fixed) {
	if (fixed.length === 0) return "no older words to rewrite\n";
	return fixed.map(({ file, line, column, change }) => `${file}:${line}:${column}: rewritten: ${change}\n`).join("");
}
/** A build that fails afterwards must not hide that files were changed. */
function afterFix(thrown, fixed) {
	if (!(thrown instanceof Failure) || fixed.length === 0) return thrown;
	const { message, exitCode, hint, diagnostics } = thrown;
	return new Failure(`${message}\nbefore that, --fix changed the workspace:\n${fixedText(fixed).trimEnd()}`, {
		exitCode,
		diagnostics,
		cause: thrown,
		...hint !== void 0 && { hint }
	});
}
// src/hooks/client-libraries.ts
const NAMES = [
	"maand.py",
	"maand.ts",
	"maand.js"
];
/** The client libraries (spec 14). They lie in `clients/` beside this module, in the sources as in the bundle. */
function readClientLibraries() {
	return Promise.all(NAMES.map(async (name) => ({
		name,
		bytes: await readFile(new URL(`./clients/${name}`, import.meta.url))
	})));
}
/** What Node preloads so that a hook written for Bun finds its imports (a `file:` URL). */
const BUN_RESOLUTION_URL = new URL("./clients/bun-resolution.mjs", import.meta.url).href;
// src/hooks/interpreters.ts
/** The Node that runs us, which also runs hooks where there is no bun (contract §1). */
function thisNode() {
	return {
		path: process.execPath,
		runsTypeScript: Boolean(process.features.typescript)
	};
}
/** Looks for interpreters in the folders of `searchPath` (the form of PATH). */
async function findHookTools(searchPath, node = thisNode()) {
	const [python, bun] = await Promise.all([isOnPath(searchPath, "python3"), isOnPath(searchPath, "bun")]);
	return {
		python,
		bun,
		node
	};
}
/** Whether a program lies in one of the folders of `searchPath`. */
async function isOnPath(searchPath, name) {
	for (const folder of searchPath.split(delimiter)) if (folder !== "" && await isExecutable(join(folder, name))) return true;
	return false;
}
async function isExecutable(path) {
	try {
		await access(path, constants$1.X_OK);
		return true;
	} catch {
		return false;
	}
}
/** What runs a hook: the job's own Python environment, else what the machine has (spec 12 §2, contract §1). */
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
/** The virtual environment in the workspace's hook folder, by its absolute path. */
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
/** Hooks of `jobs` that this machine cannot run, for a check before anything is touched; `events` undefined: every event. */
async function missingInterpreters(jobs, tools, events) {
	const missing = [];
	for (const job of jobs) for (const hook of job.entry.hooks) {
		if (events !== void 0 && !hook.events.some((event) => events.includes(event))) continue;
		const choice = await chooseInterpreter(job, hook, tools);
		if (choice.kind === "missing") missing.push(choice.missing);
	}
	return missing;
}
/** `host prerequisites not met: python3` with the hooks that need it and what to do; exit code 2. */
function interpreterFailure(missing) {
	const tools = [...new Set(missing.map(({ tool }) => tool))].sort(compareText);
	const needs = missing.map(({ job, hook, tool }) => `job ${job} hook ${hook} needs ${tool}`).join("; ");
	const hint = [...new Set(missing.map((one) => one.hint))].join("; ");
	return new Failure(`host prerequisites not met: ${tools.join(", ")} (${needs})`, {
		exitCode: 2,
		hint
	});
}
// src/rollout/hook-events.ts
function hasHooks(job, event) {
	return job.entry.hooks.some((hook) => hook.events.includes(event));
}
/** `allocations` of the job, in rollout order. */
function inRolloutOrder({ ledger }, job, allocations) {
	const { hosts } = resolveRolloutOrder(ledger.kv.get(jobNamespace(job.name), "rollout_order"), job.allocations.map(({ host }) => host), allocations.map(({ host }) => host));
	const byHost = new Map(allocations.map((allocation) => [allocation.host, allocation]));
	return hosts.flatMap((host) => byHost.get(host) ?? []);
}
/** Runs hooks as one phase of the job; answers what went wrong. A job without such hooks is done at once. */
async function runHookPhase(run, request) {
	const { job, event } = request;
	if (!hasHooks(job, event) || request.allocations.length === 0) return void 0;
	const began = run.nowMs();
	run.emit({
		type: "phase-started",
		job: job.name,
		phase: event
	});
	const { failure } = await run.runHooks(request);
	run.emit({
		type: "phase-finished",
		job: job.name,
		phase: event,
		outcome: failure === void 0 ? "succeeded" : run.signal.aborted ? "cancelled" : "failed",
		durationMs: run.nowMs() - began,
		...failure === void 0 ? {} : { message: failure }
	});
	return failure;
}
/** Runs a job-wide event on its allocations, in rollout order and in batches. */
function runJobHooks(run, job, { event, allocations = job.allocations, extraEnv }) {
	return runHookPhase(run, {
		event,
		job,
		allocations: inRolloutOrder(run, job, allocations),
		batchSize: job.entry.maxConcurrentUpgrades,
		phase: event,
		...extraEnv === void 0 ? {} : { extraEnv }
	});
}
// src/hooks/admissions.ts
/** Tokens of the hook processes that run now. Only their digests are kept. */
var Admissions = class {
	#digests = /* @__PURE__ */ new Map();
	admit(caller) {
		const token = randomBytes(32).toString("base64url");
		const admission = { caller };
		this.#digests.set(admission, digestOf(token));
		return {
			admission,
			token
		};
	}
	revoke(admission) {
		this.#digests.delete(admission);
	}
	has(admission) {
		return this.#digests.has(admission);
	}
	/** Takes the same time whatever the token shares with a valid one. */
	find(token) {
		const digest = digestOf(token);
		let found;
		for (const [admission, known] of this.#digests) if (timingSafeEqual(known, digest)) found = admission;
		return found;
	}
};
function digestOf(token) {
	return createHash("sha256").update(token).digest();
}
// src/hooks/api-request.ts
const BODY_LIMIT_BYTES = 1048576;
/** A request that ends here with an answer that says why. */
var ApiRefusal = class extends Error {
	name = "ApiRefusal";
	status;
	constructor(status, message) {
		super(message);
		this.status = status;
	}
};
const INVALID_TOKEN = "Missing or invalid token: send Authorization: Bearer $HOOK_API_TOKEN";
/** The process behind the token; the older headers may be sent and must say the same. */
function authorize(request, admissions) {
	const [, token] = /^Bearer ([\w-]+)$/i.exec(request.headers.authorization ?? "") ?? [];
	const admission = token === void 0 ? void 0 : admissions.find(token);
	if (!admission) throw new ApiRefusal(401, INVALID_TOKEN);
	const { allocationId, hook, event } = admission.caller;
	const claims = {
		"X-ALLOCATION-ID": allocationId,
		EVENT: event,
		HOOK: hook,
		COMMAND: hook
	};
	for (const [header, value] of Object.entries(claims)) {
		const claimed = request.headers[header.toLowerCase()];
		if (claimed !== void 0 && claimed !== value) throw new ApiRefusal(403, `${header} does not agree with the token, which belongs to ${value}`);
	}
	return admission;
}
/** The fields of a request; undefined when none were sent at all. */
async function readFields(request, query) {
	const body = await readBody(request);
	if (body !== "") {
		checkContentType(request.headers["content-type"]);
		return parseObject(body);
	}
	return (request.method === "GET" || request.method === "DELETE") && query.size > 0 ? Object.fromEntries(query) : void 0;
}
async function readBody(request) {
	const chunks = [];
	let sizeBytes = 0;
	try {
		for await (const chunk of request) {
			sizeBytes += chunk.length;
			if (sizeBytes <= BODY_LIMIT_BYTES) chunks.push(chunk);
		}
	} catch {
		throw new ApiRefusal(400, "Failed to read request body");
	}
	if (sizeBytes > BODY_LIMIT_BYTES) throw new ApiRefusal(413, "Request body is larger than 1 MiB");
	return Buffer.concat(chunks).toString("utf8").trim();
}
function checkContentType(type) {
	if (type === void 0 || /^application\/json\s*(;|$)/i.test(type)) return;
	throw new ApiRefusal(415, "Content-Type must be application/json");
}
function parseObject(body) {
	let parsed;
	try {
		parsed = JSON.parse(body);
	} catch {
		throw new ApiRefusal(400, "Invalid JSON format");
	}
	if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw new ApiRefusal(400, "Invalid JSON format");
	return parsed;
}
/** A text field; '' when it is missing. */
function textField(fields, name) {
	const value = Object.hasOwn(fields, name) ? fields[name] : void 0;
	if (value === void 0 || value === null) return "";
	if (typeof value !== "string") throw new ApiRefusal(400, `Invalid JSON format: "${name}" must be a string`);
	return value;
}
/** A number field; 0 when it is missing. */
function numberField(fields, name) {
	const value = Object.hasOwn(fields, name) ? fields[name] : void 0;
	if (value === void 0 || value === null) return 0;
	if (typeof value !== "number") throw new ApiRefusal(400, `Invalid JSON format: "${name}" must be a number`);
	return value;
}
/** Sends an answer, once. */
function sendAnswer(response, answer) {
	const body = answer.json === void 0 ? answer.text ?? "" : JSON.stringify(answer.json);
	const type = answer.json === void 0 ? "text/plain; charset=utf-8" : "application/json";
	const bytes = Buffer.from(body === "" ? "" : `${body}\n`);
	const headers = {
		"Content-Length": bytes.length,
		...body === "" ? {} : { "Content-Type": type }
	};
	response.writeHead(answer.status, headers).end(bytes);
}
// src/hooks/api-kv.ts
const INVALID_NAMESPACE = "Invalid or unauthorized namespace";
const MISSING_FIELD = "Both namespace and key are required";
const NOT_FOUND = {
	status: 404,
	text: "KV get operation failed"
};
const DONE = { status: 200 };
function getValue(routes, { admission, fields }) {
	const { namespace, key } = readName(fields);
	const { store, box, masker } = routes;
	const read = openView({
		store,
		box,
		scope: admission.caller,
		onSecret: (plain) => void masker.add(plain)
	}).get(namespace, key);
	switch (read.kind) {
		case "found": return {
			status: 200,
			json: {
				namespace,
				key,
				value: read.value
			}
		};
		case "missing": return read.hint === void 0 ? NOT_FOUND : {
			status: 404,
			text: `Key is gone: ${read.hint}`
		};
		case "unreadable": return {
			status: 400,
			text: INVALID_NAMESPACE
		};
		case "undecryptable": return {
			status: 500,
			text: `Internal server error: ${read.message}`
		};
	}
}
/** Names only: of the job's variables and secrets, or of one of the two. */
function listKeys({ store }, { admission, fields }) {
	const { job } = admission.caller;
	const own = [varsNamespace(job), secretsNamespace(job)];
	const asked = textField(fields, "namespace");
	if (asked !== "" && !own.includes(asked)) return {
		status: 400,
		text: INVALID_NAMESPACE
	};
	return {
		status: 200,
		json: { namespaces: Object.fromEntries((asked === "" ? own : [asked]).map((namespace) => [namespace, store.keys(namespace)])) }
	};
}
async function putValue(routes, request) {
	const { namespace, key: written } = readName(request.fields);
	const key = todaysKey(namespace, written);
	const value = textField(request.fields, "value").trim();
	if (value === "") throw new ApiRefusal(400, MISSING_FIELD);
	checkWrite(request, "put", namespace, key);
	routes.store.put(namespace, key, value);
	await routes.flush();
	return DONE;
}
/** Stores a secret exactly as it came, sealed. A secret that is the same already makes no new version. */
async function putSecret(routes, request) {
	const { namespace, key } = readName(request.fields);
	const plain = textField(request.fields, "value");
	if (plain === "") throw new ApiRefusal(400, MISSING_FIELD);
	checkWrite(request, "put-secret", namespace, key);
	const box = requireBox(routes);
	if (!routes.masker.add(plain)) routes.warn(`secret ${namespace} ${key} is too short to be hidden in logs: use 6 characters or more`);
	if (openedNow(routes, namespace, key) !== plain) routes.store.putExact(namespace, key, box.seal(plain));
	await routes.flush();
	return DONE;
}
/** One for both routes: `delete` for variables, `delete-secret` for secrets. */
async function deleteKey(routes, request, route) {
	const { namespace, key } = readName(request.fields);
	checkWrite(request, route, namespace, key);
	if (!routes.store.delete(namespace, key)) return NOT_FOUND;
	await routes.flush();
	return DONE;
}
function readName(fields) {
	const namespace = textField(fields, "namespace");
	const key = textField(fields, "key");
	if (namespace === "" || key === "") throw new ApiRefusal(400, MISSING_FIELD);
	return {
		namespace,
		key
	};
}
function checkWrite({ admission }, route, namespace, key) {
	const { job, event } = admission.caller;
	const refusal = writeRefusal({
		job,
		event,
		route,
		namespace,
		key
	});
	if (refusal !== void 0) throw new ApiRefusal(400, refusal);
}
function requireBox({ box }) {
	if (box === void 0) throw new ApiRefusal(500, "Internal server error: this run has no state key to seal secrets with");
	return box;
}
/** What is stored now; undefined also when it cannot be opened any more, and then the new value repairs it. */
function openedNow({ store, box }, namespace, key) {
	const sealed = store.get(namespace, key);
	if (sealed === void 0) return void 0;
	try {
		return box?.open(sealed);
	} catch (thrown) {
		if (thrown instanceof SecretError) return void 0;
		throw thrown;
	}
}
// src/hooks/api-semaphores.ts
/** Semaphore routes of the hook API (spec 13 §7). */
const DEFAULT_TIMEOUT_S = 600;
const LONGEST_TIMEOUT_S = 3600;
const REFUSED = "Semaphore acquire or release failed";
async function acquireSemaphore(semaphores, request) {
	const semaphore = readSemaphore(request);
	const { admission: holder, gone } = request;
	const { allocationId } = holder.caller;
	const capacity = numberField(request.fields, "capacity");
	if (!Number.isInteger(capacity)) throw new ApiRefusal(400, "Invalid JSON format: \"capacity\" must be a whole number");
	const timeoutMs = timeoutSeconds(numberField(request.fields, "timeout_seconds")) * 1e3;
	const outcome = await semaphores.acquire({
		semaphore,
		holder,
		capacity,
		timeoutMs,
		gone
	});
	switch (outcome.kind) {
		case "acquired":
			request.onUndelivered(() => semaphores.release(semaphore, allocationId));
			return acquired(semaphore, allocationId, outcome.capacity);
		case "held": return acquired(semaphore, allocationId, outcome.capacity);
		case "timed-out": return {
			status: 408,
			text: "Timed out waiting for semaphore"
		};
		case "refused": return {
			status: 409,
			text: `${REFUSED}: ${outcome.reason}`
		};
	}
}
function acquired({ name }, allocationId, capacity) {
	return {
		status: 200,
		json: {
			name,
			allocation_id: allocationId,
			capacity,
			acquired: true
		}
	};
}
function releaseSemaphore(semaphores, request) {
	const semaphore = readSemaphore(request);
	return semaphores.release(semaphore, request.admission.caller.allocationId) ? { status: 200 } : {
		status: 409,
		text: REFUSED
	};
}
function semaphoreStatus(semaphores, request) {
	const semaphore = readSemaphore(request);
	return {
		status: 200,
		json: {
			name: semaphore.name,
			...semaphores.status(semaphore)
		}
	};
}
function readSemaphore({ admission, fields }) {
	const name = textField(fields, "name");
	if (name === "") throw new ApiRefusal(400, "Both namespace and key are required");
	const { job, event } = admission.caller;
	return {
		job,
		event,
		name
	};
}
function timeoutSeconds(asked) {
	return asked > 0 ? Math.min(asked, LONGEST_TIMEOUT_S) : DEFAULT_TIMEOUT_S;
}
// src/hooks/durable-writes.ts
/**
* Saves only when something was written since the last save that went well: an unchanged value is durable already, unless the
* write that brought it is still being saved. `persist` covers everything written before its call and may overlap with itself.
*/
function flushChanges(revision, persist) {
	let saved = revision();
	return async () => {
		const covered = revision();
		if (saved >= covered) return;
		await persist();
		saved = Math.max(saved, covered);
	};
}
// src/hooks/semaphores.ts
const LARGEST_CAPACITY = 64;
var Semaphores = class {
	#semaphores = /* @__PURE__ */ new Map();
	/** Waits for a place. The allocation is the holder: what one of its processes holds, it holds. */
	async acquire(request) {
		const capacity = Math.max(1, request.capacity);
		if (capacity > LARGEST_CAPACITY) return {
			kind: "refused",
			reason: `semaphore capacity is at most ${LARGEST_CAPACITY}, requested ${capacity}`
		};
		const semaphore = this.#open(request.semaphore, capacity);
		if (semaphore.capacity !== capacity) return {
			kind: "refused",
			reason: `semaphore capacity is ${semaphore.capacity}, requested ${capacity}`
		};
		const kind = await this.#enter(semaphore, request);
		return kind === "timed-out" ? { kind } : {
			kind,
			capacity
		};
	}
	/** False when the allocation does not hold it. */
	release(name, allocationId) {
		const semaphore = this.#semaphores.get(keyOf(name));
		if (!semaphore?.holders.delete(allocationId)) return false;
		admitWaiting(semaphore);
		return true;
	}
	/** Of an unknown name: capacity 1 and free. */
	status(name) {
		const semaphore = this.#semaphores.get(keyOf(name));
		if (!semaphore) return {
			capacity: 1,
			holders: [],
			waiting: 0,
			available: 1
		};
		const { capacity, holders, queue } = semaphore;
		return {
			capacity,
			holders: [...holders.keys()],
			waiting: queue.length,
			available: capacity - holders.size
		};
	}
	/** A process has ended: frees what it holds and gives up its places in every queue. */
	releaseAll(holder) {
		for (const semaphore of this.#semaphores.values()) {
			for (const waiter of semaphore.queue.filter((one) => one.holder === holder)) waiter.settle("timed-out");
			for (const [allocationId, process] of semaphore.holders) if (process === holder) semaphore.holders.delete(allocationId);
			admitWaiting(semaphore);
		}
	}
	#open(name, capacity) {
		const key = keyOf(name);
		const semaphore = this.#semaphores.get(key) ?? {
			capacity,
			holders: /* @__PURE__ */ new Map(),
			queue: []
		};
		this.#semaphores.set(key, semaphore);
		return semaphore;
	}
	#enter(semaphore, { holder, timeoutMs, gone }) {
		return new Promise((done) => {
			const settle = (kind) => {
				clearTimeout(timer);
				gone.removeEventListener("abort", giveUp);
				semaphore.queue = semaphore.queue.filter((waiter) => waiter.settle !== settle);
				done(kind);
			};
			const giveUp = () => settle("timed-out");
			const timer = setTimeout(giveUp, timeoutMs);
			gone.addEventListener("abort", giveUp);
			semaphore.queue.push({
				holder,
				settle
			});
			if (gone.aborted) giveUp();
			admitWaiting(semaphore);
		});
	}
};
function keyOf({ job, event, name }) {
	return JSON.stringify([
		job,
		event,
		name
	]);
}
/** Lets in from the front of the queue while there is room; whose allocation is inside already passes at once. */
function admitWaiting(semaphore) {
	const { capacity, holders } = semaphore;
	for (const waiter of semaphore.queue) {
		const { allocationId } = waiter.holder.caller;
		if (holders.has(allocationId)) waiter.settle("held");
		else if (holders.size < capacity) {
			holders.set(allocationId, waiter.holder);
			waiter.settle("acquired");
		}
	}
}
// src/hooks/api-server.ts
/**
* The runtime API of hooks (spec 13 as contract §7 amends it): HTTP on 127.0.0.1 at a free port. A token says who calls; every
* other word of the request is checked against it. Order of checks: path, method, token, headers, body, fields, rights.
*/
const HOOK_API_HOST = "127.0.0.1";
const RECEIVE_LIMIT_MS = 1e4;
const IDLE_LIMIT_MS = 3e4;
/** Starts the API of one command run. Throws `Failure` when no port can be had. */
async function startHookApi(options) {
	const { store, persist, warn } = options;
	const flush = flushChanges(() => store.revision, persist);
	const admissions = new Admissions();
	const semaphores = new Semaphores();
	const routes = toRoutes({
		...options,
		flush
	}, semaphores);
	const server = createServer((request, response) => void serve({
		request,
		response,
		routes,
		admissions,
		warn
	}));
	server.requestTimeout = RECEIVE_LIMIT_MS;
	server.headersTimeout = RECEIVE_LIMIT_MS;
	server.keepAliveTimeout = IDLE_LIMIT_MS;
	return {
		host: HOOK_API_HOST,
		port: await listen(server),
		admit(caller) {
			const { admission, token } = admissions.admit(caller);
			const leave = () => {
				admissions.revoke(admission);
				semaphores.releaseAll(admission);
			};
			return {
				token,
				[Symbol.dispose]: leave
			};
		},
		[Symbol.asyncDispose]: () => stop(server)
	};
}
function listen(server) {
	return new Promise((listening, failed) => {
		server.once("error", (cause) => failed(new Failure(`cannot start the runtime API of hooks on ${HOOK_API_HOST}: ${messageOf(cause)}`, {
			exitCode: 1,
			cause
		})));
		server.listen(0, HOOK_API_HOST, () => listening(server.address().port));
	});
}
/** Every hook has ended by now; who still holds a connection is cut off. */
function stop(server) {
	return new Promise((stopped) => {
		server.close(() => stopped());
		server.closeAllConnections();
	});
}
function toRoutes(kv, semaphores) {
	const fields = (answer) => ({
		answer,
		needsFields: true
	});
	const free = (answer) => ({
		answer,
		needsFields: false
	});
	return {
		"/kv": {
			GET: fields((request) => getValue(kv, request)),
			PUT: fields((request) => putValue(kv, request)),
			DELETE: fields((request) => deleteKey(kv, request, "delete"))
		},
		"/kv/secret": {
			PUT: fields((request) => putSecret(kv, request)),
			DELETE: fields((request) => deleteKey(kv, request, "delete-secret"))
		},
		"/kv/keys": { GET: free((request) => listKeys(kv, request)) },
		"/demands": { GET: free(({ admission }) => listDemands(kv.demandsOn, admission.caller)) },
		"/semaphore/acquire": { POST: fields((request) => acquireSemaphore(semaphores, request)) },
		"/semaphore/release": { POST: fields((request) => releaseSemaphore(semaphores, request)) },
		"/semaphore/status": { GET: free((request) => semaphoreStatus(semaphores, request)) }
	};
}
function listDemands(demandsOn, { job, hook }) {
	return {
		status: 200,
		json: demandsOn(job, hook).map((row) => ({
			job: row.job,
			hook: row.hook,
			command: row.hook,
			demand_config: row.config
		}))
	};
}
async function serve(exchange) {
	const { response } = exchange;
	try {
		sendAnswer(response, await answerTo(exchange));
	} catch (thrown) {
		sendAnswer(response, toRefusal(exchange, thrown));
	}
}
/** Anything but a refusal is our own failure: the run hears of it, the script only that it happened. */
function toRefusal({ request, warn }, thrown) {
	if (thrown instanceof ApiRefusal) return {
		status: thrown.status,
		text: thrown.message
	};
	warn(`runtime API of hooks: ${request.method} ${splitUrl(request)[0]}: ${messageOf(thrown)}`);
	return {
		status: 500,
		text: "Internal server error"
	};
}
async function answerTo(exchange) {
	const { request, admissions } = exchange;
	const [path, query] = splitUrl(request);
	const methods = Object.hasOwn(exchange.routes, path) ? exchange.routes[path] : void 0;
	if (!methods) return {
		status: 404,
		text: "Unknown path"
	};
	const route = methods[request.method];
	if (!route) return { status: 405 };
	const admission = authorize(request, admissions);
	const fields = await readFields(request, new URLSearchParams(query));
	if (!admissions.has(admission)) throw new ApiRefusal(401, "The hook process of this token has ended");
	if (route.needsFields && !fields) throw new ApiRefusal(400, "Failed to read request body");
	return route.answer({
		admission,
		fields: fields ?? {},
		...watchHangUp(exchange.response)
	});
}
function watchHangUp(response) {
	const hangUp = new AbortController();
	const undo = [];
	response.once("close", () => {
		hangUp.abort();
		if (!response.writableFinished) for (const step of undo) step();
	});
	return {
		gone: hangUp.signal,
		onUndelivered: (step) => undo.push(step)
	};
}
/** Path and query, as they came. */
function splitUrl({ url = "" }) {
	const mark = url.indexOf("?");
	return mark === -1 ? [url, ""] : [url.slice(0, mark), url.slice(mark + 1)];
}
// src/hooks/environment.ts
/** Names that a hook sees only when `hook-env` names them (contract §7). */
const WITHHELD = [
	/^INPUT_/,
	/^MAAND_/,
	/^ACTIONS_ID_TOKEN_/,
	/^ACTIONS_(RUNTIME_TOKEN|RUNTIME_URL|RESULTS_URL|CACHE_URL)$/
];
/** A caller's variable of one of these names would mislead a `job_control` script: they are only ours to set. */
const LIFECYCLE = [
	"TARGET",
	"NEW_ALLOCATIONS",
	"UPDATED_ALLOCATIONS"
];
/** The caller's environment as hooks may see it. `allowed`: names of `hook-env`. */
function inheritedEnvironment(caller, allowed) {
	const kept = {};
	for (const [name, value] of Object.entries(caller)) {
		if (value === void 0) continue;
		if (allowed.includes(name) || !WITHHELD.some((pattern) => pattern.test(name))) kept[name] = value;
	}
	return kept;
}
/** The whole environment of one hook process; `inherited` as `inheritedEnvironment` made it. */
function hookEnvironment(inherited, variables) {
	const base = {
		PYTHONUNBUFFERED: "1",
		HOST: variables.api.host,
		...inherited
	};
	if (variables.event === "job_control") for (const name of LIFECYCLE) delete base[name];
	return {
		...base,
		...allocationVariables(variables),
		...runVariables(variables),
		...variables.extra
	};
}
function allocationVariables(variables) {
	const disabled = variables.disabled ? "1" : "0";
	return {
		ALLOCATION_ID: variables.allocationId,
		ALLOCATION_IP: variables.host,
		ALLOCATION_INDEX: variables.allocationIndex,
		DISABLED: disabled,
		ALLOCATION_DISABLED: disabled,
		JOB: variables.job,
		EVENT: variables.event,
		HOOK: variables.hook,
		COMMAND: variables.hook,
		CURRENT_VERSION: variables.versions.current,
		NEW_VERSION: variables.versions.next
	};
}
function runVariables({ api, batch, phase, rolloutOrder, bucketRoot }) {
	return {
		HOOK_API_HOST: api.host,
		JOB_COMMAND_API_HOST: api.host,
		CONTAINER_HOST: api.host,
		HOOK_API_PORT: String(api.port),
		HOOK_API_TOKEN: api.token,
		BUCKET_ROOT: bucketRoot,
		BATCH_ALLOCATIONS: batch.hosts.join(","),
		BATCH_INDEX: String(batch.index),
		BATCH_COUNT: String(batch.count),
		DEPLOY_PHASE: phase,
		ROLLOUT_ORDER: rolloutOrder.text,
		ROLLOUT_ORDER_SOURCE: rolloutOrder.source,
		DEPLOY_ORDER: rolloutOrder.text,
		DEPLOY_ORDER_SOURCE: rolloutOrder.source
	};
}
// src/hooks/registered.ts
/** Hooks of a job for an event in manifest order; with `hook` that one alone. Throws `Failure` (2) when `hook` is not registered. */
function registeredHooks(job, event, hook) {
	const registered = job.entry.hooks.filter((entry) => entry.events.includes(event));
	if (hook === void 0) return registered;
	const named = registered.filter((entry) => entry.name === hook);
	if (named.length > 0) return named;
	throw new Failure(`job "${job.name}" hook "${hook}" is not registered for event "${event}"`, {
		exitCode: 2,
		hint: `add "${event}" to executed_on of ${hook} in workspace/jobs/${job.name}/manifest.json`
	});
}
/** Every job that registers the hook for the event, in name order (spec 12 §6). Throws `Failure` (2) when there is none. */
function jobsWithHook(jobs, hook, event) {
	const found = jobs.filter((job) => job.entry.hooks.some((entry) => entry.name === hook && entry.events.includes(event)));
	if (found.length > 0) return found.sort((a, b) => compareText(a.name, b.name));
	throw new Failure(`hook "${hook}" is not registered for event "${event}"`, {
		exitCode: 2,
		hint: `no job has "${event}" in executed_on of ${hook}; maand cat hooks lists what there is`
	});
}
/** Who demands `hook` of `job`: sorted by job and hook, each once whatever its events (spec 13 §6). */
function demandsOn(jobs, job, hook) {
	return jobs.flatMap(({ name, entry }) => entry.hooks.filter(({ demand }) => demand?.job === job && demand.hook === hook).map((dependent) => ({
		job: name,
		hook: dependent.name,
		config: dependent.demand?.config ?? {}
	}))).sort((a, b) => compareText(a.job, b.job) || compareText(a.hook, b.hook));
}
// src/certs/files.ts
const AUTHORITY = "certs/ca.crt";
/** Of one allocation; nothing for a job that declares no certificate. */
function deliveredCertificates(source, job, host) {
	const { certificates } = job.entry;
	if (certificates.length === 0) return {
		files: [],
		missing: []
	};
	const found = [...certificates.flatMap(({ name }) => [certificateKey(name), privateKeyKey(name)]), AUTHORITY].map((path) => ({
		path,
		file: fileOf(source, sourceKey(job.name, host, path))
	}));
	return {
		files: found.flatMap(({ file }) => file ?? []),
		missing: found.filter(({ file }) => file === void 0).map(({ path }) => path)
	};
}
/** Whatever there is for a hook of this allocation; the CA for every job. */
function hookCertificates(source, job, host) {
	const own = source.store.keys(allocationNamespace(job, host)).filter((key) => key.startsWith("certs/"));
	return [.../* @__PURE__ */ new Set([...own, AUTHORITY])].flatMap((name) => fileOf(source, sourceKey(job, host, name)) ?? []);
}
function sourceKey(job, host, key) {
	return {
		namespace: key === AUTHORITY ? "maand/worker" : allocationNamespace(job, host),
		key
	};
}
function fileOf({ store, box, onSecret }, { namespace, key }) {
	const value = store.get(namespace, key);
	if (value === void 0) return void 0;
	if (!isSealed(value)) return {
		path: key,
		mode: 420,
		identity: value,
		read: () => `${value}\n`
	};
	const certificate = store.get(namespace, key.replace(/\.key$/, ".crt")) ?? "";
	const open = () => {
		const plain = openKey(box, value, `${key} of ${namespace}`);
		onSecret(plain);
		return `${plain}\n`;
	};
	return {
		path: key,
		mode: 384,
		identity: certificate,
		read: open
	};
}
function openKey(box, sealed, what) {
	try {
		return box.open(sealed);
	} catch (thrown) {
		if (!(thrown instanceof SecretError)) throw thrown;
		throw new SecretError(`${what}: ${thrown.message}`, { cause: thrown });
	}
}
// src/hooks/hook-folder.ts
/**
* The folder that a hook script runs in (spec 12 §3): a copy of the job's raw files with the client libraries beside the script,
* apart from what is delivered. Files are copied and never linked: a script may write into its folder, and neither the workspace
* nor another allocation may see that.
*/
const COPIES_AT_ONCE = 8;
/** Makes the folder `<staging>/hooks/<job>/<worker>/<hook>` anew. Throws an `Error` with the cause when that cannot be done. */
async function stageHookFolder(request) {
	const { stagingDir, job, hook, host } = request;
	const root = join(stagingDir, "hooks", job.name, host.replaceAll(":", "_"), hook.name);
	const files = filesFor(request);
	await rm(root, {
		recursive: true,
		force: true
	});
	await mkdir(join(stagingDir, "hooks"), {
		recursive: true,
		mode: 448
	});
	await mkdir(root, {
		recursive: true,
		mode: 448
	});
	await copyFiles(root, files);
	if (request.event !== "health_check") await makeFolders(root, job.entry.emptyFolders.filter(isStaged));
	const scriptDir = join(root, posix.dirname(hook.script));
	await addToScriptDir(scriptDir, join(job.entry.dir, posix.dirname(hook.script)));
	await addCertificates(scriptDir, request.certificates);
	return {
		scriptDir,
		scriptName: posix.basename(hook.script),
		[Symbol.asyncDispose]: () => rm(root, {
			recursive: true,
			force: true,
			maxRetries: 3
		}).catch(() => {})
	};
}
/** A health check runs often: it gets its script alone. */
function filesFor({ job, hook, event }) {
	const files = job.entry.files.filter((file) => isStaged(file.path));
	const script = files.find((file) => file.path === hook.script);
	const stem = hook.script.slice(0, -posix.extname(hook.script).length);
	if (script !== void 0) return event === "health_check" ? files.filter((file) => file.path.startsWith(`${stem}.`)) : files;
	if (event === "health_check") throw new Error(`hook file not found: job ${job.name} hook ${hook.name} module not in job_files`);
	const folder = join(job.entry.dir, posix.dirname(hook.script));
	const { name } = hook;
	throw new Error(`hook file not found: expected ${name}.py, ${name}.ts, or ${name}.js under ${folder}`);
}
/** The tree that was built holds no Prometheus files. */
function isStaged(path) {
	return !path.split("/").includes("_prometheus");
}
async function copyFiles(root, files) {
	await makeFolders(root, [...new Set(files.map((file) => dirname(file.path)))]);
	await mapLimit(files, COPIES_AT_ONCE, async (file) => {
		const target = fsPath(join(root, file.path));
		await copyFile(fsPath(file.sourcePath), target, constants$1.COPYFILE_FICLONE);
		await chmod(target, file.executable ? 493 : 420);
	});
}
async function makeFolders(root, folders) {
	for (const folder of folders) await mkdir(fsPath(join(root, folder)), { recursive: true });
}
/** What every script finds beside it, whatever its event. */
async function addToScriptDir(scriptDir, workspaceDir) {
	await mkdir(scriptDir, { recursive: true });
	for (const { name, bytes } of await readClientLibraries()) await writeFile(join(scriptDir, name), bytes);
	const manifest = join(scriptDir, "package.json");
	if (!existsSync(manifest)) await writeFile(manifest, "{ \"type\": \"module\" }\n");
	const packages = join(workspaceDir, "node_modules");
	if (existsSync(packages)) await symlink(packages, join(scriptDir, "node_modules"));
}
/** Over what the job ships under the same names. */
async function addCertificates(scriptDir, certificates) {
	for (const { path, mode, read } of certificates) {
		const file = join(scriptDir, path);
		await mkdir(dirname(file), { recursive: true });
		await rm(file, { force: true });
		await writeFile(file, read(), { mode });
		await chmod(file, mode);
	}
}
// src/hooks/output-lines.ts
/**
* The output of one foreign process: split into lines, made safe for a terminal, masked, and bounded. A line that never ends
* and a flood that never stops cost a fixed amount of memory.
*/
/** Characters of one line that are shown. */
const LINE_LIMIT = 262144;
/** Characters kept beyond the limit, so that a secret that lies across it is masked before the line is cut. */
const LOOKAHEAD = 65536;
/** Characters of one process that are reported live; the tails go on. */
const LIVE_LIMIT = 8388608;
/** Characters at the end of each stream that are kept for the record. */
const TAIL_LIMIT = 65536;
/** Lines and tails of both streams of a process. */
var ProcessOutput = class {
	#options;
	#streams;
	#reported = 0;
	constructor(options) {
		this.#options = options;
		this.#streams = {
			stdout: this.#open("stdout"),
			stderr: this.#open("stderr")
		};
	}
	push(stream, chunk) {
		this.#streams[stream].lines.push(chunk);
	}
	/** No more will come: what has no line break yet is a line as well. */
	end() {
		this.#streams.stdout.lines.end();
		this.#streams.stderr.lines.end();
	}
	/** The last lines of a stream, masked; marked when it began earlier. */
	tail(stream) {
		return this.#options.mask(this.#streams[stream].tail.text());
	}
	#open(stream) {
		const tail = new Tail();
		return {
			lines: new LineSplitter((raw, droppedCount) => {
				for (const line of this.#clean(raw, droppedCount)) {
					tail.add(line);
					this.#report(line, stream);
				}
			}),
			tail
		};
	}
	/**
	* A carriage return starts a line over in a terminal; in a log both texts are lines. Of a line whose end was dropped the
	* look-ahead goes too: it may end in the middle of a secret.
	*/
	#clean(raw, droppedCount) {
		const shown = this.#options.mask(raw).split("\r").filter((part, index) => part !== "" || index === 0).map((part) => this.#plain(part));
		const text = shown.join("\n");
		if (droppedCount === 0) return shown.map((line) => line.length > LINE_LIMIT ? cut(line) : line);
		const lines = text.slice(0, Math.max(0, text.length - LOOKAHEAD)).split("\n");
		return [...lines.slice(0, -1), cut(lines.at(-1) ?? "")];
	}
	/** Masked a second time, since an escape in the middle of a secret hides it from the first. */
	#plain(text) {
		const plain = plainText(text);
		return plain === text ? text : this.#options.mask(plain);
	}
	#report(line, stream) {
		if (this.#reported > LIVE_LIMIT) return;
		this.#reported += line.length + 1;
		if (this.#reported <= LIVE_LIMIT) this.#options.onLine(line, stream);
		else this.#options.onLine(`… [output cut after ${LIVE_LIMIT / 1024 / 1024} MiB]`, stream);
	}
};
function cut(line) {
	return `${line.slice(0, LINE_LIMIT)} … [line cut: longer than ${LINE_LIMIT / 1024} KiB]`;
}
/** Splits bytes into lines of text; invalid UTF-8 becomes U+FFFD. Of a very long line the beginning is kept. */
var LineSplitter = class {
	#decoder = new StringDecoder("utf8");
	#onLine;
	#held = "";
	#droppedCount = 0;
	constructor(onLine) {
		this.#onLine = onLine;
	}
	push(chunk) {
		this.#split(this.#decoder.write(chunk));
	}
	end() {
		this.#split(this.#decoder.end());
		if (this.#held !== "") this.#flush();
	}
	#split(text) {
		let start = 0;
		for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
			this.#hold(text.slice(start, end));
			this.#flush();
			start = end + 1;
		}
		this.#hold(text.slice(start));
	}
	#hold(part) {
		const room = 327680 - this.#held.length;
		this.#held += part.slice(0, room);
		this.#droppedCount += Math.max(0, part.length - room);
	}
	#flush() {
		const [line, droppedCount] = [this.#held, this.#droppedCount];
		this.#held = "";
		this.#droppedCount = 0;
		this.#onLine(line, droppedCount);
	}
};
/** The last lines that fit. */
var Tail = class {
	#lines = [];
	#first = 0;
	#length = 0;
	#cut = false;
	add(line) {
		this.#lines.push(line);
		this.#length += line.length + 1;
		while (this.#length > TAIL_LIMIT) this.#dropFirst();
	}
	text() {
		const text = this.#lines.slice(this.#first).join("\n");
		return this.#cut ? `[earlier output cut] …\n${text}` : text;
	}
	#dropFirst() {
		const first = this.#lines[this.#first] ?? "";
		this.#cut = true;
		this.#length -= first.length + 1;
		if (this.#lines.length - this.#first > 1) this.#lines[this.#first++] = "";
		else this.#lines[this.#first] = this.#keepEnd(first);
		if (this.#first > 1024) {
			this.#lines = this.#lines.slice(this.#first);
			this.#first = 0;
		}
	}
	#keepEnd(line) {
		const kept = line.slice(-65535);
		this.#length += kept.length + 1;
		return kept;
	}
};
// src/base/last-words.ts
/** Things to be done even when the process leaves at once, e.g. at a second Ctrl-C. Synchronous by nature. */
const pending = /* @__PURE__ */ new Set();
/** Runs `act` when the process exits, unless it was disposed of before. It must not throw. */
function atExit(act) {
	if (pending.size === 0) process.on("exit", runAll);
	pending.add(act);
	return { [Symbol.dispose]() {
		pending.delete(act);
		if (pending.size === 0) process.off("exit", runAll);
	} };
}
function runAll() {
	for (const act of pending) act();
}
// src/hooks/process-group.ts
/** How long the group may take to end after each signal. */
const GRACE_MS = {
	SIGTERM: 5e3,
	SIGKILL: 1e3
};
const SHORTEST_POLL_MS = 10;
const LONGEST_POLL_MS = 160;
/** Ends every process of a group: SIGTERM, after 5 s SIGKILL. Nothing to do when none is left. */
async function endGroup(groupId) {
	for (const signal of ["SIGTERM", "SIGKILL"]) if (!signalGroup(groupId, signal) || await hasEnded(groupId, GRACE_MS[signal])) return;
}
/** At once and without looking back: for a process that is leaving. */
function killGroup(groupId) {
	signalGroup(groupId, "SIGKILL");
}
async function hasEnded(groupId, limitMs) {
	const deadlineMs = performance.now() + limitMs;
	for (let pollMs = SHORTEST_POLL_MS; performance.now() < deadlineMs; pollMs = Math.min(2 * pollMs, LONGEST_POLL_MS)) {
		await setTimeout$1(pollMs);
		if (!signalGroup(groupId, 0) || !hasRunning(groupId)) return true;
	}
	return false;
}
/** False when the group has no process any more that we may signal. */
function signalGroup(groupId, signal) {
	try {
		return process.kill(-groupId, signal);
	} catch (thrown) {
		const { code } = thrown;
		if (code === "ESRCH" || code === "EPERM") return false;
		throw thrown;
	}
}
/**
* Whether a process of the group still runs. A dead one that nobody has collected can be signalled too: in a container whose
* first process collects no orphans it stays for ever.
*/
function hasRunning(groupId) {
	return readdirSync("/proc").some((name) => {
		if (!/^\d+$/.test(name)) return false;
		const [state, , group] = statusFields(name);
		return Number(group) === groupId && state !== "Z" && state !== "X";
	});
}
/** State, parent, process group; none when the process has ended meanwhile. */
function statusFields(pid) {
	try {
		const status = readFileSync(`/proc/${pid}/stat`, "latin1");
		return status.slice(status.lastIndexOf(")") + 2).split(" ", 3);
	} catch {
		return [];
	}
}
// src/hooks/script-run.ts
/**
* One foreign process in a process group of its own, from its start until nothing of it is left: the time limit and an abort
* end the whole group, and what a script leaves behind cannot hold the run.
*/
/** How long descendants that outlive the script may still write. */
const PIPE_GRACE_MS = 1e3;
/** Timers beyond this fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Runs a script with an empty stdin; ends when the process and its group have ended. Never throws for what it does. */
async function runScript(script, signal) {
	try {
		var _usingCtx$3 = _usingCtx();
		if (signal.aborted) return {
			kind: "cancelled",
			exitCode: 128 + constants.signals.SIGTERM
		};
		const started = await start(script);
		if ("problem" in started) return {
			kind: "not-started",
			message: `could not start ${script.file}: ${started.problem}`
		};
		const { child, pid, exited, closed } = started;
		_usingCtx$3.u(atExit(() => killGroup(pid)));
		const kind = await firstEnd(exited, script.timeoutMs, signal);
		if (kind !== "exited") await endGroup(pid);
		const exitCode = await exited;
		await within(closed, PIPE_GRACE_MS);
		await endGroup(pid);
		child.stdout?.destroy();
		child.stderr?.destroy();
		return {
			kind,
			exitCode
		};
	} catch (_) {
		_usingCtx$3.e = _;
	} finally {
		_usingCtx$3.d();
	}
}
async function start(script) {
	try {
		const child = spawn(script.file, script.args, {
			cwd: script.cwd,
			env: script.env,
			detached: true,
			stdio: [
				"ignore",
				"pipe",
				"pipe"
			]
		});
		child.stdout.on("data", (chunk) => script.onOutput("stdout", chunk));
		child.stderr.on("data", (chunk) => script.onOutput("stderr", chunk));
		const exited = new Promise((done) => child.once("exit", (code, name) => done(toExitCode(code, name))));
		const closed = new Promise((done) => child.once("close", () => done()));
		return {
			child,
			pid: await new Promise((running, failed) => {
				child.once("spawn", () => running(child.pid));
				child.once("error", failed);
			}),
			exited,
			closed
		};
	} catch (thrown) {
		return { problem: messageOf(thrown) };
	}
}
function toExitCode(code, name) {
	return name === null ? code ?? 1 : 128 + constants.signals[name];
}
async function firstEnd(exited, timeoutMs, signal) {
	const { promise: cut, settle } = cutOff(timeoutMs, signal);
	const kind = await Promise.race([exited.then(() => "exited"), cut]);
	settle();
	return kind;
}
/** Settles at the time limit or the abort; `settle` takes timer and listener away. */
function cutOff(timeoutMs, signal) {
	let settle = () => {};
	return {
		promise: new Promise((end) => {
			const timer = setTimeout(() => end("timed-out"), Math.min(timeoutMs, LONGEST_TIMER_MS));
			const abort = () => end("cancelled");
			signal.addEventListener("abort", abort, { once: true });
			settle = () => {
				clearTimeout(timer);
				signal.removeEventListener("abort", abort);
			};
		}),
		settle
	};
}
async function within(event, limitMs) {
	const over = new AbortController();
	await Promise.race([event, setTimeout$1(limitMs, void 0, { signal: over.signal }).catch(() => {})]);
	over.abort();
}
// src/hooks/run-allocation.ts
/** One hook script for one allocation: its folder, its token, its environment, its process, and the record of all that. */
/** What `timeout` of the shell answers as well. */
const TIMED_OUT_EXIT_CODE = 124;
/** Runs a hook for one allocation. What the script or the machine does wrong is in the record; nothing of it is thrown. */
async function runForAllocation(run, target, runtime) {
	try {
		var _usingCtx$2 = _usingCtx();
		const startedMs = performance.now();
		const { job, hook, event } = run;
		const pass = _usingCtx$2.u(runtime.api.admit(toCaller(run, target)));
		const output = new ProcessOutput({
			mask: (text) => runtime.masker.mask(text).replaceAll(pass.token, "***"),
			onLine: (line, stream) => runtime.onLine({
				job: job.name,
				worker: target.host,
				hook: hook.name,
				stream,
				line
			})
		});
		const ended = await attempt({
			run,
			target,
			runtime,
			output,
			token: pass.token
		});
		output.end();
		const record = {
			hook: hook.name,
			event,
			job: job.name,
			worker: target.host,
			command: commandText(run),
			stdout: output.tail("stdout"),
			stderr: output.tail("stderr"),
			durationMs: Math.round(performance.now() - startedMs),
			...ended
		};
		runtime.onRecord(record);
		return record;
	} catch (_) {
		_usingCtx$2.e = _;
	} finally {
		_usingCtx$2.d();
	}
}
async function attempt({ run, target, runtime, output, token }) {
	try {
		var _usingCtx3 = _usingCtx();
		const { job, hook, event, interpreter } = run;
		const index = allocationIndex(run, target, runtime.store);
		if (index === void 0) return notRun(`allocation index not found for job ${job.name} on worker ${target.host}`);
		const { stagingDir, store, box, masker } = runtime;
		const certificates = hookCertificates({
			store,
			box,
			onSecret: (plain) => void masker.add(plain)
		}, job.name, target.host);
		const folder = await stage({
			stagingDir,
			job,
			hook,
			event,
			host: target.host,
			certificates
		});
		if (typeof folder === "string") return notRun(folder);
		const staged = _usingCtx3.a(folder);
		const timeoutMs = hook.timeoutMs ?? runtime.defaultTimeoutMs;
		return toEnded(await runScript({
			file: interpreter.file,
			args: [...interpreter.args, staged.scriptName],
			cwd: staged.scriptDir,
			env: hookEnvironment(runtime.environment, toVariables({
				run,
				target,
				runtime,
				token
			}, index)),
			timeoutMs,
			onOutput: (stream, chunk) => output.push(stream, chunk)
		}, runtime.signal), timeoutMs);
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
/** The store knows the index (spec 12 §4); the catalog's position stands in. */
function allocationIndex({ job }, { host, index }, store) {
	return store.get(allocationNamespace(job.name, host), `${job.name}_allocation_index`) ?? index?.toString();
}
/** The folder, or why there is none. */
async function stage(request) {
	try {
		return await stageHookFolder(request);
	} catch (thrown) {
		return messageOf(thrown);
	}
}
function toCaller({ job, hook, event }, { id, host }) {
	return {
		allocationId: id,
		job: job.name,
		host,
		hook: hook.name,
		event,
		demandedJobs: job.demandedJobs
	};
}
function toVariables({ run, target, runtime, token }, allocationIndex) {
	const { batch, phase, rolloutOrder, extra } = run;
	const { api, bucketRoot } = runtime;
	return {
		job: run.job.name,
		hook: run.hook.name,
		event: run.event,
		allocationId: target.id,
		host: target.host,
		allocationIndex,
		disabled: target.disabled,
		versions: run.versions,
		api: {
			host: api.host,
			port: api.port,
			token
		},
		batch,
		phase,
		rolloutOrder,
		bucketRoot,
		extra
	};
}
function commandText({ interpreter, hook }) {
	return shellJoin([
		interpreter.file,
		...interpreter.args,
		posix.basename(hook.script)
	]);
}
function toEnded(end, timeoutMs) {
	switch (end.kind) {
		case "exited":
			if (end.exitCode === 0) return {
				outcome: "succeeded",
				exitCode: 0
			};
			return {
				outcome: "failed",
				exitCode: end.exitCode,
				problem: `command execution failed (exit ${end.exitCode})`
			};
		case "timed-out": {
			const problem = `timed out after ${timeoutMs / 1e3} s; the script and its children were ended`;
			return {
				outcome: "timed-out",
				exitCode: TIMED_OUT_EXIT_CODE,
				problem
			};
		}
		case "cancelled": return {
			outcome: "cancelled",
			exitCode: end.exitCode,
			problem: "cancelled"
		};
		case "not-started": return notRun(end.message);
	}
}
function notRun(problem) {
	return {
		outcome: "failed",
		exitCode: 1,
		problem
	};
}
// src/hooks/run-event.ts
/**
* The hooks of one job for one event (spec 12 §5): one hook after another in manifest order, each over its allocations in
* batches. A batch is always finished; the first batch that fails ends its hook, the first hook that fails ends the event. A
* health check goes through all of them, so that its report is whole, and a build tries every hook, because none of them stands
* in for another.
*/
/** Events in which a hook that failed does not keep the next one from running. */
const TRIES_ALL = ["health_check", "post_build"];
/** Runs the hooks of an event. Throws `Failure` (2) when a named hook is not registered or an interpreter is missing. */
async function runHookEvent(request, runtime) {
	const { job, event, targets } = request;
	const hooks = registeredHooks(job, event, request.hook);
	if (hooks.length === 0 || targets.length === 0) return {
		kind: "succeeded",
		records: []
	};
	const records = [];
	const messages = [];
	for (const planned of await withInterpreters(job, hooks, runtime)) {
		const ran = await runBatches(request, planned, runtime);
		records.push(...ran);
		const message = failureMessage(job, planned.hook, ran);
		if (message !== void 0) messages.push(message);
		if (runtime.signal.aborted) return cancelled(records, messages, `job ${job.name} hook ${planned.hook.name} cancelled`);
		if (message !== void 0 && !TRIES_ALL.includes(event)) break;
	}
	if (messages.length === 0) return {
		kind: "succeeded",
		records
	};
	return {
		kind: "failed",
		records,
		message: messages.join("\n")
	};
}
function cancelled(records, messages, fallback) {
	return {
		kind: "cancelled",
		records,
		message: messages.length > 0 ? messages.join("\n") : fallback
	};
}
async function withInterpreters(job, hooks, { tools }) {
	const choices = await Promise.all(hooks.map((hook) => chooseInterpreter(job, hook, tools)));
	const missing = choices.flatMap((choice) => choice.kind === "missing" ? [choice.missing] : []);
	if (missing.length > 0) throw interpreterFailure(missing);
	return hooks.flatMap((hook, index) => {
		const choice = choices[index];
		return choice?.kind === "found" ? [{
			hook,
			interpreter: choice.interpreter
		}] : [];
	});
}
async function runBatches(request, planned, runtime) {
	const records = [];
	for (const batch of toBatches(request)) {
		if (runtime.signal.aborted) break;
		const ran = await runBatch({
			request,
			planned,
			batch
		}, runtime);
		records.push(...ran);
		if (request.event !== "health_check" && ran.some(({ outcome }) => outcome !== "succeeded")) break;
	}
	return records;
}
function toBatches(request) {
	const { targets, batchSize, batch } = request;
	if (batch !== void 0) return [{
		targets,
		...batch
	}];
	const size = batchSize < 1 ? targets.length : batchSize;
	const count = Math.ceil(targets.length / size);
	return Array.from({ length: count }, (_, index) => {
		return {
			targets: targets.slice(index * size, (index + 1) * size),
			index,
			count
		};
	});
}
/** All allocations of a batch at once; a bug in one of them is thrown when all have ended. */
async function runBatch({ request, planned, batch: { targets, index, count } }, runtime) {
	const { job, event, rolloutOrder, phase = event, extra = {} } = request;
	const batch = {
		hosts: targets.map(({ host }) => host),
		index,
		count
	};
	return mapLimit(targets, targets.length, (target) => {
		const versions = request.versionsOf(target);
		return runForAllocation({
			job,
			event,
			...planned,
			batch,
			phase,
			rolloutOrder,
			versions,
			extra
		}, target, runtime);
	});
}
/** `job <job> hook <hook> failed: <ip>: <cause>; <ip>: <cause>` in batch order; undefined when nothing failed. */
function failureMessage({ name }, hook, records) {
	const causes = records.flatMap(({ worker, problem }) => problem === void 0 ? [] : [`${worker}: ${problem}`]);
	return causes.length === 0 ? void 0 : `job ${name} hook ${hook.name} failed: ${causes.join("; ")}`;
}
// src/template/scope.ts
/**
* Variables by name, the youngest first; a definition sees only those from its own `base` on. The arrays only grow, since
* shrinking them costs more than all else that happens here.
*/
var Variables = class {
	#names = [];
	#values = [];
	count = 0;
	base = 0;
	declare(name, value) {
		this.#names[this.count] = name;
		this.#values[this.count] = value;
		this.count++;
	}
	/** Forgets all variables but the oldest `count`. */
	truncate(count) {
		this.count = count;
	}
	/** Undefined when nothing of that name was declared on the way here. */
	read(name) {
		const index = this.#indexOf(name);
		return index < 0 ? void 0 : this.#values[index];
	}
	/** False when nothing of that name was declared on the way here. */
	assign(name, value) {
		const index = this.#indexOf(name);
		if (index >= 0) this.#values[index] = value;
		return index >= 0;
	}
	/** Fills the variables of a `range`: the youngest two (index, element), the youngest (element), or older ones by name. */
	fill({ names, assigns }, index, element) {
		for (let at = 0; at < names.length; at++) {
			const value = at === 0 && names.length === 2 ? index : element;
			if (assigns) this.assign(names[at], value);
			else this.#values[this.count - names.length + at] = value;
		}
	}
	#indexOf(name) {
		for (let index = this.count - 1; index >= this.base; index--) if (this.#names[index] === name) return index;
		return -1;
	}
};
const EMPTY = {
	count: 0,
	element: () => null,
	hasIndex: true
};
/** The elements of a list, the numbers below an integer, nothing of nil; undefined for what Go cannot range over. */
function sequenceOf(value) {
	if (value === null) return EMPTY;
	if (typeof value === "number" || typeof value === "bigint") return {
		count: Number(value),
		element: (index) => index,
		hasIndex: false
	};
	if (typeof value !== "object") return void 0;
	if (value.kind === "byte") return {
		count: value.value,
		element: byteOf,
		hasIndex: false
	};
	if (value.kind !== "list") return void 0;
	return {
		count: value.length,
		element: (index) => elementAt(value, index),
		hasIndex: true
	};
}
// src/template/evaluator.ts
/**
* Runs a parsed template over its data (spec 05). One loop over flat instructions with stacks of its own for values, blocks and
* definitions: however deep a template nests or calls itself, JavaScript's stack stays flat, and the guards below end what would
* never end. Nothing is written anywhere: the text comes back whole, or a `TemplateError` is thrown.
*/
/** The rendered file, byte for byte. Throws `TemplateError` of phase `exec`. */
function renderTemplateBytes(template, input) {
	return Buffer.from(new Rendering(template, input).run(), "latin1");
}
const LARGEST_OUTPUT_BYTES = 67108864;
const DEEPEST_CALLS = 1e4;
const MOST_ROUNDS = 1e7;
const NOTHING = listOf([]);
/** A text or a list so large that JavaScript cannot hold it. */
const BEYOND_JAVASCRIPT = /^Invalid (string|array) length/;
/** The steps of a definition, looked up once: most of what makes many renderings of a template fast. */
const STEPS = /* @__PURE__ */ new WeakMap();
var Rendering = class Rendering {
	#template;
	#input;
	/** The values in use are the first `#height` ones; the array itself only grows, which is cheaper. */
	#values = [];
	#height = 0;
	#variables = new Variables();
	#blocks = [];
	#callers = [];
	#definition;
	#instructions;
	#steps;
	#address = 0;
	#dot;
	#output = "";
	#rounds = 0;
	/** What an error would point at: the piece that was evaluated last. */
	#at;
	constructor(template, input) {
		this.#template = template;
		this.#input = input;
		this.#definition = template.definitions.get(toBytes(template.name));
		this.#instructions = this.#definition.instructions;
		this.#steps = Rendering.#stepsOf(this.#definition);
		this.#dot = structOf(input.data);
		this.#variables.declare("$", this.#dot);
	}
	/** The output as bytes (see bytes.ts). */
	run() {
		for (;;) {
			const address = this.#address++;
			const step = this.#steps[address];
			if (step) step(this, this.#instructions[address]);
			else if (!this.#return()) return this.#output;
		}
	}
	static #stepsOf(definition) {
		let steps = STEPS.get(definition);
		if (!steps) {
			steps = definition.instructions.map(({ op }) => Rendering.#table[op]);
			STEPS.set(definition, steps);
		}
		return steps;
	}
	static #table = {
		text: (run, instruction) => run.#write(instruction.text),
		print: (run, instruction) => run.#print(instruction.at),
		constant: (run, instruction) => run.#push(instruction.value, instruction.at),
		dot: (run, instruction) => run.#push(run.#dot, instruction.at),
		variable: (run, instruction) => run.#readVariable(instruction.name, instruction.at),
		field: (run, instruction) => run.#readField(instruction.name, instruction.use),
		require: (run, instruction) => run.#keep(run.#fit(run.#pop(), instruction.type)),
		call: (run, instruction) => run.#call(instruction),
		at: (run, instruction) => run.#pointAt(instruction.at),
		fail: (run, instruction) => run.#pointAt(instruction.at).#fail(instruction.message),
		"keep-true": (run, instruction) => isTrue(run.#top()) ? run.#goTo(instruction.to) : run.#pop(),
		"keep-false": (run, instruction) => isTrue(run.#top()) ? run.#pop() : run.#goTo(instruction.to),
		nip: (run) => run.#nip(),
		drop: (run) => run.#pop(),
		declare: (run, instruction) => run.#variables.declare(instruction.name, run.#top()),
		assign: (run, instruction) => run.#variables.assign(instruction.name, run.#top()) || run.#undefined(instruction.name),
		jump: (run, instruction) => run.#goTo(instruction.to),
		open: (run) => run.#open(),
		close: (run) => run.#close(),
		if: (run, instruction) => isTrue(run.#pop()) || run.#goTo(instruction.otherwise),
		with: (run, instruction) => run.#with(instruction.otherwise),
		range: (run, instruction) => run.#range(instruction),
		next: (run, instruction) => run.#next(instruction),
		leave: (run, instruction) => run.#leave(instruction.blocks, instruction.to),
		find: (run, instruction) => run.#pointAt(instruction.at).#find(instruction.name),
		enter: (run, instruction) => run.#enter(instruction.name)
	};
	#pointAt(at) {
		this.#at = at;
		return this;
	}
	#goInto(definition, address) {
		this.#definition = definition;
		this.#instructions = definition.instructions;
		this.#steps = Rendering.#stepsOf(definition);
		this.#address = address;
	}
	#goTo({ address }) {
		this.#address = address;
	}
	#open() {
		this.#blocks.push({
			variablesBefore: this.#variables.count,
			dot: this.#dot,
			loop: void 0
		});
	}
	#with(otherwise) {
		const value = this.#pop();
		if (isTrue(value)) this.#dot = value;
		else this.#goTo(otherwise);
	}
	#leave(blocks, to) {
		this.#blocks.length -= blocks;
		this.#goTo(to);
	}
	#push(value, at) {
		this.#at = at;
		this.#values[this.#height++] = value;
	}
	#keep(value) {
		this.#values[this.#height++] = value;
	}
	#pop() {
		return this.#values[--this.#height];
	}
	#top() {
		return this.#values[this.#height - 1];
	}
	#nip() {
		const top = this.#pop();
		this.#values[this.#height - 1] = top;
	}
	#write(text) {
		this.#output += text;
		if (this.#output.length > LARGEST_OUTPUT_BYTES) this.#fail("output is larger than 64 MiB");
	}
	#print(at) {
		this.#at = at;
		const value = this.#pop();
		this.#write(value === null ? "<no value>" : displayText(value));
	}
	#readVariable(name, at) {
		this.#at = at;
		const value = this.#variables.read(name);
		this.#keep(value === void 0 ? this.#undefined(name) : value);
	}
	#undefined(name) {
		return this.#fail(`undefined variable: ${name}`);
	}
	#readField(name, use) {
		const receiver = this.#pop();
		if (receiver === null) {
			this.#keep(null);
			return;
		}
		const field = typeof receiver === "object" && receiver.kind === "struct" ? receiver.fields.get(name) : void 0;
		if (field === void 0) this.#fail(`can't evaluate field ${name} in type ${typeName(receiver)}`);
		if (use === "call") this.#fail(`${name} has arguments but cannot be invoked as function`);
		this.#keep(field);
	}
	/** The value as a parameter of this type takes it. */
	#fit(value, type) {
		if (type === "any" || typeName(value) === type) return value;
		if (value !== null) this.#fail(`wrong type for value; expected ${type}; got ${typeName(value)}`);
		return type === "[]string" ? NOTHING : this.#fail(`invalid value; expected ${type}`);
	}
	#call({ fn, count, piped, at }) {
		const args = this.#take(count);
		if (piped) args.push(this.#fit(this.#pop(), fn.parameters[count] ?? fn.rest ?? "any"));
		const result = this.#result(fn, args, at);
		if (typeof result === "string" && result.length > LARGEST_OUTPUT_BYTES) this.#tooLong(fn, at);
		this.#keep(result);
	}
	/** The youngest `count` values; a slice costs more than the few arguments that most calls have. */
	#take(count) {
		this.#height -= count;
		const values = this.#values;
		const first = this.#height;
		if (count === 1) return [values[first]];
		if (count === 2) return [values[first], values[first + 1]];
		return values.slice(first, first + count);
	}
	#result(fn, args, at) {
		try {
			return fn.run(args, this.#input);
		} catch (thrown) {
			if (thrown instanceof RangeError && BEYOND_JAVASCRIPT.test(thrown.message)) this.#tooLong(fn, at);
			if (!(thrown instanceof CallFailure)) throw thrown;
			this.#at = at;
			return this.#fail(`error calling ${fn.name}: ${thrown.message}`, thrown.kvMiss);
		}
	}
	#tooLong({ name }, at) {
		this.#at = at;
		return this.#fail(`error calling ${name}: result is larger than 64 MiB`);
	}
	#close() {
		const block = this.#blocks.pop();
		if (!block) return;
		this.#variables.truncate(block.variablesBefore);
		this.#dot = block.dot;
	}
	#range({ variables, otherwise }) {
		const value = this.#pop();
		const over = sequenceOf(value) ?? this.#fail(`range can't iterate over ${displayText(value)}`);
		if (variables.names.length > 1 && !over.hasIndex) this.#fail(`can't use ${displayText(value)} to iterate over more than one variable`);
		const block = this.#blocks.at(-1);
		if (block && over.count > 0) block.loop = {
			over,
			variablesBefore: this.#variables.count,
			round: 0
		};
		else this.#goTo(otherwise);
	}
	#next({ variables, end }) {
		const loop = this.#blocks.at(-1)?.loop;
		if (!loop || loop.round >= loop.over.count) {
			this.#goTo(end);
			return;
		}
		this.#countRound();
		const index = loop.round++;
		this.#variables.truncate(loop.variablesBefore);
		this.#dot = loop.over.element(index);
		this.#variables.fill(variables, index, this.#dot);
	}
	#countRound() {
		this.#rounds++;
		if (this.#rounds > MOST_ROUNDS) this.#fail(`more than ${MOST_ROUNDS} rounds of range and template`);
	}
	#find(name) {
		if (!this.#template.definitions.has(name)) this.#fail(`template ${quote(name)} not defined`);
		if (this.#callers.length === DEEPEST_CALLS) this.#fail(`exceeded maximum template depth (${DEEPEST_CALLS})`);
	}
	#enter(name) {
		this.#countRound();
		const variables = this.#variables;
		this.#callers.push({
			definition: this.#definition,
			address: this.#address,
			dot: this.#dot,
			base: variables.base
		});
		this.#goInto(this.#template.definitions.get(name), 0);
		this.#dot = this.#pop();
		variables.base = variables.count;
		variables.declare("$", this.#dot);
	}
	/** False at the end of the file itself. */
	#return() {
		const caller = this.#callers.pop();
		if (!caller) return false;
		this.#variables.truncate(this.#variables.base);
		this.#variables.base = caller.base;
		this.#goInto(caller.definition, caller.address);
		this.#dot = caller.dot;
		return true;
	}
	/** `message` is in bytes. */
	#fail(message, kvMiss) {
		const { name, source } = this.#template;
		const details = {
			phase: "exec",
			templateName: name,
			...kvMiss ? { kvMiss } : {}
		};
		if (!this.#at) throw new TemplateError(`template: ${name}: ${fromBytes(message)}`, {
			...details,
			line: 0
		});
		const before = source.slice(0, this.#at.position).split("\n");
		const line = before.length;
		const column = before.at(-1)?.length ?? 0;
		const where = fromBytes(`executing ${quote(this.#definition.name)} at <${this.#at.text}>: ${message}`);
		throw new TemplateError(`template: ${name}:${line}:${column}: ${where}`, {
			...details,
			line,
			column
		});
	}
};
// src/stage/stager.ts
/**
* Job folder + KV → delivered tree, per allocation (spec 07 §7.4). Plain files are hashed once and templates parsed once per
* run, however many workers there are; nothing is written to disk here.
*/
const FILES_AT_ONCE$1 = 16;
var Stager = class {
	#key;
	/** By what is read, not by name: several links may lead to one file. */
	#digests = /* @__PURE__ */ new Map();
	#templates = /* @__PURE__ */ new Map();
	/** `key`: the key of the content digests. */
	constructor(key) {
		this.#key = key;
	}
	/** Every file is tried, so that all broken templates are reported together. */
	async stage(input) {
		const { entry } = input.job;
		const delivered = entry.files.filter((file) => isDelivered(outputPath(file)));
		const problems = [];
		const rendered = await this.#renderAll(input, delivered.filter(isTemplate), problems);
		const certificates = certificatesOf(input, problems);
		problems.push(...collisions(input, delivered));
		if (problems.length > 0) return {
			kind: "failed",
			problems
		};
		const made = byPath([...rendered, ...await mapLimit(certificates, FILES_AT_ONCE$1, (file) => this.#certificate(file))]);
		const plain = delivered.filter((file) => !isTemplate(file) && !made.has(file.path));
		const files = await mapLimit(plain, FILES_AT_ONCE$1, (file) => this.#plainFile(file));
		const folders = entry.emptyFolders.filter((path) => isDelivered(path) && !(path === "certs" && certificates.length > 0));
		return {
			kind: "staged",
			tree: assembleTree(this.#key, [...files, ...made.values()], folders)
		};
	}
	async #renderAll(input, templates, problems) {
		const files = [];
		for (const file of templates) try {
			files.push(await this.#render(input, file));
		} catch (thrown) {
			if (!(thrown instanceof TemplateError)) throw thrown;
			problems.push(describe(input, file, thrown));
		}
		return files;
	}
	async #render(input, file) {
		let template = this.#templates.get(file.sourcePath);
		if (template === void 0) {
			template = readFile(fsPath(file.sourcePath)).then((bytes) => parseTemplate(file.path, bytes));
			this.#templates.set(file.sourcePath, template);
		}
		const { view, readSecret } = watchSecrets(input.view);
		const bytes = renderTemplateBytes(await template, {
			data: templateData(input),
			kv: view
		});
		const mode = modeOf(file);
		const source = {
			kind: "bytes",
			bytes
		};
		const digest = await digestFile({
			key: this.#key,
			mode,
			source
		});
		return {
			path: outputPath(file),
			mode,
			source,
			digest,
			...readSecret() ? { holdsSecret: true } : {}
		};
	}
	async #certificate({ path, mode, identity, read }) {
		const source = mode === 384 ? {
			kind: "sealed",
			identity: Buffer.from(identity),
			read
		} : {
			kind: "bytes",
			bytes: Buffer.from(read())
		};
		return {
			path,
			mode,
			source,
			digest: await digestFile({
				key: this.#key,
				mode,
				source
			})
		};
	}
	async #plainFile(file) {
		const mode = modeOf(file);
		const source = {
			kind: "file",
			path: file.sourcePath
		};
		const known = `${mode} ${file.sourcePath}`;
		const digest = this.#digests.get(known) ?? digestFile({
			key: this.#key,
			mode,
			source
		});
		this.#digests.set(known, digest);
		return {
			path: file.path,
			mode,
			source,
			digest: await digest
		};
	}
};
/** Of two files for one path the later one counts. */
function byPath(files) {
	return new Map(files.map((file) => [file.path, file]));
}
function certificatesOf({ certificates, job, worker }, problems) {
	const { files, missing } = deliveredCertificates(certificates, job, worker.host);
	for (const file of missing) {
		const message = `job ${job.name} on ${worker.host}: ${file} has not been made: run maand build`;
		problems.push({
			host: worker.host,
			file,
			message
		});
	}
	return files;
}
/** The same view, and whether a secret was read through it. */
function watchSecrets(view) {
	let seen = false;
	const get = (namespace, key) => {
		const read = view.get(namespace, key);
		if (read.kind === "found" && read.isSecret) seen = true;
		return read;
	};
	return {
		view: {
			get,
			keys: (namespace) => view.keys(namespace)
		},
		readSecret: () => seen
	};
}
/** A template whose output has no name, or the name of a folder. */
function collisions({ job, worker }, files) {
	return files.flatMap((file) => {
		const problem = outputProblem(file, files);
		return problem === void 0 ? [] : [{
			host: worker.host,
			file: file.path,
			message: `job ${job.name}: ${problem}`
		}];
	});
}
const modeOf = (file) => file.executable ? 493 : 420;
/** The dot of a template (spec 05 §5.2). */
function templateData({ job, allocation, worker, bucketId, currentVersion, updateSeq }) {
	return {
		AllocationID: allocation.id,
		Job: job.name,
		CurrentVersion: currentVersion,
		NewVersion: allocation.newVersion,
		WorkerIP: worker.host,
		WorkerID: worker.id,
		Labels: worker.labels,
		BucketID: bucketId,
		UpdateSeq: updateSeq,
		BucketPath: `${worker.root}/${bucketId}`,
		JobPath: `${worker.root}/${bucketId}/jobs/${job.name}`
	};
}
function describe({ job, worker }, file, error) {
	const { kvMiss } = error;
	return {
		host: worker.host,
		file: file.path,
		message: `job ${job.name} on ${worker.host}: ${error.phase === "parse" ? "parse" : "execute"} template ${file.path}: ${error.message}`,
		...kvMiss ? { missing: kvMiss } : {}
	};
}
// src/stage/worker-helpers.ts
/** POSIX `sh` helpers that every delivery puts into `bin/` on a worker, for people who are logged in there. */
const WORKER_HELPERS = {
	"runner.sh": `#!/bin/sh
# Runs a make target of a job of this bucket: runner.sh TARGET JOB
set -u
if [ "$#" -ne 2 ]; then
  echo "usage: runner.sh TARGET JOB" >&2
  exit 2
fi
bucket=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
if [ ! -d "$bucket/jobs/$2" ]; then
  echo "runner.sh: there is no job $2 in $bucket/jobs" >&2
  exit 1
fi
exec make -s -C "$bucket/jobs/$2" "$1"
`,
	"worker.sh": `#!/bin/sh
# Shows which bucket and worker this is, and by which deploy it was written last.
set -u
bucket=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
exec cat "$bucket/worker.json"
`
};
// src/stage/staging-area.ts
/**
* The run's staging folder on disk (0700): delivered trees by hash, so that workers with equal trees share one; `worker.json`
* and `jobs.json` per worker; the helpers of `bin/`. The only place where rendered secrets touch the runner's disk.
*/
const FILES_AT_ONCE = 16;
var StagingArea = class {
	#parent;
	#onOpen;
	#trees = /* @__PURE__ */ new Map();
	#folder;
	#leaving;
	#helpers;
	/** Below `parent`, at first use; `onOpen` hears where, so that it can be removed even after a crash. */
	constructor(parent, onOpen) {
		this.#parent = parent;
		this.#onOpen = onOpen;
	}
	/** The folder itself, made at the first call. */
	folder() {
		this.#folder ??= this.#make();
		return this.#folder;
	}
	async #make() {
		const folder = await makeFolder(this.#parent, this.#onOpen);
		this.#leaving = atExit(() => rmSync(folder, {
			recursive: true,
			force: true
		}));
		return folder;
	}
	/** Writes the tree once; answers its delivery source `…/./jobs/<job>/`. */
	tree(job, tree) {
		const name = `${job}.${tree.hash.replace(":", ".")}`;
		const known = this.#trees.get(name);
		if (known) return known;
		const written = this.#writeTree(name, job, tree);
		this.#trees.set(name, written);
		return written;
	}
	/** Writes `worker.json`, `jobs.json` and the shared `bin/`; answers their delivery sources. */
	async workerFiles({ host, identity, jobs }) {
		const root = await this.folder();
		const folder = join(root, "workers", Buffer.from(host).toString("hex"));
		await mkdir(folder, { recursive: true });
		await writeText(join(folder, "worker.json"), `${JSON.stringify(identity, null, 3)}\n`);
		await writeText(join(folder, "jobs.json"), `${JSON.stringify(jobs, null, 3)}\n`);
		this.#helpers ??= writeHelpers(join(root, "helpers"));
		return [
			`${folder}/./worker.json`,
			`${folder}/./jobs.json`,
			await this.#helpers
		];
	}
	async #writeTree(name, job, tree) {
		const root = join(await this.folder(), "trees", name);
		await writeTree(join(root, "jobs", job), tree);
		await chmod(join(root, "jobs"), 493);
		return `${root}/./jobs/${job}/`;
	}
	async [Symbol.asyncDispose]() {
		if (this.#folder) await rm(await this.#folder, {
			recursive: true,
			force: true,
			maxRetries: 3
		});
		this.#leaving?.[Symbol.dispose]();
	}
};
async function makeFolder(parent, onOpen) {
	await mkdir(parent, {
		recursive: true,
		mode: 448
	});
	await removeLeftovers(parent);
	const folder = await mkdtemp(join(parent, `maand-${process.pid}-`));
	onOpen(folder);
	return folder;
}
/** What runs that were killed left behind may hold secrets; the name says whose it was. */
async function removeLeftovers(parent) {
	for (const name of await readdir(parent)) {
		const pid = /^maand-(\d+)-[A-Za-z0-9]{6}$/.exec(name)?.[1];
		if (pid === void 0 || existsSync(`/proc/${pid}`)) continue;
		await rm(join(parent, name), {
			recursive: true,
			force: true,
			maxRetries: 3
		});
	}
}
/** Writes a tree below a folder of its own, as it will lie on the worker whatever the umask; `modeOf` may ask for less. */
async function writeTree(folder, tree, modeOf = ({ mode }) => mode) {
	const folders = /* @__PURE__ */ new Set([
		".",
		...tree.emptyFolders,
		...tree.files.map(({ path }) => dirname(path))
	]);
	for (const path of folders) await mkdir(fsPath(join(folder, path)), { recursive: true });
	for (const path of parentsOf(folders)) await chmod(fsPath(join(folder, path)), 493);
	await mapLimit(tree.files, FILES_AT_ONCE, (file) => writeTreeFile(fsPath(join(folder, file.path)), file.source, modeOf(file)));
}
/** The folders and all above them, up to the job folder. */
function parentsOf(folders) {
	const all = /* @__PURE__ */ new Set();
	for (let path of folders) while (!all.has(path)) {
		all.add(path);
		path = dirname(path);
	}
	return all;
}
async function writeTreeFile(path, source, mode) {
	if (source.kind === "file") await copyFile(fsPath(source.path), path);
	else await writeFile(path, source.kind === "bytes" ? source.bytes : source.read(), {
		mode: 384,
		flag: "wx"
	});
	await chmod(path, mode);
}
async function writeHelpers(root) {
	await mkdir(join(root, "bin"), { recursive: true });
	await chmod(join(root, "bin"), 493);
	for (const [name, text] of Object.entries(WORKER_HELPERS)) {
		const path = join(root, "bin", name);
		await writeFile(path, text);
		await chmod(path, 493);
	}
	return `${root}/./bin/`;
}
async function writeText(path, text) {
	await writeFile(path, text);
	await chmod(path, 420);
}
// src/commands/open-run.ts
/** What a deploy, a check or a hook works with, opened together and closed together. Everything costly opens at first use. */
async function openRun(built) {
	const { request, face, tools, workspace, state, catalog } = built;
	const closers = new Closers();
	const staging = closers.add(new StagingArea(face.temporaryFolder ?? join(workspace.bucketDir, "tmp"), face.onStaging));
	const { settings, bucketDir } = workspace;
	const transport = closers.add(await tools.openTransport({
		bucketDir,
		settings,
		ledger: state.ledger
	}));
	const hookRecords = [];
	let runtime;
	return {
		run: {
			catalog,
			settings,
			ledger: state.ledger,
			box: state.box,
			masker: face.masker,
			stager: new Stager(state.hashKey),
			staging,
			transport,
			guard: state.guard,
			emit: (event) => face.emit(face.masker.maskAll(event)),
			nowMs: () => performance.now(),
			signal: face.signal,
			jobs: new Set(request.filters.jobs.length === 0 ? catalog.jobs.map(({ name }) => name) : request.filters.jobs),
			options: {
				force: request.flags.force,
				syncOnly: request.flags.syncOnly
			},
			checkTools: (delivering) => checkTools(built, delivering),
			runHooks: async (hooks) => {
				runtime ??= startRuntime({
					built,
					staging,
					closers,
					hookRecords
				});
				return runHooks({
					built,
					hooks,
					runtime: await runtime
				});
			}
		},
		runId: randomUUID(),
		hookRecords,
		[Symbol.asyncDispose]: () => closers.close()
	};
}
/** Before anything is touched: interpreters of the hooks that this deploy may run, and rsync. */
async function checkTools({ face, catalog, request }, delivering) {
	const path = face.env.PATH ?? "";
	if (delivering && !await isOnPath(path, "rsync")) throw new Failure("host prerequisites not met: rsync was not found on this machine", {
		exitCode: 2,
		hint: "install it, for example with: apt-get install rsync"
	});
	const { jobs } = request.filters;
	const missing = await missingInterpreters(catalog.jobs.filter(({ name }) => jobs.length === 0 || jobs.includes(name)), await findHookTools(path), DEPLOY_EVENTS);
	if (missing.length > 0) throw interpreterFailure(missing);
}
const DEPLOY_EVENTS = HOOK_EVENTS.filter((event) => event !== "cli" && event !== "post_build");
/** Closes in reverse order, all of them, even when one fails. */
var Closers = class {
	#open = [];
	add(one) {
		this.#open.push(one);
		return one;
	}
	async close() {
		const failures = [];
		for (const one of this.#open.splice(0).reverse()) try {
			await one[Symbol.asyncDispose]();
		} catch (thrown) {
			failures.push(thrown);
		}
		if (failures.length > 0) throw failures[0];
	}
};
async function startRuntime({ built, staging, closers, hookRecords }) {
	const { request, face, workspace, state, catalog } = built;
	const { ledger, box } = state;
	return {
		api: closers.add(await startHookApi({
			store: ledger.kv,
			box,
			masker: face.masker,
			warn: (message) => face.emit({
				type: "noticed",
				level: "warning",
				message
			}),
			persist: () => ledger.commit(),
			demandsOn: (job, hook) => demandsOn(catalog.jobs, job, hook)
		})),
		store: ledger.kv,
		box,
		masker: face.masker,
		tools: await findHookTools(face.env.PATH ?? ""),
		environment: inheritedEnvironment(face.env, request.hookEnv),
		bucketRoot: workspace.bucketDir,
		stagingDir: await staging.folder(),
		defaultTimeoutMs: workspace.settings.hookTimeoutMs,
		onLine: ({ job, worker, line, stream }) => face.emit({
			type: "output",
			job,
			worker,
			line,
			stream
		}),
		onRecord: (record) => {
			hookRecords.push(record);
			face.emit({
				type: "hook-finished",
				record
			});
		},
		signal: face.signal
	};
}
async function runHooks({ built, hooks, runtime }) {
	const { ledger } = built.state;
	const { job, event, allocations, phase, extraEnv } = hooks;
	const hosts = job.allocations.map(({ host }) => host);
	const { text, source } = resolveRolloutOrder(ledger.kv.get(jobNamespace(job.name), "rollout_order"), hosts, hosts);
	return toResult(await runHookEvent({
		job,
		event,
		targets: allocations,
		batchSize: hooks.batchSize,
		rolloutOrder: {
			text,
			source
		},
		versionsOf: ({ id, newVersion }) => ({
			current: ledger.allocation(id)?.currentVersion ?? "0.0.0",
			next: newVersion
		}),
		phase,
		...hooks.hook === void 0 ? {} : { hook: hooks.hook },
		...hooks.batch === void 0 ? {} : { batch: hooks.batch },
		...extraEnv === void 0 ? {} : { extra: extraEnv }
	}, runtime), built);
}
function toResult(outcome, { face }) {
	const problems = outcome.records.flatMap(({ worker, problem }) => problem === void 0 ? [] : [[worker, face.masker.mask(problem)]]);
	return {
		failure: outcome.kind === "succeeded" ? void 0 : face.masker.mask(outcome.message),
		problems: new Map(problems)
	};
}
// src/commands/post-build.ts
/** Throws a `Failure` (2) when this machine cannot run the `post_build` hooks: to be asked before anything is saved. */
async function requirePostBuildTools({ jobs }, face) {
	if (!jobs.some((job) => hasHooks(job, "post_build"))) return;
	const missing = await missingInterpreters(jobs, await findHookTools(face.env.PATH ?? ""), ["post_build"]);
	if (missing.length > 0) throw interpreterFailure(missing);
}
/** `post_build` hooks in the order of waves, all of them tried; then one failure fails the build. What they wrote stays. */
async function postBuild(built) {
	try {
		var _usingCtx$1 = _usingCtx();
		const { catalog } = built;
		if (!catalog.jobs.some((job) => hasHooks(job, "post_build"))) return;
		const failures = [];
		const opened = _usingCtx$1.a(await openRun(built));
		for (const name of catalog.waves.flat()) {
			if (built.face.signal.aborted) break;
			const failure = await runJobHooks(opened.run, jobOf(opened.run, name), { event: "post_build" });
			if (failure !== void 0) failures.push(`post_build: ${failure}`);
		}
		if (failures.length > 0) throw new Failure(failures.join("\n"), { exitCode: 1 });
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
// src/kv/clear-namespaces.ts
/** Deletes every key of the namespaces, and answers those that held any. */
function clearNamespaces(store, namespaces) {
	const filled = namespaces.map((namespace) => ({
		namespace,
		keys: store.keys(namespace)
	})).filter(({ keys }) => keys.length > 0);
	for (const { namespace } of filled) store.clear(namespace);
	return filled;
}
// src/commands/purge-secrets.ts
/** `named`: the jobs of `--jobs`; none: all. Throws a `Failure` (2) when a named job is active. */
function planPurge({ jobs }, named) {
	const asked = named.length === 0 ? jobs : jobs.filter(({ name }) => named.includes(name));
	const inUse = asked.filter((job) => named.length > 0 && isActive(job)).map(({ name }) => name);
	if (inUse.length > 0) throw new Failure(`secrets of active jobs are not purged: ${inUse.join(", ")}`, {
		exitCode: 2,
		hint: "disable the job in disabled.json first, or take it off its workers"
	});
	const idle = asked.filter((job) => !isActive(job));
	const goes = (job) => job.allocations.length === 0 || named.length > 0;
	return {
		jobs: idle.filter(goes).map(({ name }) => name),
		spared: idle.filter((job) => !goes(job)).map(({ name }) => name)
	};
}
/** In memory. Answers what was deleted, and which of the spared jobs have anything to lose. */
function applyPurge(kv, { jobs, spared }) {
	return {
		purged: clearNamespaces(kv, jobs.flatMap(hookNamespaces)),
		spared: spared.filter((job) => hookNamespaces(job).some((name) => kv.keys(name).length > 0))
	};
}
/** What hooks stored. */
function hookNamespaces(job) {
	return [varsNamespace(job), secretsNamespace(job)];
}
function isActive({ allocations }) {
	return allocations.some(({ disabled }) => !disabled);
}
// src/commands/tracked-secrets.ts
/** Whether git has what must not leave this machine: files below `secrets/` and `data/` of a bucket (contract §7). */
const FOLDERS = ["secrets", "data"];
const HARMLESS = /(?:^|\/)\.(?:gitignore|gitkeep|keep)$/;
const LIMITS = {
	timeout: 2e3,
	killSignal: "SIGKILL",
	maxBuffer: 67108864,
	encoding: "utf8"
};
const SHOWN = 3;
/** One warning for each of the two folders. Nothing without git, outside of a checkout, or when git does not answer in time. */
async function findTrackedSecrets(bucketDir, env) {
	const bucket = await locateBucket(bucketDir);
	if (!bucket.isCheckout) return [];
	const tracked = (await listTracked(bucket.dir, env)).filter((path) => !HARMLESS.test(path));
	return FOLDERS.flatMap((folder) => {
		const paths = tracked.filter((path) => path.startsWith(`${folder}/`));
		const [first] = paths;
		if (first === void 0) return [];
		const named = paths.slice(0, SHOWN).map((path) => excerpt(path));
		const more = paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : "";
		return {
			severity: "warning",
			code: "ErrTrackedSecret",
			message: `git tracks ${named.join(", ")}${more}: whoever can read the repository has them`,
			place: {
				file: fileIn(bucket, first),
				line: 1,
				column: 1
			},
			hint: `git rm -r --cached ${folder}, add ${folder}/ to .gitignore, and replace every key that was in it: the history keeps it`
		};
	});
}
/** Paths relative to `dir`, from the index alone: nothing that a repository configures is run. */
function listTracked(dir, env) {
	const args = [
		"-c",
		"core.fsmonitor=false",
		"-c",
		"core.hooksPath=/dev/null",
		"ls-files",
		"-z",
		"--cached",
		"--"
	];
	const options = {
		cwd: dir,
		env: environmentOfGit(env),
		...LIMITS
	};
	return new Promise((listed) => {
		execFile("git", [...args, ...FOLDERS], options, (error, stdout) => {
			listed(error ? [] : stdout.split("\0").filter((path) => path !== ""));
		});
	});
}
/** A hook of git sets variables that mean another repository than the one of this folder. */
function environmentOfGit(env) {
	const kept = Object.entries(env).filter(([name]) => !/^(GIT_|INPUT_|MAAND_|ACTIONS_)/.test(name));
	return {
		...Object.fromEntries(kept),
		GIT_OPTIONAL_LOCKS: "0",
		LC_ALL: "C"
	};
}
// src/commands/build.ts
/** `maand build`: read, validate, place, number, publish, remember (spec 00 §0.4); and `build --check`, which only looks. */
const HISTORY_DAYS = 7;
const NO_CONTINUITY = {
	bucketId: "00000000-0000-0000-0000-000000000000",
	workers: {},
	ports: {},
	allocations: []
};
async function build(request, face, tools) {
	const bucketDir = await locateBucket$1(request, face);
	if (!request.flags.fix) return buildBucket({
		bucketDir,
		request,
		face,
		tools
	});
	const fixed = await fixOlderWords(bucketDir);
	try {
		const result = await buildBucket({
			bucketDir,
			request,
			face,
			tools
		});
		return {
			...result,
			json: {
				...result.json,
				fixed
			},
			text: `${fixedText(fixed)}${result.text}`
		};
	} catch (thrown) {
		throw afterFix(thrown, fixed);
	}
}
async function buildBucket({ bucketDir, request, face, tools }) {
	if (request.flags.check) return check(bucketDir, request, face);
	const warnings = [];
	const listener = listening(face, warnings);
	const workspace = await openWorkspace(bucketDir, request, listener);
	listener.warn(await findTrackedSecrets(bucketDir, face.env));
	selectJobs(request.filters.jobs, workspace.jobs.map(({ name }) => name));
	return withState({
		request,
		face,
		tools,
		workspace
	}, async (state) => {
		const { ledger } = state;
		const before = ledger.ports;
		const purge = request.flags.purgeSecretsKv ? choosePurge(request, workspace, state) : NO_PURGE;
		const catalog = await buildInto(state, workspace, listening(face, warnings));
		const outcome = {
			newPorts: newPorts(catalog, before),
			removed: planGarbage(catalog, (id) => knownAllocation(state, id)),
			...applyPurge(ledger.kv, purge),
			warnings: warnings.length
		};
		await ledger.commit();
		await postBuild({
			request,
			face,
			tools,
			workspace,
			state,
			catalog
		});
		return {
			exitCode: 0,
			json: {
				...checkJson({
					workspace,
					diagnostics: warnings
				}, catalog, "numbers"),
				...outcomeJson(outcome),
				update_seq: ledger.updateSeq,
				serial: ledger.serial
			},
			text: buildText(catalog, outcome)
		};
	});
}
/** The face, with every warning noted down as well. */
function listening(face, warnings) {
	return {
		...face,
		warn: (found) => {
			warnings.push(...found);
			face.warn(found);
		}
	};
}
const NO_PURGE = {
	jobs: [],
	spared: []
};
/** Refusals come before anything is saved. */
function choosePurge({ filters }, workspace, { ledger }) {
	const { catalog } = buildCatalog({
		workspace,
		continuity: continuityOf(ledger),
		newId: randomUUID
	});
	return planPurge(catalog, filters.jobs);
}
/** Builds from what the state knows and makes the outcome durable; a build with errors changes nothing. */
async function buildInto(state, workspace, face) {
	const { ledger } = state;
	const catalog = resolveCatalog(workspace, continuityOf(ledger), face);
	checkBuild(ledger, catalog);
	await requirePostBuildTools(catalog, face);
	applyBuild(ledger, catalog, workspace);
	await certifyBuild({
		state,
		workspace,
		catalog,
		face
	});
	await ledger.commit();
	return catalog;
}
/** The build in memory, but for certificates: KV, records and ports of the ledger follow the catalog. */
function applyBuild(ledger, catalog, workspace) {
	ledger.kv.purge(HISTORY_DAYS);
	publishCatalog(ledger.kv, catalog, workspace);
	recordBuild(ledger, catalog, workspace.digest);
}
/** Throws a `Failure` with every finding when one is an error. */
function resolveCatalog(workspace, continuity, face) {
	const { catalog, diagnostics } = buildCatalog({
		workspace,
		continuity,
		newId: randomUUID
	});
	requireSound(diagnostics, face);
	return catalog;
}
async function check(bucketDir, request, face) {
	const [inspection, tracked] = await Promise.all([inspectWorkspace(bucketDir, request), findTrackedSecrets(bucketDir, face.env)]);
	const { workspace } = inspection;
	const built = workspace && buildCatalog({
		workspace,
		continuity: NO_CONTINUITY,
		newId: () => ""
	});
	const diagnostics = [
		...inspection.diagnostics,
		...built?.diagnostics ?? [],
		...tracked
	];
	const json = checkJson({
		workspace,
		diagnostics
	}, built?.catalog, "fixed");
	const failed = hasErrors(diagnostics);
	const text = diagnosticsText(diagnostics);
	const verdict = failed || !built ? `${counted(json.errors.length, "error")}\n` : catalogText(built.catalog);
	return {
		exitCode: failed ? 2 : 0,
		json,
		text: `${text}${verdict}`,
		summary: summaryOf(diagnostics, built?.catalog)
	};
}
function summaryOf(diagnostics, catalog) {
	const rows = errorsFirst(diagnostics).map(({ severity, place, message }) => [
		severity,
		place ? plain(`${place.file}:${place.line}`) : "",
		plain(message)
	]);
	const parts = ["## maand build\n\n", table([
		"",
		"Where",
		"What"
	], rows)];
	return fitSummary(catalog ? [...parts, codeBlock(catalogText(catalog))] : parts);
}
export { jobOf as A, changedPaths as B, needsHook as C, treeOf as D, stageProblems as E, todaysNamespace as F, planGarbage as I, mayRun as L, fileDigests as M, readableNamespaces as N, bucketFolder as O, todaysKey as P, batchesOf as R, knownAllocation as S, stageJob as T, clearJob as V, missingInterpreters as _, clearNamespaces as a, continuityOf as b, writeTree as c, hasHooks as d, inRolloutOrder as f, interpreterFailure as g, findHookTools as h, resolveCatalog as i, workerOf as j, jobFolder as k, jobsWithHook as l, runJobHooks as m, build as n, postBuild as o, runHookPhase as p, buildInto as r, openRun as s, applyBuild as t, registeredHooks as u, listCertificatesAhead as v, planStaged as w, checkBuild as x, planCertificates as y, resolveRolloutOrder as z };
