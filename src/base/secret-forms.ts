/** Lists the forms in which programs may write a secret: plain, encoded, quoted and escaped. */

/** The minimum length of a form that is only part of an encoding. Shorter forms would match unrelated words. */
const SHORTEST_CORE = 8;

/**
 * Returns the lines of a secret, trimmed and without duplicates. A CR without LF also ends a line, because terminals
 * and some programs start a new line after a CR.
 */
export function linesOfSecret(secret: string): string[] {
  const whole = secret.split(/\r?\n/);
  const parts = whole.flatMap((line) => (line.includes('\r') ? line.split('\r') : []));
  return [...new Set([...whole, ...parts].map((line) => line.trim()))];
}

export interface Forms {
  /** Forms that must be registered with the CI system. The first form is the text itself. */
  readonly common: readonly string[];
  /** Forms that few programs write, and forms that the CI system derives from the common forms automatically. */
  readonly further: readonly string[];
}

/** Matches texts in which no program escapes a character. */
const PLAIN = /^[A-Za-z0-9_.-]*$/;

export function formsOf(text: string): Forms {
  const base64 = Buffer.from(text).toString('base64');
  if (PLAIN.test(text)) return { common: [text, base64], further: base64Forms(text) };
  const common = new Set([text, base64, ...urlForms(text), ...jsonForms(text)]);
  return { common: [...common], further: [...base64Forms(text), ...quotedForms(text)] };
}

/**
 * Returns the Base64 forms of the text, in the standard alphabet and in the alphabet for URLs. Some of the forms are
 * for a text inside a longer text, such as `user:password`. In a longer text, the offset determines which of three
 * encodings appears. These three forms omit the characters at both ends, because those characters depend on the text
 * before and after the secret.
 */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text);
  const whole = bytes.toString('base64url');
  const cores = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64url');
    const own = encoded.slice(Math.ceil((shift * 8) / 6));
    return (bytes.length + shift) % 3 === 0 ? own : own.slice(0, -1);
  });
  const padding = '='.repeat((3 - (bytes.length % 3)) % 3);
  const forms = [whole, `${whole}${padding}`, ...cores.filter(({ length }) => length >= SHORTEST_CORE)];
  return [...forms, ...forms.map((form) => form.replaceAll('-', '+').replaceAll('_', '/'))];
}

/**
 * Returns the text as JavaScript and Python encode it in a URL, with upper-case and lower-case hex digits. Returns an
 * empty list for a text with a lone surrogate, which has no URL form.
 */
function urlForms(text: string): string[] {
  try {
    const loose = encodeURIComponent(text);
    const strict = loose.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
    const forms = [loose, strict, strict.replaceAll('%2F', '/'), strict.replaceAll('%20', '+')];
    return [...forms, ...forms.map((form) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
  } catch {
    return [];
  }
}

/**
 * Returns the text as it is written inside a JSON string. Some forms escape characters outside ASCII. Some forms escape
 * `<`, `>` and `&`, as Go does by default.
 */
function jsonForms(text: string): string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const forms = [plain, plain.replace(/[<>&\u2028\u2029]/g, unicodeEscape), plain.replaceAll('/', '\\/')];
  return [...forms, ...forms.map((form) => form.replace(/[\u0080-\uffff]/g, unicodeEscape))];
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const SINGLE_QUOTES = ["'", '&#39;', '&#x27;', '&apos;', '&#039;'];
const DOUBLE_QUOTES = ['"', '&quot;', '&#34;'];

/** Returns the text as HTML and XML write it, and as a shell writes it inside single or double quotes. */
function quotedForms(text: string): string[] {
  if (!/[&<>"'\\$`]/.test(text)) return [];
  const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const inHtml = DOUBLE_QUOTES.flatMap((double) =>
    SINGLE_QUOTES.map((single) => html.replaceAll('"', double).replaceAll("'", single)),
  );
  const inShell = [`'\\''`, `'"'"'`, "\\'"].map((single) => text.replaceAll("'", single));
  return [...inHtml, ...inShell, text.replace(/[\\"$`]/g, '\\$&')];
}
