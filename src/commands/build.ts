/** `maand build`: read, validate, place, number, publish, remember (spec 00 §0.4); and `build --check`, which only looks. */
import { randomUUID } from 'node:crypto';
import { type Diagnostic, hasErrors } from '../base/diagnostic.ts';
import { buildCatalog } from '../catalog/build-catalog.ts';
import type { Catalog, Continuity } from '../catalog/types.ts';
import { publishCatalog } from '../kv/publish.ts';
import { diagnosticsText, errorsFirst } from '../report/diagnostic-text.ts';
import { codeBlock, fitSummary, plain, table } from '../report/markdown-parts.ts';
import type { Request } from '../request/request.ts';
import { checkBuild } from '../state/check-build.ts';
import { continuityOf, recordBuild } from '../state/record-build.ts';
import type { Workspace } from '../workspace/types.ts';
import type { CommandResult, Face } from './face.ts';
import { type Inspection, inspectWorkspace, locateBucket, openWorkspace, requireSound } from './open-bucket.ts';
import { withState } from './open-state.ts';
import { postBuild } from './post-build.ts';
import type { OpenState, Tools } from './tools.ts';

const HISTORY_DAYS = 7;

const NO_CONTINUITY: Continuity = {
  bucketId: '00000000-0000-0000-0000-000000000000',
  workers: {},
  ports: {},
  allocations: [],
};

export async function build(request: Request, face: Face, tools: Tools): Promise<CommandResult> {
  const bucketDir = await locateBucket(request, face);
  if (request.flags.check) return check(bucketDir, request);
  const workspace = await openWorkspace(bucketDir, request, face);
  return withState({ request, face, tools, workspace }, async (state) => {
    const catalog = await buildInto(state, workspace, face);
    await postBuild({ request, face, tools, workspace, state, catalog });
    const json = checkJson({ workspace, diagnostics: [] }, catalog, 'numbers');
    return {
      exitCode: 0,
      json: { ...json, update_seq: state.ledger.updateSeq, serial: state.ledger.serial },
      text: describe(catalog),
    };
  });
}

/** Builds from what the state knows and makes the outcome durable; a build with errors changes nothing. */
async function buildInto(state: OpenState, workspace: Workspace, face: Face): Promise<Catalog> {
  const catalog = buildInMemory(state, workspace, face);
  await state.ledger.commit();
  return catalog;
}

/** The same, until somebody commits the ledger. */
export function buildInMemory({ ledger }: OpenState, workspace: Workspace, face: Face): Catalog {
  const catalog = resolveCatalog(workspace, continuityOf(ledger), face);
  checkBuild(ledger, catalog);
  applyBuild(ledger, catalog, workspace);
  return catalog;
}

/** The build in memory: KV, records and ports of the ledger follow the catalog. */
export function applyBuild(ledger: OpenState['ledger'], catalog: Catalog, workspace: Workspace): void {
  ledger.kv.purge(HISTORY_DAYS);
  publishCatalog(ledger.kv, catalog, workspace);
  recordBuild(ledger, catalog, workspace.digest);
}

/** Throws a `Failure` with every finding when one is an error. */
export function resolveCatalog(workspace: Workspace, continuity: Continuity, face: Face): Catalog {
  const { catalog, diagnostics } = buildCatalog({ workspace, continuity, newId: randomUUID });
  requireSound(diagnostics, face);
  return catalog;
}

async function check(bucketDir: string, request: Request): Promise<CommandResult> {
  const inspection = await inspectWorkspace(bucketDir, request);
  const { workspace } = inspection;
  const built = workspace && buildCatalog({ workspace, continuity: NO_CONTINUITY, newId: () => '' });
  const diagnostics = [...inspection.diagnostics, ...(built?.diagnostics ?? [])];
  const json = checkJson({ workspace, diagnostics }, built?.catalog, 'fixed');
  const failed = hasErrors(diagnostics);
  const text = diagnosticsText(diagnostics);
  const verdict = failed || !built ? `${json.errors.length} error(s)\n` : describe(built.catalog);
  return { exitCode: failed ? 2 : 0, json, text: `${text}${verdict}`, summary: summaryOf(diagnostics, built?.catalog) };
}

/** `build --check --json` (contract §3). `fixed`: numbers from the pool are null, only a build with state knows them. */
function checkJson({ workspace, diagnostics }: Inspection, catalog: Catalog | undefined, ports: 'fixed' | 'numbers') {
  const of = (severity: Diagnostic['severity']) =>
    diagnostics.filter((one) => one.severity === severity).map(diagnosticJson);
  return {
    ok: !hasErrors(diagnostics) && workspace !== undefined,
    errors: of('error'),
    warnings: of('warning'),
    jobs: (catalog?.jobs ?? []).map((job) => ({
      job: job.name,
      version: job.version,
      deployment_seq: job.deploymentSeq,
      selectors: job.entry.selectors,
      workers: job.allocations.map(({ host }) => host),
      ports: Object.fromEntries(
        job.entry.ports.map(({ name, number }) => [
          name,
          number ?? (ports === 'numbers' ? (job.ports[name] ?? null) : null),
        ]),
      ),
      hooks: job.entry.hooks.map(({ name }) => name),
    })),
    workers: (catalog?.workers ?? []).map(({ host, labels }) => ({
      host,
      labels,
      jobs: (catalog?.jobs ?? [])
        .filter((job) => job.allocations.some((one) => one.host === host))
        .map(({ name }) => name),
    })),
    waves: catalog?.waves ?? [],
  };
}

function diagnosticJson({ code, message, place, job, hint }: Diagnostic) {
  return { code, message, ...place, ...(job === undefined ? {} : { job }), ...(hint === undefined ? {} : { hint }) };
}

function describe(catalog: Catalog): string {
  const allocations = catalog.jobs.reduce((sum, job) => sum + job.allocations.length, 0);
  const waves = catalog.waves.map((names, seq) => `  wave ${seq}: ${names.join(', ')}\n`).join('');
  return `${catalog.jobs.length} jobs on ${catalog.workers.length} workers, ${allocations} allocations\n${waves}`;
}

function summaryOf(diagnostics: readonly Diagnostic[], catalog: Catalog | undefined): string {
  const rows = errorsFirst(diagnostics).map(({ severity, place, message }) => [
    severity,
    place ? plain(`${place.file}:${place.line}`) : '',
    plain(message),
  ]);
  const parts = ['## maand build\n\n', table(['', 'Where', 'What'], rows)];
  return fitSummary(catalog ? [...parts, codeBlock(describe(catalog))] : parts);
}
