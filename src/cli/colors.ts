/** Colours text for a terminal. */
import type { Tone } from '../report/log/narrator.ts';

const CODES: Readonly<Record<Tone, string>> = {
  heading: '1',
  plain: '0',
  good: '32',
  bad: '31',
  warning: '33',
  faint: '2',
};

/** Returns `text` in the colour of its tone, or unchanged when colours are off. */
export function paint(text: string, tone: Tone, colors: 'on' | 'off'): string {
  return colors === 'off' || tone === 'plain' || text === '' ? text : `\u001b[${CODES[tone]}m${text}\u001b[0m`;
}
