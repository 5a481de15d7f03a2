/** Entry point of the action's post step, which GitHub runs after the other steps of the job. */
import process from 'node:process';
import { runPost } from './action/run-post.ts';

await runPost(process, async (finishing) => (await import('./wiring/finish-run.ts')).finishRun(finishing));
