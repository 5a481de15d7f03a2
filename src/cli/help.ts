/** Makes the help pages from the tables of commands and options. */
import { type CommandSpec, commandSpecs } from '../request/command-table.ts';
import type { OptionSpec } from '../request/option-spec.ts';
import { isWithheld, OPTIONS, secretVariable } from '../request/option-table.ts';

const EXIT_CODES = `Exit codes:
  0  success, "nothing to do" included
  1  the operation failed: a job, a hook, a worker
  2  wrong usage or an invalid workspace; nothing was touched
  3  refused, to protect state or a running deploy
  130, 143  cancelled
`;

const SHOWN_TO_ALL = ['bucket', 'json', 'no-color', 'verbose', 'log-format', 'help', 'version'];
const WIDEST_COLUMN = 34;

/** Returns the page of `maand --help`. */
export function programHelp(): string {
  const specs = commandSpecs();
  const commands = specs.filter(({ missing }) => !missing).map((spec) => row(titleOf(spec), spec.summary));
  const missing = specs.filter((spec) => spec.missing).map(({ name }) => name);
  return [
    'Deploys the jobs of a bucket to workers over SSH, wave by wave.\n',
    'Usage: maand [OPTIONS] COMMAND …\n',
    `Commands:\n${columns(commands)}`,
    `Not in this version:\n  ${missing.join(', ')}\n`,
    `Options:\n${columns(OPTIONS.filter(({ name }) => SHOWN_TO_ALL.includes(name)).map(optionRow))}`,
    secretsText(),
    EXIT_CODES,
    'maand COMMAND --help tells more. Dashes and underscores are interchangeable in names.\n',
  ].join('\n');
}

/** Returns the page of `maand COMMAND --help`. */
export function commandHelp(spec: CommandSpec): string {
  const usage = `Usage: maand ${titleOf(spec)}`;
  if (spec.missing) return `${usage}\n\n${sentence(spec.summary)}\nIt is not available in this version.\n`;
  const options = OPTIONS.filter((option) => !option.missing && option.kind !== 'secret');
  const own = options.filter(({ commands }) => commands?.includes(spec.name));
  const general = options.filter(({ commands, name }) => !commands && name !== 'command' && name !== 'args');
  return [
    `${usage} [OPTIONS]\n`,
    `${[sentence(spec.summary), ...(spec.about ?? [])].join('\n')}\n`,
    ...(own.length > 0 ? [`Options:\n${columns(own.map(optionRow))}`] : []),
    `General options:\n${columns(general.map(optionRow))}`,
    secretsText(),
    `Examples:\n${spec.examples.map((example) => `  ${example}\n`).join('')}`,
    EXIT_CODES,
  ].join('\n');
}

function titleOf({ name, operands }: CommandSpec): string {
  return `${name} ${operands}`.trim();
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

interface Row {
  readonly name: string;
  readonly text: string;
}

function row(name: string, text: string): Row {
  return { name, text };
}

function optionRow({ name, short, value, summary, fallback }: OptionSpec): Row {
  const flag = `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
  return row(flag, fallback === undefined ? summary : `${summary} (default: ${fallback})`);
}

/** Writes names and texts in two columns. A name that is too wide for its column has its own line. */
function columns(rows: readonly Row[]): string {
  const widths = rows.map(({ name }) => name.length).filter((width) => width <= WIDEST_COLUMN);
  const width = Math.max(0, ...widths);
  const lines = rows.map(({ name, text }) =>
    name.length <= width ? `  ${name.padEnd(width)}  ${text}\n` : `  ${name}\n  ${' '.repeat(width)}  ${text}\n`,
  );
  return lines.join('');
}

function secretsText(): string {
  const secrets = OPTIONS.filter(isWithheld);
  return `Secrets, from the environment:\n${columns(secrets.map((option) => row(secretVariable(option), option.summary)))}`;
}
