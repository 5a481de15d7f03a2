/**
 * `maand build`: reads and checks the workspace, places jobs, assigns ports, makes certificates, publishes keys, runs
 * `post_build` hooks and remembers all of it. `build --check` only looks.
 */
import { randomUUID } from 'node:crypto';
import { type Diagnostic, hasErrors } from '../../base/diagnostic.ts';
import { buildInMemory } from '../../build/build-in-memory.ts';
import { NO_CONTINUITY } from '../../build/no-continuity.ts';
import { continuityOf } from '../../build/record-build.ts';
import { buildCatalog } from '../../catalog/build-catalog.ts';
import type { Catalog } from '../../catalog/types.ts';
import { planGarbage } from '../../plan/plan-gc.ts';
import { diagnosticsText, errorsFirst } from '../../report/diagnostic-text.ts';
import { codeBlock, fitSummary, plain, table } from '../../report/markdown/markdown-parts.ts';
import type { Request } from '../../request/request.ts';
import { knownAllocation } from '../../rollout/job/stage-job.ts';
import type { CommandResult, Face } from '../../session/face.ts';
import { inspectWorkspace, locateBucket, openWorkspace, selectJobs } from '../../session/open-bucket.ts';
import { postBuild } from '../../session/open-run.ts';
import type { Tools } from '../../session/tools.ts';
import { withState } from '../../session/with-state.ts';
import type { OpenState } from '../../state/open-state.ts';
import type { Workspace } from '../../workspace/types.ts';
import { checkJson, outcomeJson } from './build-json.ts';
import { buildText, catalogText, counted, newPorts } from './build-text.ts';
import { afterFix, fixedText, fixOlderWords } from './fix-older-words.ts';
import { applyPurge, planPurge, type SecretsPurge } from './purge-secrets.ts';
import { findTrackedSecrets } from './tracked-secrets.ts';

export async function build(request: Request, face: Face, tools: Tools): Promise<CommandResult> {
  const bucketDir = await locateBucket(request, face);
  if (!request.flags.fix) return buildBucket({ bucketDir, request, face, tools });
  const fixed = await fixOlderWords(bucketDir);
  try {
    const result = await buildBucket({ bucketDir, request, face, tools });
    return { ...result, json: { ...(result.json as object), fixed }, text: `${fixedText(fixed)}${result.text}` };
  } catch (thrown) {
    throw afterFix(thrown, fixed);
  }
}

interface BuildInput {
  readonly bucketDir: string;
  readonly request: Request;
  readonly face: Face;
  readonly tools: Tools;
}

async function buildBucket({ bucketDir, request, face, tools }: BuildInput): Promise<CommandResult> {
  if (request.flags.check) return check(bucketDir, request, face);
  const warnings: Diagnostic[] = [];
  const listener = listening(face, warnings);
  const workspace = await openWorkspace(bucketDir, request, listener);
  listener.warn(await findTrackedSecrets(bucketDir, face.env));
  selectJobs(
    request.filters.jobs,
    workspace.jobs.map(({ name }) => name),
  );
  return withState({ request, face, tools, workspace }, async (state) => {
    const { ledger } = state;
    const before = ledger.ports;
    const purge = request.flags.purgeSecretsKv ? choosePurge(request, workspace, state) : NO_PURGE;
    const catalog = await buildInto(state, workspace, listening(face, warnings));
    const outcome = {
      newPorts: newPorts(catalog, before),
      removed: planGarbage(catalog, (id) => knownAllocation(state, id)),
      ...applyPurge(ledger.kv, purge),
      warnings: warnings.length,
    };
    await ledger.commit();
    await postBuild({ request, face, tools, workspace, state, catalog });
    const json = checkJson({ workspace, diagnostics: warnings }, catalog, 'numbers');
    return {
      exitCode: 0,
      json: { ...json, ...outcomeJson(outcome), update_seq: ledger.updateSeq, serial: ledger.serial },
      text: buildText(catalog, outcome),
    };
  });
}

/** The face, with every warning noted down as well. */
function listening(face: Face, warnings: Diagnostic[]): Face {
  return {
    ...face,
    warn: (found) => {
      warnings.push(...found);
      face.warn(found);
    },
  };
}

const NO_PURGE: SecretsPurge = { jobs: [], spared: [] };

/** Refusals come before anything is saved. */
function choosePurge({ filters }: Request, workspace: Workspace, { ledger }: OpenState): SecretsPurge {
  const { catalog } = buildCatalog({ workspace, continuity: continuityOf(ledger), newId: randomUUID });
  return planPurge(catalog, filters.jobs);
}

/** Builds from what the state knows and makes the outcome durable; a build with errors changes nothing. */
async function buildInto(state: OpenState, workspace: Workspace, face: Face): Promise<Catalog> {
  const catalog = await buildInMemory(state, workspace, face);
  await state.ledger.commit();
  return catalog;
}

async function check(bucketDir: string, request: Request, face: Face): Promise<CommandResult> {
  const [inspection, tracked] = await Promise.all([
    inspectWorkspace(bucketDir, request),
    findTrackedSecrets(bucketDir, face.env),
  ]);
  const { workspace } = inspection;
  const built = workspace && buildCatalog({ workspace, continuity: NO_CONTINUITY, newId: () => '' });
  const diagnostics = [...inspection.diagnostics, ...(built?.diagnostics ?? []), ...tracked];
  const json = checkJson({ workspace, diagnostics }, built?.catalog, 'fixed');
  const failed = hasErrors(diagnostics);
  const text = diagnosticsText(diagnostics);
  const verdict = failed || !built ? `${counted(json.errors.length, 'error')}\n` : catalogText(built.catalog);
  return { exitCode: failed ? 2 : 0, json, text: `${text}${verdict}`, summary: summaryOf(diagnostics, built?.catalog) };
}

function summaryOf(diagnostics: readonly Diagnostic[], catalog: Catalog | undefined): string {
  const rows = errorsFirst(diagnostics).map(({ severity, place, message }) => [
    severity,
    place ? plain(`${place.file}:${place.line}`) : '',
    plain(message),
  ]);
  const parts = ['## maand build\n\n', table(['', 'Where', 'What'], rows)];
  return fitSummary(catalog ? [...parts, codeBlock(catalogText(catalog))] : parts);
}
