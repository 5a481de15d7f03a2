/** Splits the text of an input into words by the quoting rules of a shell. */
import { Failure } from '../base/failure.ts';

/**
 * Splits a text into words. Quotes and backslashes protect characters, and nothing is expanded. Throws a `Failure` (exit code
 * 2) when a quote is not closed.
 */
export function shellWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else if (character === '\\' && quote === '"' && /["\\]/.test(text[at + 1] ?? '')) word += text[++at] as string;
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + (character === '\\' ? (text[++at] ?? '') : character);
  }
  if (quote !== undefined) throw new Failure(`a quote is not closed in: ${text.trim()}`, { exitCode: 2 });
  return word === undefined ? words : [...words, word];
}
