import { r as rewriteFile, t as createFiles } from "./durable-file.js";
import { t as Failure } from "./failure.js";
import { n as newAuthority, o as readAuthorityFiles } from "./certify.js";
import { L as requireSound, N as placeBucket, P as resultOf, d as stateName, g as readSettings, l as ownerOf, n as readStateKeyFile, p as newDocument, r as stateKeyFile } from "./state-key.js";
import { c as stopFailure, i as parseStateKeys, l as SecretError, t as boxOf } from "./keys.js";
import { t as _usingCtx } from "./usingCtx.js";
import { randomBytes } from "node:crypto";
import { chmod, lstat, mkdir, readFile, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
// src/commands/init/init-authority.ts
/**
* Makes the CA certificate and key of a new bucket as files that are never overwritten; only the command line does
* this.
*/
/**
* Writes `secrets/ca.crt` and `ca.key` when both are missing: the CA from the state, else a new one. Returns what it
* wrote.
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
// src/commands/init/init.ts
/** `maand init`: makes a bucket, or completes one. Existing files are never overwritten. */
const FOLDERS = [
	"data",
	"logs",
	"tmp",
	"secrets",
	"workspace/jobs"
];
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

# Names the state of this bucket wherever the repository moves. Keep it.
state_name = "${stateName}"

certs_ttl = 60
certs_renewal_buffer = 0
`;
async function init(call) {
	const { request, face } = call;
	const bucketDir = resolve(face.workingDirectory, request.operands[0] ?? request.bucket ?? ".");
	const made = [];
	await readAuthorityFiles(bucketDir);
	for (const folder of FOLDERS) await makeFolder(bucketDir, folder, made);
	await chmod(join(bucketDir, "secrets"), 448);
	await makeFile({
		bucketDir,
		path: "maand.conf",
		text: settingsText(`bucket-${randomBytes(6).toString("hex")}`)
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
	if (request.state.key === void 0) {
		const key = `${randomBytes(32).toString("hex")}\n`;
		await makeFile({
			bucketDir,
			path: STATE_KEY,
			text: key,
			mode: 384
		}, made);
	}
	await extendIgnored(bucketDir, made);
	await makeState({
		...call,
		bucketDir
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
async function makeFolder(bucketDir, path, made) {
	if (await mkdir(join(bucketDir, path), { recursive: true }).catch((thrown) => {
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
async function makeState({ bucketDir, request, face, tools }, made) {
	try {
		var _usingCtx$1 = _usingCtx();
		const { settings, diagnostics } = await readSettings(bucketDir);
		requireSound(diagnostics, face);
		if (!settings) throw new Error(`${bucketDir}/maand.conf was made, and cannot be read`);
		const { path: bucketPath } = await placeBucket(bucketDir);
		const name = stateName(request, {
			settings,
			bucketPath
		}, face.identity);
		const keys = await initKeys(bucketDir, request);
		const store = tools.openStateStore({
			bucketDir,
			name,
			keys,
			workspace: void 0
		});
		const loaded = await store.load(face.signal);
		if (loaded.kind === "found" && made.includes(STATE_KEY)) {
			await rm(stateKeyFile(bucketDir));
			throw stopFailure({
				code: "state-other-key",
				message: "the state of this bucket is sealed with a key that is not here: secrets/state.key is missing",
				hint: "put the key back; a new one could not open the state"
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
