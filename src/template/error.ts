/** Defines the error of templates, and what it says about a missing key. */

/** A KV key that a template asked for and that nobody has written yet. */
export interface KvMiss {
  readonly namespace: string;
  readonly key: string;
}

/** The kind and the place of an error, for programs; people read the message. */
export interface TemplateErrorDetails {
  readonly phase: 'parse' | 'exec';
  /** The name of the file, as given to `parseTemplate`. */
  readonly templateName: string;
  /** The line, starting at 1; 0 when the rendering failed before any part of the template ran. */
  readonly line: number;
  /** The number of bytes before the place in its line. The message shows it only for execution errors, as in Go. */
  readonly column?: number;
  readonly kvMiss?: KvMiss;
}

/**
 * The error of a template that cannot be parsed or executed. `message` has the words of Go's text/template, so that
 * people can look them up.
 */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly phase: 'parse' | 'exec';
  readonly templateName: string;
  readonly line: number;
  readonly column: number | undefined;
  /** Set when a key was missing: a plan can then distinguish a key that a hook will write from a mistake. */
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
