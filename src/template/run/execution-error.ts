/** Creates the error of a failed rendering, with line, column and source text. */
import { type KvMiss, TemplateError } from '../error.ts';
import { fromBytes } from '../go-text/bytes.ts';
import { quote } from '../go-text/quote.ts';
import type { SourcePiece } from '../parse/instruction.ts';
import type { Template } from '../parse/template.ts';

/** The place where a rendering failed. `piece` is undefined when no part of the template had run yet. */
export interface FailedAt {
  readonly template: Template;
  readonly definition: string;
  readonly piece: SourcePiece | undefined;
}

/** Returns the error with the words that Go uses. `message` is a byte string. */
export function executionError(
  { template, definition, piece }: FailedAt,
  message: string,
  kvMiss?: KvMiss,
): TemplateError {
  const { name, source } = template;
  const details = { phase: 'exec', templateName: name, ...(kvMiss ? { kvMiss } : {}) } as const;
  if (!piece) return new TemplateError(`template: ${name}: ${fromBytes(message)}`, { ...details, line: 0 });
  const before = source.slice(0, piece.position).split('\n');
  const line = before.length;
  const column = before.at(-1)?.length ?? 0;
  const where = fromBytes(`executing ${quote(definition)} at <${piece.text}>: ${message}`);
  return new TemplateError(`template: ${name}:${line}:${column}: ${where}`, { ...details, line, column });
}
