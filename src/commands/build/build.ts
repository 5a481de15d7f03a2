/**
 * `maand build`: reads and checks the workspace, places jobs, assigns ports, makes certificates, publishes keys, runs
 * `post_build` hooks and saves the result. `build --check` only checks.
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
import { DIAGNOSTIC_WORDING } from '../../report/ending-wording.ts';
import { codeBlock, fitSummary, plain, table } from '../../report/markdown/markdown-parts.ts';
import type { Request } from '../../request/request.ts';
import { knownAllocation } from '../../rollout/known-allocation.ts';
import type { CommandCall } from '../../session/command-call.ts';
import { type CommandResult, type Face, resultOf, type Shown } from '../../session/face.ts';
import { namesOfWorkspace } from '../../session/masks/bucket-names.ts';
import { type Inspection, inspectWorkspace, jobNames, locateBucket, selectJobs } from '../../session/open-bucket.ts';
import { type ReadBucket, withBucket } from '../../session/with-bucket.ts';
import { postBuild } from '../../session/with-run.ts';
import { withState } from '../../session/with-state.ts';
import type { OpenState } from '../../state/open-state.ts';
import type { Fixed } from '../../workspace/older/plan-fix.ts';
import type { Workspace } from '../../workspace/types.ts';
import { warnOfRefusal } from '../deploy/guarded-plan.ts';
import { checkJson, outcomeJson } from './build-json.ts';
import { buildText, catalogText, counted, newPorts } from './build-text.ts';
import { afterFix, fixedText, fixOlderWords } from './fix-older-words.ts';
import { applyPurge, planPurge, type SecretsPurge } from './purge-secrets.ts';
import { findTrackedSecrets } from './tracked-secrets.ts';

export async function build(call: CommandCall): Promise<CommandResult> {
  if (!call.request.flags.fix) return buildOrCheck(call);
  const fixed = await fixOlderWords(await locateBucket(call), call.face.identity.checkout);
  try {
    const result = await buildOrCheck(call);
    return { ...result, show: (mask) => withFixed(result.show(mask), fixed) };
  } catch (thrown) {
    throw afterFix(thrown, fixed);
  }
}

/** Adds the rewritten words to the result. The words are not masked, because everybody can read them in the workspace. */
function withFixed(shown: Shown, fixed: readonly Fixed[]): Shown {
  return { ...shown, json: { ...(shown.json as object), fixed }, text: `${fixedText(fixed)}${shown.text}` };
}

async function buildOrCheck(call: CommandCall): Promise<CommandResult> {
  if (call.request.flags.check) return check(await locateBucket(call), call);
  const warnings: Diagnostic[] = [];
  return withBucket({ ...call, face: listening(call.face, warnings) }, async (bucket) => {
    const { request, face, workspace } = bucket;
    face.warn(await findTrackedSecrets(workspace.bucketDir, face));
    selectJobs(request.filters.jobs, jobNames(workspace));
    return withState(bucket, (state) => buildBucket({ ...bucket, state, warnings }));
  });
}

interface Building extends ReadBucket {
  readonly state: OpenState;
  /** All warnings of the build. */
  readonly warnings: readonly Diagnostic[];
}

async function buildBucket({ state, warnings, ...bucket }: Building): Promise<CommandResult> {
  const { request, workspace, face } = bucket;
  const { ledger } = state;
  const before = ledger.ports;
  const purge = request.flags.purgeSecretsKv ? choosePurge(request, workspace, state) : NO_PURGE;
  const catalog = await buildInMemory(state, workspace, face);
  await ledger.commit();
  const outcome = {
    newPorts: newPorts(catalog, before),
    removed: planGarbage({ catalog, known: (id) => knownAllocation(state, id), forget: new Set() }),
    ...applyPurge(ledger.kv, purge),
    warnings: warnings.length,
  };
  await ledger.commit();
  await postBuild({ ...bucket, state, catalog });
  warnOfRefusal({ state, catalog, face });
  const numbers = { update_seq: ledger.updateSeq, serial: ledger.serial };
  return resultOf({
    exitCode: 0,
    data: warnings,
    wording: DIAGNOSTIC_WORDING,
    show: (diagnostics) => ({
      json: { ...checkJson({ workspace, diagnostics }, catalog, 'numbers'), ...outcomeJson(outcome), ...numbers },
      text: buildText(catalog, outcome),
    }),
  });
}

/** Returns a copy of the face that also appends every warning to `warnings`. */
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

/** Chooses what a purge deletes, before anything is saved. Throws a `Failure` (exit code 2) when a named job is active. */
function choosePurge({ filters }: Request, workspace: Workspace, { ledger }: OpenState): SecretsPurge {
  const { catalog } = buildCatalog({ workspace, continuity: continuityOf(ledger), newId: randomUUID });
  return planPurge(catalog, filters.jobs);
}

async function check(bucketDir: string, { request, face }: CommandCall): Promise<CommandResult> {
  const [inspection, tracked] = await Promise.all([
    inspectWorkspace(bucketDir, { request, face }),
    findTrackedSecrets(bucketDir, face),
  ]);
  const { workspace } = inspection;
  if (workspace) face.masker.reserve(namesOfWorkspace(workspace));
  const built = workspace && buildCatalog({ workspace, continuity: NO_CONTINUITY, newId: () => '' });
  const diagnostics = [...inspection.diagnostics, ...(built?.diagnostics ?? []), ...tracked];
  return resultOf({
    exitCode: hasErrors(diagnostics) ? 2 : 0,
    data: diagnostics,
    wording: DIAGNOSTIC_WORDING,
    show: (shown) => showCheck({ workspace, diagnostics: shown }, built?.catalog),
  });
}

function showCheck({ workspace, diagnostics }: Inspection, catalog: Catalog | undefined): Shown {
  const json = checkJson({ workspace, diagnostics }, catalog, 'fixed');
  const failed = hasErrors(diagnostics) || !catalog;
  const verdict = failed ? `${counted(json.errors.length, 'error')}\n` : catalogText(catalog);
  return { json, text: `${diagnosticsText(diagnostics)}${verdict}`, summary: summaryOf(diagnostics, catalog) };
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
