/** Runs the command of a request. Only this file and the room `wiring/` choose the adapters that a command uses. */

import { Failure } from './base/failure.ts';
import type { CommandName, Request } from './request/request.ts';
import type { Command } from './session/command-call.ts';
import type { CommandResult, Face } from './session/face.ts';
import { Connections } from './wiring/connections.ts';
import { toolsFor } from './wiring/tools-for.ts';

/** Loaders by command. The code of a command is loaded only when a request names the command. */
const COMMANDS: Partial<Record<CommandName, () => Promise<Command>>> = {
  init: async () => (await import('./commands/init/init.ts')).init,
  build: async () => (await import('./commands/build/build.ts')).build,
  deploy: async () => (await import('./commands/deploy/deploy.ts')).deploy,
  health_check: async () => (await import('./commands/health-check.ts')).healthCheck,
  hooks: async () => (await import('./commands/hooks.ts')).hooks,
  cat: async () => (await import('./commands/cat/cat.ts')).cat,
  render: async () => (await import('./commands/render/render.ts')).render,
  job: async () => (await import('./commands/job/job.ts')).job,
  run_command: async () => (await import('./commands/run-command/run-command.ts')).runCommand,
  gc: async () => (await import('./commands/gc/gc.ts')).gc,
  state: async () => (await import('./commands/state/state.ts')).state,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
};

/** Runs the command that a request names and returns its result. Throws a `Failure` for every foreseen error. */
export async function runRequest(request: Request, face: Face): Promise<CommandResult> {
  const asked = translate(request);
  const load = COMMANDS[asked.command];
  if (load === undefined) {
    throw new Failure(`${request.command} is not available in this version`, {
      exitCode: 2,
      hint: `available are: ${Object.keys(COMMANDS).join(', ')}, validate, plan`,
    });
  }
  const command = await load();
  await using connections = new Connections(asked, face);
  const tools = toolsFor({ request: asked, face, connections });
  return await command({ request: asked, face, tools }); // `await` keeps the connections open until the command ends
}

/** Translates `validate` into `build --check`, and `plan` into `deploy --build --dry-run`. */
function translate(request: Request): Request {
  if (request.command === 'validate') return { ...request, command: 'build', flags: { ...request.flags, check: true } };
  if (request.command !== 'plan') return request;
  return { ...request, command: 'deploy', flags: { ...request.flags, build: true, dryRun: true } };
}
