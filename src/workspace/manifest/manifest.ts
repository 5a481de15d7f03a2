/**
 * Converts the tree of a manifest to the typed parts of a `JobEntry`. The rules for a single part are in a separate
 * file.
 */

import { excerpt } from '../../base/text/quote.ts';
import { type Document, fieldOf, integerOf, itemsOf, textOf } from '../../document/document.ts';
import { parseLabel } from '../../grammar/names.ts';
import { fitFields } from '../../schema/fields.ts';
import { FORMATS } from '../../schema/formats.ts';
import { findViolations, schemaOf } from '../../schema/schema.ts';
import { reportViolations } from '../../schema/wording.ts';
import { OLDER_FIELDS, type TranslationRequest, translateManifest } from '../older/older-manifest.ts';
import type { JobEntry, RestartPolicy } from '../types.ts';
import { readCertificates } from './certificates.ts';
import { readHealthCheck } from './health-check.ts';
import { readHooks } from './hooks.ts';
import type { ManifestRequest } from './manifest-request.ts';
import { wordingOfManifest } from './manifest-wording.ts';
import { readBounds, readPorts } from './resources.ts';

/** The parts of a job that come from its manifest. */
export type ManifestParts = Omit<
  JobEntry,
  'name' | 'dir' | 'vars' | 'putOnlyVars' | 'files' | 'emptyFolders' | 'placeOf'
>;

/** Translates older words, corrects the case of field names, and reports every violation of the schema. */
export async function fitManifest(request: TranslationRequest): Promise<Document> {
  const { job, findings } = request;
  const name = excerpt(job);
  const document = fitFields({
    document: translateManifest(request),
    schema: schemaOf('manifest'),
    findings,
    title: `manifest.json of job ${name}`,
    older: OLDER_FIELDS,
    unknown: 'drop with a warning',
  });
  const violations = await findViolations('manifest', document);
  const subject = `invalid manifest.json: job ${name}`;
  reportViolations({ document, violations, findings, subject, wordingOf: wordingOfManifest(name) });
  return document;
}

/** Reads the parts of the job. Values that the schema refused are treated as missing. */
export function readParts(request: ManifestRequest): ManifestParts {
  const { root } = request.document;
  const count = (name: string): number => integerOf(fieldOf(root, name)) ?? 0;
  warnUnavailable(request);
  return {
    version: textOf(fieldOf(root, 'version'))?.trim() ?? '',
    selectors: readSelectors(request),
    maxConcurrentUpgrades: count('max_concurrent_upgrades') > 0 ? count('max_concurrent_upgrades') : 1,
    maxConcurrentStarts: Math.max(0, count('max_concurrent_starts')),
    minAllocationsCount: Math.max(0, count('min_allocations_count')),
    restartPolicy: policyOf(textOf(fieldOf(root, 'restart_policy'))) ?? 'always',
    restartGlobs: readGlobs(request),
    memoryMb: readBounds('memory', request),
    cpuMhz: readBounds('cpu', request),
    ports: readPorts(request),
    hooks: readHooks(request),
    healthCheck: readHealthCheck(request),
    certificates: readCertificates(request),
  };
}

/**
 * Returns the selectors trimmed, in lower case and without duplicates. Without selectors, returns the job name in lower
 * case.
 */
function readSelectors({ document, job, findings }: ManifestRequest): readonly string[] {
  const list = fieldOf(document.root, 'selectors');
  const items = itemsOf(list);
  const selectors = new Set<string>();
  for (const item of items) {
    const result = parseLabel(textOf(item) ?? '');
    if (result.ok && result.value !== '') selectors.add(result.value);
  }
  if (list && items.length > 0 && items.every((item) => textOf(item)?.trim() === '')) {
    findings.error({
      message: `invalid manifest.json: job ${excerpt(job)} selectors hold only empty texts: no worker would match`,
      place: document.source.placeAt(list.start),
      hint: 'leave selectors out to select by the job name',
    });
  }
  return selectors.size > 0 ? [...selectors] : [job.toLowerCase()];
}

function policyOf(text: string | undefined): RestartPolicy | undefined {
  return text === 'always' || text === 'reload' || text === 'never' ? text : undefined;
}

function readGlobs({ document, job, findings }: ManifestRequest): readonly string[] {
  const list = fieldOf(document.root, 'restart_globs');
  const written = fieldOf(document.root, 'restart_policy');
  const policy = written ? policyOf(textOf(written)) : 'always';
  if (list && itemsOf(list).length > 0 && (policy === 'always' || policy === 'never')) {
    findings.error({
      message: `invalid manifest.json: job ${excerpt(job)} restart_globs requires restart_policy reload`,
      place: document.source.placeAt(list.start),
    });
  }
  return itemsOf(list).flatMap((item) => {
    const glob = textOf(item);
    return glob !== undefined && FORMATS.glob(glob).ok ? [glob.trim()] : [];
  });
}

/**
 * Warns about fields that have no effect in this version, because the author of the manifest may rely on these fields.
 */
function warnUnavailable({ document, job, findings }: ManifestRequest): void {
  for (const name of ['max_failures', 'rollback']) {
    const node = fieldOf(document.root, name);
    if (!node) continue;
    const message = `manifest.json of job ${excerpt(job)}: ${name} is not available in this version and has no effect`;
    findings.warning({ message, place: document.source.placeAt(node.start) });
  }
}
