/** The values that a command receives from its face, which is the action or the command line. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { type Mask, maskFreeText, type WordingOf } from '../base/free-text.ts';
import type { Masker } from '../base/masker.ts';
import type { Emit } from '../events/rollout-event.ts';
import type { Request } from '../request/request.ts';
import type { RunIdentity } from '../request/run-identity.ts';
import type { RunHandover } from '../state/handover.ts';

export interface Face {
  /** The person or system that started the run, and the place where it runs. */
  readonly identity: RunIdentity;
  /**
   * Whether files remain after the run. `lost`: the run uses the disk of a runner. Keys then come from inputs and are
   * never written to a file.
   */
  readonly disk: 'kept' | 'lost';
  /**
   * The readers of the output. `log`: everyone who may see the run can read it, so no secret is shown even when the
   * user asks for one.
   */
  readonly audience: 'terminal' | 'log';
  /** Names of the inputs in messages of this face. */
  readonly inputNames: { readonly stateKey: string; readonly sshKey: string };
  /** The environment of the process. Only entry modules may read the real environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** Parent of this run's staging folder. When it is undefined, `<bucket>/tmp` is the parent. */
  readonly temporaryFolder: string | undefined;
  readonly masker: Masker;
  readonly signal: AbortSignal;
  /** Emits an event through the door. The door masks possible secrets before any receiver gets the event. */
  readonly emit: Emit;
  /** Adds a receiver for all later events that pass the door. */
  readonly hear: (hearer: Emit) => void;
  /** Prints warnings of the workspace, each at most once per run. */
  readonly warn: (diagnostics: readonly Diagnostic[]) => void;
  /**
   * Stores the work that must still be done if this process is killed. The last handover says that all work is done.
   */
  readonly onHandover: (handover: RunHandover) => Promise<void>;
  /** Reports where this run stages files, so that the folder can be removed even after a crash. */
  readonly onStaging: (folder: string) => void;
}

/** The core of the program, as an entry module passes it to a face. It is loaded only when a command really runs. */
export type RunRequest = (request: Request, face: Face) => Promise<CommandResult>;

/** The result of a command. The texts are not masked yet; only the door of a face shows them. */
export interface CommandResult {
  readonly exitCode: 0 | 1 | 2 | 3;
  readonly show: (mask: Mask) => Shown;
}

/** The parts of a result. */
export interface ResultParts<T> {
  readonly exitCode: CommandResult['exitCode'];
  /** The data from which all shown texts are made. */
  readonly data: T;
  /**
   * Tells which values in the data are free text. These values are masked before any text is made of them, because a
   * part of a secret cannot be recognised.
   */
  readonly wording: WordingOf<T>;
  readonly show: (data: T) => Shown;
}

export function resultOf<T>({ exitCode, data, wording, show }: ResultParts<T>): CommandResult {
  return { exitCode, show: (mask) => show(maskFreeText(data, wording, mask)) };
}

/** The values that both faces print, write and set as outputs. */
export interface Shown {
  /** The single JSON document of `--json`. */
  readonly json: unknown;
  /** The result in whole lines, for a terminal. */
  readonly text: string;
  /** `diff`: the text contains lines of added and removed text, which a terminal may colour. */
  readonly textForm?: 'diff';
  /** Outputs of the action, by name. Strings are set unchanged, and other values as JSON. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** Markdown for the job summary. */
  readonly summary?: string;
}
