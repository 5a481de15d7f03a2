import { t as Failure } from "./failure.js";
import { l as didYouMean, n as isJobName } from "./grammar.js";
import { r as quoted } from "./quote.js";
import { n as locateBucket } from "./open-bucket.js";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
// src/workspace/new-job.ts
const SCHEMA = "https://raw.githubusercontent.com/org/maand-action/v1/schemas/manifest.schema.json";
/** The end of a sentence that begins with the name: why no job can have it; undefined when one can. */
function jobNameProblem(name) {
	if (isJobName(name)) return void 0;
	return `is no name for a job: it must begin with a letter or digit, hold letters, digits, ".", "_" and "-", and have at most 63 of them (got ${quoted(name)})`;
}
/** The files of a job that can be built and deployed at once, by their path in its folder. Without selectors the manifest has none. */
function newJobFiles(name, selectors) {
	const manifest = {
		$schema: SCHEMA,
		version: "1.0.0",
		...selectors.length > 0 ? { selectors } : {}
	};
	return {
		"manifest.json": `${JSON.stringify(manifest, null, 2)}\n`,
		Makefile: makefile(name)
	};
}
const makefile = (name) => `# What maand calls on the worker, in the folder of the job there. A target that fails must end with an error, and each must
# stand being called twice.
#   start    a new allocation        restart  its files or its version changed
#   stop     the job is removed from the worker, or disabled
# data/ and logs/ in that folder belong to the job: a deploy leaves them alone.
#
# A systemd unit in this folder:
#   start:   install -m 644 ${name}.service /etc/systemd/system/ && systemctl daemon-reload && systemctl enable --now ${name}
#   restart: install -m 644 ${name}.service /etc/systemd/system/ && systemctl daemon-reload && systemctl restart ${name}
#   stop:    systemctl disable --now ${name}
# A compose.yaml in this folder:
#   start, restart:  docker compose up --detach --remove-orphans        stop:  docker compose down

.PHONY: start restart stop

start:
	@echo "${name} is not started yet: say how in workspace/jobs/${name}/Makefile"

restart:
	@$(MAKE) -s stop
	@$(MAKE) -s start

stop:
	@echo "${name} is not stopped yet: say how in workspace/jobs/${name}/Makefile"
`;
// src/commands/job-create.ts
/** `maand job create NAME`: the folder of a new job, ready to be filled in (spec 07 §7.6). Nothing that exists is touched. */
async function createJob(request, face) {
	const [name] = request.operands;
	if (name === void 0) throw new Failure("which job? usage: maand job create NAME [--selectors A,B]", { exitCode: 2 });
	const problem = jobNameProblem(name);
	if (problem !== void 0) throw new Failure(`this ${problem}`, { exitCode: 2 });
	const bucketDir = await locateBucket(request, face);
	const path = `workspace/jobs/${name}`;
	await makeFolder(join(bucketDir, path), path);
	const files = newJobFiles(name, request.selectors);
	await writeFiles(join(bucketDir, path), files);
	const created = Object.keys(files).map((file) => `${path}/${file}`);
	return {
		exitCode: 0,
		json: {
			ok: true,
			job: name,
			selectors: request.selectors,
			created
		},
		text: nextSteps(name, created, request.selectors)
	};
}
/** Made here and by nobody else, or refused: two people who make the same job at once do not mix. */
async function makeFolder(folder, path) {
	try {
		await mkdir(join(folder, ".."), { recursive: true });
		await mkdir(folder);
	} catch (thrown) {
		const { code, message } = thrown;
		if (code !== "EEXIST") throw new Failure(`cannot make ${path}: ${message}`, {
			exitCode: 2,
			cause: thrown
		});
		throw new Failure(`${path} exists already`, {
			exitCode: 2,
			hint: "choose another name; nothing was changed"
		});
	}
}
async function writeFiles(folder, files) {
	try {
		for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text, { flag: "wx" });
	} catch (thrown) {
		await rm(folder, {
			recursive: true,
			force: true
		});
		throw new Failure(`cannot write the files of the job: ${thrown.message}`, {
			exitCode: 1,
			cause: thrown
		});
	}
}
function nextSteps(name, created, selectors) {
	const wanted = (selectors.length > 0 ? selectors : [name.toLowerCase()]).map((label) => `"${label}"`).join(" and ");
	return [
		"made",
		...created.map((path) => `  ${path}`),
		`it goes to every worker with the label ${wanted} in workspace/workers.json`,
		"next: say in the Makefile how it starts, restarts and stops, add its files, then: maand build",
		""
	].join("\n");
}
// src/commands/job.ts
/** `maand job VERB …`: what a person does to one job by hand. Each verb is a command of its own, named by the first operand. */
/** Operands begin behind the verb. */
const VERBS = { create: createJob };
/** Part of the interface, not of this version. */
const MISSING = [
	"start",
	"stop",
	"restart",
	"reload",
	"status",
	"run"
];
async function job(request, face, tools) {
	const [word = "", ...operands] = request.operands;
	const name = word.replaceAll("-", "_");
	const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : void 0;
	if (verb) return verb({
		...request,
		operands
	}, face, tools);
	throw refusal(word);
}
function refusal(word) {
	const known = Object.keys(VERBS);
	const hint = `available are: ${known.join(", ")}`;
	if (MISSING.includes(word)) return new Failure(`job ${word} is not available in this version`, {
		exitCode: 2,
		hint
	});
	if (word === "") return new Failure("what about which job? usage: maand job create NAME", {
		exitCode: 2,
		hint
	});
	const nearest = didYouMean(word, [...known, ...MISSING]);
	return new Failure(`job has no verb ${quoted(word)}`, {
		exitCode: 2,
		hint: nearest ?? hint
	});
}
export { job };
