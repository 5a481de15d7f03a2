/** Writes the job summary of the action. */
import * as core from '@actions/core';

/** Writes the job summary. Does nothing on a runner without job summaries. */
export async function writeSummary(markdown: string, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  if ((env[SUMMARY_FILE] ?? '') === '') return;
  await core.summary.addRaw(markdown, true).write();
}

const SUMMARY_FILE = 'GITHUB_STEP_SUMMARY';
