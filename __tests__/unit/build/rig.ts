/** Runs builds in this process on a bucket with its state in memory, and shows the changes to both. */
import type { BuildFace } from '../../../src/build/build-face.ts';
import { withBucket } from '../../../src/session/with-bucket.ts';
import { withState } from '../../../src/session/with-state.ts';
import type { StateDocument } from '../../../src/state/document.ts';
import type { OpenState } from '../../../src/state/open-state.ts';
import type { Workspace } from '../../../src/workspace/types.ts';
import type { SessionBucket } from '../../support/session-bucket.ts';

export interface Building {
  readonly state: OpenState;
  readonly workspace: Workspace;
  readonly face: BuildFace;
  /** Returns the whole document of the ledger. */
  readonly ledger: () => StateDocument;
}

/** Runs `work` in a build. Its changes are saved when it commits the ledger. */
export function inBuild<T>(bucket: SessionBucket, work: (building: Building) => Promise<T>): Promise<T> {
  return withBucket(bucket.call(['build']), (read) =>
    withState(read, (state) => {
      const { workspace, face } = read;
      return work({ state, workspace, face, ledger: () => state.ledger.toDocument(0) });
    }),
  );
}

export const WITH_CERTIFICATE = { certs: { tls: { subject: { common_name: 'web' }, key: 'ec-p256' } } };
