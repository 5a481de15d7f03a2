import { t as Failure } from "./failure.js";
import { c as continuityOf } from "./open-run.js";
import { t as resolveCatalog } from "./resolve-catalog.js";
// src/steps/last-build.ts
/** The catalog of the last build; refused (2) when the workspace is no longer what was built. */
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
export { builtCatalog as t };
