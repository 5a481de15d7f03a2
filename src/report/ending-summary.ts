/**
 * Writes the job summary of a command that ended without its own summary: the text of its result, or the reason of its
 * failure.
 */
import type { DeployJson } from './deploy-json.ts';
import type { Ending } from './ending.ts';
import { keepEnd } from './log/kept-text.ts';
import { deploySummary } from './markdown/markdown.ts';
import { codeBlock, fitSummary, plain, table } from './markdown/markdown-parts.ts';

const LONGEST_TEXT_CHARS = 256 * 1024;

export function textSummary(command: string, text: string): string {
  return fitSummary([
    `## maand ${plain(command)}\n\n`,
    text.trim() === '' ? '' : codeBlock(keepEnd(text, LONGEST_TEXT_CHARS)),
  ]);
}

/** Returns the summary as Markdown. `progress` is the partial result of a deploy that ended early. */
export function endingSummary(command: string, ending: Ending, progress: DeployJson | undefined): string {
  const { message, hint, see, diagnostics } = ending;
  if (progress) return deploySummary(progress, [message]);
  const rows = diagnostics.map(({ severity, place, message: text, hint: advice }) => [
    severity,
    place ? plain(`${place.file}:${place.line}:${place.column}`) : '',
    plain(advice === undefined ? text : `${text} (${advice})`),
  ]);
  return fitSummary([
    `## maand ${plain(command)}: failed\n\n`,
    `**${plain(message)}**\n\n`,
    hint === undefined ? '' : `${plain(hint)}\n\n`,
    see === undefined ? '' : `See ${documentLink(see)}\n\n`,
    table(['', 'Where', 'What'], rows),
  ]);
}

/** Returns a link when the page has an address, otherwise only the name of the page. */
function documentLink(see: string): string {
  const name = see.slice(see.lastIndexOf('docs/'));
  return /^https?:/.test(see) ? `[${name}](${see})` : `\`${name}\``;
}
