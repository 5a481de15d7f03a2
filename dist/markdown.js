import { n as refusalText, t as refusalHint } from "./refusal-text.js";
import { n as isReconciled, r as isShellHook } from "./deploy-json.js";
import { t as durationText } from "./duration.js";
import { n as planText, o as speaker, r as whyReconciled, t as countsText } from "./plan-text.js";
import { i as linesOf, n as count, o as oneLine, r as hanging, t as clip } from "./phrases.js";
import { a as table, i as plain, n as details, r as fitSummary, t as codeBlock } from "./markdown-parts.js";
// src/report/result-text.ts
const LONGEST_WHY_CHARS = 120;
const LONGEST_REASON_CHARS = 4e3;
const DEPLOY_FAILED = "deploy failed:";
/**
* Returns the text of the result. Each line ends with a line break. `failures` are the sentences that the rollout collected.
*/
function resultText(json, failures) {
	if (json.ok && isIdle(json)) return `${idleSentence(json)}\n`;
	return [
		headline(json),
		...jobLines(json.jobs),
		...json.reconcile.map(reconcileLine),
		...failureLines(failures)
	].map((line) => `${line}\n`).join("");
}
/** Returns true when nothing was deployed and nothing had to be stopped. */
function isIdle({ jobs, reconcile }) {
	return reconcile.length === 0 && jobs.every(({ outcome }) => outcome === "skipped");
}
/** Returns the sentence for a deploy that had nothing to do. */
function idleSentence({ jobs }) {
	if (jobs.length === 0) return "nothing to do: no job of the selection is placed on a worker";
	return `nothing to do: ${jobs.length === 1 ? `job ${jobs[0]?.job} is` : `all ${jobs.length} jobs are`} deployed already`;
}
/** Returns the number of jobs by outcome, for example `2 deployed, 1 failed`. Outcomes have a fixed order. */
function outcomeCounts(jobs) {
	const present = [
		"deployed",
		"skipped",
		"failed",
		"blocked",
		"cancelled"
	].map((outcome) => ({
		outcome,
		number: jobs.filter((job) => job.outcome === outcome).length
	})).filter(({ number }) => number > 0).map(({ outcome, number }) => `${number} ${outcome}`);
	return present.length === 0 ? "no jobs" : present.join(", ");
}
function headline(json) {
	const verb = json.ok ? "deploy finished" : "deploy ended with failures";
	const stopped = json.reconcile.filter(({ outcome }) => outcome === "stopped").length;
	const extra = stopped === 0 ? "" : `, ${count(stopped, "allocation")} stopped`;
	const seq = json.update_seq === null ? "" : ` (update_seq ${json.update_seq})`;
	return `${verb} after ${durationText(json.duration_ms)}: ${outcomeCounts(json.jobs)}${extra}${seq}`;
}
function jobLines(jobs) {
	const width = jobs.reduce((widest, { job }) => Math.max(widest, job.length), 0);
	return jobs.map((job) => `  ${job.job.padEnd(width)}  ${job.outcome.padEnd(9)}  ${whyText(job)}`.trimEnd());
}
/** Returns the reason for the outcome of a job in one line. For a deployed job, returns its duration. */
function whyText({ outcome, reason, error, duration_ms }) {
	if (outcome === "deployed") return durationText(duration_ms);
	return clip(oneLine(linesOf(error ?? reason ?? "")[0] ?? ""), LONGEST_WHY_CHARS);
}
function reconcileLine({ job, worker, outcome }) {
	return `  ${job}@${worker}: ${reconcileText(outcome)}`;
}
/** Returns the outcome for an allocation that is no longer wanted, as text for people. */
function reconcileText(outcome) {
	switch (outcome) {
		case "stopped": return "stopped";
		case "forgotten": return "forgotten, it never ran";
		case "given-up": return "not stopped, its worker could not be asked";
		case "unknown": return "perhaps not stopped, the connection was lost meanwhile";
		case "failed": return "could not be stopped";
		case "cancelled": return "not stopped, the run was cancelled";
	}
}
/**
* Returns the reason of a failure, taken from the text of a command. The reason is the list of failures of a deploy, or
* otherwise the last line.
*/
function reasonIn(command, text) {
	const lines = linesOf(text.trimEnd());
	const at = lines.lastIndexOf(DEPLOY_FAILED);
	const reason = at === -1 ? `maand ${command} failed: ${(lines.at(-1) ?? "it gave no reason").trim()}` : lines.slice(at).join("\n");
	return clip(reason, LONGEST_REASON_CHARS);
}
function failureLines(failures) {
	return failures.length === 0 ? [] : [DEPLOY_FAILED, ...failures.map((failure) => hanging(failure, "    "))];
}
// src/report/markdown/wave-diagram.ts
/** Draws the waves of a deploy as a Mermaid flowchart for the job summary. */
/** GitHub refuses large diagrams, and people cannot read them. */
const MOST_JOBS = 60;
const MOST_WAVES = 60;
const CLASSES = {
	good: "fill:#d1f0d9,stroke:#1a7f37,color:#0a3d1a",
	bad: "fill:#ffd8d3,stroke:#cf222e,color:#5c0a12",
	idle: "fill:#eef1f4,stroke:#8c959f,color:#24292f",
	stopped: "fill:#fff1c9,stroke:#bf8700,color:#4d3600",
	waiting: "fill:#ddebff,stroke:#0969da,color:#032f62"
};
/**
* Returns a Mermaid flowchart of the waves from left to right, with the jobs of each wave. When there are many jobs, it shows
* only their number. Returns an empty string when there are no waves, or too many waves to draw.
*/
function waveDiagram(waves) {
	const drawn = waves.filter(({ jobs }) => jobs.length > 0);
	if (drawn.length === 0 || drawn.length > MOST_WAVES) return "";
	const jobCount = drawn.reduce((sum, { jobs }) => sum + jobs.length, 0);
	const boxes = drawn.flatMap(jobCount > MOST_JOBS ? countedWave : namedWave);
	const arrows = drawn.slice(1).map(({ seq }, at) => `  wave${drawn[at]?.seq} --> wave${seq}`);
	const classes = Object.entries(CLASSES).map(([name, style]) => `  classDef ${name} ${style}`);
	return codeBlock([
		"flowchart LR",
		...boxes,
		...arrows,
		...classes
	].join("\n"), "mermaid");
}
function namedWave({ seq, jobs }) {
	const nodes = jobs.map(({ job, mark }, at) => `    wave${seq}job${at}["${label(job)}"]:::${mark}`);
	return [
		`  subgraph wave${seq}["wave ${seq}"]`,
		...nodes,
		"  end"
	];
}
function countedWave({ seq, jobs }) {
	const bad = jobs.some(({ mark }) => mark === "bad");
	return [`  wave${seq}["wave ${seq}: ${jobs.length} jobs"]:::${bad ? "bad" : "idle"}`];
}
/** Returns the label of a job. A character that is not allowed in job names becomes `_`, so it cannot end the quotes. */
function label(job) {
	return job.replace(/[^A-Za-z0-9._ -]/g, "_");
}
// src/report/markdown/markdown.ts
const LARGEST_PLAN_BYTES = 204800;
const LONGEST_COMMAND_CHARS = 200;
const FAILURES_SHOWN = 50;
function deploySummary(json, failures) {
	const title = json.ok ? isIdle(json) ? "nothing to do" : "succeeded" : "failed";
	return fitSummary([
		`## maand deploy: ${title}\n\n`,
		json.ok && isIdle(json) ? `${plain(idleSentence(json))}.\n\n` : "",
		numbersTable(json),
		shellHookTable(json.hooks),
		jobsTable(json),
		failureList(failures),
		waveDiagram(diagramOf(json)),
		reconcileTable(json),
		phasesDetails(json.jobs),
		...json.hooks.map(hookDetails)
	]);
}
function numbersTable(json) {
	const seq = json.update_seq === null ? "–" : String(json.update_seq);
	const serial = json.serial === null ? "–" : String(json.serial);
	return table([
		"Jobs",
		"Took",
		"update_seq",
		"State serial",
		"Run"
	], [[
		outcomeCounts(json.jobs),
		durationText(json.duration_ms),
		seq,
		serial,
		plain(json.run_id)
	]]);
}
const MARKS = {
	deployed: {
		icon: "✅",
		mark: "good"
	},
	skipped: {
		icon: "⚪",
		mark: "idle"
	},
	failed: {
		icon: "❌",
		mark: "bad"
	},
	blocked: {
		icon: "⛔",
		mark: "stopped"
	},
	cancelled: {
		icon: "🚫",
		mark: "stopped"
	}
};
function jobsTable({ jobs, waves }) {
	const waveOf = new Map(waves.flatMap(({ seq, jobs: names }) => names.map((name) => [name, seq])));
	const rows = jobs.map((job) => [
		`${MARKS[job.outcome].icon} ${job.outcome}`,
		`**${plain(job.job)}**`,
		String(waveOf.get(job.job) ?? ""),
		String(workersOf(job)),
		durationText(job.duration_ms),
		plain(clip(job.error ?? job.reason ?? "", 300))
	]);
	return table([
		"Outcome",
		"Job",
		"Wave",
		"Workers touched",
		"Took",
		"Why"
	], rows);
}
function workersOf({ phases }) {
	return new Set(phases.flatMap(({ worker }) => worker ?? [])).size;
}
function failureList(failures) {
	if (failures.length === 0) return "";
	const more = failures.length > FAILURES_SHOWN ? [`- … and ${failures.length - FAILURES_SHOWN} more`] : [];
	return `### What failed\n\n${[...failures.slice(0, FAILURES_SHOWN).map((failure) => `- ${plain(failure)}`), ...more].join("\n")}\n\n`;
}
function diagramOf({ waves, jobs }) {
	const outcomes = new Map(jobs.map(({ job, outcome }) => [job, outcome]));
	return waves.map(({ seq, jobs: names }) => ({
		seq,
		jobs: names.map((job) => ({
			job,
			mark: MARKS[outcomes.get(job) ?? "cancelled"].mark
		}))
	}));
}
function reconcileTable({ reconcile }) {
	const rows = reconcile.map(({ job, worker, outcome, error }) => [
		isReconciled({ outcome }) ? "✅" : outcome === "given-up" ? "⚠️" : "❌",
		plain(job),
		plain(worker),
		plain(error === void 0 ? reconcileText(outcome) : `${reconcileText(outcome)}: ${error}`)
	]);
	return table([
		"",
		"No longer wanted",
		"Worker",
		"What was done"
	], rows);
}
function phasesDetails(jobs) {
	const rows = jobs.flatMap(({ job, phases }) => phases.map(({ phase, worker, outcome, duration_ms, exit_code }) => [
		plain(job),
		phase,
		plain(worker ?? ""),
		exit_code === void 0 || exit_code === 0 ? outcome : `${outcome} (exit ${exit_code})`,
		durationText(duration_ms)
	]));
	return rows.length === 0 ? "" : details(`Phases (${rows.length})`, table([
		"Job",
		"Phase",
		"Worker",
		"Outcome",
		"Took"
	], rows));
}
/** Returns a table with a row for each shell hook of the run. The output of each hook is folded below the table. */
function shellHookTable(hooks) {
	const rows = hooks.filter(isShellHook).map(({ hook, command, exit_code, duration_ms }) => [
		exit_code === 0 ? "✅" : "❌",
		hook,
		plain(clip(command, LONGEST_COMMAND_CHARS)),
		String(exit_code),
		durationText(duration_ms)
	]);
	return table([
		"",
		"Shell hook",
		"Command",
		"Exit code",
		"Took"
	], rows);
}
function hookDetails(hook) {
	const verdict = hook.exit_code === 0 ? "ok" : `exit ${hook.exit_code}`;
	const whose = isShellHook(hook) ? "" : ` (${hook.event}) of ${speaker(hook.job ?? "", hook.worker)}`;
	const title = `Hook ${hook.hook}${whose}: ${verdict}, ${durationText(hook.duration_ms)}`;
	const outputs = [hook.stdout, hook.stderr].map((text) => text.trim().slice(-4e3));
	const blocks = ["stdout", "stderr"].map((name, at) => outputs[at] ? `${name}\n\n${codeBlock(outputs[at])}` : "");
	return details(title, `${codeBlock(hook.command)}${blocks.join("")}`);
}
function planSummary(plan, json) {
	const text = planText(plan);
	const whole = Buffer.byteLength(text) <= LARGEST_PLAN_BYTES;
	return fitSummary([
		`## maand plan: ${plan.required ? `deployment required (${countsText(plan)})` : "nothing to do"}\n\n`,
		refusedParagraph(plan),
		table(["State", "Digest"], [[plain(json.state), plain(json.digest)]]),
		planTable(plan),
		waveDiagram(plan.waves.map(({ seq, jobs }) => ({
			seq,
			jobs: jobs.map((plan) => ({
				job: plan.job,
				mark: planMark(plan)
			}))
		}))),
		planReconcile(plan),
		whole ? details("The whole plan", codeBlock(text)) : "*The whole plan is in the file of the output `plan-file`.*\n"
	]);
}
function refusedParagraph({ refused }) {
	if (refused === void 0) return "";
	return `⛔ **refused** ${plain(`[${refused.code}]: ${refusalText(refused)}`)}\n\n${plain(refusalHint(refused))}\n\n`;
}
function planMark({ required, problem }) {
	if (problem !== void 0) return "bad";
	return required ? "waiting" : "idle";
}
function planTable({ waves }) {
	const rows = waves.flatMap(({ seq, jobs }) => jobs.map(({ job, required, reason, problem, steps }) => [
		problem !== void 0 ? "❌ problem" : required ? "🔵 deploy" : "⚪ skip",
		`**${plain(job)}**`,
		String(seq),
		actionCounts(steps.map(({ action }) => action)),
		plain(problem ?? reason)
	]));
	return table([
		"",
		"Job",
		"Wave",
		"Allocations",
		"Why"
	], rows);
}
/** Returns the number of each action, for example `2 restart, 1 skip`. */
function actionCounts(actions) {
	const numbers = /* @__PURE__ */ new Map();
	for (const action of actions) numbers.set(action, (numbers.get(action) ?? 0) + 1);
	return [...numbers].map(([action, number]) => `${number} ${action}`).join(", ");
}
function planReconcile({ reconcile }) {
	const rows = reconcile.map((step) => [
		plain(step.job),
		plain(step.host),
		step.action,
		whyReconciled(step)
	]);
	return table([
		"No longer wanted",
		"Worker",
		"What happens",
		"Why"
	], rows);
}
export { resultText as i, planSummary as n, reasonIn as r, deploySummary as t };
