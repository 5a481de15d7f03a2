import { n as mapLimit } from "./concurrency.js";
import { t as Failure } from "./failure.js";
import { t as NO_CONTINUITY } from "./no-continuity.js";
import { i as findHookTools, o as missingInterpreters, t as resolveCatalog } from "./resolve-catalog.js";
import { t as addressOf } from "./address.js";
import { t as describeLock } from "./picture.js";
import { s as adviceOf, t as boxOf } from "./keys.js";
import { l as problemReason, s as unansweredProblem, t as parseFacts } from "./worker-facts.js";
import { t as workerProgram } from "./program.js";
import { n as judgeWorker, t as jobOn } from "./belief.js";
import { a as table, i as plain } from "./markdown-parts.js";
import { t as tableText } from "./table.js";
import { U as resultOf, _ as isOnWorkers, i as blankDocument, r as stateKeyFile, s as inspectState, t as openKeys, y as stateLocation } from "./state-key.js";
import { c as locateBucket, i as spellHosts, l as openWorkspace, r as openHashKey, t as Ledger } from "./ledger.js";
import { t as _usingCtx } from "./usingCtx.js";
import { access, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { constants } from "node:fs";
// src/doctor/check.ts
/** Returns functions that make check results for one subject. */
function checksOf(subject) {
	const make = (outcome) => (check, seen, fix) => ({
		subject,
		check,
		outcome,
		seen,
		...fix === void 0 ? {} : { fix }
	});
	return {
		ok: make("ok"),
		warning: make("warning"),
		failed: make("failed"),
		skipped: make("skipped")
	};
}
// src/doctor/machine-checks.ts
/** Checks the machine on which maand runs: its programs, and the files that contain keys. */
const VERSION_LIMIT_MS = 5e3;
const { ok: ok$1, warning: warning$1, failed: failed$1, skipped } = checksOf("this machine");
/** Checks rsync, which every delivery needs. */
async function checkRsync(asking) {
	const version = await versionOf("rsync", asking);
	if (version !== void 0) return ok$1("rsync", version);
	return failed$1("rsync", "it was not found on PATH, and deliveries need it", "install it: apt-get install rsync, dnf install rsync, or apk add rsync");
}
/** Checks the interpreters that hooks need. `jobs` is undefined when the workspace could not be read. */
async function checkHookTools(asking, jobs) {
	if (!jobs) return [skipped("hooks", "the workspace has errors")];
	const hooks = jobs.flatMap(({ entry }) => entry.hooks);
	if (hooks.length === 0) return [skipped("hooks", "no job has hooks")];
	const missing = await missingInterpreters(jobs, await findHookTools());
	const failures = missing.map(({ job, hook, tool, hint }) => failed$1(tool, `job ${job} hook ${hook} needs it, and it was not found`, hint));
	const isMissing = (tool) => missing.some((one) => one.tool === tool);
	const python = hooks.some(({ language }) => language === "python");
	const script = hooks.some(({ language }) => language !== "python");
	const seen = [...python && !isMissing("python3") ? [ok$1("python3", await versionOf("python3", asking) ?? "the jobs have their own")] : [], ...script && !isMissing("bun") ? [ok$1("bun or node", await bunVersion(asking) ?? `node ${process.version}`)] : []];
	return [...failures, ...seen];
}
async function bunVersion(asking) {
	const version = await versionOf("bun", asking);
	return version === void 0 ? void 0 : `bun ${version}`;
}
/** Checks whether other users of this machine may read the key files. */
async function checkKeyFiles(files) {
	return (await Promise.all(files.map(async (file) => {
		const mode = await stat(file).then((found) => found.mode & 511, () => void 0);
		if (mode === void 0 || (mode & 63) === 0) return [];
		return [warning$1("key files", `${file} has mode ${mode.toString(8)}: others can read it`, `chmod 600 ${file}`)];
	}))).flat();
}
/** Checks whether a state can be saved in this folder. */
async function checkStateFolder(folder) {
	try {
		await access(folder, constants.W_OK | constants.X_OK);
		return ok$1("state folder", `${folder} is writable`);
	} catch (thrown) {
		const { code } = thrown;
		const why = code === "ENOENT" ? "does not exist yet" : "is not writable";
		if (code === "ENOENT") return warning$1("state folder", `${folder} ${why}`, "run maand init, or check that the disk is mounted");
		return failed$1("state folder", `${folder} ${why}`, `give it to the user that runs maand: chown ${process.getuid?.() ?? ""} ${folder}`);
	}
}
/** Returns the first line of `PROGRAM --version`. Returns `undefined` when the program is missing or broken. */
async function versionOf(program, { env, signal }) {
	const question = {
		program,
		args: ["--version"],
		env: { PATH: env.PATH ?? "" },
		limitMs: VERSION_LIMIT_MS,
		signal
	};
	const { ask } = await import("./short-question2.js");
	const answer = await ask(question);
	if (answer.kind !== "answered" || answer.exitCode !== 0) return void 0;
	return answer.text.split("\n", 1)[0]?.trim() ?? "";
}
// src/doctor/state-checks.ts
/** Converts the inspected state to check results. The functions are pure. */
const { ok, warning, failed } = checksOf("state");
function checksOfState(picture) {
	return [
		checkVerdict(picture),
		...checkCopies(picture.copies),
		...checkCache(picture),
		checkLock(picture)
	];
}
function checkVerdict({ name, verdict }) {
	switch (verdict.kind) {
		case "none": return ok("state", `"${name}" has none yet: the first build makes it`);
		case "proven": {
			const { serial, updateSeq } = verdict.document;
			return ok("state", `serial ${serial}, update ${updateSeq}, proven`);
		}
		case "stopped": return failed("state", verdict.message, adviceOf(verdict));
	}
}
/**
* Checks the copies on workers and in the cache. The previous document of a state file is ignored, because it is always
* older.
*/
function checkCopies(copies) {
	const found = copies.filter(({ where, status }) => status === "found" && !where.startsWith("/"));
	if (found.length === 0) return [];
	const top = Math.max(...found.map(({ serial = 0 }) => serial));
	const digests = new Set(found.filter(({ serial }) => serial === top).map(({ digest }) => digest));
	const behind = found.filter(({ serial = 0 }) => serial < top).map(({ where, serial }) => `${where} (serial ${serial})`);
	if (behind.length > 0) return [warning("copies", `behind serial ${top}: ${behind.join(", ")}`, "the next run repairs them: maand build")];
	if (digests.size > 1) return [failed("copies", `serial ${top} has ${digests.size} different contents`, "see maand state show")];
	return [ok("copies", `${found.map(({ where }) => where).join(", ")} agree`)];
}
function checkCache({ copies, cacheReadOnly }) {
	const cache = copies.find(({ where }) => where === "the cache");
	if (!cache) return [];
	if (cache.status === "unknown" || cache.status === "refused") return [warning("cache", cache.problem ?? cache.status, "the workers hold the state too, and a run heals the cache when it answers again")];
	if (cacheReadOnly !== void 0) return [warning("cache", `it cannot be written: ${cacheReadOnly}`, "this run may plan and validate; deploy from a push, schedule or dispatch")];
	return [ok("cache", cache.status === "found" ? `has serial ${cache.serial}, can be written` : "answers, can be written")];
}
function checkLock({ locks }) {
	const [lock] = locks;
	if (!lock) return ok("lock", "no run has it");
	return warning("lock", `held by ${describeLock(lock)}`, `wait for it; if that run is certainly dead: maand state unlock ${lock.token}`);
}
// src/doctor/deployed-checks.ts
/** Compares what lies on a worker with what the state says is deployed there. Pure. */
/** Returns a check of who wrote last, and one of the folders of the jobs; none when nothing is deployed there. */
function checkDeployed({ facts, document, kind }) {
	const { host } = facts;
	const jobs = deployedJobs(document, host);
	if (jobs.length === 0) return [];
	const known = document.workers[host];
	return [checkWriter(host, judgeWorker(facts, {
		...document,
		kind
	}, {
		workerId: known?.id ?? "",
		listedIds: new Set(Object.values(document.workers).map(({ id }) => id)),
		noted: known?.updateSeq,
		upload: "open"
	})), checkJobs(facts, document.bucketId, jobs)];
}
/** Returns the jobs that should run on the worker, sorted. */
function deployedJobs({ allocations }, host) {
	return allocations.filter((one) => one.host === host && !one.removed && !one.disabled && !one.stopped).filter(({ promoted, applied }) => (applied ?? promoted) !== void 0).map(({ job }) => job).sort();
}
function checkWriter(host, belief) {
	const { ok, warning, failed } = checksOf(host);
	switch (belief.kind) {
		case "ours": return ok("worker.json", "written by this state");
		case "nothing": return failed("worker.json", "nothing of this bucket is there", "maand deploy starts its jobs again");
		case "unsigned": return warning("worker.json", `it is ${UNSIGNED[belief.fault]}`, "maand deploy writes it again");
		case "restored": return failed("worker.json", `it holds an older deploy (${belief.found}) than the last one (${belief.noted})`, "maand deploy delivers again and restarts");
		case "other-worker": return failed("worker.json", "it has the files of another worker", "if two workers exchanged their addresses, correct workers.json; else maand deploy");
		case "elsewhere": {
			const { writer, found } = belief;
			return failed("worker.json", `another state wrote there last: ${writer ? `"${writer.name}", serial ${writer.serial}, by ${writer.run}` : `update ${found}`}`, "use that state, or take its work over: maand state adopt; see docs/state.md#state-elsewhere");
		}
	}
}
const UNSIGNED = {
	absent: "missing",
	damaged: "damaged",
	"other-bucket": "that of another bucket"
};
function checkJobs(facts, bucketId, jobs) {
	const { ok, failed } = checksOf(facts.host);
	const sights = jobs.map((job) => ({
		job,
		sight: jobOn(facts, bucketId, job)
	}));
	const cutOff = sights.filter(({ sight }) => typeof sight === "object").map(({ job }) => job);
	if (cutOff.length > 0) return failed("jobs", `their folders are behind a link that leads nowhere: ${cutOff.join(", ")}`, "mount the disk that the link leads to");
	const missing = sights.filter(({ sight }) => sight === "missing").map(({ job }) => job);
	if (missing.length > 0) return failed("jobs", `their folders are missing: ${missing.join(", ")}`, "maand deploy starts them again");
	return ok("jobs", jobs.join(", "));
}
// src/doctor/worker-checks.ts
/**
* Checks one worker: whether it can be reached, accepts the login, and is prepared. One script runs over one connection
* and writes nothing.
*/
const TIMEOUT_MS = 3e4;
const LEAST_FREE_KB = 51200;
const LITTLE_FREE_KB = 1048576;
const MOST_SKEW_SECONDS = 30;
async function checkWorker({ transport, worker, signal, newKey, state }) {
	const beganMs = Date.now();
	const outcome = await transport.exec(worker, {
		label: "doctor",
		script: workerProgram(["sight/facts", "doctor-facts"], { variables: { root: worker.root } }),
		timeoutMs: TIMEOUT_MS
	}, signal);
	const { ok, warning, failed } = checksOf(worker.host);
	const fault = faultIn(worker.host, outcome);
	if (fault) return [failed(fault.name, fault.seen, fault.fix)];
	const text = outcome.kind === "exited" ? outcome.stdout : "";
	const facts = factsIn(text);
	const deployed = state ? checkDeployed({
		...state,
		facts: parseFacts(worker.host, text.split("\n"))
	}) : [];
	const line = newKey();
	const key = line ? warning("host key", `it was not known: ${line}`, "compare it with the worker and add the line to workspace/known_hosts, or let the next deploy pin it") : ok("host key", "known");
	const { user, host, port, useSudo } = worker;
	return [
		ok("connection", `${user}@${host}:${port}${useSudo ? ", sudo without password" : ""}`),
		key,
		...judgeFacts({
			facts,
			worker,
			beganMs,
			endedMs: Date.now()
		}),
		...deployed
	];
}
const NAMES = {
	"host-key": "host key",
	auth: "login",
	unreachable: "connection"
};
/** Reads facts from text with one field per line. */
function factsIn(text) {
	return new Map(text.split("\n").map((line) => {
		const at = line.indexOf(" ");
		return at === -1 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
	}));
}
/** Converts the facts of a worker to check results. The function is pure. */
function judgeFacts({ facts, worker, beganMs, endedMs }) {
	const { ok, failed } = checksOf(worker.host);
	const tools = ["make", "rsync"].map((tool) => {
		const version = facts.get(tool);
		if (version !== void 0) return ok(tool, version);
		const fix = `on the worker: apt-get install ${tool}, dnf install ${tool}, or apk add ${tool}`;
		return failed(tool, "it is not installed there", fix);
	});
	const [writable = "", ...rest] = (facts.get("root") ?? "").split(" ");
	const folder = rest.join(" ");
	const clock = {
		seconds: Number(facts.get("time")),
		beganMs,
		endedMs
	};
	return [
		...tools,
		checkRoot(worker, writable, folder),
		checkFree(facts.get("free"), worker.host, folder),
		checkClock(worker.host, clock)
	];
}
/** Checks the root of a worker. `folder` is the root, or its nearest parent folder that exists. */
function checkRoot({ host, user, root, useSudo }, writable, folder) {
	const { ok, failed } = checksOf(host);
	const exists = folder === root ? `${root} is writable` : `${root} does not exist yet, ${folder} is writable`;
	if (writable === "yes") return ok("root", exists);
	const may = useSudo ? "root" : user;
	return failed("root", writable === "file" ? `${folder} is not a folder` : `${may} may not write ${folder}`, `on the worker: mkdir -p ${root} && chown ${may} ${root}; or set use_sudo = true`);
}
function checkClock(host, { seconds, beganMs, endedMs }) {
	const { ok, warning } = checksOf(host);
	if (!Number.isFinite(seconds)) return warning("clock", "its clock could not be read", "check the output of date +%s on the worker");
	const behind = beganMs / 1e3 - 1 - seconds;
	const ahead = seconds - endedMs / 1e3;
	const skew = Math.round(Math.max(0, behind, ahead));
	if (skew <= MOST_SKEW_SECONDS) return ok("clock", skew === 0 ? "right" : `${skew} s off`);
	return warning("clock", `${skew} s ${ahead > 0 ? "ahead" : "behind"}`, "on the worker: timedatectl set-ntp true");
}
function checkFree(text, host, folder) {
	const { ok, warning, failed } = checksOf(host);
	const freeKb = Number(text);
	if (text === void 0 || text === "" || !Number.isFinite(freeKb)) return warning("disk", `the free space of ${folder} could not be read`, "check the output of df -Pk on the worker");
	const seen = `${Math.floor(freeKb / 1024)} MB free in ${folder}`;
	if (freeKb < LEAST_FREE_KB) return failed("disk", seen, "free disk space on the worker");
	return freeKb < LITTLE_FREE_KB ? warning("disk", seen, "free disk space on the worker soon") : ok("disk", seen);
}
/** Returns the reason why there are no facts. Returns `undefined` when there are facts. */
function faultIn(host, outcome) {
	switch (outcome.kind) {
		case "failed": {
			const { kind, message, hint = "run maand doctor again" } = outcome.problem;
			return {
				name: NAMES[kind] ?? "connection",
				seen: message,
				fix: hint
			};
		}
		case "timed-out": return {
			name: "connection",
			seen: problemReason(unansweredProblem(host, TIMEOUT_MS, outcome)),
			fix: "look at its load and its disks"
		};
		case "exited":
			if (outcome.exitCode === 0) return void 0;
			return {
				name: "connection",
				seen: outcome.stderr.trim() || `exit ${outcome.exitCode}`,
				fix: "its shell lacks usual tools"
			};
	}
}
// src/commands/doctor.ts
/** `maand doctor`: checks in advance everything that a deploy needs. Takes no lock and writes nothing. */
async function doctor(call) {
	const { request, face } = call;
	const bucketDir = await locateBucket(call);
	const workspace = await tried(() => openWorkspace(bucketDir, call));
	if (workspace instanceof Failure) return toResult([await checkRsync(face), describeWorkspace(workspace)]);
	const bucket = {
		...call,
		request: spellHosts(request, workspace),
		workspace
	};
	requireWorkers(bucket.request, workspace);
	const [machine, others] = await Promise.all([checkMachine(bucket), checkReach(bucket)]);
	return toResult([...machine, ...others]);
}
function requireWorkers({ filters }, { workers }) {
	const unknown = filters.workers.filter((wanted) => !workers.some(({ host }) => host === wanted));
	if (unknown.length > 0) throw new Failure(`workers not in this bucket: ${unknown.join(", ")}`, { exitCode: 2 });
}
/**
* Returns the result of `work`. A thrown `Failure` is returned as a value, for a row of the report. Any other error is a bug
* and is thrown.
*/
async function tried(work) {
	try {
		return await work();
	} catch (thrown) {
		if (thrown instanceof Failure) return thrown;
		throw thrown;
	}
}
function failedCheck(subject, check, { message, hint, see }) {
	const fix = hint ?? "correct it, then run maand doctor again";
	return checksOf(subject).failed(check, message, see === void 0 ? fix : `${fix}; see ${see}`);
}
function describeWorkspace(failure) {
	return checksOf("bucket").failed("workspace", failure.message, "maand validate tells every error with its line");
}
async function checkMachine({ request, face, workspace }) {
	const { bucketDir, settings } = workspace;
	const catalog = await tried(() => resolveCatalog(workspace, NO_CONTINUITY, {
		...face,
		warn: () => {}
	}));
	const sound = catalog instanceof Failure ? [describeWorkspace(catalog)] : [checksOf("bucket").ok("workspace", "no errors")];
	const keyFiles = [...request.connection.privateKey === void 0 ? [join(bucketDir, "secrets", settings.sshKey)] : [], ...request.state.key === void 0 ? [stateKeyFile(bucketDir)] : []];
	const found = await Promise.all([
		checkRsync(face).then((check) => [check]),
		checkHookTools(face, catalog instanceof Failure ? void 0 : catalog.jobs),
		checkKeyFiles(keyFiles)
	]);
	return [...sound, ...found.flat()];
}
/**
* Checks the key, then the state, then the workers. Without the key no worker can be reached, and the state contains the
* pinned host keys of the workers.
*/
async function checkReach(input) {
	const { tools, workspace } = input;
	const key = await tried(() => tools.describeSshKey(workspace));
	const keyCheck = key instanceof Failure ? failedCheck("SSH key", "key", key) : checksOf("SSH key").ok("key", key);
	const reachable = !(key instanceof Failure);
	const { checks, picture } = await lookAtState(input, { reachable });
	return [
		keyCheck,
		...checks,
		...await checkWorkers(input, {
			picture,
			reachable
		})
	];
}
async function lookAtState(input, { reachable }) {
	const onWorkers = kindOf(input) === "workers";
	const { ok, skipped } = checksOf("state");
	const keys = await tried(() => openKeys(input));
	if (keys instanceof Failure) return {
		checks: [failedCheck("state", "key", keys)],
		picture: void 0
	};
	if (onWorkers && !reachable) return {
		checks: [skipped("state", "the workers that hold it cannot be reached")],
		picture: void 0
	};
	const picture = await tried(() => inspectState(input, keys, { purpose: "show" }));
	if (picture instanceof Failure) return {
		checks: [failedCheck("state", "state", picture)],
		picture: void 0
	};
	const { verdict, copies } = picture;
	const document = verdict.kind === "none" ? void 0 : verdict.document;
	const opened = document && await tried(() => openHashKey(boxOf(keys), document));
	const fits = opened instanceof Failure ? [failedCheck("state", "key", opened)] : opened ? [ok("key", "opens the state")] : [];
	const folder = onWorkers ? [] : [await checkStateFolder(dirname(copies[0]?.where ?? "."))];
	return {
		checks: [
			...checksOfState(picture),
			...fits,
			...folder
		],
		picture
	};
}
async function checkWorkers(input, { picture, reachable }) {
	try {
		var _usingCtx$1 = _usingCtx();
		const { request, face, tools, workspace } = input;
		const { bucketDir, settings } = workspace;
		const wanted = request.filters.workers;
		const workers = workspace.workers.filter(({ host }) => wanted.length === 0 || wanted.includes(host)).map((worker) => addressOf(worker, settings));
		if (!reachable) return workers.map(({ host }) => checksOf(host).skipped("connection", "there is no SSH key to log in with"));
		const known = picture?.verdict.kind === "proven" ? picture.verdict.document : blankDocument();
		const ledger = new Ledger(known, {
			nowSeconds: () => 0,
			save: async () => {}
		});
		const state = picture?.verdict.kind === "proven" ? {
			document: known,
			kind: kindOf(input)
		} : void 0;
		const before = new Set(ledger.hostKeys.keys());
		const transport = _usingCtx$1.a(await tools.openTransport({
			bucketDir,
			settings,
			ledger
		}));
		return (await mapLimit(workers, settings.parallelWorkers, (worker) => {
			const address = `${worker.host}:${worker.port}`;
			const newKey = () => before.has(address) ? void 0 : ledger.hostKeys.get(address);
			return checkWorker({
				transport,
				worker,
				signal: face.signal,
				newKey,
				state
			});
		})).flat();
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
function kindOf(input) {
	return isOnWorkers(stateLocation(input)) ? "workers" : "file";
}
function toResult(checks) {
	const failed = checks.some(({ outcome }) => outcome === "failed");
	return resultOf({
		exitCode: failed ? 1 : 0,
		data: checks,
		wording: {
			subject: "name",
			check: "name",
			seen: "text",
			fix: "text"
		},
		show: showChecks
	});
}
function showChecks(checks) {
	const count = (outcome) => checks.filter((one) => one.outcome === outcome).length;
	const failures = count("failed");
	const verdict = failures === 0 ? `all well${count("warning") > 0 ? `, ${count("warning")} warning(s)` : ""}` : `${failures} check(s) failed`;
	const rows = checks.map(({ subject, check, outcome, seen }) => [
		subject,
		check,
		outcome,
		seen
	]);
	const fixes = checks.flatMap(({ subject, check, fix }) => fix === void 0 ? [] : [`${subject}, ${check}: ${fix}\n`]);
	const todo = fixes.length === 0 ? "" : `\nwhat to do:\n${fixes.map((line) => `  ${line}`).join("")}`;
	const cells = checks.map(({ subject, check, outcome, seen, fix = "" }) => [
		subject,
		check,
		outcome,
		seen,
		fix
	].map(plain));
	return {
		json: {
			ok: failures === 0,
			checks
		},
		text: `${tableText([
			"where",
			"what",
			"",
			"seen"
		], rows)}${todo}\n${verdict}\n`,
		summary: `## maand doctor\n\n${table([
			"Where",
			"What",
			"",
			"Seen",
			"Fix"
		], cells)}${plain(verdict)}\n`
	};
}
export { doctor };
