/** Reads `workspace/disabled.json`, which lists the disabled jobs, workers and allocations. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { type Document, fieldOf, itemsOf, membersOf, placeOf, recordOf, textOf } from '../document/document.ts';
import { Findings } from '../document/findings.ts';
import { parseJson } from '../document/json.ts';
import { fitFields } from '../schema/fields.ts';
import { findViolations, schemaOf } from '../schema/schema.ts';
import { reportViolations } from '../schema/wording.ts';
import { startOf } from './bucket.ts';
import type { BucketReader } from './reader.ts';
import { readText } from './text-file.ts';
import type { Disabled } from './types.ts';

export interface DisabledResult {
  readonly disabled: Disabled;
  readonly diagnostics: readonly Diagnostic[];
}

const FILE = 'workspace/disabled.json';
const SUBJECT = 'invalid disabled.json';

/**
 * Reads `disabled.json`. An unknown field is an error. For example, a misspelled `allocations` would otherwise disable
 * the whole job.
 */
export async function readDisabled(reader: BucketReader): Promise<DisabledResult> {
  const findings = new Findings('ErrInvalidDisabledJSON');
  const source = await readText({ reader, path: FILE, subject: SUBJECT, findings });
  const written = source === 'missing' || source === 'refused' ? undefined : parseJson(source, SUBJECT, findings);
  const document =
    written &&
    fitFields({
      document: written,
      schema: schemaOf('disabled'),
      findings,
      title: 'disabled.json',
      unknown: 'keep',
    });
  if (document) {
    const violations = await findViolations('disabled', document);
    reportViolations({ document, violations, findings, subject: `${SUBJECT}:`, wordingOf: () => ({}) });
  }
  return { disabled: interpret(reader, document), diagnostics: findings.diagnostics };
}

function interpret(reader: BucketReader, document: Document | undefined): Disabled {
  const root = document?.root;
  return {
    jobs: recordOf(
      membersOf(fieldOf(root, 'jobs')).map(([job, { node }]) => [
        job,
        { allocations: hostsIn(fieldOf(node, 'allocations')) },
      ]),
    ),
    workers: hostsIn(fieldOf(root, 'workers')),
    placeOf: (path) => (document ? placeOf(document, path) : startOf(reader.bucket, FILE)),
  };
}

function hostsIn(list: Parameters<typeof itemsOf>[0]): readonly string[] {
  return itemsOf(list).flatMap((item) => textOf(item) ?? []);
}
