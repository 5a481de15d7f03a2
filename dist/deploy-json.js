// src/report/deploy-json.ts
/** Masked as events already, and once more at the end: a secret may be read after it was printed. */
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
function isShellHook({ job, worker }) {
	return job === void 0 && worker === void 0;
}
/** Returns the outputs of the action for the shell hooks that ran. */
function shellHookOutputs(hooks) {
	return Object.fromEntries(hooks.filter(isShellHook).map(({ hook, exit_code }) => [`${hook}-exit-code`, exit_code]));
}
export { isShellHook as n, shellHookOutputs as r, DEPLOY_WORDING as t };
