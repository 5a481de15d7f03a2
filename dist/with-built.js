import { _ as buildAhead, b as continuityOf, n as stateForPlan, r as withState, t as readState } from "./with-state.js";
import { t as Failure } from "./failure.js";
import { t as resolveCatalog } from "./resolve-catalog.js";
// src/build/last-build.ts
/** Finds the catalog of the last build, for commands that must not build. */
/**
* Returns the catalog of the last build. Throws a `Failure` (exit code 2) when the workspace has changed since that
* build.
*/
function builtCatalog({ state: { ledger }, workspace, face, hint }) {
	if (ledger.builtDigest !== workspace.digest) {
		const what = ledger.builtDigest === "" ? "nothing has been built yet" : "the workspace is no longer what was built";
		throw new Failure(what, {
			exitCode: 2,
			hint
		});
	}
	return resolveCatalog(workspace, continuityOf(ledger), face);
}
// src/session/with-built.ts
/** Second step of most commands: the state is open while they work, and a catalog says what they work on. */
/**
* Opens the state, runs `work`, then closes the state and releases its lock. Nothing is saved here: `work` commits the
* ledger.
*/
async function withBuilt(bucket, opening, work) {
	const workWith = async (state) => work({
		...bucket,
		state,
		catalog: await makeCatalog(bucket, state, opening)
	});
	switch (opening.state) {
		case "read": return workWith(await readState(bucket));
		case "plan": return workWith(await stateForPlan(bucket));
		case "change": return withState(bucket, workWith);
	}
}
/** Makes the catalog. Throws a `Failure` with every finding when that is impossible. */
async function makeCatalog({ workspace, face }, state, opening) {
	switch (opening.catalog) {
		case "workspace": return resolveCatalog(workspace, continuityOf(state.ledger), face);
		case "last-build": return builtCatalog({
			state,
			workspace,
			face,
			hint: opening.hint
		});
		case "build-ahead": return buildAhead(state, workspace, face);
	}
}
export { builtCatalog as n, withBuilt as t };
