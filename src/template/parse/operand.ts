/** The words of a command, and their code where each of them stands as an argument. */
import type { ParameterType, TemplateFunction } from '../functions/function-signature.ts';
import { listOf, type Value } from '../go-text/value.ts';
import type { Code, FieldUse, Instruction, SourcePiece } from './instruction.ts';
import type { NumberLiteral } from './number-literal.ts';

/** A word that stands for itself. */
export type Literal = SourcePiece &
  (
    | { readonly kind: 'bool'; readonly value: boolean }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'number'; readonly number: NumberLiteral }
    | { readonly kind: 'nil' }
  );

/** The name of a function. */
export type FunctionOperand = SourcePiece & { readonly kind: 'function'; readonly fn: TemplateFunction };

/** A pipeline in parentheses, compiled already; `text` is without them. */
export type PipelineOperand = SourcePiece & { readonly kind: 'pipeline'; readonly code: Code };

/** `base.Field.Field`; a variable without fields is a plain word. */
export type Path = SourcePiece &
  (
    | { readonly kind: 'dot' }
    | { readonly kind: 'field'; readonly names: readonly string[] }
    | { readonly kind: 'variable'; readonly name: string; readonly names: readonly string[] }
    | { readonly kind: 'chain'; readonly base: FunctionOperand | PipelineOperand; readonly names: readonly string[] }
  );

/** Any word of a command. */
export type Operand = Literal | FunctionOperand | PipelineOperand | Path;

/** True for the words that need no evaluation. */
export const isLiteral = (operand: Operand): operand is Literal =>
  operand.kind === 'bool' || operand.kind === 'string' || operand.kind === 'number' || operand.kind === 'nil';

/** As it stands among other words: a pipeline in its parentheses. */
export const wordText = (operand: Operand): string =>
  operand.kind === 'pipeline' ? `(${operand.text})` : operand.text;

/** Ends the rendering when it is reached. */
export const fail = (at: SourcePiece, message: string): Instruction => ({ op: 'fail', at, message });

/** Puts a value on the stack. */
export const constant = (at: SourcePiece, value: Value): Instruction => ({ op: 'constant', at, value });

/** A literal where its own type is taken. */
export function literalCode(literal: Literal): Instruction {
  switch (literal.kind) {
    case 'bool':
    case 'string':
      return constant(literal, literal.value);
    case 'number':
      return literal.number.value === undefined
        ? fail(literal, `${literal.text} overflows int`)
        : constant(literal, literal.number.value);
    case 'nil':
      return constant(literal, null);
  }
}

/** A literal where a parameter of this type is filled; one that does not fit fails when it is reached. */
export function literalArgument(literal: Literal, type: ParameterType): Instruction {
  if (type === 'any') return literalCode(literal);
  if (literal.kind === 'nil') {
    return type === '[]string' ? constant(literal, listOf([])) : fail(literal, `cannot assign nil to ${type}`);
  }
  switch (type) {
    case 'string':
      return literal.kind === 'string'
        ? constant(literal, literal.value)
        : fail(literal, `expected string; found ${literal.text}`);
    case 'int':
      return literal.kind === 'number' && literal.number.int !== undefined
        ? constant(literal, literal.number.int)
        : fail(literal, `expected integer; found ${literal.text}`);
    case '[]string':
      return fail(literal, `can't handle ${literal.text} for arg of type []string`);
  }
}

/** The steps along field names; `use` is that of the last one. */
export const fieldsCode = (names: readonly string[], use: FieldUse): Code =>
  names.map((name, index) => ({ op: 'field', name, use: index === names.length - 1 ? use : 'read' }));
