/** The one value that every command is called with, so that its parts need not be passed separately. */
import type { Request } from '../request/request.ts';
import type { CommandResult, Face } from './face.ts';
import type { Tools } from './tools.ts';

export interface CommandCall {
  readonly request: Request;
  readonly face: Face;
  readonly tools: Tools;
}

export type Command = (call: CommandCall) => Promise<CommandResult>;
