// src/stage/tree.ts
/** Names at the top of a job folder that are never delivered: the job's own on the worker, or only for the runner (older names too). */
const KEPT_BACK = /* @__PURE__ */ new Set([
	"bin",
	"data",
	"logs",
	"_hooks",
	"_modules",
	"manifest.json",
	"vars.conf",
	"vars.toml"
]);
/** Folders that belong to the job at run time: never written, never deleted. */
const JOB_OWNED = [
	"bin",
	"data",
	"logs"
];
const TEMPLATE_SUFFIX = ".tpl";
/** Whether a path of the job folder, as it stands there, reaches the worker. */
function isDelivered(path) {
	const [top = "", ...below] = path.split("/");
	return !KEPT_BACK.has(top) && ![top, ...below].includes("_prometheus");
}
const isTemplate = ({ path }) => path.endsWith(TEMPLATE_SUFFIX);
/** Where a file arrives: a template loses its suffix. */
function outputPath(file) {
	return isTemplate(file) ? file.path.slice(0, -4) : file.path;
}
/** Why the output of a template cannot be among the `files` of its job: it has no name, or the name of a folder. */
function outputProblem(file, files) {
	if (!isTemplate(file)) return void 0;
	const output = outputPath(file);
	const about = `the output of template ${file.path}`;
	if (output === "" || output.endsWith("/")) return `${about} has no name without .tpl`;
	return files.some(({ path }) => path.startsWith(`${output}/`)) ? `${about} would take the place of the folder ${output}/` : void 0;
}
export { outputProblem as a, outputPath as i, isDelivered as n, isTemplate as r, JOB_OWNED as t };
