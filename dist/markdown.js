import { n as isShellHook } from "./deploy-json.js";
import { t as durationText } from "./duration.js";
import { n as speaker } from "./output-line.js";
import { i as linesOf, n as count, o as oneLine, r as hanging, t as clip } from "./phrases.js";
import { a as table, i as plain, n as details, r as fitSummary, t as codeBlock } from "./markdown-parts.js";
// src/report/plan-text.ts
const PATHS_SHOWN = 20;
const HOSTS_SHOWN = 8;
/** Whole lines. */
function planText(plan) {
	const waves = plan.waves.filter(({ jobs }) => jobs.length > 0);
	if (waves.length === 0 && plan.reconcile.length === 0) return "deploy dry-run: no jobs matched\n";
	return [
		`deploy dry-run: ${plan.required ? "deployment required" : "no deployment required"}`,
		"",
		...reconcileLines(plan.reconcile),
		...waves.flatMap(waveLines)
	].map((line) => `${line}\n`).join("");
}
function reconcileLines(steps) {
	if (steps.length === 0) return [];
	return ["reconcile:", ...steps.map((step) => `  job "${step.job}": ${step.action} on ${step.host} (${whyReconciled(step)})`)];
}
/** Returns the reason why an allocation is stopped or forgotten. */
function whyReconciled({ action, workerLeft }) {
	switch (action) {
		case "stop": return "disabled";
		case "stop+remove": return workerLeft ? "the worker left the bucket" : "no longer placed there";
		case "forget": return "no longer placed there, never ran";
	}
}
function waveLines({ seq, jobs }) {
	return [`deployment sequence ${seq}:`, ...jobs.flatMap(jobLines$1)];
}
function jobLines$1(plan) {
	const { job, required, reason, problem, groups, steps } = plan;
	const problems = problem === void 0 ? [] : [`    problem: ${hanging(problem, "      ")}`];
	if (!required) return [`  job "${job}": skip (${reason})`, ...problems];
	return [
		`  job "${job}": deploy required (${problem === void 0 ? reason : "cannot be planned"})`,
		...stepLines(steps),
		...groups.flatMap(groupLine),
		...problems
	];
}
function stepLines(steps) {
	const hostWidth = widest(steps.map(({ host }) => host));
	const actionWidth = widest(steps.map(({ action }) => action));
	return steps.map((step) => `    ${step.host.padEnd(hostWidth)}  ${step.action.padEnd(actionWidth)}  ${stepDetails(step)}`);
}
function widest(texts) {
	return texts.reduce((width, { length }) => Math.max(width, length), 0);
}
function stepDetails({ reason, currentVersion, newVersion, changed, matched }) {
	const parts = [`reason=${quoteWord(reason)}`];
	if (currentVersion !== newVersion) parts.push(`version=${currentVersion}->${newVersion}`);
	if (changed.length > 0) parts.push(`changed=${pathList(changed)}`);
	if (matched.length > 0) parts.push(`matched=${pathList(matched)}`);
	return parts.join(" ");
}
function pathList(paths) {
	const shown = paths.slice(0, PATHS_SHOWN).map(quoteWord).join(",");
	return paths.length > PATHS_SHOWN ? `${shown},… (${paths.length - PATHS_SHOWN} more)` : shown;
}
/** Quotes a word that would make the line ambiguous: a file name may contain any character except a slash and NUL. */
function quoteWord(word) {
	return /^[^\s,"=\p{Cc}]+$/u.test(word) ? word : JSON.stringify(word);
}
/** Returns the line of a group of batches; none when there is only one batch. */
function groupLine({ action, batches }) {
	if (batches.length <= 1) return [];
	const texts = batches.slice(0, HOSTS_SHOWN).map((hosts) => `[${hosts.join(", ")}]`);
	const more = batches.length > HOSTS_SHOWN ? ` … ${batches.length - HOSTS_SHOWN} more` : "";
	return [`    ${action} in ${batches.length} batches: ${texts.join(" ")}${more}`];
}
// src/report/result-text.ts
const LONGEST_WHY_CHARS = 120;
const LONGEST_REASON_CHARS = 4e3;
const DEPLOY_FAILED = "deploy failed:";
/** Returns whole lines. `failures` are the sentences that the rollout collected. */
function resultText(json, failures) {
	if (json.ok && isIdle(json)) return `${idleSentence(json)}\n`;
	return [
		headline(json),
		...jobLines(json.jobs),
		...json.reconcile.map(reconcileLine),
		...failureLines(failures)
	].map((line) => `${line}\n`).join("");
}
/** Returns whether nothing was deployed and nothing had to be stopped. */
function isIdle({ jobs, reconcile }) {
	return reconcile.length === 0 && jobs.every(({ outcome }) => outcome === "skipped");
}
/** Returns the sentence for a deploy that had nothing to do. */
function idleSentence({ jobs }) {
	if (jobs.length === 0) return "nothing to do: no job of the selection is placed on a worker";
	return `nothing to do: ${jobs.length === 1 ? `job ${jobs[0]?.job} is` : `all ${jobs.length} jobs are`} deployed already`;
}
/** Returns `2 deployed, 1 failed`, in the order of importance. */
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
	const stopped = json.reconcile.filter(({ error }) => error === void 0).length;
	const extra = stopped === 0 ? "" : `, ${count(stopped, "allocation")} stopped`;
	const seq = json.update_seq === null ? "" : ` (update_seq ${json.update_seq})`;
	return `${verb} after ${durationText(json.duration_ms)}: ${outcomeCounts(json.jobs)}${extra}${seq}`;
}
function jobLines(jobs) {
	const width = jobs.reduce((widest, { job }) => Math.max(widest, job.length), 0);
	return jobs.map((job) => `  ${job.job.padEnd(width)}  ${job.outcome.padEnd(9)}  ${whyText(job)}`.trimEnd());
}
/** Returns the reason for the outcome of a job in one line; for a deployed job, its duration. */
function whyText({ outcome, reason, error, duration_ms }) {
	if (outcome === "deployed") return durationText(duration_ms);
	return clip(oneLine(linesOf(error ?? reason ?? "")[0] ?? ""), LONGEST_WHY_CHARS);
}
function reconcileLine({ job, worker, action, error }) {
	if (error !== void 0) return `  ${job}@${worker}: could not be stopped`;
	return `  ${job}@${worker}: ${action === "forget" ? "forgotten, it never ran" : "stopped"}`;
}
/** Extracts the reason of a failure from the text of a command: the failures of a deploy, else the last line. */
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
* Returns a Mermaid flowchart of the waves from left to right, with their jobs, or only the number of jobs when there
* are many. Empty when there are no waves.
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
/** Returns the label of a job. Characters that a job name cannot have become `_`, so that they cannot end the quotes. */
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
	const rows = reconcile.map(({ job, worker, action, error }) => [
		error === void 0 ? "✅" : "❌",
		plain(job),
		plain(worker),
		plain(error ?? action)
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
/** Returns a table with a row for each shell hook of the run, and their output folded below. */
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
		`## maand plan: ${plan.required ? "deployment required" : "nothing to do"}\n\n`,
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
/** Returns `2 restart, 1 skip`. */
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
export { planText as a, resultText as i, planSummary as n, reasonIn as r, deploySummary as t };
