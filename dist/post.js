import { h as warning, i as debug, r as removeLeftBehind, t as temporaryFolderOf } from "./temporary-folder.js";
import { n as messageOf } from "./failure.js";
import process from "node:process";
// src/action/run-post.ts
/** After the job's last step: removes what the run left on the runner. Nothing to remove is fine; a failure is a warning. */
async function runPost(host) {
	try {
		const removed = await removeLeftBehind(temporaryFolderOf(host.env));
		if (removed.length > 0) debug(`removed ${removed.join(", ")}`);
	} catch (thrown) {
		warning(`what the run left on the runner could not be removed: ${messageOf(thrown)}`);
	}
}
// src/post.ts
/** Entry of the action after the job's last step. */
await runPost(process);
export {};
