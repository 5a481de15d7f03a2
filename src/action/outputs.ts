/** Sets the outputs of the action. Every output always has a value, so `fromJSON` can always parse it. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as core from '@actions/core';
import { type DeployJson, isReconciled, type JobJson, shellHookOutputs } from '../report/deploy-json.ts';

const EMPTY = {
  changed: false,
  plan: '',
  'plan-digest': '',
  'plan-file': '',
  result: '',
  'deployed-jobs': [],
  'failed-jobs': [],
  'skipped-jobs': [],
  'blocked-jobs': [],
  'changed-jobs': [],
  waves: [],
  hosts: [],
  'update-seq': '',
  'state-serial': '',
  'bucket-id': '',
  'before-deploy-exit-code': '',
  'after-deploy-exit-code': '',
};

export type OutputValues = Readonly<Record<string, unknown>>;

/** Returns the names of all outputs, in the order of action.yml. */
export function outputNames(): string[] {
  return Object.keys(EMPTY);
}

const LARGEST_PLAN_BYTES = 512 * 1024;

export interface OutputInput {
  readonly values: OutputValues;
  /** The JSON document of the command. Undefined when the command has no document. */
  readonly json: unknown;
  /** Folder for files that later steps read. */
  readonly temporaryFolder: string;
  /** Is called with the folder before files are written to it. The folder is removed after the job's last step. */
  readonly onFolder: (folder: string) => void;
}

/**
 * Sets the outputs. Texts are set unchanged, and other values as JSON. The plan and the result are also written as files,
 * which exist until the step `post`.
 */
export async function setOutputs(input: OutputInput): Promise<void> {
  const files = await writeFiles(input);
  for (const [name, value] of Object.entries({ ...EMPTY, ...input.values, ...files })) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    core.setOutput(name, name === 'plan' && Buffer.byteLength(text) > LARGEST_PLAN_BYTES ? '' : text);
  }
}

async function writeFiles({ values, json, temporaryFolder, onFolder }: OutputInput): Promise<OutputValues> {
  const { plan } = values;
  if (json === undefined && plan === undefined) return {};
  const folder = await mkdtemp(join(temporaryFolder, 'maand-results-'));
  onFolder(folder);
  const files: Record<string, string> = {};
  if (json !== undefined) files.result = await writeJson(join(folder, 'result.json'), json);
  if (plan !== undefined) files['plan-file'] = await writeJson(join(folder, 'plan.json'), plan);
  return files;
}

async function writeJson(path: string, json: unknown): Promise<string> {
  await writeFile(path, `${JSON.stringify(json, undefined, 2)}\n`, { mode: 0o600 });
  return path;
}

/** Returns the outputs of a deploy. The result may be partial. */
export function outputsOf({ jobs, waves, reconcile, hooks }: DeployJson): OutputValues {
  const jobsThat = (...outcomes: JobJson['outcome'][]) =>
    jobs.filter(({ outcome }) => outcomes.includes(outcome)).map(({ job }) => job);
  return {
    changed: jobsThat('deployed').length > 0 || reconcile.some(isReconciled),
    'deployed-jobs': jobsThat('deployed'),
    'failed-jobs': jobsThat('failed', 'cancelled'),
    'skipped-jobs': jobsThat('skipped'),
    'blocked-jobs': jobsThat('blocked'),
    'changed-jobs': jobsThat('deployed', 'failed'),
    waves: waves.map(({ seq }) => seq),
    ...shellHookOutputs(hooks),
  };
}
