import { a as secretTexts, b as warning, i as readTexts, l as readHandover, o as secretVariables, r as removeLeftBehind, s as toRequest, t as temporaryFolderOf, u as debug, v as setSecret } from "./temporary-folder.js";
import { n as messageOf } from "./failure.js";
import { u as Masker } from "./read-command.js";
import process from "node:process";
import { homedir } from "node:os";
// src/action/run-post.ts
/**
* After the job's last step: finishes the state of a run that was killed, removes what the run left on the runner. Nothing to do
* is fine; a failure is a warning.
*/
async function runPost(host, finish) {
	const env = { ...host.env };
	await warnOnFailure("the state of the run that was ended could not be finished", () => finishState(host, finish));
	await warnOnFailure("what the run left on the runner could not be removed", async () => {
		const removed = await removeLeftBehind(temporaryFolderOf(env));
		if (removed.length > 0) debug(`removed ${removed.join(", ")}`);
	});
}
async function finishState(host, finish) {
	const env = { ...host.env };
	const handover = await readHandover();
	if (!handover) return;
	const texts = readTexts();
	for (const name of secretVariables()) delete host.env[name];
	const masker = new Masker((form) => setSecret(form));
	for (const secret of secretTexts(texts)) masker.add(secret);
	const workingDirectory = env.GITHUB_WORKSPACE || host.cwd();
	const { request } = toRequest(texts, {
		workingDirectory,
		home: homedir()
	});
	const problems = await finish({
		handover,
		request,
		face: {
			name: "action",
			masker
		},
		env
	});
	for (const problem of problems) warning(masker.mask(problem));
}
async function warnOnFailure(what, work) {
	try {
		await work();
	} catch (thrown) {
		warning(`${what}: ${messageOf(thrown)}`);
	}
}
// src/post.ts
/** Entry of the action after the job's last step. */
await runPost(process, async (finishing) => (await import("./finish-run.js")).finishRun(finishing));
export {};
