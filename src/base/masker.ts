const SHORTEST = 6;
const ARMOUR = /^-----(BEGIN|END) [A-Z0-9 ]+-----$/;

/**
 * Takes known secrets out of texts that people see. A value is known by each of its lines, and whole in Base64, URL and JSON
 * form (contract §6). Lines under 6 characters and PEM armour stay, or every log would be unreadable.
 */
export class Masker {
  readonly #forms = new Set<string>();
  /** Every value so far → whether it can be masked. Templates read a secret once for each worker and file. */
  readonly #known = new Map<string, boolean>();
  readonly #onNew: (form: string) => void;
  #pattern: RegExp | undefined;

  /** `onNew` hears every new form once, e.g. to tell the log of a CI system. */
  constructor(onNew: (form: string) => void = () => {}) {
    this.#onNew = onNew;
  }

  /** Makes a value known. False when it is too short to be masked at all. */
  add(secret: string): boolean {
    const known = this.#known.get(secret);
    if (known !== undefined) return known;
    const usable = this.#learn(secret);
    this.#known.set(secret, usable);
    return usable;
  }

  #learn(secret: string): boolean {
    const lines = secret.split(/\r?\n/).map((line) => line.trim());
    const whole = secret.trim();
    const forms = [...lines, Buffer.from(secret).toString('base64'), Buffer.from(whole).toString('base64')];
    for (const line of [whole, ...lines]) forms.push(...urlForms(line), ...jsonForms(line));
    const usable = lines.some((line) => isMaskable(line));
    if (usable) for (const form of forms) this.#addForm(form);
    return usable;
  }

  mask(text: string): string {
    if (this.#forms.size === 0) return text;
    this.#pattern ??= new RegExp(
      [...this.#forms]
        .sort((a, b) => b.length - a.length)
        .map(escapePattern)
        .join('|'),
      'g',
    );
    return text.replace(this.#pattern, '***');
  }

  /** A copy of plain data with every text masked. */
  maskAll<T>(value: T): T {
    if (this.#forms.size === 0) return value;
    if (typeof value === 'string') return this.mask(value) as T;
    if (Array.isArray(value)) return value.map((item: unknown) => this.maskAll(item)) as T;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.maskAll(item)])) as T;
  }

  #addForm(form: string): void {
    if (!isMaskable(form) || this.#forms.has(form)) return;
    this.#forms.add(form);
    this.#pattern = undefined;
    this.#onNew(form);
  }
}

/** As JavaScript and as Python quote it, with either case of the hex digits. A lone surrogate has no URL form. */
function urlForms(line: string): string[] {
  try {
    const strict = encodeURIComponent(line).replace(
      /[!'()*]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    );
    const forms = [encodeURIComponent(line), strict, strict.replaceAll('%2F', '/'), strict.replaceAll('%20', '+')];
    return [...forms, ...forms.map((form) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
  } catch {
    return [];
  }
}

/** With letters beyond ASCII as they are, and escaped as Python and others do. */
function jsonForms(line: string): string[] {
  const form = JSON.stringify(line).slice(1, -1);
  return [form, form.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)];
}

function isMaskable(line: string): boolean {
  return line.length >= SHORTEST && !ARMOUR.test(line);
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
