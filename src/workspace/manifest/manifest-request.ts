/** The request that every reader of a part of a manifest receives. */
import type { Document } from '../../document/document.ts';
import type { Findings } from '../../document/findings.ts';
import type { JobFolder } from '../job/job-folder.ts';
import type { Settings } from '../types.ts';

/** What the readers of a manifest's parts share. Errors of the schema have been reported when they begin. */
export interface ManifestRequest {
  /** In today's words and names. */
  readonly document: Document;
  readonly job: string;
  readonly findings: Findings;
  readonly folder: JobFolder;
  readonly settings: Settings;
}
