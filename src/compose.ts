/** Request → adapters → command. Adapters are picked here and in the room `wiring/`, nowhere else. */

import { Failure } from './base/failure.ts';
import type { CommandName, Request } from './request/request.ts';
import type { Command } from './session/command-call.ts';
import type { CommandResult, Face } from './session/face.ts';
import { Connections } from './wiring/connections.ts';
import { toolsFor } from './wiring/tools-for.ts';

/** Each command is loaded only when it is asked for. */
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

/** Throws a `Failure` for every expected end that is not a result. */
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
  return await command({ request: asked, face, tools }); // the connections are kept until it is done
}

/** `validate` and `plan` are short for a command with flags. */
function translate(request: Request): Request {
  if (request.command === 'validate') return { ...request, command: 'build', flags: { ...request.flags, check: true } };
  if (request.command !== 'plan') return request;
  return { ...request, command: 'deploy', flags: { ...request.flags, build: true, dryRun: true } };
}
