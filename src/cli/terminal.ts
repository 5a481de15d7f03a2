/**
 * Shows the progress of a command at a terminal: events as lines on standard error, and a status line at the bottom. Standard
 * output is reserved for the result, which another module writes.
 */
import { type Diagnostic, formatDiagnostic } from '../base/diagnostic.ts';
import { plainText } from '../base/text/terminal-text.ts';
import type { RolloutEvent } from '../events/rollout-event.ts';
import { diagnosticText, errorsFirst } from '../report/diagnostic-text.ts';
import type { Ending } from '../report/ending.ts';
import { formatLog, logLines, logMessage } from '../report/log/log-line.ts';
import { Narrator, type Tone } from '../report/log/narrator.ts';
import { outputLine } from '../report/log/output-line.ts';
import { hanging, linesOf } from '../report/log/phrases.ts';
import type { LogFormat } from '../request/make-request.ts';
import { paint } from './colors.ts';
import { LiveLine, type TerminalScreen } from './live-line.ts';
import { RunStatus } from './run-status.ts';

export interface TerminalOptions {
  readonly screen: TerminalScreen;
  readonly colors: 'on' | 'off';
  /** `on` when lines can be overwritten. This needs a TTY. */
  readonly live: 'on' | 'off';
  readonly detail: 'compact' | 'all';
  readonly logFormat: LogFormat;
  /** Value of the field `maand` in structured lines. */
  readonly command: string;
}

/** One message: `text` for people, `structured` for logs that programs read. */
interface Saying {
  readonly event: string;
  readonly tone: Tone;
  readonly text: string;
  readonly structured: string;
}

export class Terminal implements Disposable {
  readonly #options: TerminalOptions;
  readonly #narrator: Narrator;
  readonly #status = new RunStatus();
  readonly #live: LiveLine | undefined;

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#narrator = new Narrator({ detail: options.detail });
    this.#live = options.live === 'on' && options.logFormat === 'text' ? new LiveLine(options.screen) : undefined;
  }

  emit(event: RolloutEvent): void {
    this.#status.add(event);
    this.#write(this.#textOf(event));
  }

  warn(diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of errorsFirst(diagnostics)) {
      const tone = diagnostic.severity === 'error' ? 'bad' : 'warning';
      const text = diagnosticText(diagnostic);
      this.#say({ event: diagnostic.severity, tone, text, structured: formatDiagnostic(diagnostic) });
    }
  }

  note(message: string): void {
    this.#say({ event: 'notice', tone: 'warning', text: message, structured: message });
  }

  /** Shows the end of a command that has no result. */
  fail({ message, hint, see, diagnostics, stack }: Ending): void {
    this.warn(diagnostics);
    const advice = hint === undefined ? '' : `\n    hint: ${hanging(hint, '          ')}`;
    const further = see === undefined ? '' : `\n    see:  ${see}`;
    const trace = stack === undefined || this.#options.detail === 'compact' ? '' : `\n${stack}`;
    const text = `error: ${hanging(message, '    ')}${advice}${further}${trace}`;
    this.#say({ event: 'error', tone: 'bad', text, structured: message });
  }

  [Symbol.dispose](): void {
    this.#live?.[Symbol.dispose]();
  }

  #textOf(event: RolloutEvent): string {
    const { logFormat, command } = this.#options;
    if (logFormat !== 'text') {
      const lines = logLines(event, { command, nowMs: Date.now() }, logFormat);
      return lines.map((line) => `${line}\n`).join('');
    }
    if (event.type === 'output')
      return this.#paintLines(outputLine(event), event.stream === 'stderr' ? 'warning' : 'plain');
    if (event.type === 'shell-hook-output') {
      const line = outputLine({ ...event, job: event.hook, worker: '' });
      return this.#paintLines(line, event.stream === 'stderr' ? 'warning' : 'plain');
    }
    return this.#narrator
      .tell(event)
      .map(({ text, tone }) => this.#paintLines(text, tone))
      .join('');
  }

  #say({ event, tone, text, structured }: Saying): void {
    const { logFormat, command } = this.#options;
    if (logFormat === 'text') this.#write(this.#paintLines(text, tone));
    else this.#write(`${formatLog(logMessage(event, structured, { command, nowMs: Date.now() }), logFormat)}\n`);
  }

  /** Colours the lines. Escapes of foreign text are removed first, so the text cannot move the cursor. */
  #paintLines(text: string, tone: Tone): string {
    return linesOf(text)
      .map((line) => `${paint(plainText(line), tone, this.#options.colors)}\n`)
      .join('');
  }

  #write(text: string): void {
    if (this.#live) this.#live.show(text, this.#status.text());
    else if (text !== '') this.#options.screen.write(text);
  }
}
