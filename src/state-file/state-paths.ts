/** Builds the paths of a state in a folder: the document, the previous document, and the lock. */
import { join } from 'node:path';

export interface StatePaths {
  readonly document: string;
  /** Path of the previous document. */
  readonly previous: string;
  readonly lock: string;
}

/**
 * Returns the paths. The document is `state.json`, or `state.<environment>.json` for other environments than `default`.
 */
export function statePaths(folder: string, environment: string): StatePaths {
  const stem = environment === 'default' ? 'state' : `state.${environment}`;
  const at = (ending: string) => join(folder, `${stem}.${ending}`);
  return { document: at('json'), previous: at('previous.json'), lock: at('lock') };
}
