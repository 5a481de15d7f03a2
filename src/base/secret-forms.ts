/** The ways in which programs write a secret that they were given: plain, encoded, quoted and escaped. */

/** Characters of a form that is only a part of an encoding; shorter ones would hit words that have nothing to do with it. */
const SHORTEST_CORE = 8;

/** The lines of a secret. A lone CR ends a line as well: terminals, and what reads their output, start over there. */
export function linesOfSecret(secret: string): string[] {
  const whole = secret.split(/\r?\n/);
  const parts = whole.flatMap((line) => (line.includes('\r') ? line.split('\r') : []));
  return [...new Set([...whole, ...parts].map((line) => line.trim()))];
}

export interface Forms {
  /** What a CI system has to be told of, the text itself first. */
  readonly common: readonly string[];
  /** What few programs write, and what a CI system makes of the common ones by itself. */
  readonly further: readonly string[];
}

/** Signs that no program escapes. */
const PLAIN = /^[A-Za-z0-9_.-]*$/;

export function formsOf(text: string): Forms {
  const base64 = Buffer.from(text).toString('base64');
  if (PLAIN.test(text)) return { common: [text, base64], further: base64Forms(text) };
  const common = new Set([text, base64, ...urlForms(text), ...jsonForms(text)]);
  return { common: [...common], further: [...base64Forms(text), ...quotedForms(text)] };
}

/**
 * Without padding, and as the middle of a longer text (`user:password`), where Base64 shows a text in one of three ways. The
 * characters at both ends, which depend on the neighbours, are left out. Each also in the alphabet for URLs.
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

/** As JavaScript and as Python quote it, with either case of the hex digits. A lone surrogate has no URL form. */
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

/** With letters beyond ASCII as they are and as escapes, and with the signs of HTML escaped, as Go does unasked. */
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

/** As HTML and XML write it, and within single or double quotes of a shell. */
function quotedForms(text: string): string[] {
  if (!/[&<>"'\\$`]/.test(text)) return [];
  const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const inHtml = DOUBLE_QUOTES.flatMap((double) =>
    SINGLE_QUOTES.map((single) => html.replaceAll('"', double).replaceAll("'", single)),
  );
  const inShell = [`'\\''`, `'"'"'`, "\\'"].map((single) => text.replaceAll("'", single));
  return [...inHtml, ...inShell, text.replace(/[\\"$`]/g, '\\$&')];
}
