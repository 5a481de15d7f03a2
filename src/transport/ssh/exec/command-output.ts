/** Collects the output of a remote command. */
import { LineSplitter } from '../../../base/text/lines.ts';
import { OutputTail } from './output-tail.ts';
import { Preamble } from './preamble.ts';
import type { RemoteChannel } from './remote-channel.ts';

/** Characters of one command that are reported while it runs. Hooks have the same limit. */
const LIVE_LIMIT_CHARS = 8 * 1024 * 1024;

type OnLine = (line: string, stream: 'stdout' | 'stderr') => void;

interface Sink {
  readonly preamble: Preamble;
  readonly lines: LineSplitter;
  readonly tail: OutputTail;
}

/**
 * The two output streams of a remote script. The class reports lines as they arrive and keeps the last part of each
 * stream. It also keeps the text that was printed before the script began.
 */
export class CommandOutput {
  readonly #stdout: Sink;
  readonly #stderr: Sink;
  /** Resolves when the script has started, or when so much was printed instead that nobody waits for it any more. */
  readonly started: Promise<'started' | 'flooded'>;
  #isCut = false;
  #onStart: (how: 'started' | 'flooded') => void = () => {};

  /** `mostLineChars`: the characters that are passed to `onLine`. */
  constructor(token: string, onLine: OnLine = () => {}, mostLineChars: number = LIVE_LIMIT_CHARS) {
    const cut = () => {
      this.#isCut = true;
    };
    const report = limited(onLine, { mostLineChars, cut });
    this.#stdout = newSink(token, (line) => report(line, 'stdout'));
    this.#stderr = newSink(token, (line) => report(line, 'stderr'));
    this.started = new Promise((resolve) => {
      this.#onStart = resolve;
    });
  }

  follow(remote: RemoteChannel): void {
    remote.channel.on('data', (chunk: Buffer) => this.#take(this.#stdout, chunk));
    remote.channel.stderr.on('data', (chunk: Buffer) => this.#take(this.#stderr, chunk));
  }

  #take(sink: Sink, chunk: Buffer): void {
    take(sink, chunk);
    if (this.hasStarted) this.#onStart('started');
    else if (sink.preamble.isFlooded) this.#onStart('flooded');
  }

  /** True when lines were dropped, because there were too many characters. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** True when the script itself has started. */
  get hasStarted(): boolean {
    return this.#stdout.preamble.isReady;
  }

  get groupIds(): readonly number[] {
    return this.#stdout.preamble.groupIds;
  }

  /** The text that was printed before the script started, or instead of its start. */
  get noise(): string {
    return `${this.#stdout.preamble.noise()}\n${this.#stderr.preamble.noise()}`.trim();
  }

  /** Reports the last lines and returns the last part of each stream. */
  finish(): { readonly stdout: string; readonly stderr: string } {
    this.#stdout.lines.end();
    this.#stderr.lines.end();
    return { stdout: this.#stdout.tail.text(), stderr: this.#stderr.tail.text() };
  }
}

/** Passes lines on until there are too many characters. One more line then says that the rest is left out. */
function limited(
  onLine: OnLine,
  { mostLineChars, cut }: { readonly mostLineChars: number; readonly cut: () => void },
): OnLine {
  let reported = 0;
  return (line, stream) => {
    if (reported > mostLineChars) return;
    reported += line.length + 1;
    if (reported <= mostLineChars) return onLine(line, stream);
    cut();
    onLine(`… [output cut after ${inMebi(mostLineChars)} MiB]`, 'stderr');
  };
}

function inMebi(chars: number): number {
  return Math.round((chars / 1024 / 1024) * 10) / 10;
}

function newSink(token: string, onLine: (line: string) => void): Sink {
  return { preamble: new Preamble(token), lines: new LineSplitter(onLine), tail: new OutputTail() };
}

function take(sink: Sink, chunk: Buffer): void {
  const rest = sink.preamble.take(chunk);
  if (rest === undefined || rest.length === 0) return;
  sink.tail.push(rest);
  sink.lines.push(rest);
}
