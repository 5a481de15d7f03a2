// src/stage/tree.ts
/**
* Names at the top of a job folder that are never delivered, including older names. Each of these names belongs to the
* job on the worker, or is needed only by the runner.
*/
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
/** Folders that belong to the job at run time; a delivery never writes or deletes them. */
const JOB_OWNED = [
	"bin",
	"data",
	"logs"
];
const TEMPLATE_SUFFIX = ".tpl";
/** Returns whether a path of the job folder is delivered to the worker. */
function isDelivered(path) {
	const [top = "", ...below] = path.split("/");
	return !KEPT_BACK.has(top) && ![top, ...below].includes("_prometheus");
}
const isTemplate = ({ path }) => path.endsWith(TEMPLATE_SUFFIX);
/** Returns the delivered path of a file: a template loses its suffix. */
function outputPath(file) {
	return isTemplate(file) ? file.path.slice(0, -4) : file.path;
}
/**
* Returns why the output path of a template is invalid: its name is empty, or `files` has a folder of this name.
* Returns undefined when the path is valid.
*/
function outputProblem(file, files) {
	if (!isTemplate(file)) return void 0;
	const output = outputPath(file);
	const about = `the output of template ${file.path}`;
	if (output === "" || output.endsWith("/")) return `${about} has no name without .tpl`;
	return files.some(({ path }) => path.startsWith(`${output}/`)) ? `${about} would take the place of the folder ${output}/` : void 0;
}
export { outputProblem as a, outputPath as i, isDelivered as n, isTemplate as r, JOB_OWNED as t };
