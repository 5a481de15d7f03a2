import type { Request } from '../request/request.ts';
import type { CommandResult, Face } from './face.ts';
import type { Tools } from './tools.ts';
export async function doctor(_r: Request, _f: Face, _t: Tools): Promise<CommandResult> {
  return { exitCode: 0, json: {}, text: '' };
}
