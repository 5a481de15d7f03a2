import { a as INPUT_NAMES, c as secretVariables, d as readHandover, f as debug, i as removeLeftBehind, l as toRequest, n as openDoor, o as readTexts, t as temporaryFolderOf, x as warning } from "./temporary-folder.js";
import { n as messageOf } from "./failure.js";
import process from "node:process";
import { homedir } from "node:os";
// src/action/run-post.ts
/** The post step of the action. It cleans up after a run that ended or was killed. */
/**
* Runs after the job's last step. It finishes the state of a run that was killed, and removes the files that the run left on
* the runner. Failures become warnings.
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
	const door = openDoor(texts);
	const workingDirectory = env.GITHUB_WORKSPACE || host.cwd();
	const { request } = toRequest(texts, {
		workingDirectory,
		home: homedir()
	});
	const problems = await finish({
		handover,
		request,
		face: {
			inputNames: INPUT_NAMES,
			masker: door.masker
		},
		env,
		server: env.GITHUB_SERVER_URL ?? ""
	}).catch((thrown) => {
		throw new Error(door.text(messageOf(thrown)), { cause: thrown });
	});
	for (const problem of problems) warning(door.text(problem));
}
async function warnOnFailure(what, work) {
	try {
		await work();
	} catch (thrown) {
		warning(`${what}: ${messageOf(thrown)}`);
	}
}
// src/post.ts
/** Entry point of the action's post step, which GitHub runs after the other steps of the job. */
await runPost(process, async (finishing) => (await import("./finish-run.js")).finishRun(finishing));
export {};
