import { n as mapLimit } from "./concurrency.js";
import { n as messageOf, t as Failure } from "./failure.js";
import { a as shownName, n as isStrangeName, t as fsPath } from "./file-name.js";
import { i as linesOf, n as count, o as oneLine } from "./phrases.js";
import { a as stageProblems, i as stageJob, n as needsHook, o as treeOf } from "./stage-job.js";
import { C as jobFolder, T as workerOf, a as withRun, m as secretPlace, o as writeTree, p as readableNamespaces, w as jobOf } from "./with-state.js";
import { U as resultOf } from "./state-key.js";
import { a as withBucket, s as jobNames, u as selectJobs } from "./ledger.js";
import { t as withBuilt } from "./with-built.js";
import { d as isSealed, l as SecretError } from "./keys.js";
import { r as changedPaths } from "./plan-job.js";
import { r as fileDigests } from "./digest.js";
import { o as readingProblem, u as problemText } from "./worker-facts.js";
import { t as workerProgram } from "./program.js";
import { isUtf8 } from "node:buffer";
import { chmod, mkdir, readFile, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
// src/report/rendered.ts
const RENDERED_WORDING = {
	job: "name",
	workers: {
		worker: "name",
		files: "name",
		empty_folders: "name",
		missing: "name",
		problems: "text",
		diff: {
			since: "name",
			files: {
				path: "name",
				patch: "text",
				note: "text"
			},
			note: "text"
		}
	}
};
/** Returns the text for a terminal or a log. Each line ends with a line break. */
function renderedText({ job, workers }) {
	if (workers.length === 0) return `nothing to render: job ${job} has no worker\n`;
	return groupEqual(workers).map(({ hosts, worker }) => {
		return `${workers.length > 1 ? `${hosts.join(", ")}\n` : ""}${bodyOf(worker).join("\n")}\n`;
	}).join("\n");
}
function groupEqual(workers) {
	const groups = /* @__PURE__ */ new Map();
	for (const worker of workers) {
		const same = JSON.stringify({
			...worker,
			worker: ""
		});
		const group = groups.get(same);
		if (group) group.hosts.push(worker.worker);
		else groups.set(same, {
			hosts: [worker.worker],
			worker
		});
	}
	return [...groups.values()];
}
function bodyOf({ files, empty_folders, missing, problems, diff }) {
	if (problems.length > 0) return problems.flatMap((problem) => linesOf(problem));
	if (missing.length > 0) return ["needs-hook: a hook has to write these first", ...missing.map(({ file, namespace, key }) => `  ${oneLine(file)}: get ${namespace} ${oneLine(key)}`)];
	if (diff) return diffLines(diff);
	const width = Math.max(0, ...files.map(({ size_bytes }) => String(size_bytes).length));
	return [...files.map(({ mode, size_bytes, path }) => `${mode}  ${String(size_bytes).padStart(width)}  ${oneLine(path)}`), ...empty_folders.map((path) => `0755  ${"-".padStart(width)}  ${oneLine(path)}/`)];
}
const SIGNS = {
	added: "A",
	changed: "M",
	removed: "D"
};
function diffLines({ since, files, note }) {
	const than = since === null ? "nothing has been promoted yet" : `since ${since} was promoted`;
	if (files.length === 0) return [`no file changed ${than}`, ...note === void 0 ? [] : [note]];
	return [
		`${count(files.length, "file")} changed: ${than}`,
		...note === void 0 ? [] : [note],
		...files.map(({ change, path, note: why }) => `  ${SIGNS[change]} ${oneLine(path)}${why === void 0 ? "" : ` (${why})`}`),
		...files.flatMap(({ patch }) => patch === void 0 ? [] : patch.replace(/\n$/, "").split("\n"))
	];
}
// src/commands/render/deployed-files.ts
/** Reads the files of one job that are on a worker now, over the worker's connection. Writes nothing on the worker. */
/** Larger files are not read, because a difference of that size is not useful to a reader. */
const LARGEST_BYTES = 262144;
/**
* Largest number of files in one script. The script is one argument of the worker's shell, and the size of an argument is
* limited.
*/
const FILES_AT_ONCE$1 = 100;
async function readDeployedFiles(request) {
	const paths = request.paths.filter((path) => !isStrangeName(path));
	const files = /* @__PURE__ */ new Map();
	for (let from = 0; from < paths.length; from += FILES_AT_ONCE$1) {
		const some = paths.slice(from, from + FILES_AT_ONCE$1);
		const lines = [];
		const asked = {
			host: request.host,
			what: "its files",
			limitMs: request.run.settings.commandTimeoutMs
		};
		const problem = readingProblem(asked, await readSome(request, some, lines));
		if (problem !== void 0) return {
			kind: "unreachable",
			reason: problemText(problem)
		};
		for (const [path, file] of parseAnswer(some, lines)) files.set(path, file);
	}
	return {
		kind: "read",
		files
	};
}
function readSome({ run, job, host }, paths, lines) {
	const worker = workerOf(run, host);
	const variables = {
		folder: jobFolder(worker, run.catalog.bucketId, job),
		largest: LARGEST_BYTES
	};
	const command = {
		label: "reading deployed files",
		script: workerProgram("job/show-files", {
			variables,
			words: paths.map((path) => `./${path}`)
		}),
		timeoutMs: run.settings.commandTimeoutMs,
		onLine: (line, stream) => void (stream === "stdout" && lines.push(line))
	};
	return run.workers.look(worker, command, run.signal);
}
function parseAnswer(paths, lines) {
	const parts = /* @__PURE__ */ new Map();
	for (const line of lines) {
		const path = line.startsWith("@") ? paths[Number(line.slice(1))] : void 0;
		if (path !== void 0) parts.set(path, []);
		else [...parts.values()].at(-1)?.push(line);
	}
	return new Map(paths.map((path) => [path, fileOf(parts.get(path) ?? [])]));
}
function fileOf([kind, ...hexLines]) {
	if (kind === void 0) return { kind: "none" };
	if (kind === "large") return { kind: "too-large" };
	return {
		kind: "file",
		bytes: Buffer.from(hexLines.join("").replace(/\s+/g, ""), "hex")
	};
}
// src/commands/render/render-diff.ts
/**
* Shows what changed in each file since the last promote. The list of files comes from the state. Lines of text are compared
* when the worker still has the file.
*/
/** Compares the trees. It contacts the worker only when there is a file to compare. */
async function diffSincePromote({ run, allocation, tree }) {
	const promoted = run.ledger.allocation(allocation.id)?.promoted;
	const after = fileDigests(tree);
	if (promoted === void 0) return {
		since: null,
		files: Object.keys(after).map((path) => ({
			path,
			change: "added"
		}))
	};
	const before = run.ledger.filesOf(promoted);
	if (before === void 0) return {
		since: promoted.version,
		files: [],
		note: "what was promoted is no longer known"
	};
	const changes = changedPaths(before, after).map((path) => ({
		path,
		change: changeOf(path, before, after)
	}));
	const deployed = await readDeployed({
		run,
		allocation,
		tree
	}, changes);
	const since = promoted.version;
	if (deployed.kind === "unreachable") return {
		since,
		files: changes,
		note: `only the list of files: ${deployed.reason}`
	};
	maskOldSecrets(run, allocation);
	const newFiles = new Map(tree.files.map((file) => [file.path, file]));
	return {
		since,
		files: await Promise.all(changes.map((change) => compare(change, deployed.files.get(change.path), newFiles.get(change.path))))
	};
}
function changeOf(path, before, after) {
	if (!Object.hasOwn(before, path)) return "added";
	return Object.hasOwn(after, path) ? "changed" : "removed";
}
const isFolder = (path) => path.endsWith("/");
async function readDeployed({ run, allocation }, changes) {
	const paths = changes.filter(({ path, change }) => change !== "added" && !isFolder(path)).map(({ path }) => path);
	if (paths.length === 0) return {
		kind: "read",
		files: /* @__PURE__ */ new Map()
	};
	const { job, host } = allocation;
	try {
		return await readDeployedFiles({
			run,
			job,
			host,
			paths
		});
	} catch (thrown) {
		if (!(thrown instanceof Failure)) throw thrown;
		return {
			kind: "unreachable",
			reason: thrown.message
		};
	}
}
/**
* Registers old secrets with the masker, because the text on the worker may contain a secret that has been replaced since.
*/
function maskOldSecrets({ ledger, box, masker, catalog }, { job, host }) {
	const { demandedJobs } = jobOf({ catalog }, job);
	const history = ledger.kv.toHistory();
	for (const namespace of readableNamespaces({
		job,
		host,
		demandedJobs
	})) {
		const rows = Object.entries(history[namespace] ?? {}).flatMap(([key, versions]) => versions.map(({ value }) => ({
			key,
			value
		})));
		for (const { key, value } of rows) {
			if (!isSealed(value)) continue;
			try {
				masker.add(box.open(value), secretPlace(namespace, key));
			} catch (thrown) {
				if (!(thrown instanceof SecretError)) throw thrown;
			}
		}
	}
}
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
async function compare(change, deployed, file) {
	const { path } = change;
	if (isFolder(path)) return change;
	if (isStrangeName(path) && change.change !== "added") return {
		...change,
		note: "not read, because its name is not valid text"
	};
	if (file?.source.kind === "sealed") return {
		...change,
		note: "private: not shown"
	};
	if (deployed?.kind === "too-large") return {
		...change,
		note: "too large to show"
	};
	if (deployed?.kind === "none") return {
		...change,
		note: "not on the worker"
	};
	const [before, after] = [deployed?.bytes ?? Buffer.alloc(0), file ? await bytesOf(file) : Buffer.alloc(0)];
	if (![before, after].every(isText)) return {
		...change,
		note: "not text"
	};
	if ([before, after].some((bytes) => PRIVATE_KEY.test(bytes.toString()))) return {
		...change,
		note: "private: not shown"
	};
	if (before.equals(after) && change.change === "changed") return {
		...change,
		note: "on the worker it is the same but for its mode"
	};
	return {
		...change,
		patch: await patchOf(change, before.toString(), after.toString())
	};
}
async function bytesOf({ source }) {
	switch (source.kind) {
		case "file": return readFile(fsPath(source.path));
		case "bytes": return source.bytes;
		case "sealed": return Buffer.from(source.read());
	}
}
const isText = (bytes) => isUtf8(bytes) && !bytes.includes(0);
async function patchOf({ path, change }, before, after) {
	const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import("./libesm.js");
	const name = shownName(path);
	return createTwoFilesPatch(change === "added" ? "/dev/null" : name, change === "removed" ? "/dev/null" : name, before, after, void 0, void 0, {
		context: 3,
		headerOptions: FILE_HEADERS_ONLY
	});
}
// src/commands/render/render-out.ts
/** Writes rendered trees into a folder, for `maand render --out`. */
/**
* Writes the trees, with a folder for each worker when there are several workers. The output folder must be new or empty.
* Afterwards only its owner can enter it, and files that contain secrets are readable only by their owner. Throws a
* `Failure`, before it writes anything, when a tree cannot be rendered or the folder cannot be used.
*/
async function writeRendered({ folder, job, allocations, staged }) {
	const hosts = new Set(allocations.map(({ host }) => host));
	const problems = stageProblems(staged).filter(({ host }) => hosts.has(host));
	if (problems.length > 0) {
		const sentences = problems.map(({ message }) => message);
		throw new Failure([`nothing was written, because job ${job.name} cannot be rendered`, ...sentences].join("\n"), { exitCode: 1 });
	}
	await makeEmptyFolder(folder);
	try {
		for (const { host } of allocations) {
			const target = allocations.length > 1 ? join(folder, host) : folder;
			await writeTree(target, treeOf(staged, host), modeOutside);
		}
		await chmod(folder, 448);
	} catch (thrown) {
		await emptyFolder(folder);
		throw thrown;
	}
}
const modeOutside = ({ mode, holdsSecret }) => holdsSecret ? 384 : mode;
async function emptyFolder(folder) {
	for (const name of await readdir(folder, { encoding: "buffer" })) await rm(Buffer.concat([Buffer.from(`${folder}/`), name]), {
		recursive: true,
		force: true
	});
}
async function makeEmptyFolder(folder) {
	try {
		await mkdir(folder, {
			recursive: true,
			mode: 448
		});
		if ((await readdir(folder)).length > 0) throw new Failure(`${folder} is not empty`, {
			exitCode: 2,
			hint: "name a new folder, or empty it"
		});
		await chmod(folder, 448);
	} catch (thrown) {
		if (thrown instanceof Failure) throw thrown;
		throw new Failure(`cannot write to ${folder}: ${messageOf(thrown)}`, {
			exitCode: 2,
			cause: thrown
		});
	}
}
// src/commands/render/render.ts
/**
* `maand render JOB`: shows the files that a deploy of the present workspace would deliver, without a deploy. It writes
* nothing except the folder of `--out`.
*/
const FILES_AT_ONCE = 16;
async function render(call) {
	return withBucket(call, (bucket) => {
		const name = jobName(call.request);
		selectJobs([name], jobNames(bucket.workspace));
		return withBuilt(bucket, {
			state: "plan",
			catalog: "build-ahead"
		}, (built) => withRun(built, ({ run }) => renderJob(run, jobOf(run, name), bucket.request)));
	});
}
async function renderJob(run, job, request) {
	const allocations = selectAllocations(request.filters.workers, job);
	const staged = await stageJob(run, job);
	if (request.outPath !== void 0) await writeRendered({
		folder: request.outPath,
		job,
		allocations,
		staged
	});
	return describeAll(request, {
		run,
		job,
		allocations,
		staged
	});
}
function jobName({ operands }) {
	const [name] = operands;
	if (name !== void 0) return name;
	throw new Failure("the name of a job is missing", {
		exitCode: 2,
		hint: "usage: maand render JOB"
	});
}
function selectAllocations(hosts, { name, allocations }) {
	const unknown = hosts.filter((host) => !allocations.some((one) => one.host === host));
	if (unknown.length > 0) throw new Failure(`job ${name} does not run on: ${unknown.join(", ")}`, {
		exitCode: 2,
		hint: `it runs on: ${allocations.map(({ host }) => host).join(", ") || "no worker"}`
	});
	return hosts.length === 0 ? allocations : allocations.filter(({ host }) => hosts.includes(host));
}
async function describeAll({ flags, outPath }, rendered) {
	const { run, job, allocations } = rendered;
	const workers = await mapLimit(allocations, run.settings.parallelWorkers, (one) => describe(rendered, one, flags.diff ? "diff" : "list"));
	const written = outPath === void 0 ? "" : `written to ${outPath}\n`;
	return resultOf({
		exitCode: workers.some(({ problems }) => problems.length > 0) ? 1 : 0,
		data: {
			job: job.name,
			workers
		},
		wording: RENDERED_WORDING,
		show: (json) => ({
			json: outPath === void 0 ? json : {
				...json,
				out: outPath
			},
			text: `${renderedText(json)}${written}`,
			...flags.diff ? { textForm: "diff" } : {}
		})
	});
}
async function describe({ run, job, staged }, allocation, form) {
	const outcome = staged.get(allocation.host);
	const worker = {
		worker: allocation.host,
		files: [],
		empty_folders: [],
		missing: [],
		problems: []
	};
	if (outcome === void 0) throw new Error(`nothing is staged for ${allocation.host}`);
	if (outcome.kind === "failed") {
		const { problems } = outcome;
		if (job.entry.hooks.length === 0 || !needsHook(problems)) return {
			...worker,
			problems: problems.map(({ message }) => message)
		};
		return {
			...worker,
			missing: problems.flatMap(({ file, missing }) => missing ? [{
				file,
				...missing
			}] : [])
		};
	}
	const { tree } = outcome;
	const files = await mapLimit(tree.files, FILES_AT_ONCE, describeFile);
	const listed = {
		...worker,
		files,
		empty_folders: tree.emptyFolders
	};
	return form === "list" ? listed : {
		...listed,
		diff: await diffSincePromote({
			run,
			allocation,
			tree
		})
	};
}
async function describeFile({ path, mode, source, holdsSecret }) {
	const isSecret = source.kind === "sealed" || holdsSecret === true;
	return {
		path,
		mode: `0${mode.toString(8)}`,
		size_bytes: await sizeOf(source),
		holds_secret: isSecret
	};
}
async function sizeOf(source) {
	switch (source.kind) {
		case "file": return (await stat(fsPath(source.path))).size;
		case "bytes": return source.bytes.length;
		case "sealed": return Buffer.byteLength(source.read());
	}
}
export { render };
