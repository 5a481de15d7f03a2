import { fromBytes } from './bytes.ts';
import { type KvMiss, TemplateError } from './error.ts';
import type { SourcePiece } from './instruction.ts';
import { quote } from './quote.ts';
import type { Template } from './template.ts';

/** Where a rendering failed; `piece` is undefined when nothing of the template had run yet. */
export interface FailedAt {
  readonly template: Template;
  readonly definition: string;
  readonly piece: SourcePiece | undefined;
}

/** Worded as Go words it; `message` is in bytes. */
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
