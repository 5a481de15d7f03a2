// src/events/event-wording.ts
const PLAN_WORDING = {
	refused: "name",
	reconcile: "name",
	notLooked: "name",
	waves: { jobs: {
		job: "name",
		reason: "name",
		problem: "text",
		groups: "name",
		steps: "name"
	} }
};
const OUTPUT_WORDING = {
	command: "text",
	stdout: "text",
	stderr: "text",
	problem: "text"
};
const HOOK_WORDING = {
	hook: "name",
	job: "name",
	worker: "name",
	...OUTPUT_WORDING
};
const SHELL_HOOK_WORDING = OUTPUT_WORDING;
/** A new event or event field compiles only when its wording is listed here. */
const EVENT_WORDING = {
	"plan-made": { plan: PLAN_WORDING },
	"wave-started": { jobs: "name" },
	"job-started": { job: "name" },
	"batch-started": {
		job: "name",
		action: "name",
		workers: "name"
	},
	"phase-started": {
		job: "name",
		action: "name",
		worker: "name"
	},
	"phase-finished": {
		job: "name",
		action: "name",
		worker: "name",
		message: "text"
	},
	output: {
		job: "name",
		worker: "name",
		line: "text"
	},
	"hook-finished": { record: HOOK_WORDING },
	"shell-hook-started": { command: "text" },
	"shell-hook-output": { line: "text" },
	"shell-hook-finished": { record: SHELL_HOOK_WORDING },
	"health-retried": {
		job: "name",
		problems: "text"
	},
	"allocation-promoted": {
		job: "name",
		worker: "name",
		version: "name"
	},
	"job-finished": {
		job: "name",
		reason: "name",
		error: "text"
	},
	reconciled: {
		job: "name",
		worker: "name"
	},
	"reconcile-failed": {
		job: "name",
		worker: "name",
		error: "text"
	},
	noticed: { message: "text" }
};
export { SHELL_HOOK_WORDING as i, HOOK_WORDING as n, PLAN_WORDING as r, EVENT_WORDING as t };
