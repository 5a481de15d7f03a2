import { Failure } from '../base/failure.ts';

/** Why a run does not start or go on from a state; each has a section of its own in docs/state.md. */
export type StopCode =
  | 'state-unknown'
  | 'state-missing'
  | 'state-two-lineages'
  | 'state-other-name'
  | 'state-other-key'
  | 'state-damaged'
  | 'state-fork'
  | 'state-rolled-back'
  | 'state-not-proven'
  | 'state-lost'
  | 'state-read-only'
  | 'state-locked'
  | 'state-no-quorum'
  | 'state-taken-over';

export interface Stop {
  readonly code: StopCode;
  /** What is wrong, with the evidence: who, when, which serial. */
  readonly message: string;
  /** The next thing to do or type. */
  readonly hint: string;
}

/** An end with one of the codes. */
export class StopFailure extends Failure {
  readonly code: StopCode;

  constructor({ code, message, hint }: Stop) {
    super(`${message} [${code}]`, { exitCode: 3, hint: `${hint}; see docs/state.md#${code}` });
    this.code = code;
  }
}

/** Exit code 3, with the code and where to read on. */
export function stopFailure(stop: Stop): StopFailure {
  return new StopFailure(stop);
}
