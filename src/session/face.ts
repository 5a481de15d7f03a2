/** What a command gets from the face it was started from: the action or the command line. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { type Mask, maskFreeText, type WordingOf } from '../base/free-text.ts';
import type { Masker } from '../base/masker.ts';
import type { Emit } from '../events/rollout-event.ts';
import type { Request } from '../request/request.ts';
import type { RunIdentity } from '../request/run-identity.ts';
import type { RunHandover } from '../state/handover.ts';

export interface Face {
  /** Who runs this, and where. */
  readonly identity: RunIdentity;
  /** Whether files outlive the run. `lost`: a runner's disk; keys come from inputs, and none is made in a file. */
  readonly disk: 'kept' | 'lost';
  /** Who reads what is printed. `log`: everybody who may see the run, so that no secret is shown even when it was asked for. */
  readonly audience: 'terminal' | 'log';
  /** What this face calls the inputs that messages name. */
  readonly inputNames: { readonly stateKey: string; readonly sshKey: string };
  /** The environment of the process; only the entries read it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** Parent of this run's staging folder; undefined: `<bucket>/tmp`. */
  readonly temporaryFolder: string | undefined;
  readonly masker: Masker;
  readonly signal: AbortSignal;
  /** The door of events: what may be a secret in them is masked before anybody hears them. */
  readonly emit: Emit;
  /** Lets one more hear of what goes through that door from now on. */
  readonly hear: (hearer: Emit) => void;
  /** Warnings of the workspace, at most once per run. */
  readonly warn: (diagnostics: readonly Diagnostic[]) => void;
  /** Keeps what must still be done should this process die, until it says that all is done. */
  readonly onHandover: (handover: RunHandover) => Promise<void>;
  /** Tells where this run stages, so that it can be removed even after a crash. */
  readonly onStaging: (folder: string) => void;
}

/** The core as an entry hands it to a face: loaded when a command really runs. */
export type RunRequest = (request: Request, face: Face) => Promise<CommandResult>;

/** How a command ended, not masked yet: only the door of a face shows it. */
export interface CommandResult {
  readonly exitCode: 0 | 1 | 2 | 3;
  readonly show: (mask: Mask) => Shown;
}

/** What a result is made of. */
export interface ResultParts<T> {
  readonly exitCode: CommandResult['exitCode'];
  /** All that is shown is made of it. */
  readonly data: T;
  /** What in the data is free text, and is masked before anything is made of it: half a secret could not be recognised. */
  readonly wording: WordingOf<T>;
  readonly show: (data: T) => Shown;
}

export function resultOf<T>({ exitCode, data, wording, show }: ResultParts<T>): CommandResult {
  return { exitCode, show: (mask) => show(maskFreeText(data, wording, mask)) };
}

/** What both faces print, write and set. */
export interface Shown {
  /** The one JSON document of `--json`. */
  readonly json: unknown;
  /** What a terminal shows as the result, whole lines. */
  readonly text: string;
  /** `diff`: lines of added and removed text among them, which a terminal may colour. */
  readonly textForm?: 'diff';
  /** Outputs of the action, by name; texts as they are, everything else as JSON. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** Markdown for the job summary. */
  readonly summary?: string;
}
