import { t as Failure } from "./failure.js";
import { a as didYouMean } from "./state-location.js";
import { r as quoted } from "./quote.js";
import { t as tableText } from "./table.js";
import { U as resultOf, q as allocationNamespace } from "./state-key.js";
import { a as withBucket, d as selectWorkers, s as jobNames, u as selectJobs } from "./ledger.js";
import { t as withBuilt } from "./with-built.js";
import { t as compareText } from "./order.js";
import { a as statusOf, r as lifetimeOf, t as daysLeft } from "./lifetime.js";
import { d as parseCertificate, i as certificateKey } from "./certify.js";
import { n as mapLimit } from "./concurrency.js";
import { a as withRun, b as listAhead, g as todaysNamespace, h as todaysKey, m as secretPlace, p as readableNamespaces } from "./with-state.js";
import { n as stageOf, t as mayRun } from "./allocation-stage.js";
import { i as stageJob } from "./stage-job.js";
import { t as knownAllocation } from "./known-allocation.js";
import { c as stopFailure, d as isSealed, l as SecretError } from "./keys.js";
// src/commands/cat/cat-catalog.ts
/** Lists the workers, jobs, allocations, hooks and ports that a build makes of the workspace. */
/** Lists the workers by position. */
function listWorkers({ catalog, workers }) {
	return {
		columns: [
			"worker_ip",
			"zone",
			"cpu_mhz",
			"memory_mb",
			"position",
			"labels"
		],
		titles: {
			worker_ip: "Worker IP",
			cpu_mhz: "CPU (mhz)",
			memory_mb: "Memory (mb)",
			position: "Position"
		},
		rows: catalog.workers.filter(({ host }) => workers.has(host)).map((worker) => ({
			worker_ip: worker.host,
			zone: worker.tags.zone ?? "",
			cpu_mhz: worker.cpuMhz,
			memory_mb: worker.memoryMb,
			position: worker.position,
			labels: worker.labels.join(",")
		}))
	};
}
/** Lists the jobs by wave, then name. A job is `disabled` when it has allocations and none of them is active. */
function listJobs({ catalog, jobs }) {
	const byName = new Map(catalog.jobs.map((job) => [job.name, job]));
	return {
		columns: [
			"job",
			"version",
			"disabled",
			"deployment_seq",
			"cpu",
			"memory",
			"selectors"
		],
		rows: catalog.waves.flat().filter((name) => jobs.has(name)).flatMap((name) => byName.get(name) ?? []).map(({ name, version, deploymentSeq, reservation, allocations, entry }) => ({
			job: name,
			version,
			disabled: allocations.length > 0 && allocations.every(({ disabled }) => disabled) ? 1 : 0,
			deployment_seq: deploymentSeq,
			cpu: `${reservation.cpuMhz} mhz (${reservation.cpuSource})`,
			memory: `${reservation.memoryMb} mb (${reservation.memorySource})`,
			selectors: entry.selectors.join(",")
		}))
	};
}
/**
* Lists the allocations by job. The wanted allocations of a job come first, in the order of the workers; the removed ones
* follow.
*/
function listAllocations({ catalog, jobs, workers }) {
	const zones = new Map(catalog.workers.map(({ host, tags }) => [host, tags.zone ?? ""]));
	const present = catalog.jobs.flatMap(({ allocations }) => allocations.map((one) => ({
		...one,
		removed: 0
	})));
	const removed = catalog.removed.map((one) => ({
		...one,
		disabled: false,
		removed: 1
	}));
	return {
		columns: [
			"allocation_id",
			"worker_ip",
			"zone",
			"job",
			"disabled",
			"removed"
		],
		rows: [...present, ...removed].filter(({ job, host }) => jobs.has(job) && workers.has(host)).sort((a, b) => compareText(a.job, b.job)).map(({ id, host, job, disabled, removed: gone }) => ({
			allocation_id: id,
			worker_ip: host,
			zone: zones.get(host) ?? "",
			job,
			disabled: disabled ? 1 : 0,
			removed: gone
		}))
	};
}
/** Lists the hooks by job, then hook; each event of a hook has a row. */
function listHooks(input) {
	return {
		columns: [
			"job",
			"hook",
			"executed_on",
			"demand_job",
			"demand_hook",
			"demand_config"
		],
		rows: selected(input).flatMap((job) => [...job.entry.hooks].sort((a, b) => compareText(a.name, b.name)).flatMap(({ name, events, demand }) => events.map((event) => ({
			job: job.name,
			hook: name,
			executed_on: event,
			demand_job: demand?.job ?? "",
			demand_hook: demand?.hook ?? "",
			demand_config: demand ? JSON.stringify(demand.config) : ""
		}))))
	};
}
/** Lists the ports by job, then name. */
function listPorts(input) {
	return {
		columns: [
			"job",
			"name",
			"port"
		],
		rows: selected(input).flatMap((job) => Object.entries(job.ports).sort(([a], [b]) => compareText(a, b)).map(([name, port]) => ({
			job: job.name,
			name,
			port
		})))
	};
}
function selected({ catalog, jobs }) {
	return catalog.jobs.filter(({ name }) => jobs.has(name));
}
// src/commands/cat/cat-certs.ts
/** Lists the certificates of a bucket for `maand cat certs`. */
/**
* Lists the CA, then every certificate that the jobs declare, with its status after the last build: `ok`, `expiring`,
* `expired`, `invalid` or `missing`.
*/
function listCerts({ catalog, state, workspace, jobs, workers }) {
	const { kv, certificates } = state.ledger;
	const window = {
		nowMs: Date.now(),
		bufferDays: workspace.settings.certsRenewalBufferDays
	};
	return {
		columns: [
			"scope",
			"job",
			"worker",
			"cert",
			"common_name",
			"not_after",
			"days_left",
			"status"
		],
		rows: [{
			scope: "bucket",
			job: "",
			worker: "",
			cert: "ca",
			...describeCertificate(certificates?.authority.certificate, window)
		}, ...catalog.jobs.filter(({ name }) => jobs.has(name)).flatMap((job) => job.allocations.filter(({ host }) => workers.has(host)).map(({ host }) => ({
			job,
			host
		}))).flatMap(({ job, host }) => job.entry.certificates.map(({ name }) => ({
			scope: "job",
			job: job.name,
			worker: host,
			cert: name,
			...describeCertificate(kv.get(allocationNamespace(job.name, host), certificateKey(name)), window)
		})))]
	};
}
/** Describes one certificate. The status `missing` means that the next build makes the certificate. */
function describeCertificate(text, window) {
	const unknown = {
		common_name: "",
		not_after: "",
		days_left: ""
	};
	if (text === void 0) return {
		...unknown,
		status: "missing"
	};
	const certificate = parseCertificate(text);
	if (certificate === void 0) return {
		...unknown,
		status: "invalid"
	};
	const lifetime = lifetimeOf(certificate);
	return {
		common_name: /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? "",
		not_after: `${new Date(lifetime.notAfterMs).toISOString().slice(0, 19).replace("T", " ")} UTC`,
		days_left: daysLeft(lifetime, window.nowMs),
		status: statusOf(lifetime, window)
	};
}
// src/plan/rollout-status.ts
/**
* Returns the first status whose condition is true. `applied` means that the command ran with this tree, but health was
* not confirmed yet. The next deploy then checks health and promotes the tree without a restart.
*/
function rolloutStatus(state) {
	const { removed, disabled, current, previous, applied = "", delivered = current } = state;
	const versionsDiffer = versionOf(state.currentVersion) !== versionOf(state.newVersion);
	if (removed) return state.mayRun === true ? "not_stopped" : "removed";
	if (disabled) return previous !== "" && (previous !== current || versionsDiffer) ? "disabled_restart" : "disabled";
	if (applied !== "" && applied === current) return "applied";
	if (previous === "") return "new";
	return previous !== current || versionsDiffer || delivered !== current ? "restart" : "promoted";
}
function versionOf(text) {
	return text === "" ? "0.0.0" : text;
}
// src/commands/cat/cat-deployments.ts
/** Lists the state of every allocation, for `maand cat deployments`. */
const JOBS_AT_ONCE = 8;
const SHOWN_DIGITS = 12;
/**
* Lists every allocation by job, then worker: its recorded state, and what a deploy of the present workspace would deliver.
*/
async function listDeployments(input) {
	const { ledger } = input.state;
	if (ledger.builtDigest !== input.workspace.digest) await listAhead(input);
	const targets = await targetsOf(input);
	return {
		columns: [
			"job",
			"worker_ip",
			"alloc_id",
			"rollout",
			"current_hash",
			"previous_hash",
			"current_version",
			"new_version",
			"disabled",
			"removed",
			"post_deploy_status"
		],
		rows: ledger.allocations.filter(({ job, host }) => input.jobs.has(job) && input.workers.has(host)).sort((a, b) => compareText(a.job, b.job) || compareText(a.host, b.host)).map((record) => ({
			...rowOf(record, targets.get(record.id), stageOf(knownAllocation(input.state, record.id))),
			post_deploy_status: ledger.isPostDeployPending(record.job) ? "pending" : ""
		}))
	};
}
/** Returns the targets by allocation id. */
async function targetsOf(input) {
	const jobs = input.catalog.jobs.filter(({ name }) => input.jobs.has(name));
	const targets = await withRun(input, ({ run }) => mapLimit(jobs, JOBS_AT_ONCE, (job) => targetsOfJob(run, job)));
	return new Map(targets.flat());
}
async function targetsOfJob(run, job) {
	const staged = await stageJob(run, job);
	return job.allocations.map(({ id, host, newVersion }) => {
		const outcome = staged.get(host);
		return [id, {
			hash: outcome?.kind === "staged" ? outcome.tree.hash : "",
			version: newVersion
		}];
	});
}
function rowOf(record, target, stage) {
	const { applied, delivered } = record;
	const current = target?.hash ?? "";
	const previous = record.promoted?.hash ?? "";
	const newVersion = target?.version ?? record.currentVersion;
	const rollout = rolloutStatus({
		removed: record.removed,
		mayRun: mayRun(stage),
		disabled: record.disabled,
		current,
		previous,
		currentVersion: record.currentVersion,
		newVersion,
		...applied === void 0 ? {} : { applied: applied.hash },
		...delivered === void 0 ? {} : { delivered }
	});
	return {
		job: record.job,
		worker_ip: record.host,
		alloc_id: record.id,
		rollout,
		current_hash: shownHash(current),
		previous_hash: shownHash(previous),
		current_version: record.currentVersion,
		new_version: newVersion,
		disabled: record.disabled ? 1 : 0,
		removed: record.removed ? 1 : 0
	};
}
/**
* Returns the first hex digits of the digest. They are enough to distinguish two trees. The digest is keyed, so nobody can
* guess file contents from these digits.
*/
function shownHash(hash) {
	const [, digest = ""] = hash.split(":");
	return Buffer.from(digest, "base64url").toString("hex").slice(0, SHOWN_DIGITS);
}
// src/commands/cat/cat-info.ts
/** Describes the bucket in a few lines, for `maand cat info`. */
/** Describes the bucket: its id, its size, whether its workspace is built, and how many removed allocations wait for `gc`. */
function showInfo({ catalog, state, workspace, request }) {
	const { ledger } = state;
	const present = catalog.jobs.flatMap(({ allocations }) => allocations);
	const removed = catalog.removed.length;
	const isBuilt = ledger.builtDigest === workspace.digest;
	const json = {
		bucket_id: catalog.bucketId,
		environment: request.environment,
		state_serial: ledger.serial,
		update_sequence: ledger.updateSeq,
		workers: catalog.workers.length,
		jobs: catalog.jobs.length,
		allocations: present.length,
		disabled_allocations: present.filter(({ disabled }) => disabled).length,
		removed_allocations: removed,
		built: isBuilt
	};
	return resultOf({
		exitCode: 0,
		data: {
			json,
			removed,
			state: state.label,
			workspace: isBuilt ? "built" : unbuiltText(ledger.builtDigest)
		},
		wording: "name",
		show: showBucket
	});
}
function showBucket({ json, removed, state, workspace }) {
	const lines = [
		["Bucket ID", json.bucket_id],
		["Environment", json.environment],
		["Update Sequence", json.update_sequence],
		["State", state],
		["Number of Workers", json.workers],
		["Number of Jobs", json.jobs],
		["Number of Allocations", `${json.allocations}${noteOf("disabled", json.disabled_allocations)}`],
		...removed > 0 ? [["Removed Allocations", `${removed} (see: maand cat deployments)`]] : [],
		["Workspace", workspace]
	];
	const width = Math.max(...lines.map(([label]) => String(label).length + 1));
	return {
		json,
		text: lines.map(([label, value]) => `${`${label}:`.padEnd(width)} ${value}\n`).join("")
	};
}
function noteOf(word, count) {
	return count === 0 ? "" : ` (${count} ${word})`;
}
function unbuiltText(builtDigest) {
	return builtDigest === "" ? "not built yet: run maand build" : "changed since the last build: run maand build";
}
// src/commands/cat/cat-kv.ts
/** Lists the key/value store for `maand cat kv`, and shows one key of it. */
const SHOWN = 50;
/**
* Lists every key with its newest version, by namespace, then key. Values are shortened and secrets are hidden. With
* `--jobs` only the keys that those jobs may read are listed.
*/
function listKv(input) {
	const { state, request } = input;
	const { kv } = state.ledger;
	const wanted = request.filters.jobs.length === 0 ? void 0 : namespacesOf(input);
	return {
		columns: [
			"namespace",
			"key",
			"value",
			"version",
			"ttl",
			"created_date",
			"deleted"
		],
		titles: {
			namespace: "Namespace",
			key: "Key",
			value: "Value",
			version: "Version",
			created_date: "createdDate"
		},
		rows: kv.namespaces().filter((namespace) => wanted?.has(namespace) ?? true).flatMap((namespace) => kv.allKeys(namespace).flatMap((key) => ({
			namespace,
			key,
			row: kv.latest(namespace, key)
		}))).flatMap(({ namespace, key, row }) => row ? [{
			namespace,
			key,
			row
		}] : []).filter(({ row }) => !(request.flags.active && row.deleted) && !(request.flags.deleted && !row.deleted)).map(({ namespace, key, row }) => ({
			namespace,
			key,
			value: shorten(row.value, input.face),
			version: row.version,
			ttl: 0,
			created_date: (/* @__PURE__ */ new Date(row.at * 1e3)).toISOString(),
			deleted: row.deleted ? 1 : 0
		}))
	};
}
function namespacesOf({ catalog, state, jobs }) {
	const allocations = [...catalog.jobs.flatMap((job) => job.allocations), ...state.ledger.allocations];
	const scopes = [...jobs].flatMap((job) => {
		const demandedJobs = catalog.jobs.find(({ name }) => name === job)?.demandedJobs ?? [];
		const hosts = allocations.filter((one) => one.job === job).map(({ host }) => host);
		return (hosts.length > 0 ? hosts : [NOWHERE]).map((host) => ({
			job,
			host,
			demandedJobs
		}));
	});
	return new Set(scopes.flatMap((scope) => [...readableNamespaces(scope)]));
}
/** Stands for the host of a job without allocations. Such a job reads its own namespaces, but no namespace of a worker. */
const NOWHERE = "";
/** Shortens a value. The value is masked first, because the masker does not recognise half a secret. */
function shorten(value, { masker }) {
	if (isSealed(value)) return "[encrypted]";
	const shown = masker.mask(value);
	const [first = ""] = shown.startsWith("-----BEGIN") ? shown.split("\n", 1) : [shown];
	return first.length > SHOWN ? `${first.slice(0, SHOWN)}...` : first;
}
/**
* Shows one key: `cat kv get NAMESPACE KEY [--reveal]`. `operands` are the words after `get`. Older names of namespaces are
* accepted.
*/
function kvGet(input, operands) {
	const [asked, written, ...more] = operands;
	if (asked === void 0 || written === void 0 || more.length > 0) throw new Failure("usage: maand cat kv get NAMESPACE KEY [--reveal]", { exitCode: 2 });
	const { kv } = input.state.ledger;
	const namespace = todaysNamespace(asked);
	const key = kv.get(namespace, written) === void 0 ? todaysKey(namespace, written) : written;
	const row = kv.latest(namespace, key);
	if (row === void 0 || row.deleted) throw new Failure(`key not found: namespace ${namespace}, key ${key}`, {
		exitCode: 1,
		hint: nearestKey(input.state.ledger.kv, namespace, key)
	});
	const entry = {
		namespace,
		key,
		value: shownValue(input, {
			namespace,
			key,
			value: row.value
		}),
		version: row.version,
		ttl: 0,
		created_date: (/* @__PURE__ */ new Date(row.at * 1e3)).toISOString()
	};
	const lines = (shown) => Object.entries(shown).map(([name, field]) => `${name}: ${field}\n`);
	return resultOf({
		exitCode: 0,
		data: entry,
		wording: {
			namespace: "name",
			key: "name",
			value: input.face.audience === "log" ? "text" : "name",
			created_date: "name"
		},
		show: (shown) => ({
			json: shown,
			text: lines(shown).join("")
		})
	});
}
function nearestKey(kv, namespace, key) {
	const namespaces = kv.namespaces().filter((name) => kv.keys(name).length > 0);
	return (namespaces.includes(namespace) ? didYouMean(key, kv.keys(namespace)) : didYouMean(namespace, namespaces)) ?? "maand cat kv lists the keys";
}
/**
* Returns the value to show. A secret is hidden unless the user requests it with `--reveal`. The action masks a revealed
* secret, because other people read the log.
*/
function shownValue({ state, request, face }, { namespace, key, value }) {
	if (!isSealed(value)) return value;
	if (!request.flags.reveal) return "[encrypted]";
	try {
		const plain = state.box.open(value);
		if (face.audience === "log") face.masker.add(plain, secretPlace(namespace, key));
		return plain;
	} catch (thrown) {
		if (!(thrown instanceof SecretError)) throw thrown;
		throw stopFailure({
			code: "state-other-key",
			message: `this value cannot be opened: ${thrown.message}`,
			hint: "it was sealed with an older state key: add that key below the current one",
			cause: thrown
		});
	}
}
// src/commands/cat/cat.ts
/**
* `maand cat …`: lists what a build would make of the bucket now, together with the records of the state. Changes nothing.
*/
const LISTINGS = {
	workers: {
		list: listWorkers,
		filters: ["workers"],
		empty: "workers.json lists no worker"
	},
	jobs: {
		list: listJobs,
		filters: ["jobs"],
		empty: "there is no job in workspace/jobs"
	},
	allocations: {
		list: listAllocations,
		filters: ["jobs", "workers"],
		empty: "no job is placed on any worker"
	},
	deployments: {
		list: listDeployments,
		filters: ["jobs", "workers"],
		empty: "no job is placed on any worker"
	},
	hooks: {
		list: listHooks,
		filters: ["jobs"],
		empty: "no job has hooks"
	},
	ports: {
		list: listPorts,
		filters: ["jobs"],
		empty: "no job has ports"
	},
	certs: {
		list: listCerts,
		filters: ["jobs", "workers"],
		empty: "there is no CA yet"
	},
	kv: {
		list: listKv,
		filters: [
			"jobs",
			"active",
			"deleted"
		],
		empty: "the key/value store is empty: run maand build"
	}
};
async function cat(call) {
	const view = viewOf(call.request);
	refuseUnheard(call.request, view);
	return withBucket(call, (bucket) => withBuilt(bucket, {
		state: "read",
		catalog: "workspace"
	}, (built) => view.show(selectRows(built))));
}
function viewOf(request) {
	const [what = "", ...rest] = request.operands;
	if (what === "kv" && rest[0] === "get") return {
		name: "cat kv get",
		filters: ["reveal"],
		show: (input) => kvGet(input, rest.slice(1))
	};
	const spec = Object.hasOwn(LISTINGS, what) ? LISTINGS[what] : void 0;
	if (!spec && what !== "info") throw unknownListing(what);
	if (rest.length > 0) {
		const hint = what === "kv" ? "one value: maand cat kv get NAMESPACE KEY [--reveal]" : `usage: maand cat ${what}`;
		throw new Failure(`cat ${what} does not accept the word ${quoted(rest[0] ?? "")}`, {
			exitCode: 2,
			hint
		});
	}
	if (!spec) return {
		name: "cat info",
		filters: [],
		show: showInfo
	};
	return {
		name: `cat ${what}`,
		filters: spec.filters,
		show: async (input) => toResult(await spec.list(input), spec, request)
	};
}
function unknownListing(what) {
	const known = [...Object.keys(LISTINGS), "info"];
	const message = what === "" ? "the name of a listing is missing" : `there is no listing ${quoted(what)}`;
	const hint = (what === "" ? void 0 : didYouMean(what, known)) ?? `there are: ${known.join(", ")}`;
	return new Failure(message, {
		exitCode: 2,
		hint
	});
}
/**
* Throws a `Failure` (exit code 2) for filters that the listing does not support. A listing that ignored such a filter would
* show more than requested.
*/
function refuseUnheard({ flags, filters }, { name, filters: heard }) {
	const given = {
		jobs: filters.jobs.length > 0,
		workers: filters.workers.length > 0,
		active: flags.active,
		deleted: flags.deleted,
		reveal: flags.reveal
	};
	const unheard = Object.keys(given).filter((filter) => given[filter] && !heard.includes(filter));
	if (unheard.length === 0) return;
	throw new Failure(unheard.map((filter) => `--${filter} cannot be used with ${name}`).join("\n"), { exitCode: 2 });
}
function toResult(listing, { empty }, request) {
	const { filters, flags } = request;
	const nothing = filters.jobs.length + filters.workers.length > 0 || flags.active || flags.deleted ? "nothing matches" : empty;
	return resultOf({
		exitCode: 0,
		data: listing,
		wording: "name",
		show: ({ rows, ...rest }) => ({
			json: rows,
			text: rows.length === 0 ? `${nothing}\n` : listingText({
				rows,
				...rest
			})
		})
	});
}
function listingText({ columns, titles = {}, rows }) {
	return tableText(columns.map((column) => titles[column] ?? column), rows.map((row) => columns.map((column) => String(row[column] ?? ""))));
}
/** Selects jobs and workers, both from the workspace and from the records of the state. */
function selectRows(built) {
	const { catalog, state, request } = built;
	const recorded = state.ledger.allocations;
	const names = [...jobNames(catalog), ...recorded.map(({ job }) => job)];
	const hosts = [...catalog.workers.map(({ host }) => host), ...recorded.map(({ host }) => host)];
	const jobs = selectJobs(request.filters.jobs, [...new Set(names)]);
	const workers = selectWorkers(request.filters.workers, [...new Set(hosts)]);
	return {
		...built,
		jobs,
		workers
	};
}
export { cat };
