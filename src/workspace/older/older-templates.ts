/** Finds older names of namespaces and keys in the source of templates. Only names in string literals are found. */
import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { excerpt } from '../../base/text/quote.ts';
import { replace } from '../../document/edits.ts';
import type { Findings } from '../../document/findings.ts';
import { Source } from '../../document/source.ts';
import { fileIn } from '../bucket.ts';
import { type JobFolder, jobPath } from '../job/job-folder.ts';
import type { BucketReader } from '../reader.ts';
import { OlderWords } from './older-words.ts';

const ACTION = /\{\{(?!-?\s*\/\*).*?\}\}/gs;
/** The function calls with an older name. Each pattern ends with the older name in quotes. */
const CALLS: readonly (readonly [call: RegExp, today: string])[] = [
  [/\b(?:get|getOptional|keys)\s+"maand"/g, 'maand/bucket'],
  [/\b(?:get|getOptional)\s+"maand(?:\/bucket)?"\s+"activejobs"/g, 'active_jobs'],
  [/\bgetJob(?:Optional)?\s+(?:"[^"]*"\s+)?"deploy_order"/g, 'rollout_order'],
  [/\b(?:get|getOptional)\s+"maand\/job\/[^"/]+"\s+"deploy_order"/g, 'rollout_order'],
  [/\bgetJobWorker(?:Optional)?\s+"new_version"/g, 'version'],
];
const LARGEST_BYTES = 1024 * 1024;

export interface TemplatesRequest {
  readonly reader: BucketReader;
  readonly job: string;
  readonly folder: JobFolder;
  readonly findings: Findings;
}

/**
 * Reports the older names in the templates of a job. A template that cannot be read, is too large or is not UTF-8 text
 * is skipped here.
 */
export async function reportOlderTemplates({ reader, job, folder, findings }: TemplatesRequest): Promise<void> {
  const templates = folder.files.filter(
    ({ path, sizeBytes }) => path.endsWith('.tpl') && !/^_(?:hooks|modules)\//.test(path) && sizeBytes <= LARGEST_BYTES,
  );
  await Promise.all(
    templates.map(async ({ path, sourcePath }) => {
      const bytes = await reader.attempt(() => readFile(sourcePath));
      if (bytes.kind !== 'done' || !isUtf8(bytes.value)) return;
      const source = new Source(
        fileIn(reader.bucket, `${jobPath(job)}/${path}`),
        new TextDecoder().decode(bytes.value),
      );
      reportIn(new OlderWords({ source, findings, title: `${excerpt(path)} of job ${excerpt(job)}` }));
    }),
  );
}

function reportIn(words: OlderWords): void {
  const { text } = words.source;
  for (const { 0: action, index } of text.matchAll(ACTION)) {
    for (const [call, today] of CALLS) {
      for (const match of action.matchAll(call)) {
        const end = index + match.index + match[0].length;
        const start = text.lastIndexOf('"', end - 2);
        words.report({
          older: text.slice(start + 1, end - 1),
          today,
          start,
          edits: [replace({ start, end }, `"${today}"`)],
        });
      }
    }
  }
}
