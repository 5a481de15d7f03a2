/** Defines the request that every reader of a part of a manifest receives. */
import type { Document } from '../../document/document.ts';
import type { Findings } from '../../document/findings.ts';
import type { JobFolder } from '../job/job-folder.ts';
import type { Settings } from '../types.ts';

/** What all readers of parts of a manifest receive. The errors of the schema have already been reported. */
export interface ManifestRequest {
  /** The manifest with older words translated and misspelt fields corrected. */
  readonly document: Document;
  readonly job: string;
  readonly findings: Findings;
  readonly folder: JobFolder;
  readonly settings: Settings;
}
