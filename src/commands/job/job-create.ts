/**
 * `maand job create NAME`: makes the folder of a new job with files to fill in. An existing folder is never changed.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../base/failure.ts';
import type { CommandCall } from '../../session/command-call.ts';
import { type CommandResult, resultOf } from '../../session/face.ts';
import { locateBucket } from '../../session/open-bucket.ts';
import { jobNameProblem, newJobFiles } from '../../workspace/job/new-job.ts';

export async function createJob(call: CommandCall): Promise<CommandResult> {
  const { request } = call;
  const [name] = request.operands;
  if (name === undefined) {
    throw new Failure('the name of the job is missing (usage: maand job create NAME [--selectors A,B])', {
      exitCode: 2,
    });
  }
  const problem = jobNameProblem(name);
  if (problem !== undefined) throw new Failure(`this ${problem}`, { exitCode: 2 });
  const bucketDir = await locateBucket(call);
  const path = `workspace/jobs/${name}`;
  await makeFolder(join(bucketDir, path), path);
  const files = newJobFiles(name, request.selectors);
  await writeFiles(join(bucketDir, path), files);
  const created = Object.keys(files).map((file) => `${path}/${file}`);
  return resultOf({
    exitCode: 0,
    data: { ok: true, job: name, selectors: request.selectors, created },
    wording: 'name',
    show: (json) => ({ json, text: nextSteps(name, created, request.selectors) }),
  });
}

/**
 * Makes the folder. Throws a `Failure` when the folder exists, because two people may create the same job at once and their
 * files must not mix.
 */
async function makeFolder(folder: string, path: string): Promise<void> {
  try {
    await mkdir(join(folder, '..'), { recursive: true, mode: 0o755 });
    await mkdir(folder, { mode: 0o755 });
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw new Failure(`cannot make ${path}: ${message}`, { exitCode: 2, cause: thrown });
    throw new Failure(`${path} exists already`, { exitCode: 2, hint: 'choose another name; nothing was changed' });
  }
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  try {
    for (const [file, text] of Object.entries(files)) {
      await writeFile(join(folder, file), text, { flag: 'wx', mode: 0o644 });
    }
  } catch (thrown) {
    await rm(folder, { recursive: true, force: true }); // an incomplete job would be an error in the next build
    throw new Failure(`cannot write the files of the job: ${(thrown as Error).message}`, {
      exitCode: 1,
      cause: thrown,
    });
  }
}

function nextSteps(name: string, created: readonly string[], selectors: readonly string[]): string {
  const labels = selectors.length > 0 ? selectors : [name.toLowerCase()];
  const wanted = labels.map((label) => `"${label}"`).join(' and ');
  return [
    'made',
    ...created.map((path) => `  ${path}`),
    `it goes to every worker with the label ${wanted} in workspace/workers.json`,
    'next: fill in the Makefile (a deploy fails until then), add the files of the job, then: maand build',
    '',
  ].join('\n');
}
