/** Commands and pipelines → instructions, in the order in which Go evaluates and checks them. */

import type { ParameterType, TemplateFunction } from './function-signature.ts';
import { AND, CALL, OR, refuseCall } from './function-table.ts';
import { type Code, type Instruction, newLabel, type SourceNode } from './instruction.ts';
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

/** One command: its words, of which there is at least one. */
export interface Command {
  readonly first: Operand;
  readonly others: readonly Operand[];
}

export interface Pipeline extends SourceNode {
  readonly commands: readonly Command[];
  readonly variables: readonly string[];
  readonly assigns: boolean;
}

/** A command as Go writes it. Built by `+`, so that nested pipelines share their texts instead of copying them. */
export const commandText = ({ first, others }: Command): string =>
  others.reduce((text, other) => `${text} ${wordText(other)}`, wordText(first));

/** Leaves one value on the stack, and sets the pipeline's variables to it. */
export function pipelineCode(pipeline: Pipeline): Code {
  const op = pipeline.assigns ? 'assign' : 'declare';
  return [
    ...pipeline.commands.map((command, stage) => commandCode(command, pipeline, stage > 0)),
    ...pipeline.variables.map((name): Instruction => ({ op, name })),
  ];
}

/** `piped`: the value of the stage before lies on the stack. */
function commandCode(command: Command, pipeline: SourceNode, piped: boolean): Code {
  const { first, others } = command;
  const called = piped || others.length > 0;
  const refused = `can't give argument to non-function ${first.text}`;
  if (first.kind === 'function') {
    const at = { position: first.position, text: commandText(command) };
    return callCode({ callee: first, at, operands: others, piped });
  }
  if (first.kind === 'pipeline') return called ? [fail(pipeline, refused)] : first.code;
  if (isLiteral(first)) {
    if (called) return [fail(first, refused)];
    return [first.kind === 'nil' ? fail(first, 'nil is not a command') : literalCode(first)];
  }
  if (first.kind === 'dot') return called ? [fail(first, refused)] : pathCode(first, false);
  const isBareVariable = first.kind === 'variable' && first.names.length === 0;
  if (isBareVariable && called) return [pathCode(first, false), fail(first, refused)];
  return piped ? [pathCode(first, true), { op: 'nip' }] : pathCode(first, called);
}

function pathCode(path: Path, called: boolean): Code {
  switch (path.kind) {
    case 'dot':
      return [{ op: 'dot', at: path }];
    case 'field':
      return [{ op: 'dot', at: path }, ...fieldsCode(path.names, called)];
    case 'variable':
      return [{ op: 'variable', name: path.name, at: path }, ...fieldsCode(path.names, called)];
    case 'chain':
      return [argumentCode(path.base, 'any'), ...fieldsCode(path.names, called)];
  }
}

function argumentCode(operand: Operand, type: ParameterType): Code {
  if (isLiteral(operand)) return [literalArgument(operand, type)];
  const checks: Instruction[] = type === 'any' ? [] : [{ op: 'require', type }];
  if (operand.kind === 'pipeline') return [operand.code, ...checks];
  if (operand.kind !== 'function') return [pathCode(operand, false), ...checks];
  return [callCode({ callee: operand, at: operand, operands: [], piped: false }), ...checks];
}

interface Call {
  readonly callee: FunctionOperand;
  /** What a failing call is reported at. */
  readonly at: SourceNode;
  readonly operands: readonly Operand[];
  readonly piped: boolean;
}

function callCode(call: Call): Code {
  const { callee, at, operands, piped } = call;
  const { fn } = callee;
  const miscount = countProblem(fn, operands.length, piped);
  if (miscount !== undefined) return [fail(callee, `wrong number of args for ${fn.name}: ${miscount}`)];
  if (fn === AND || fn === OR) return shortCircuitCode(call);
  const args = operands.map((operand, index) => argumentCode(operand, fn.parameters[index] ?? fn.rest ?? 'any'));
  const called = fn === CALL ? refuseCall(operands[0]?.text) : fn;
  const before: Instruction[] = operands.length === 0 ? [{ op: 'at', at: callee }] : [];
  return [...before, ...args, { op: 'call', fn: called, count: operands.length, piped, at }];
}

function countProblem({ parameters, rest }: TemplateFunction, count: number, piped: boolean): string | undefined {
  const given = count + (piped ? 1 : 0);
  if (rest !== undefined)
    return given < parameters.length ? `want at least ${parameters.length} got ${count}` : undefined;
  return given === parameters.length ? undefined : `want ${parameters.length} got ${given}`;
}

/** The first argument that decides, else the last one; a piped value is the last. */
function shortCircuitCode({ callee, operands, piped }: Call): Code {
  const target = newLabel();
  const end = newLabel();
  const truth = callee.fn === OR;
  const deciding = piped ? operands : operands.slice(0, -1);
  const last = piped ? undefined : operands.at(-1);
  const code: Code = deciding.map((operand) => [argumentCode(operand, 'any'), { op: 'keep-if', truth, target }]);
  if (last) return [code, argumentCode(last, 'any'), target];
  return [code, { op: 'jump', target: end }, target, { op: 'nip' }, end];
}
