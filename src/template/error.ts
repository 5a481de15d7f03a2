/** The errors of templates, and what a missing key adds to them. */

/** Where a KV key was asked for that nobody has written yet. */
export interface KvMiss {
  readonly namespace: string;
  readonly key: string;
}

/** What went wrong where, for machines; people read the message. */
export interface TemplateErrorDetails {
  readonly phase: 'parse' | 'exec';
  /** The file that was parsed, as given to `parseTemplate`. */
  readonly templateName: string;
  /** 1-based; 0 when nothing of the template had run yet. */
  readonly line: number;
  /** Bytes before the place in its line, 0-based; the message tells it at execution only, as Go's does. */
  readonly column?: number;
  readonly kvMiss?: KvMiss;
}

/**
 * A template that cannot be parsed or executed. `message` has the words of Go's text/template, which people can look
 * up.
 */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly phase: 'parse' | 'exec';
  readonly templateName: string;
  readonly line: number;
  readonly column: number | undefined;
  /** Set when a key was missing, so that a plan can tell "a hook will write it" from a mistake. */
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
