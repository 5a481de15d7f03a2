/** Entry point of the action's main step. */
import process from 'node:process';
import { runAction } from './action/run-action.ts';

await runAction(process, async (request, face) => (await import('./compose.ts')).runRequest(request, face));
