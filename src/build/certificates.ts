/** Opens the CA of a bucket. Makes the certificates of a build, or placeholders for a plan. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { Failure } from '../base/failure.ts';
import type { Catalog } from '../catalog/types.ts';
import {
  type AuthorityView,
  judgeAuthority,
  NEW_PAIR_HINT,
  type PemPair,
  viewAuthority,
  viewAuthorityPair,
} from '../certs/authority.ts';
import { readAuthorityFiles } from '../certs/authority-files.ts';
import { type CertificateInput, certify, previewCertificates } from '../certs/certify.ts';
import type { KvEditor } from '../kv/draft.ts';
import type { OpenState } from '../state/open-state.ts';
import { stopFailure } from '../state/stop.ts';
import { requireSound } from '../workspace/require-sound.ts';
import type { Workspace } from '../workspace/types.ts';
import type { BuildFace } from './build-face.ts';

export interface CertificateStep {
  readonly state: OpenState;
  readonly workspace: Workspace;
  readonly catalog: Catalog;
  readonly face: BuildFace;
}

/** Brings the certificates in the ledger up to date. Throws a `Failure` (exit code 2) when the CA cannot sign. */
export async function certifyBuild(step: CertificateStep): Promise<void> {
  const { state, face } = step;
  const { files, authority } = await openAuthority(step);
  const input = certificateInput(step, authority);
  requireLiving(step, input);
  const record = await certify({
    ...input,
    files,
    box: state.box,
    masker: face.masker,
    signal: face.signal,
    notice: (message) => face.emit({ type: 'noticed', level: 'info', message }),
  });
  state.ledger.recordCertificates(record);
}

/**
 * Adds placeholders to `store` for the certificates that a build would make. `store` cannot be saved. Throws in the
 * same cases as a build.
 */
export async function planCertificates(step: CertificateStep, store: KvEditor): Promise<void> {
  const { authority } = await openAuthority(step);
  const input = { ...certificateInput(step, authority), store };
  requireLiving(step, input);
  previewCertificates({ ...input, box: step.state.box });
}

/**
 * Adds placeholders to the ledger for the certificates that a build would make, for a listing. An expired CA is not an
 * error here.
 */
export async function listCertificatesAhead(step: CertificateStep): Promise<void> {
  const { authority } = await openAuthority(step);
  previewCertificates({ ...certificateInput(step, authority), box: step.state.box });
}

function certificateInput(
  { state, workspace, catalog }: CertificateStep,
  authority: AuthorityView | undefined,
): CertificateInput {
  const { ledger } = state;
  const { kv: store, certificates: record } = ledger;
  return { catalog, settings: workspace.settings, store, record, authority, nowMs: Date.now() };
}

function requireLiving({ workspace, face }: CertificateStep, { authority, nowMs, settings }: CertificateInput): void {
  if (authority === undefined) return;
  const file = fileInBucket(workspace, 'secrets/ca.crt');
  requireSound(judgeAuthority({ authority, nowMs, bufferDays: settings.certsRenewalBufferDays, file }), face);
}

interface OpenedAuthority {
  /** The pair of files in `secrets/`, when it exists and the state does not contain it yet. */
  readonly files: PemPair | undefined;
  readonly authority: AuthorityView | undefined;
}

/**
 * Opens the CA. Files in `secrets/` take precedence over the CA in the state, so replacing the files replaces the CA.
 * When the state already knows the CA, its key comes from the state.
 */
async function openAuthority({ state, workspace, face }: CertificateStep): Promise<OpenedAuthority> {
  const files = await readAuthorityFiles(workspace.bucketDir);
  const known = state.ledger.certificates?.authority;
  if (files !== undefined && files.certificate.trim() !== known?.certificate) {
    face.masker.add(files.key);
    const view = viewAuthorityPair(files);
    if (!view.ok) throw refuse(view.reason, fileInBucket(workspace, 'secrets/ca.crt'));
    return { files, authority: view.value };
  }
  const view = known && viewAuthority(known.certificate, files ? 'secrets/ca.crt' : 'the state');
  if (view && !view.ok) {
    const message = `the CA cannot be used: ${view.reason}`;
    throw stopFailure({ code: 'ca-unusable', message, hint: NEW_PAIR_HINT });
  }
  return { files: undefined, authority: view?.value };
}

function fileInBucket({ bucketPath }: Workspace, path: string): string {
  return bucketPath === '' ? path : `${bucketPath}/${path}`;
}

function refuse(reason: string, file: string): Failure {
  const message = `the bucket CA cannot be used: ${reason}`;
  const place = { file, line: 1, column: 1 };
  const diagnostic: Diagnostic = { severity: 'error', code: 'ErrInvalidCA', message, place, hint: NEW_PAIR_HINT };
  return new Failure('the workspace has 1 error', { exitCode: 2, diagnostics: [diagnostic] });
}
