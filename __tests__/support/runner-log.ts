/**
 * The output of a step, as the runner reads it: which lines are commands, which texts are masked, and which lines belong to
 * which group.
 */
import type { Readable } from 'node:stream';

export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly value: string;
}

export interface LogGroup {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Commands that the runner has. Anything else that looks like a command is text. */
const KNOWN = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
]);

export class RunnerLog {
  readonly commands: WorkflowCommand[] = [];
  readonly #raw: string[] = [];
  readonly #shown: string[] = [];
  readonly #masks: string[] = [];
  readonly #groups: { title: string; lines: string[] }[] = [];
  readonly #waiting: { text: string; resolve: () => void }[] = [];
  #openGroup: string[] | undefined;
  #stopToken: string | undefined;

  constructor(...streams: Readable[]) {
    for (const stream of streams) this.#follow(stream);
  }

  /** All output of the step, unmasked and including commands. */
  get raw(): string {
    return this.#raw.join('');
  }

  /** The lines that users see, with masked secrets. */
  get lines(): readonly string[] {
    return this.#shown;
  }

  get text(): string {
    return this.#shown.join('\n');
  }

  get groups(): readonly LogGroup[] {
    return this.#groups;
  }

  /** Returns the annotations of a kind: `error`, `warning` or `notice`. */
  annotations(kind: string): readonly WorkflowCommand[] {
    return this.commands.filter(({ name }) => name === kind);
  }

  /** Resolves when `text` is visible in the log. */
  until(text: string): Promise<void> {
    if (this.text.includes(text)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ text, resolve }));
  }

  #follow(stream: Readable): void {
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      this.#raw.push(chunk);
      const lines = `${rest}${chunk}`.split(/\r\n|\r|\n/); // .NET's ReadLine splits lines in the same way
      rest = lines.pop() ?? '';
      for (const line of lines) this.#read(line);
    });
    stream.on('end', () => {
      if (rest !== '') this.#read(rest);
    });
  }

  #read(line: string): void {
    const command = parseCommand(line, this.#stopToken);
    if (command === undefined || (this.#stopToken !== undefined && command.name !== this.#stopToken)) this.#show(line);
    else this.#obey(command);
  }

  #obey(command: WorkflowCommand): void {
    this.commands.push(command);
    const { name, value } = command;
    if (name === this.#stopToken) this.#stopToken = undefined;
    else if (name === 'stop-commands') this.#stopToken = value;
    else if (name === 'add-mask') this.#masks.push(value);
    else if (name === 'endgroup') this.#openGroup = undefined;
    else if (name === 'group') {
      this.#openGroup = [];
      this.#groups.push({ title: value, lines: this.#openGroup });
    } else if (name === 'error' || name === 'warning' || name === 'notice') this.#show(`${name}: ${value}`);
  }

  #show(line: string): void {
    const masked = this.#masks.reduce((text, mask) => text.replaceAll(mask, '***'), line);
    this.#shown.push(masked);
    this.#openGroup?.push(masked);
    for (const one of this.#waiting.filter(({ text }) => masked.includes(text))) one.resolve();
  }
}

/**
 * Returns the command in a line. The newer form `::name::` is only at the start of a line; the older form `##[name]` may be
 * anywhere in a line.
 */
function parseCommand(line: string, stopToken: string | undefined): WorkflowCommand | undefined {
  const isKnown = (name: string) => KNOWN.has(name) || name === stopToken;
  const [, name = '', properties = '', value = ''] = /^\s*::(\S+?)(?:\s+(.*?))?::(.*)$/s.exec(line) ?? [];
  if (isKnown(name)) return { name, properties: readProperties(properties, ','), value: decode(value) };
  const [, oldName = '', oldProperties = '', oldValue = ''] = /##\[(\S+?)(?:\s+(.*?))?\](.*)$/s.exec(line) ?? [];
  if (!isKnown(oldName)) return undefined;
  return { name: oldName, properties: readProperties(oldProperties, ';'), value: decode(oldValue) };
}

function readProperties(text: string, separator: string): Record<string, string> {
  const pairs = text.split(separator).filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), decode(pair.slice(pair.indexOf('=') + 1))]),
  );
}

function decode(text: string): string {
  const plain: Readonly<Record<string, string>> = { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' };
  return text.replaceAll(/%(?:0D|0A|3A|2C|25)/g, (escaped) => plain[escaped] ?? escaped);
}
