// src/report/deploy-json.ts
/**
* Marks the fields of the result that are free text and therefore masked. Each event was masked when it arrived. The result
* is masked again, because the run may learn a secret after the event.
*/
const DEPLOY_WORDING = {
	run_id: "name",
	started_at: "name",
	reconcile: {
		job: "name",
		worker: "name",
		action: "name",
		error: "text"
	},
	waves: "name",
	jobs: {
		job: "name",
		reason: "name",
		error: "text",
		phases: "name"
	},
	hooks: {
		hook: "name",
		job: "name",
		worker: "name",
		command: "text",
		stdout: "text",
		stderr: "text"
	}
};
/** Returns true when the allocation was stopped or its record was removed. An allocation that is still listed is not a change. */
function isReconciled({ outcome }) {
	return outcome === "stopped" || outcome === "forgotten";
}
function isShellHook({ job, worker }) {
	return job === void 0 && worker === void 0;
}
/** Returns the outputs of the action for the shell hooks that ran. */
function shellHookOutputs(hooks) {
	return Object.fromEntries(hooks.filter(isShellHook).map(({ hook, exit_code }) => [`${hook}-exit-code`, exit_code]));
}
export { shellHookOutputs as i, isReconciled as n, isShellHook as r, DEPLOY_WORDING as t };
