/** Defines what a build needs from its face, the action or the CLI that started it. */
import type { Masker } from '../base/masker.ts';
import type { Emit } from '../events/rollout-event.ts';
import type { Warned } from '../workspace/require-sound.ts';

export interface BuildFace extends Warned {
  readonly masker: Masker;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}
