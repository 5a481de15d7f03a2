/** Compiles commands and pipelines to instructions. Values are evaluated and checked in the same order as in Go. */

import type { ParameterType, TemplateFunction } from '../functions/function-signature.ts';
import { AND, CALL, OR, refuseCall } from '../functions/function-table.ts';
import { type Code, type FieldUse, type Instruction, newLabel, type SourcePiece } from './instruction.ts';
import {
  type FunctionOperand,
  fail,
  fieldsCode,
  isLiteral,
  literalArgument,
  literalCode,
  type Operand,
  type Path,
  wordText,
} from './operand.ts';

/** One command, which has at least one word. */
export interface TemplateCommand {
  readonly first: Operand;
  readonly others: readonly Operand[];
}

/**
 * A chain of commands. Each command receives the value of the previous command. `variables` are set to the last value.
 */
export interface Pipeline extends SourcePiece {
  readonly commands: readonly TemplateCommand[];
  readonly variables: readonly string[];
  readonly assigns: boolean;
}

/**
 * Returns the source text of a command as Go formats it. The text is built with `+`, so that nested pipelines share
 * texts instead of copying them.
 */
export const commandText = ({ first, others }: TemplateCommand): string =>
  others.reduce((text, other) => `${text} ${wordText(other)}`, wordText(first));

/** Returns code that leaves one value on the stack and sets the variables of the pipeline to it. */
export function pipelineCode(pipeline: Pipeline): Code {
  const op = pipeline.assigns ? 'assign' : 'declare';
  return [
    ...pipeline.commands.map((command, stage) => commandCode({ ...command, pipeline, piped: stage > 0 })),
    ...pipeline.variables.map((name): Instruction => ({ op, name })),
  ];
}

interface StagedCommand extends TemplateCommand {
  readonly pipeline: SourcePiece;
  /** Whether the value of the previous command is on the stack. */
  readonly piped: boolean;
}

function commandCode(command: StagedCommand): Code {
  const { first, others, piped } = command;
  if (first.kind === 'function') {
    const at = { position: first.position, text: commandText(command) };
    return callCode({ callee: first, at, operands: others, piped });
  }
  if (piped || others.length > 0) return misusedCode(command);
  if (first.kind === 'pipeline') return first.code;
  if (!isLiteral(first)) return pathCode(first, 'read');
  return [first.kind === 'nil' ? fail(first, 'nil is not a command') : literalCode(first)];
}

/**
 * Returns the code for a command that is not a function but receives arguments or a piped value. Usually, the code ends
 * the rendering with an error.
 */
function misusedCode({ first, pipeline, piped }: StagedCommand): Code {
  const refused = `can't give argument to non-function ${first.text}`;
  if (first.kind === 'pipeline') return [fail(pipeline, refused)];
  if (first.kind === 'function' || isLiteral(first) || first.kind === 'dot') return [fail(first, refused)];
  if (first.kind === 'variable' && first.names.length === 0) return [pathCode(first, 'read'), fail(first, refused)];
  // A field of nil is nil, even with arguments.
  return piped ? [pathCode(first, 'call'), { op: 'nip' }] : pathCode(first, 'call');
}

function pathCode(path: Path, use: FieldUse): Code {
  switch (path.kind) {
    case 'dot':
      return [{ op: 'dot', at: path }];
    case 'field':
      return [{ op: 'dot', at: path }, ...fieldsCode(path.names, use)];
    case 'variable':
      return [{ op: 'variable', name: path.name, at: path }, ...fieldsCode(path.names, use)];
    case 'chain':
      return [argumentCode(path.base, 'any'), ...fieldsCode(path.names, use)];
  }
}

function argumentCode(operand: Operand, type: ParameterType): Code {
  if (isLiteral(operand)) return [literalArgument(operand, type)];
  const checks: Instruction[] = type === 'any' ? [] : [{ op: 'require', type }];
  if (operand.kind === 'pipeline') return [operand.code, ...checks];
  if (operand.kind !== 'function') return [pathCode(operand, 'read'), ...checks];
  return [callCode({ callee: operand, at: operand, operands: [], piped: false }), ...checks];
}

interface Call {
  readonly callee: FunctionOperand;
  /** The piece of the source that the error of a failed call points at. */
  readonly at: SourcePiece;
  readonly operands: readonly Operand[];
  readonly piped: boolean;
}

function callCode(call: Call): Code {
  const { callee, at, operands, piped } = call;
  const { fn } = callee;
  const miscount = countProblem(fn, operands.length, operands.length + (piped ? 1 : 0));
  if (miscount !== undefined) return [fail(callee, `wrong number of args for ${fn.name}: ${miscount}`)];
  if (fn === AND || fn === OR) return shortCircuitCode(call);
  const args = operands.map((operand, index) => argumentCode(operand, fn.parameters[index] ?? fn.rest ?? 'any'));
  const called = fn === CALL ? refuseCall(operands[0]?.text) : fn;
  const before: Instruction[] = operands.length === 0 ? [{ op: 'at', at: callee }] : [];
  if (operands.length > 0 || !piped)
    return [...before, ...args, { op: 'call', fn: called, count: operands.length, piped, at }];
  const type = fn.parameters[0] ?? fn.rest ?? 'any';
  return [...before, { op: 'require', type }, { op: 'call', fn: called, count: 1, piped: false, at }];
}

/**
 * Returns Go's message about a wrong number of arguments, or undefined when the number is correct. `given` includes a
 * piped value; `written` does not.
 */
function countProblem({ parameters, rest }: TemplateFunction, written: number, given: number): string | undefined {
  if (rest === undefined && given !== parameters.length) return `want ${parameters.length} got ${given}`;
  return given < parameters.length ? `want at least ${parameters.length} got ${written}` : undefined;
}

/**
 * Returns code for `and` or `or`. The value of the code is the first argument that decides the result. When no argument
 * decides, the value is the last argument. A piped value is the last argument.
 */
function shortCircuitCode({ callee, operands, piped }: Call): Code {
  const decided = newLabel();
  const end = newLabel();
  const op = callee.fn === OR ? 'keep-true' : 'keep-false';
  const deciding = piped ? operands : operands.slice(0, -1);
  const last = piped ? undefined : operands.at(-1);
  const code: Code = deciding.map((operand) => [argumentCode(operand, 'any'), { op, to: decided }]);
  if (last) return [code, argumentCode(last, 'any'), decided];
  return [code, { op: 'jump', to: end }, decided, { op: 'nip' }, end];
}
