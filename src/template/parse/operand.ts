/** Defines the words of a command, and compiles literals and fields to instructions. */
import type { ParameterType, TemplateFunction } from '../functions/function-signature.ts';
import { listOf, type Value } from '../go-text/value.ts';
import type { Code, FieldUse, Instruction, SourcePiece } from './instruction.ts';
import type { NumberLiteral } from './number-literal.ts';

/** A word that is a literal value. */
export type Literal = SourcePiece &
  (
    | { readonly kind: 'bool'; readonly value: boolean }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'number'; readonly number: NumberLiteral }
    | { readonly kind: 'nil' }
  );

/** The name of a function. */
export type FunctionOperand = SourcePiece & { readonly kind: 'function'; readonly fn: TemplateFunction };

/** A compiled pipeline in parentheses. `text` does not include the parentheses. */
export type PipelineOperand = SourcePiece & { readonly kind: 'pipeline'; readonly code: Code };

/** A path such as `base.Field.Field`, or a variable without fields. */
export type Path = SourcePiece &
  (
    | { readonly kind: 'dot' }
    | { readonly kind: 'field'; readonly names: readonly string[] }
    | { readonly kind: 'variable'; readonly name: string; readonly names: readonly string[] }
    | { readonly kind: 'chain'; readonly base: FunctionOperand | PipelineOperand; readonly names: readonly string[] }
  );

/** Any word of a command. */
export type Operand = Literal | FunctionOperand | PipelineOperand | Path;

/** Returns whether the word needs no evaluation. */
export const isLiteral = (operand: Operand): operand is Literal =>
  operand.kind === 'bool' || operand.kind === 'string' || operand.kind === 'number' || operand.kind === 'nil';

/** Returns the text of a word inside a command. The text of a pipeline gets its parentheses. */
export const wordText = (operand: Operand): string =>
  operand.kind === 'pipeline' ? `(${operand.text})` : operand.text;

/** Returns an instruction that ends the rendering with an error. */
export const fail = (at: SourcePiece, message: string): Instruction => ({ op: 'fail', at, message });

/** Returns an instruction that puts a value on the stack. */
export const constant = (at: SourcePiece, value: Value): Instruction => ({ op: 'constant', at, value });

/** Returns the instruction for a literal at a place that accepts every type. */
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

/**
 * Returns the instruction for a literal as an argument of this type. A literal of a wrong type fails only when the
 * instruction runs.
 */
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

/** Returns the code that reads fields one after the other. `use` applies to the last field. */
export const fieldsCode = (names: readonly string[], use: FieldUse): Code =>
  names.map((name, index) => ({ op: 'field', name, use: index === names.length - 1 ? use : 'read' }));
