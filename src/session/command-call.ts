/** What every command is called with: one value, so that nobody hands its parts around one by one. */
import type { Request } from '../request/request.ts';
import type { CommandResult, Face } from './face.ts';
import type { Tools } from './tools.ts';

export interface CommandCall {
  readonly request: Request;
  readonly face: Face;
  readonly tools: Tools;
}

export type Command = (call: CommandCall) => Promise<CommandResult>;
