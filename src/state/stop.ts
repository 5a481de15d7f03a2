/**
 * Creates the failures that stop a command to protect the state. Each failure has a code and a section in the
 * documentation.
 */
import { Failure, type FailureExitCode } from '../base/failure.ts';

/** Code of each stop → the section of the documentation that says what to do. */
export const SECTIONS = {
  'state-locked': 'docs/state.md#state-locked',
  'state-taken-over': 'docs/state.md#state-taken-over',
  'state-no-quorum': 'docs/state.md#state-no-quorum',
  'state-not-proven': 'docs/state.md#state-not-proven',
  'state-rolled-back': 'docs/state.md#state-rolled-back',
  'state-fork': 'docs/state.md#state-fork',
  'state-damaged': 'docs/state.md#state-damaged',
  'state-newer': 'docs/state.md#state-newer',
  'state-gone': 'docs/state.md#state-gone',
  'state-missing': 'docs/state.md#state-missing',
  'state-unknown': 'docs/state.md#state-unknown',
  'state-lost': 'docs/state.md#state-lost',
  'state-not-adopted': 'docs/state.md#state-not-adopted',
  'state-other-key': 'docs/state.md#state-other-key',
  'state-key': 'docs/state.md#state-key',
  'state-other-name': 'docs/state.md#state-other-name',
  'state-unnamed': 'docs/state.md#state-unnamed',
  'state-two-lineages': 'docs/state.md#state-two-lineages',
  'state-read-only': 'docs/state.md#state-read-only',
  'state-unusable': 'docs/state.md#state-unusable',
  'state-command': 'docs/state-design.md#repairs-by-hand',
  'state-place': 'docs/state.md#what-is-where',
  'plan-changed': 'docs/state.md#plan-changed',
  'older-run': 'docs/state.md#older-run',
  'stops-everything': 'docs/state.md#stops-everything',
  'stops-job': 'docs/state.md#stops-job',
  'state-elsewhere': 'docs/state.md#state-elsewhere',
  'worker-twice': 'docs/state.md#worker-twice',
  'still-running': 'docs/state.md#still-running',
  'root-moved': 'docs/state.md#root-moved',
  'host-key-changed': 'docs/security.md#host-keys',
  'ca-unusable': 'docs/certificates.md#a-ca-of-your-own-or-a-new-one',
} as const satisfies Readonly<Record<string, `docs/${string}.md#${string}`>>;

/** The codes are stable, because scripts compare with them. */
export type StopCode = keyof typeof SECTIONS;

export interface Stop {
  readonly code: StopCode;
  /** The problem with its evidence: who, when, and which serial. */
  readonly message: string;
  /** The next action or command for the user. */
  readonly hint: string;
  /** Default: 3, the exit code for a refusal. */
  readonly exitCode?: FailureExitCode;
  readonly cause?: unknown;
}

/** A failure with one of the stop codes. */
export class StopFailure extends Failure {
  override readonly code: StopCode;
  override readonly hint: string;

  constructor({ code, message, hint, exitCode = 3, cause }: Stop) {
    super(`${message} [${code}]`, { exitCode, hint, code, see: SECTIONS[code], cause });
    this.code = code;
    this.hint = hint;
  }
}

/** Creates a failure with a stop code and a reference to the documentation. */
export function stopFailure(stop: Stop): StopFailure {
  return new StopFailure(stop);
}

/** Returns one line that says what to do about a stop and where to read more. */
export function adviceOf({ code, hint }: Pick<Stop, 'code' | 'hint'>): string {
  return `${hint}; see ${SECTIONS[code]}`;
}
