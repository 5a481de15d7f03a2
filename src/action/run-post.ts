import * as core from '@actions/core';
import { messageOf } from '../base/failure.ts';
import { removeLeftBehind } from './left-behind.ts';
import { temporaryFolderOf } from './temporary-folder.ts';

/** After the job's last step: removes what the run left on the runner. Nothing to remove is fine; a failure is a warning. */
export async function runPost(host: NodeJS.Process): Promise<void> {
  try {
    const removed = await removeLeftBehind(temporaryFolderOf(host.env));
    if (removed.length > 0) core.debug(`removed ${removed.join(', ')}`);
  } catch (thrown) {
    core.warning(`what the run left on the runner could not be removed: ${messageOf(thrown)}`);
  }
}
