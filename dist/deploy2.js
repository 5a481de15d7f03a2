import { t as Failure } from "./failure.js";
import { n as DeployReport } from "./duration.js";
import { a as planText, i as resultText, n as planSummary, t as deploySummary } from "./markdown.js";
import { n as planDeploy, t as deploy$1 } from "./deploy.js";
import { S as checkBuild, a as postBuild, i as resolveCatalog, o as openRun, r as buildInto, t as applyBuild, x as continuityOf } from "./build.js";
import { d as locateBucket, f as openWorkspace, i as readState, m as selectJobs, r as noState, s as withState } from "./open-state.js";
import { t as _usingCtx } from "./usingCtx.js";
import { createHash } from "node:crypto";
// src/plan/plan-json.ts
/** The plan as contract §4 publishes it, and its digest: equal inputs give equal bytes. */
function toPlanJson(plan, state) {
	const reconcile = plan.reconcile.map(reconcileJson);
	const waves = plan.waves.map(({ seq, jobs }) => ({
		seq,
		jobs: jobs.map(jobJson)
	}));
	const digest = createHash("sha256").update(JSON.stringify({
		waves,
		reconcile
	})).digest("hex");
	return {
		required: plan.required,
		state,
		digest: `sha256:${digest}`,
		reconcile,
		waves
	};
}
function reconcileJson({ job, host, action }) {
	return {
		job,
		worker: host,
		action
	};
}
function jobJson(plan) {
	return {
		job: plan.job,
		required: plan.required,
		reason: plan.problem ?? plan.reason,
		batches: plan.groups.flatMap(({ batches }) => batches),
		allocations: plan.steps.map((step) => ({
			worker: step.host,
			allocation_id: step.allocationId,
			action: step.action,
			reason: step.reason,
			changed: step.changed,
			matched: step.matched,
			current_version: step.currentVersion,
			new_version: step.newVersion
		}))
	};
}
// src/commands/deploy.ts
/** `maand deploy`: the last build, or with `--build` a new one, brought to the workers; `--dry-run` only says what would happen. */
async function deploy(request, face, tools) {
	const bucketDir = await locateBucket(request, face);
	const workspace = await openWorkspace(bucketDir, request, face);
	selectJobs(request.filters.jobs, jobNames(workspace));
	const input = {
		request,
		face,
		tools,
		workspace
	};
	if (request.flags.dryRun) return dryRun(input);
	return withState(input, async (state) => {
		if (request.planDigest !== void 0) await requirePlan(input, request.planDigest);
		const catalog = request.flags.build ? await buildInto(state, workspace, face) : builtCatalog(state, workspace, face);
		const built = {
			...input,
			state,
			catalog
		};
		if (request.flags.build) await postBuild(built);
		return carryOut(built);
	});
}
const jobNames = ({ jobs }) => jobs.map(({ name }) => name);
/** The catalog of the last build; refused when the workspace is no longer what was built. */
function builtCatalog({ ledger }, workspace, face) {
	if (ledger.builtDigest !== workspace.digest) {
		const what = ledger.builtDigest === "" ? "nothing has been built yet" : "the workspace is no longer what was built";
		throw new Failure(what, {
			exitCode: 2,
			hint: "run maand build or pass --build"
		});
	}
	return resolveCatalog(workspace, continuityOf(ledger), face);
}
async function dryRun(input) {
	const state = await stateForPlan(input);
	const catalog = catalogFor(input, state);
	const plan = await planInMemory(input, state, catalog);
	const json = toPlanJson(plan, state.label);
	return {
		exitCode: plan.waves.flatMap(({ jobs }) => jobs).some(({ problem }) => problem !== void 0) ? 1 : 0,
		json,
		text: planText(plan),
		summary: planSummary(plan, json),
		outputs: {
			changed: plan.required,
			plan: json,
			"plan-digest": json.digest,
			"changed-jobs": json.waves.flatMap(({ jobs }) => jobs).filter(({ required }) => required).map(({ job }) => job),
			waves: json.waves.map(({ seq }) => seq),
			hosts: catalog.workers.map(({ host }) => host)
		}
	};
}
/** The plan of what would be built and deployed now; nothing of it can be saved. */
async function planInMemory(input, state, catalog) {
	try {
		var _usingCtx$1 = _usingCtx();
		if (input.request.flags.build) {
			checkBuild(state.ledger, catalog);
			applyBuild(state.ledger, catalog, input.workspace);
		}
		const opened = _usingCtx$1.a(await openRun({
			...input,
			state,
			catalog
		}));
		return await planDeploy(opened.run);
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
function catalogFor({ request, workspace, face }, state) {
	const { build } = request.flags;
	return build ? resolveCatalog(workspace, continuityOf(state.ledger), face) : builtCatalog(state, workspace, face);
}
/** Before any hook, and before anything is saved: is this still the plan that was approved (contract §4)? */
async function requirePlan(input, approved) {
	const state = await readState(input);
	const { digest } = toPlanJson(await planInMemory({
		...input,
		face: {
			...input.face,
			warn: () => {}
		}
	}, state, catalogFor(input, state)), state.label);
	if (digest === approved) return;
	throw new Failure(`the plan is not the approved one: it is ${digest}, approved was ${approved}`, {
		exitCode: 3,
		hint: "something changed since the plan was made: look at the new plan and approve it"
	});
}
/** Without a key, a plan answers as if there were no state (contract §2). */
async function stateForPlan(input) {
	const { request, face } = input;
	if (!(face.name === "action" && request.state.key === void 0)) return readState(input);
	face.emit({
		type: "noticed",
		level: "warning",
		message: "no state-key: the plan is made as if nothing had been deployed yet"
	});
	return noState();
}
async function carryOut(built) {
	try {
		var _usingCtx3 = _usingCtx();
		const { face, state, catalog } = built;
		const report = new DeployReport(Date.now());
		const watched = {
			...face,
			emit: (event) => {
				report.add(event);
				face.emit(event);
			}
		};
		const opened = _usingCtx3.a(await openRun({
			...built,
			face: watched
		}));
		const result = await deploy$1(opened.run);
		const { ledger } = state;
		const plan = toPlanJson(result.plan, state.label);
		const json = report.toJson({
			ok: result.failures.length === 0,
			updateSeq: ledger.updateSeq,
			serial: ledger.serial,
			runId: opened.runId,
			nowMs: Date.now()
		});
		const jobsThat = (...outcomes) => json.jobs.filter(({ outcome }) => outcomes.includes(outcome)).map(({ job }) => job);
		return {
			exitCode: result.failures.length === 0 ? 0 : 1,
			json,
			text: resultText(json, result.failures),
			summary: deploySummary(json, result.failures),
			outputs: {
				changed: jobsThat("deployed").length > 0 || result.plan.reconcile.length > 0,
				plan,
				"plan-digest": plan.digest,
				"deployed-jobs": jobsThat("deployed"),
				"failed-jobs": jobsThat("failed", "cancelled"),
				"skipped-jobs": jobsThat("skipped"),
				"blocked-jobs": jobsThat("blocked"),
				"changed-jobs": jobsThat("deployed", "failed"),
				waves: json.waves.map(({ seq }) => seq),
				hosts: catalog.workers.map(({ host }) => host),
				"update-seq": ledger.updateSeq,
				"state-serial": ledger.serial,
				"bucket-id": ledger.bucketId
			}
		};
	} catch (_) {
		_usingCtx3.e = _;
	} finally {
		await _usingCtx3.d();
	}
}
export { deploy };
