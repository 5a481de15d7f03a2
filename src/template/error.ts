/** Defines `TemplateError`, the error for templates that cannot be parsed or rendered. */

/** A KV key that a template read and that does not exist yet. */
export interface KvMiss {
  readonly namespace: string;
  readonly key: string;
}

/** The kind and the place of an error, for programs. The message for people contains the place too. */
export interface TemplateErrorDetails {
  readonly phase: 'parse' | 'exec';
  /** The name of the file, as given to `parseTemplate`. */
  readonly templateName: string;
  /** The line, starting at 1. The line is 0 when the rendering failed before any part of the template ran. */
  readonly line: number;
  /**
   * The number of bytes before the place in its line. As in Go, the message contains this number only for execution
   * errors.
   */
  readonly column?: number;
  readonly kvMiss?: KvMiss;
}

/**
 * The error of a template that cannot be parsed or executed. `message` uses the words of Go's text/template, so that
 * users can search for them.
 */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly phase: 'parse' | 'exec';
  readonly templateName: string;
  readonly line: number;
  readonly column: number | undefined;
  /** Set when a key was missing. A plan uses it to distinguish a key that a hook will write later from a mistake. */
  readonly kvMiss: KvMiss | undefined;

  constructor(message: string, details: TemplateErrorDetails) {
    super(message);
    this.phase = details.phase;
    this.templateName = details.templateName;
    this.line = details.line;
    this.column = details.column;
    this.kvMiss = details.kvMiss;
  }
}
