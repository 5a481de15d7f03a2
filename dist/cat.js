import { t as Failure } from "./failure.js";
import { u as oneLine } from "./terminal-text.js";
import { i as resolveCatalog, o as openRun, t as applyBuild, u as readableNamespaces, x as continuityOf } from "./build.js";
import { n as planDeploy } from "./deploy.js";
import { t as _usingCtx } from "./usingCtx.js";
import { d as locateBucket, f as openWorkspace, i as readState, l as isSealed, m as selectJobs } from "./open-state.js";
// src/report/table.ts
/** Columns side by side under their names, two spaces apart; ends with a line break. No cell breaks a line. */
function tableText(columns, rows) {
	const lines = [columns, ...rows].map((row) => columns.map((_, at) => oneLine(row[at] ?? "")));
	const widths = columns.map((_, at) => lines.reduce((widest, line) => Math.max(widest, (line[at] ?? "").length), 0));
	return lines.map((line) => `${pad(line, widths).trimEnd()}\n`).join("");
}
function pad(line, widths) {
	return line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ");
}
// src/commands/cat-deployments.ts
/** Where every allocation stands (spec 07 §7.5): what a deploy of the workspace as it is now would find. */
async function listDeployments(input) {
	try {
		var _usingCtx$1 = _usingCtx();
		if (input.state.ledger.builtDigest !== input.workspace.digest) applyBuild(input.state.ledger, input.catalog, input.workspace);
		const opened = _usingCtx$1.a(await openRun(input));
		const plan = await planDeploy(opened.run);
		const actions = new Map(plan.waves.flatMap(({ jobs }) => jobs).flatMap(({ steps }) => steps.map((step) => [step.allocationId, step.action])));
		const targets = new Map(input.catalog.jobs.flatMap(({ allocations }) => allocations.map((one) => [one.id, one.newVersion])));
		const { ledger } = input.state;
		return {
			columns: [
				"job",
				"worker_ip",
				"alloc_id",
				"rollout",
				"current_version",
				"new_version",
				"disabled",
				"removed",
				"post_deploy_status"
			],
			rows: ledger.allocations.filter(({ job, host }) => input.jobs.has(job) && input.workers.has(host)).sort((a, b) => a.job === b.job ? a.host < b.host ? -1 : 1 : a.job < b.job ? -1 : 1).map((record) => ({
				job: record.job,
				worker_ip: record.host,
				alloc_id: record.id,
				rollout: rolloutStatus(record, actions.get(record.id)),
				current_version: record.currentVersion,
				new_version: targets.get(record.id) ?? record.currentVersion,
				disabled: record.disabled ? 1 : 0,
				removed: record.removed ? 1 : 0,
				post_deploy_status: ledger.isPostDeployPending(record.job) ? "pending" : ""
			}))
		};
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
/** `applied`: rolled, but not seen healthy yet. */
function rolloutStatus(record, action) {
	if (record.removed) return "removed";
	if (record.disabled) return action === "promote" || action === "stop+promote" ? "disabled_restart" : "disabled";
	if (record.applied && action === "promote") return "applied";
	if (!record.promoted && !record.applied) return "new";
	return action === "skip" || action === void 0 ? "promoted" : "restart";
}
// src/commands/cat-kv.ts
const SHOWN = 50;
/** Every key with its newest version; values shortened, secrets hidden. */
function listKv({ state, request, catalog, jobs }) {
	const { kv } = state.ledger;
	const wanted = request.filters.jobs.length === 0 ? void 0 : namespacesOf(catalog, jobs);
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
			value: shorten(row.value),
			version: row.version,
			ttl: 0,
			created_date: (/* @__PURE__ */ new Date(row.at * 1e3)).toISOString(),
			deleted: row.deleted ? 1 : 0
		}))
	};
}
function namespacesOf(catalog, jobs) {
	const scopes = catalog.jobs.filter(({ name }) => jobs.has(name)).flatMap((job) => job.allocations.map(({ host }) => ({
		job: job.name,
		host,
		demandedJobs: job.demandedJobs
	})));
	return new Set(scopes.flatMap((scope) => [...readableNamespaces(scope)]));
}
function shorten(value) {
	if (isSealed(value)) return "[encrypted]";
	const [first = ""] = value.startsWith("-----BEGIN") ? value.split("\n", 1) : [value];
	return first.length > SHOWN ? `${first.slice(0, SHOWN)}...` : first;
}
/** `cat kv get NAMESPACE KEY [--reveal]`. */
function kvGet({ state, request, face }, operands) {
	const [verb, namespace, key] = operands;
	if (verb !== "get" || namespace === void 0 || key === void 0) throw new Failure("usage: maand cat kv get NAMESPACE KEY [--reveal]", { exitCode: 2 });
	const row = state.ledger.kv.latest(namespace, key);
	if (row === void 0 || row.deleted) throw new Failure(`key not found: namespace ${namespace}, key ${key}`, {
		exitCode: 1,
		hint: "maand cat kv lists the keys"
	});
	const sealed = isSealed(row.value);
	const value = !sealed ? row.value : request.flags.reveal ? state.box.open(row.value) : "[encrypted]";
	if (sealed && request.flags.reveal && face.name === "action") face.masker.add(value);
	const entry = {
		namespace,
		key,
		value,
		version: row.version,
		ttl: 0,
		created_date: (/* @__PURE__ */ new Date(row.at * 1e3)).toISOString()
	};
	return {
		exitCode: 0,
		json: entry,
		text: Object.entries(entry).map(([name, field]) => `${name}: ${field}\n`).join("")
	};
}
// src/commands/cat.ts
/** `maand cat …`: listings of the bucket as it would be built now, with what the state knows (spec 07 §7.7). Reads only. */
const LISTINGS = {
	workers: listWorkers,
	jobs: listJobs,
	allocations: listAllocations,
	deployments: listDeployments,
	hooks: listHooks,
	ports: listPorts,
	kv: listKv,
	info: listInfo
};
async function cat(request, face, tools) {
	const [what = "", ...rest] = request.operands;
	const lister = Object.hasOwn(LISTINGS, what) ? LISTINGS[what] : void 0;
	if (!lister) {
		const known = Object.keys(LISTINGS).join(", ");
		throw new Failure(`there is no listing "${what}"`, {
			exitCode: 2,
			hint: `there are: ${known}`
		});
	}
	const input = await openListing(request, face, tools);
	if (what === "kv" && rest.length > 0) return kvGet(input, rest);
	const { columns, rows } = await lister(input);
	return {
		exitCode: 0,
		json: rows,
		text: rows.length === 0 ? `nothing to show: ${what}\n` : tableText(columns, rows.map((row) => columns.map((column) => String(row[column] ?? ""))))
	};
}
async function openListing(request, face, tools) {
	const bucketDir = await locateBucket(request, face);
	const workspace = await openWorkspace(bucketDir, request, face);
	const state = await readState({
		request,
		face,
		tools,
		workspace
	});
	const catalog = resolveCatalog(workspace, continuityOf(state.ledger), face);
	const recorded = state.ledger.allocations;
	const names = [...catalog.jobs.map(({ name }) => name), ...recorded.map(({ job }) => job)];
	const hosts = [...catalog.workers.map(({ host }) => host), ...recorded.map(({ host }) => host)];
	return {
		request,
		face,
		tools,
		workspace,
		catalog,
		state,
		jobs: selectJobs(request.filters.jobs, [...new Set(names)]),
		workers: selectWorkers(request.filters.workers, [...new Set(hosts)])
	};
}
function selectWorkers(wanted, present) {
	const unknown = wanted.filter((host) => !present.includes(host));
	if (unknown.length > 0) throw new Failure(`workers not in this bucket: ${unknown.join(", ")}`, { exitCode: 2 });
	return new Set(wanted.length === 0 ? present : wanted);
}
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
function listJobs({ catalog, jobs }) {
	const rows = catalog.waves.flat().filter((name) => jobs.has(name));
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
		rows: rows.flatMap((name) => {
			const job = byName.get(name);
			if (!job) return [];
			const { reservation, allocations } = job;
			return {
				job: name,
				version: job.version,
				disabled: allocations.length > 0 && allocations.every(({ disabled }) => disabled) ? 1 : 0,
				deployment_seq: job.deploymentSeq,
				cpu: `${reservation.cpuMhz} mhz (${reservation.cpuSource})`,
				memory: `${reservation.memoryMb} mb (${reservation.memorySource})`,
				selectors: job.entry.selectors.join(",")
			};
		})
	};
}
function listAllocations({ catalog, jobs, workers }) {
	const zones = new Map(catalog.workers.map(({ host, tags }) => [host, tags.zone ?? ""]));
	const present = catalog.jobs.flatMap((job) => job.allocations.map(({ id, host, disabled }) => ({
		id,
		host,
		disabled,
		job: job.name,
		removed: 0
	})));
	const removed = catalog.removed.map(({ id, host, job }) => ({
		id,
		host,
		job,
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
		rows: [...present, ...removed].filter(({ job, host }) => jobs.has(job) && workers.has(host)).map(({ id, host, job, disabled, removed: gone }) => ({
			allocation_id: id,
			worker_ip: host,
			zone: zones.get(host) ?? "",
			job,
			disabled: disabled ? 1 : 0,
			removed: gone
		}))
	};
}
function listHooks({ catalog, jobs }) {
	return {
		columns: [
			"job",
			"hook",
			"executed_on",
			"demand_job",
			"demand_hook",
			"demand_config"
		],
		rows: catalog.jobs.filter(({ name }) => jobs.has(name)).flatMap((job) => job.entry.hooks.map(({ name, events, demand }) => ({
			job: job.name,
			hook: name,
			executed_on: events.join(","),
			demand_job: demand?.job ?? "",
			demand_hook: demand?.hook ?? "",
			demand_config: demand ? JSON.stringify(demand.config) : ""
		})))
	};
}
function listPorts({ catalog, jobs }) {
	return {
		columns: [
			"job",
			"name",
			"port"
		],
		rows: catalog.jobs.filter(({ name }) => jobs.has(name)).flatMap((job) => Object.entries(job.ports).map(([name, port]) => ({
			job: job.name,
			name,
			port
		})))
	};
}
function listInfo({ catalog, state }) {
	const allocations = catalog.jobs.reduce((sum, job) => sum + job.allocations.length, 0);
	const entries = {
		bucket_id: catalog.bucketId,
		update_sequence: state.ledger.updateSeq,
		workers: catalog.workers.length,
		jobs: catalog.jobs.length,
		allocations
	};
	return {
		columns: ["name", "value"],
		rows: Object.entries(entries).map(([name, value]) => ({
			name,
			value
		}))
	};
}
export { cat };
