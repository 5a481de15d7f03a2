/** The single argument of every command. It groups values that would otherwise be passed separately. */
import type { Request } from '../request/request.ts';
import type { CommandResult, Face } from './face.ts';
import type { Tools } from './tools.ts';

export interface CommandCall {
  readonly request: Request;
  readonly face: Face;
  readonly tools: Tools;
}

export type Command = (call: CommandCall) => Promise<CommandResult>;
