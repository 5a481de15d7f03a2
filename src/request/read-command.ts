/** Reads the command, its operands and the option texts from words and inputs. */
import { Failure } from '../base/failure.ts';
import { type CommandSpec, resolveCommand } from './command-table.ts';
import { notAvailable } from './make-request.ts';
import { parseWords } from './parse-words.ts';
import { shellWords } from './shell-words.ts';

export interface WrittenCommand {
  readonly spec: CommandSpec;
  readonly operands: readonly string[];
  readonly texts: ReadonlyMap<string, string>;
  /** A sentence for each outdated word that was used. */
  readonly notes: readonly string[];
}

/**
 * Reads the command. `texts` holds inputs by option name; `words` and the words of the input `args` override them. Throws a
 * `Failure` (exit code 2) when the command or an option is wrong.
 */
export function readCommand(words: readonly string[], texts: ReadonlyMap<string, string>): WrittenCommand {
  const typed = parseWords(words);
  const extra = parseWords(shellWords(typed.values.get('args') ?? texts.get('args') ?? ''));
  const merged = new Map([...texts, ...typed.values, ...extra.values]);
  const command = merged.get('command') ?? '';
  const first = typed.positionals.length > 0 ? typed.positionals : shellWords(command);
  if (first.length === 0)
    throw typed.problem ?? new Failure('no command is given', { exitCode: 2, hint: 'maand --help lists them' });
  const named = (merged.get('hook') ?? '').trim();
  const { spec, operands, notes } = resolve([...first, ...extra.positionals], named);
  if (spec.missing) throw notAvailable(spec);
  const problem = typed.problem ?? extra.problem;
  if (problem) throw problem;
  return { spec, operands, texts: merged, notes: [...typed.notes, ...extra.notes, ...notes] };
}

/** Resolves the command. The option `hook` becomes the first operand of the command `hooks`. */
function resolve(words: readonly string[], hook: string): ReturnType<typeof resolveCommand> {
  const plain = resolveCommand(words);
  if (hook === '' || plain.spec.name !== 'hooks') return plain;
  const [command = ''] = words;
  return resolveCommand([command, hook, ...plain.operands]);
}
