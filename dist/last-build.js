import { t as Failure } from "./failure.js";
import { b as continuityOf, i as resolveCatalog } from "./build.js";
// src/commands/last-build.ts
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
