import { t as ask } from "./short-question.js";
// src/ask/git.ts
/** Asks git about the repository of a folder. Nothing runs that the repository configures. */
const LIMIT_MS = 2e3;
/** Returns the answer of git. Returns early when git needs more than two seconds. Never throws. */
function askGit({ dir, args, env, signal }) {
	return ask({
		program: "git",
		args: [...[
			"-C",
			dir,
			"-c",
			"core.fsmonitor=false",
			"-c",
			"core.hooksPath=/dev/null"
		], ...args],
		env: environmentOfGit(env),
		limitMs: LIMIT_MS,
		signal
	});
}
/** Removes the variables that git sets for its hooks: they may name another repository than the one of this folder. */
function environmentOfGit(env) {
	const kept = Object.entries(env).flatMap(([name, value]) => value === void 0 || /^(GIT_|INPUT_|MAAND_|ACTIONS_)/.test(name) ? [] : [[name, value]]);
	return {
		...Object.fromEntries(kept),
		GIT_OPTIONAL_LOCKS: "0",
		LC_ALL: "C"
	};
}
export { askGit as t };
