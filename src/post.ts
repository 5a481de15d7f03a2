/** Entry of the action after the job's last step. */
import process from 'node:process';
import { runPost } from './action/run-post.ts';

await runPost(process, async (finishing) => (await import('./wiring/finish-run.ts')).finishRun(finishing));
