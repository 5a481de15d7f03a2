/** Defines the parameter of all functions that read a part of a manifest. */
import type { Document } from '../../document/document.ts';
import type { Findings } from '../../document/findings.ts';
import type { JobFolder } from '../job/job-folder.ts';
import type { Settings } from '../types.ts';

/**
 * The parameter of all functions that read a part of a manifest. Violations of the schema have already been reported.
 */
export interface ManifestRequest {
  /** The manifest with older words translated and the case of field names corrected. */
  readonly document: Document;
  readonly job: string;
  readonly findings: Findings;
  readonly folder: JobFolder;
  readonly settings: Settings;
}
