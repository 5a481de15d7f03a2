import { i as rewriteFile, t as createFiles } from "./durable-file.js";
import { t as Failure } from "./failure.js";
import { n as newAuthority, o as readAuthorityFiles } from "./certify.js";
import { H as placeBucket, K as requireSound, S as readSettings, U as resultOf, _ as isOnWorkers, a as newDocument, h as joinedName, n as readStateKeyFile, p as ownerOf, r as stateKeyFile, v as refuseLostFolder, y as stateLocation } from "./state-key.js";
import { c as stopFailure, i as parseStateKeys, l as SecretError, t as boxOf } from "./keys.js";
import { t as askGit } from "./git2.js";
import { n as writeSetting } from "./write-setting.js";
import { t as _usingCtx } from "./usingCtx.js";
import { randomBytes } from "node:crypto";
import { chmod, lstat, mkdir, readFile, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
// src/commands/init/init-authority.ts
/**
* Makes the CA certificate and key of a new bucket as files that are never overwritten. Only the command line makes these
* files.
*/
/**
* Writes `secrets/ca.crt` and `secrets/ca.key` when both are missing. The CA comes from the state when the state has one;
* otherwise a new CA is made. Returns the written pair.
*/
async function makeAuthorityFiles({ bucketDir, bucketId, box, known }) {
	if (await readAuthorityFiles(bucketDir) !== void 0) return void 0;
	const pair = known ? {
		certificate: `${known.authority.certificate}\n`,
		key: openKey(known, box)
	} : await newAuthority(bucketId, Date.now());
	const folder = join(bucketDir, "secrets");
	await createFiles([{
		path: join(folder, "ca.key"),
		text: pair.key,
		mode: 384
	}, {
		path: join(folder, "ca.crt"),
		text: pair.certificate,
		mode: 420
	}]);
	return pair;
}
function openKey({ authority }, box) {
	try {
		return box.open(authority.sealedKey);
	} catch (thrown) {
		if (!(thrown instanceof SecretError)) throw thrown;
		throw stopFailure({
			code: "state-other-key",
			message: "the state of this bucket is sealed with another state-key",
			hint: "give the key that it was made with",
			cause: thrown
		});
	}
}
/** Returns the record of a CA that has signed nothing yet. */
function unusedAuthority({ certificate, key }, box) {
	return {
		authority: {
			certificate: certificate.trim(),
			sealedKey: box.seal(key)
		},
		issuedBy: "",
		jobs: {}
	};
}
// src/commands/init/init-bucket.ts
/** Reads `maand.conf` for `maand init`, and gives a bucket without `state_name` the name that its state has or will get. */
const STATE_NAME_PURPOSE = "Names the state of this bucket wherever the repository moves. Keep it.";
/** Returns a name that no other bucket has. */
function newStateName() {
	return `bucket-${randomBytes(6).toString("hex")}`;
}
/** Reads the settings, and writes `state_name` when it is missing. Throws a `Failure` (exit code 2) for invalid settings. */
async function readInitBucket(bucketDir, call, made) {
	const { request, face } = call;
	const { settings, diagnostics } = await readSettings(bucketDir, face.identity.checkout);
	requireSound(diagnostics, face);
	if (!settings) throw new Error(`${bucketDir}/maand.conf was made, and cannot be read`);
	const location = stateLocation({
		request,
		workspace: {
			bucketDir,
			settings
		},
		face
	});
	await refuseLostFolder(location, face);
	const bucket = await placeBucket(bucketDir, face.identity.checkout);
	const unnamed = {
		...call,
		bucket,
		location
	};
	const bare = settings.stateName === "" ? await chooseName(unnamed) : settings.stateName;
	if (settings.stateName === "") {
		await writeSetting(bucketDir, {
			key: "state_name",
			value: bare,
			purpose: STATE_NAME_PURPOSE
		});
		made.push("maand.conf");
	}
	const isSaid = request.state.location === void 0 && settings.state !== void 0;
	return {
		bucketDir,
		location,
		name: `${bare}/${request.environment}`,
		state: isSaid && isOnWorkers(location) ? "on workers" : "made here"
	};
}
/**
* Returns the name that the state in the file has, else the name that an action of this repository gives it, else a new
* name. A name that is not the one in use would begin a second bucket beside the first one.
*/
async function chooseName({ request, face, tools, bucket, location }) {
	const { dir: bucketDir, gitPath } = bucket;
	const { repository } = face.identity;
	const first = joinedName(repository, gitPath ?? "");
	if (!isOnWorkers(location)) {
		const name = `${first}/${request.environment}`;
		if ((await tools.openStateReader({
			bucketDir,
			location,
			name,
			keys: [],
			workspace: void 0
		}).load(face.signal)).kind === "found") return first;
	}
	const origin = repository || (gitPath === void 0 ? "" : await repositoryOf(bucketDir, face));
	if (origin !== "") return joinedName(origin, bucket.path);
	return isOnWorkers(location) && gitPath !== void 0 ? first : newStateName();
}
/** Returns `owner/name` from the address of the remote `origin`, or '' when there is none. */
async function repositoryOf(dir, { env, signal }) {
	const answer = await askGit({
		dir,
		args: [
			"config",
			"--get",
			"remote.origin.url"
		],
		env,
		signal
	});
	const url = answer.kind === "answered" && answer.exitCode === 0 ? answer.text.trim() : "";
	const [, owner = "", name = ""] = /[/:]([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(url) ?? [];
	return owner === "" ? "" : `${owner}/${name}`;
}
// src/commands/init/init.ts
/** `maand init`: makes a bucket, or completes one. Existing files are never overwritten. */
/** Modes of the folders by path. Other users of this machine may read only the workspace. */
const FOLDERS = {
	data: 448,
	logs: 448,
	tmp: 448,
	secrets: 448,
	"workspace/jobs": 493
};
const STATE_KEY = "secrets/state.key";
const IGNORED = [
	"data/",
	"secrets/",
	"tmp/",
	"logs/"
];
const settingsText = (stateName) => `# How workers are reached; a worker's own entry in workspace/workers.json wins.
ssh_user = "agent"
ssh_key = "worker.key"
ssh_port = 22
use_sudo = true

# ${STATE_NAME_PURPOSE}
state_name = "${stateName}"

certs_ttl = 60
certs_renewal_buffer = 0
`;
async function init(call) {
	const { request, face } = call;
	const bucketDir = resolve(face.workingDirectory, request.operands[0] ?? request.bucket ?? ".");
	const made = [];
	await readAuthorityFiles(bucketDir);
	for (const [path, mode] of Object.entries(FOLDERS)) await makeFolder({
		bucketDir,
		path,
		mode
	}, made);
	await chmod(join(bucketDir, "secrets"), 448);
	await makeFile({
		bucketDir,
		path: "maand.conf",
		text: settingsText(newStateName())
	}, made);
	await makeFile({
		bucketDir,
		path: "workspace/workers.json",
		text: "[]\n"
	}, made);
	await makeFile({
		bucketDir,
		path: "workspace/bucket.conf",
		text: "port_range = \"30000,39999\"\n"
	}, made);
	const bucket = await readInitBucket(bucketDir, call, made);
	if (request.state.key === void 0 && bucket.state === "made here") {
		const key = `${randomBytes(32).toString("hex")}\n`;
		await makeFile({
			bucketDir,
			path: STATE_KEY,
			text: key,
			mode: 384
		}, made);
	}
	await extendIgnored(bucketDir, made);
	if (bucket.state === "made here") await makeState({
		...call,
		...bucket
	}, made);
	return resultOf({
		exitCode: 0,
		data: {
			ok: true,
			bucket: bucketDir,
			created: made
		},
		wording: "name",
		show: (json) => ({
			json,
			text: listMade(bucketDir, made),
			outputs: {}
		})
	});
}
function listMade(bucketDir, made) {
	if (made.length === 0) return `${bucketDir} is a bucket already, nothing to do\n`;
	return [
		`made in ${bucketDir}:`,
		...made.map((path) => `  ${path}`),
		"next: put the SSH key of your workers into secrets/worker.key and their host keys into workspace/known_hosts,",
		"      list the workers in workspace/workers.json, add jobs below workspace/jobs, then: maand build",
		""
	].join("\n");
}
async function makeFolder({ bucketDir, path, mode }, made) {
	const make = async () => {
		await mkdir(bucketDir, {
			recursive: true,
			mode: 493
		});
		return mkdir(join(bucketDir, path), {
			recursive: true,
			mode
		});
	};
	if (await make().catch((thrown) => {
		throw new Failure(`cannot make ${join(bucketDir, path)}: ${thrown.message}`, {
			exitCode: 2,
			cause: thrown
		});
	}) !== void 0) made.push(`${path}/`);
}
async function makeFile({ bucketDir, path, text, mode = 420 }, made) {
	const file = join(bucketDir, path);
	if (await lstat(file).then(() => true, () => false)) return;
	try {
		await createFiles([{
			path: file,
			text,
			mode
		}]);
		made.push(path);
	} catch (thrown) {
		const { code, message } = thrown;
		if (code === "EEXIST") return;
		throw new Failure(`cannot make ${file}: ${message}`, {
			exitCode: 2,
			cause: thrown
		});
	}
}
async function extendIgnored(bucketDir, made) {
	const path = join(bucketDir, ".gitignore");
	const known = await readFile(path, "utf8").catch((thrown) => {
		if (thrown.code === "ENOENT") return void 0;
		throw new Failure(`cannot read ${path}: ${thrown.message}`, {
			exitCode: 2,
			cause: thrown
		});
	});
	const present = new Set((known ?? "").split(/\r?\n/).map((line) => line.trim().replace(/^\//, "")));
	const missing = IGNORED.filter((line) => !present.has(line) && !present.has(line.slice(0, -1)));
	if (missing.length === 0) return;
	const lines = `${missing.join("\n")}\n`;
	if (known === void 0) return makeFile({
		bucketDir,
		path: ".gitignore",
		text: lines
	}, made);
	const gap = known === "" || known.endsWith("\n") ? "" : "\n";
	await rewriteFile({
		path,
		text: `${known}${gap}${lines}`,
		mode: (await stat(path)).mode & 511
	});
	made.push(".gitignore");
}
async function makeState({ bucketDir, location, name, request, face, tools }, made) {
	try {
		var _usingCtx$1 = _usingCtx();
		const keys = await initKeys(bucketDir, request);
		const store = tools.openStateStore({
			bucketDir,
			location,
			name,
			keys,
			workspace: void 0
		});
		const loaded = await store.load(face.signal);
		if (loaded.kind === "found" && made.includes(STATE_KEY)) {
			await rm(stateKeyFile(bucketDir));
			throw stopFailure({
				code: "state-other-key",
				message: "the state of this bucket is sealed with a key, but secrets/state.key is missing",
				hint: "restore the key; a new key could not open the state"
			});
		}
		const box = boxOf(keys);
		const document = loaded.kind === "found" ? loaded.document : newDocument(name, box);
		const { bucketId, certificates: known } = document;
		const pair = face.disk === "lost" ? void 0 : await makeAuthorityFiles({
			bucketDir,
			bucketId,
			box,
			known
		});
		if (pair) made.push("secrets/ca.crt", "secrets/ca.key");
		if (loaded.kind === "found") return;
		await _usingCtx$1.a(await store.lock(ownerOf({
			request,
			face
		}), request.state.lockWaitMs, face.signal)).save({
			...document,
			serial: 1,
			...pair ? { certificates: unusedAuthority(pair, box) } : {}
		});
		made.push(store.description);
	} catch (_) {
		_usingCtx$1.e = _;
	} finally {
		await _usingCtx$1.d();
	}
}
async function initKeys(bucketDir, { state }) {
	if (state.key !== void 0) return parseStateKeys(state.key, "the given state key");
	const keyFile = stateKeyFile(bucketDir);
	return parseStateKeys(await readStateKeyFile(keyFile) ?? "", keyFile);
}
export { init };
