/** What a command receives from its face: the action or the command line. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { type Mask, maskFreeText, type WordingOf } from '../base/free-text.ts';
import type { Masker } from '../base/masker.ts';
import type { Emit } from '../events/rollout-event.ts';
import type { Request } from '../request/request.ts';
import type { RunIdentity } from '../request/run-identity.ts';
import type { RunHandover } from '../state/handover.ts';

export interface Face {
  /** Who started the run, and where it runs. */
  readonly identity: RunIdentity;
  /**
   * Whether files remain after the run. `lost`: the disk of a runner; keys then come from inputs and are never written
   * to a file.
   */
  readonly disk: 'kept' | 'lost';
  /**
   * Who reads the output. `log`: everybody who may see the run, so no secret is shown even when the user asks for it.
   */
  readonly audience: 'terminal' | 'log';
  /** Names that this face has for the inputs in messages. */
  readonly inputNames: { readonly stateKey: string; readonly sshKey: string };
  /** The environment of the process; only entries may read the real one. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** Parent of this run's staging folder; undefined means `<bucket>/tmp`. */
  readonly temporaryFolder: string | undefined;
  readonly masker: Masker;
  readonly signal: AbortSignal;
  /** Emits an event through the door, which masks possible secrets before anybody receives it. */
  readonly emit: Emit;
  /** Adds a receiver for all events that pass the door from now on. */
  readonly hear: (hearer: Emit) => void;
  /** Prints warnings of the workspace, each at most once per run. */
  readonly warn: (diagnostics: readonly Diagnostic[]) => void;
  /** Stores what must still be done if this process dies, until the handover says that everything is done. */
  readonly onHandover: (handover: RunHandover) => Promise<void>;
  /** Tells where this run stages files, so that the folder can be removed even after a crash. */
  readonly onStaging: (folder: string) => void;
}

/** The core, as an entry passes it to a face. It is loaded only when a command really runs. */
export type RunRequest = (request: Request, face: Face) => Promise<CommandResult>;

/** How a command ended. The texts are not masked yet; only the door of a face shows them. */
export interface CommandResult {
  readonly exitCode: 0 | 1 | 2 | 3;
  readonly show: (mask: Mask) => Shown;
}

/** The parts of a result. */
export interface ResultParts<T> {
  readonly exitCode: CommandResult['exitCode'];
  /** Everything that is shown is made from this data. */
  readonly data: T;
  /**
   * Tells which texts in the data are free text. They are masked before anything is made of them, because half a secret
   * is not recognised.
   */
  readonly wording: WordingOf<T>;
  readonly show: (data: T) => Shown;
}

export function resultOf<T>({ exitCode, data, wording, show }: ResultParts<T>): CommandResult {
  return { exitCode, show: (mask) => show(maskFreeText(data, wording, mask)) };
}

/** What both faces print, write, and set as outputs. */
export interface Shown {
  /** The one JSON document of `--json`. */
  readonly json: unknown;
  /** The result as a terminal shows it, in whole lines. */
  readonly text: string;
  /** `diff`: the text contains lines of added and removed text, which a terminal may colour. */
  readonly textForm?: 'diff';
  /** Outputs of the action, by name; strings are set as they are, everything else as JSON. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** Markdown for the job summary. */
  readonly summary?: string;
}
