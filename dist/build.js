import { n as hasErrors } from "./diagnostic.js";
import { i as postBuild, r as withState, x as continuityOf, y as buildInMemory } from "./with-state.js";
import { t as NO_CONTINUITY } from "./no-continuity.js";
import { n as buildCatalog } from "./resolve-catalog.js";
import { n as planGarbage, t as clearNamespaces } from "./clear-namespaces.js";
import { a as errorsFirst, i as diagnosticsText } from "./refusal-text.js";
import { t as DIAGNOSTIC_WORDING } from "./ending-wording.js";
import { a as table, i as plain, r as fitSummary, t as codeBlock } from "./markdown-parts.js";
import { t as knownAllocation } from "./known-allocation.js";
import { $ as varsNamespace, B as fileIn, D as readJobConfig, F as parseToml, H as placeBucket, I as applyEdits, M as parseJson, N as readBucketConf, O as BucketReader, P as Source, T as loadSettings, U as resultOf, Z as secretsNamespace, b as byPlace, j as readDisabled, k as isBelow, w as readWorkers, x as readJobs, z as Findings } from "./state-key.js";
import { a as withBucket, c as locateBucket, o as inspectWorkspace, p as namesOfWorkspace, s as jobNames, u as selectJobs } from "./ledger.js";
import { r as warnOfRefusal } from "./guarded-plan.js";
import { n as messageOf, t as Failure } from "./failure.js";
import { i as rewriteFile } from "./durable-file.js";
import { t as isFileWord } from "./names.js";
import { n as excerpt } from "./quote.js";
import { randomUUID } from "node:crypto";
import { access, lstat, mkdir, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { constants } from "node:fs";
// src/commands/build/build-json.ts
/** Writes the result of a build as JSON (docs/inputs.md "validate, build"). */
/**
* Returns the result of a check as JSON. With `fixed`, numbers from the port pool are null: only a build with state knows
* them.
*/
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
/** Returns the fields that `build` adds to the JSON of a check. */
function outcomeJson({ newPorts, removed, purged, spared }) {
	return {
		new_ports: newPorts,
		removed: [
			...[...removed.running, ...removed.givenUp].map((one) => removedJson(one, "running")),
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
// src/commands/build/build-text.ts
/** Returns the ports whose numbers the pool assigned since `before`, in the order of the jobs. */
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
/** Returns the port numbers and waves of a catalog as text. Each line ends with a line break. */
function catalogText({ jobs, workers, waves }) {
	const allocations = jobs.flatMap((job) => job.allocations);
	const disabled = allocations.filter((one) => one.disabled).length;
	return [`${`${counted(jobs.length, "job")} on ${counted(workers.length, "worker")}`}, ${counted(allocations.length, "allocation")}${disabled > 0 ? ` (${disabled} disabled)` : ""}`, ...waves.map((names, seq) => `  wave ${seq}: ${names.join(", ")}`)].map((line) => `${line}\n`).join("");
}
/** Returns the summary of a build for people. Each line ends with a line break. */
function buildText(catalog, outcome) {
	const { removed, warnings } = outcome;
	const leftBehind = removed.stopped.length;
	const lines = [
		...outcome.newPorts.map(({ job, name, port }) => `new port: ${name} = ${port} (${job})`),
		...[...removed.running, ...removed.givenUp].map(({ job, host }) => `removed: ${job} on ${host}, the next deploy stops it`),
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
// src/workspace/older/apply-fix.ts
/** Applies the plan of `build --fix`: renames files, and replaces older words in files. */
/**
* Applies a plan. Files are renamed before they are rewritten. This order keeps the workspace valid when the work is
* interrupted: a manifest with older words accepts a script with the new name, but a manifest with current words does
* not accept a script with an older name. The next run can then continue. Throws a `Failure` (exit code 1) when a file
* operation fails.
*/
async function applyFix({ draftFolder, moves, rewrites }) {
	try {
		await rm(draftFolder, {
			recursive: true,
			force: true
		});
		for (const { from, to } of moves) await rename(from, to);
		if (rewrites.length > 0) await mkdir(draftFolder, { mode: 448 });
		for (const rewrite of rewrites) await rewriteFile({
			...rewrite,
			draftFolder
		});
		await rm(draftFolder, {
			recursive: true,
			force: true
		});
	} catch (thrown) {
		throw new Failure(`rewriting older words failed: ${messageOf(thrown)}`, {
			exitCode: 1,
			hint: "every changed file is complete; remove the cause and run build --fix again",
			cause: thrown
		});
	}
}
// src/workspace/older/plan-fix.ts
/**
* Plans which files `build --fix` writes and renames. The plan is made from the repairs in the findings; this file
* writes nothing. The whole plan is refused when the plan would overwrite a file or when the meaning of a file is not
* certain. All reasons are reported.
*/
/**
* The name of the folder for temporary files. This folder is beside the folder of the jobs, because files inside a job
* folder would be delivered.
*/
const DRAFTS = ".fix-drafts";
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
	const fixed = repairs.map(({ file, line, column, change }) => ({
		file,
		line,
		column,
		change
	}));
	return {
		draftFolder: join(bucket.realDir, "workspace", DRAFTS),
		moves,
		rewrites,
		fixed,
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
		if (!isSound(file, text)) return refuse("a key appears twice in it, so its meaning is not certain");
		if (!isSound(file, after)) return refuse("the result would not be valid; rewrite it by hand");
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
/**
* Returns whether a document can be parsed without any error or warning, e.g. about a duplicate key. Returns true for
* templates, because they are not documents.
*/
function isSound(file, text) {
	if (file.endsWith(".tpl")) return true;
	const findings = new Findings("ErrUnexpectedError");
	const source = new Source(file, text);
	return (file.endsWith(".json") ? parseJson(source, file, findings) : parseToml(source, file, findings)) !== void 0 && findings.diagnostics.length === 0;
}
async function problemOfFolder(bucket, folder) {
	const real = await realpath(folder);
	if (!isBelow(real, bucket.realDir)) return "it leads out of the bucket";
	return access(real, constants.W_OK).then(() => void 0, () => `its folder cannot be written`);
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
/** Returns the absolute path of `file`. `file` is relative to the repository root, as in findings. */
function absolute({ dir, path }, file) {
	return join(dir, path === "" ? file : file.slice(path.length + 1));
}
function shown({ dir, path }, absolutePath) {
	return join(path, absolutePath.slice(dir.length + 1));
}
// src/workspace/survey.ts
/**
* Returns the findings of every file of the workspace. The findings include the variants for all environments and
* selectors, even unused variants.
*/
async function surveyWorkspace(bucketDir, checkout = "") {
	const bucket = await placeBucket(bucketDir, checkout);
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
/**
* Returns the environments or selectors for which a file exists. The empty text represents the file name without an
* environment or selector.
*/
function wordsIn(names, pattern) {
	return names.flatMap((name) => {
		const match = pattern.exec(name);
		const word = match?.[1] ?? "";
		return match && (word === "" || isFileWord(word)) ? [word] : [];
	});
}
// src/commands/build/fix-older-words.ts
/** Carries out `maand build --fix`: rewrites older words of the workspace. */
/**
* Rewrites the older words and returns the changes, by file and position. Throws a `Failure` (exit code 2), before it
* writes anything, when the workspace has errors.
*/
async function fixOlderWords(bucketDir, checkout) {
	const plan = await planFix(await surveyWorkspace(bucketDir, checkout));
	if (plan.refusals.length > 0) throw new Failure("older words are not rewritten: the workspace has errors, and nothing was changed", {
		exitCode: 2,
		hint: "fix these first, then run build --fix again",
		diagnostics: plan.refusals
	});
	await applyFix(plan);
	return plan.fixed;
}
/** Returns one line for each change; each ends with a line break. */
function fixedText(fixed) {
	if (fixed.length === 0) return "no older words to rewrite\n";
	return fixed.map(({ file, line, column, change }) => `${file}:${line}:${column}: rewritten: ${change}\n`).join("");
}
/**
* Returns the failure of a build after `--fix`, with the changed files added. Otherwise the user would not see the changes.
*/
function afterFix(thrown, fixed) {
	if (!(thrown instanceof Failure) || fixed.length === 0) return thrown;
	const { message, exitCode, hint, code, see, diagnostics } = thrown;
	return new Failure(`${message}\nbefore that, --fix changed the workspace:\n${fixedText(fixed).trimEnd()}`, {
		exitCode,
		diagnostics,
		cause: thrown,
		...hint !== void 0 && { hint },
		...code !== void 0 && { code },
		...see !== void 0 && { see }
	});
}
// src/commands/build/purge-secrets.ts
/** Carries out `maand build --purge-secrets-kv`: deletes what hooks stored for jobs that no longer run. */
/**
* Plans the purge. `named`: the jobs of `--jobs`; empty means all. Throws a `Failure` (exit code 2) when a named job is
* active.
*/
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
/** Deletes the keys in memory. Returns the deleted namespaces, and the spared jobs that still have keys. */
function applyPurge(kv, { jobs, spared }) {
	return {
		purged: clearNamespaces(kv, jobs.flatMap(hookNamespaces)),
		spared: spared.filter((job) => hookNamespaces(job).some((name) => kv.keys(name).length > 0))
	};
}
/** Returns the namespaces in which hooks of the job store keys. */
function hookNamespaces(job) {
	return [varsNamespace(job), secretsNamespace(job)];
}
function isActive({ allocations }) {
	return allocations.some(({ disabled }) => !disabled);
}
// src/commands/build/tracked-secrets.ts
const FOLDERS = ["secrets", "data"];
const HARMLESS = /(?:^|\/)\.(?:gitignore|gitkeep|keep)$/;
const SHOWN = 3;
/**
* Returns one warning for each of the two folders in which git tracks a file. Returns no warning when git is missing, when
* the bucket is outside of a checkout, or when git does not answer in time.
*/
async function findTrackedSecrets(bucketDir, surroundings) {
	const bucket = await placeBucket(bucketDir, surroundings.identity.checkout);
	if (bucket.gitPath === void 0) return [];
	const tracked = (await listTracked(bucket.dir, surroundings)).filter((path) => !HARMLESS.test(path));
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
/**
* Returns the tracked paths, relative to `dir`. Git reads only its index, and its hooks and file monitor are switched off.
* Therefore no program from the repository's configuration runs. A very long list is cut off.
*/
async function listTracked(dir, { env, signal }) {
	const { askGit } = await import("./git.js");
	const answer = await askGit({
		dir,
		args: [
			"ls-files",
			"-z",
			"--cached",
			"--",
			...FOLDERS
		],
		env,
		signal
	});
	switch (answer.kind) {
		case "answered": return answer.exitCode === 0 ? pathsOf(answer.text) : [];
		case "cut": return pathsOf(answer.text);
		case "none": return [];
	}
}
/** Splits the list. Each path ends with a NUL. Text after the last NUL is an incomplete path and is dropped. */
function pathsOf(text) {
	return text.split("\0").slice(0, -1);
}
// src/commands/build/build.ts
/**
* `maand build`: reads and checks the workspace, places jobs, assigns ports, makes certificates, publishes keys, runs
* `post_build` hooks and saves the result. `build --check` only checks.
*/
async function build(call) {
	if (!call.request.flags.fix) return buildOrCheck(call);
	const fixed = await fixOlderWords(await locateBucket(call), call.face.identity.checkout);
	try {
		const result = await buildOrCheck(call);
		return {
			...result,
			show: (mask) => withFixed(result.show(mask), fixed)
		};
	} catch (thrown) {
		throw afterFix(thrown, fixed);
	}
}
/** Adds the rewritten words to the result. The words are not masked, because everybody can read them in the workspace. */
function withFixed(shown, fixed) {
	return {
		...shown,
		json: {
			...shown.json,
			fixed
		},
		text: `${fixedText(fixed)}${shown.text}`
	};
}
async function buildOrCheck(call) {
	if (call.request.flags.check) return check(await locateBucket(call), call);
	const warnings = [];
	return withBucket({
		...call,
		face: listening(call.face, warnings)
	}, async (bucket) => {
		const { request, face, workspace } = bucket;
		face.warn(await findTrackedSecrets(workspace.bucketDir, face));
		selectJobs(request.filters.jobs, jobNames(workspace));
		return withState(bucket, (state) => buildBucket({
			...bucket,
			state,
			warnings
		}));
	});
}
async function buildBucket({ state, warnings, ...bucket }) {
	const { request, workspace, face } = bucket;
	const { ledger } = state;
	const before = ledger.ports;
	const purge = request.flags.purgeSecretsKv ? choosePurge(request, workspace, state) : NO_PURGE;
	const catalog = await buildInMemory(state, workspace, face);
	await ledger.commit();
	const outcome = {
		newPorts: newPorts(catalog, before),
		removed: planGarbage({
			catalog,
			known: (id) => knownAllocation(state, id),
			forget: /* @__PURE__ */ new Set()
		}),
		...applyPurge(ledger.kv, purge),
		warnings: warnings.length
	};
	await ledger.commit();
	await postBuild({
		...bucket,
		state,
		catalog
	});
	warnOfRefusal({
		state,
		catalog,
		face
	});
	const numbers = {
		update_seq: ledger.updateSeq,
		serial: ledger.serial
	};
	return resultOf({
		exitCode: 0,
		data: warnings,
		wording: DIAGNOSTIC_WORDING,
		show: (diagnostics) => ({
			json: {
				...checkJson({
					workspace,
					diagnostics
				}, catalog, "numbers"),
				...outcomeJson(outcome),
				...numbers
			},
			text: buildText(catalog, outcome)
		})
	});
}
/** Returns a copy of the face that also appends every warning to `warnings`. */
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
/** Chooses what a purge deletes, before anything is saved. Throws a `Failure` (exit code 2) when a named job is active. */
function choosePurge({ filters }, workspace, { ledger }) {
	const { catalog } = buildCatalog({
		workspace,
		continuity: continuityOf(ledger),
		newId: randomUUID
	});
	return planPurge(catalog, filters.jobs);
}
async function check(bucketDir, { request, face }) {
	const [inspection, tracked] = await Promise.all([inspectWorkspace(bucketDir, {
		request,
		face
	}), findTrackedSecrets(bucketDir, face)]);
	const { workspace } = inspection;
	if (workspace) face.masker.reserve(namesOfWorkspace(workspace));
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
	return resultOf({
		exitCode: hasErrors(diagnostics) ? 2 : 0,
		data: diagnostics,
		wording: DIAGNOSTIC_WORDING,
		show: (shown) => showCheck({
			workspace,
			diagnostics: shown
		}, built?.catalog)
	});
}
function showCheck({ workspace, diagnostics }, catalog) {
	const json = checkJson({
		workspace,
		diagnostics
	}, catalog, "fixed");
	const verdict = hasErrors(diagnostics) || !catalog ? `${counted(json.errors.length, "error")}\n` : catalogText(catalog);
	return {
		json,
		text: `${diagnosticsText(diagnostics)}${verdict}`,
		summary: summaryOf(diagnostics, catalog)
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
export { build };
