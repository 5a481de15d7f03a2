/**
 * Turns the signals of the process into one abort signal. A second signal ends the program immediately, but only half a
 * second after the first: a terminal and a process group often deliver one interruption twice.
 */
import { newAbort } from '../base/abort.ts';
import { Failure } from '../base/failure.ts';

const SECOND_COUNTS_AFTER_MS = 500;
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type SignalName = keyof typeof EXIT_CODES;

/** The methods of a process that this module uses: they add and remove listeners. */
interface LeavableSource {
  on(name: SignalName, listener: (name: SignalName) => void): unknown;
  off(name: SignalName, listener: (name: SignalName) => void): unknown;
}

export interface CancellationOptions {
  readonly source: LeavableSource;
  readonly onFirst: (name: string) => void;
  /** Is called at the second signal. The function must end the program and must not return. */
  readonly onSecond: (exitCode: number) => void;
  /** Milliseconds on any clock that never goes back. Default: the clock of the process. */
  readonly nowMs?: () => number;
}

export class Cancellation implements Disposable {
  readonly #options: CancellationOptions;
  readonly #controller = newAbort();
  #exitCode: number | undefined;
  #firstAtMs = 0;

  constructor(options: CancellationOptions) {
    this.#options = options;
    for (const name of signalNames()) options.source.on(name, this.#hear);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** 128 + the number of the signal. Undefined when no signal arrived. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  [Symbol.dispose](): void {
    for (const name of signalNames()) this.#options.source.off(name, this.#hear);
  }

  readonly #hear = (name: SignalName): void => {
    const exitCode = EXIT_CODES[name];
    const nowMs = (this.#options.nowMs ?? (() => performance.now()))();
    if (this.#exitCode !== undefined) {
      if (nowMs - this.#firstAtMs >= SECOND_COUNTS_AFTER_MS) this.#options.onSecond(exitCode);
      return;
    }
    this.#firstAtMs = nowMs;
    this.#exitCode = exitCode;
    this.#options.onFirst(name);
    this.#controller.abort(new Failure(`cancelled by ${name}`, { exitCode: 1 }));
  };
}

function signalNames(): SignalName[] {
  return Object.keys(EXIT_CODES) as SignalName[];
}
