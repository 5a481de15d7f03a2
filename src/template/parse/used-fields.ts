/**
 * Finds the fields that a template uses, so that a build can warn about fields whose values change with every deploy.
 */
import { fromBytes } from '../go-text/bytes.ts';
import type { Template } from './template.ts';

/** A place in the source of a template. Line and column start at 1; columns count UTF-16 units. */
export interface TemplatePlace {
  readonly line: number;
  readonly column: number;
}

export interface FieldUsed extends TemplatePlace {
  readonly name: string;
}

/**
 * Returns every use of a field in `names`, in the order of the source. The result includes uses in every branch and on
 * every value.
 */
export function fieldsUsed({ definitions, source }: Template, names: ReadonlySet<string>): readonly FieldUsed[] {
  const found: { readonly name: string; readonly position: number }[] = [];
  for (const { instructions } of definitions.values()) {
    let position = 0;
    for (const instruction of instructions) {
      if ('at' in instruction) position = instruction.at.position;
      if (instruction.op === 'field' && names.has(instruction.name)) found.push({ name: instruction.name, position });
    }
  }
  found.sort((a, b) => a.position - b.position);
  return found.map(({ name, position }) => ({ name, ...placeAt(source, position) }));
}

/** Returns the place for a position. The position counts bytes of `source`. */
export function placeAt(source: string, position: number): TemplatePlace {
  const before = source.slice(0, position).split('\n');
  return { line: before.length, column: fromBytes(before.at(-1) ?? '').length + 1 };
}
