/** Where a state in a folder lies: the document, the one before it, the lock. */
import { join } from 'node:path';

export interface StatePaths {
  readonly document: string;
  /** The document before it. */
  readonly previous: string;
  readonly lock: string;
}

/** `state.json`, or `state.<environment>.json`. */
export function statePaths(folder: string, environment: string): StatePaths {
  const stem = environment === 'default' ? 'state' : `state.${environment}`;
  const at = (ending: string) => join(folder, `${stem}.${ending}`);
  return { document: at('json'), previous: at('previous.json'), lock: at('lock') };
}
