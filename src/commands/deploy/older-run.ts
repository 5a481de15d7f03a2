/** Notices a run that is older than the one that deployed last, and remembers who deployed. */
import { askGit } from '../../ask/git.ts';
import type { CommandCall } from '../../session/command-call.ts';
import type { ReadBucket } from '../../session/with-bucket.ts';
import type { Deployer } from '../../state/document.ts';
import type { Ledger } from '../../state/ledger.ts';
import { stopFailure } from '../../state/stop.ts';

type Deploying = Pick<ReadBucket, 'request' | 'workspace' | 'face'>;

/**
 * Warns when an older run deploys over a newer one. Throws a `Failure` (exit code 3) instead when maand.conf forbids it
 * and the request does not allow it.
 */
export async function checkOrder(deploying: Deploying, { deployer }: Pick<Ledger, 'deployer'>): Promise<void> {
  const { request, workspace, face } = deploying;
  const why = deployer && (await whyOlder(await deployerOf(deploying), deployer, deploying));
  if (why === undefined) return;
  const message = `an older run deploys over a newer one: ${why}`;
  if (workspace.settings.allowDowngrade || request.flags.allowDowngrade || request.flags.dryRun) {
    face.emit({ type: 'noticed', level: 'warning', message });
    return;
  }
  throw stopFailure({
    code: 'older-run',
    message: `${message}, and maand.conf has allow_downgrade = false`,
    hint: 'run the newest workflow run again, or begin a new one; if the older state is meant: --allow-downgrade (input allow-downgrade)',
  });
}

/** Records this run as the one that deployed last. The next commit saves it. */
export async function recordDeployer(deploying: Deploying, ledger: Ledger): Promise<void> {
  const deployer = await deployerOf(deploying);
  const isKnown = deployer.runNumber !== undefined || deployer.sha !== '';
  ledger.recordDeployer(isKnown ? deployer : undefined);
}

/** Returns this run. Outside GitHub Actions its commit is the one that is checked out. */
async function deployerOf({ workspace, face }: Deploying): Promise<Deployer> {
  const { repository, workflow, number, attempt, sha } = face.identity;
  return {
    repository,
    workflow,
    ...(number === undefined ? {} : { runNumber: number }),
    attempt,
    sha: sha || (workspace.gitPath === undefined ? '' : await headOf(workspace.bucketDir, face)),
  };
}

/** Returns why `own` is older than `deployed`, or undefined when it is not, or when nobody can tell. */
async function whyOlder(own: Deployer, deployed: Deployer, deploying: Deploying): Promise<string | undefined> {
  const isSameWorkflow = own.workflow !== '' && own.workflow === deployed.workflow;
  if (
    isSameWorkflow &&
    own.repository === deployed.repository &&
    own.runNumber !== undefined &&
    deployed.runNumber !== undefined &&
    own.runNumber < deployed.runNumber
  ) {
    return `this is run ${own.runNumber} of ${own.workflow}, and run ${deployed.runNumber} has deployed`;
  }
  const { workspace, face } = deploying;
  if (workspace.gitPath === undefined || !(await isAncestor([own.sha, deployed.sha], workspace.bucketDir, face))) {
    return undefined;
  }
  return `commit ${own.sha.slice(0, 12)} comes before ${deployed.sha.slice(0, 12)}, which is deployed`;
}

type Face = CommandCall['face'];
type Commits = readonly [older: string, newer: string];

/** Returns whether git knows both commits, and the first one is a real ancestor of the second one. */
async function isAncestor([older, newer]: Commits, dir: string, { env, signal }: Face): Promise<boolean> {
  const isCommit = (text: string) => /^[0-9a-f]{40,64}$/.test(text);
  if (!isCommit(older) || !isCommit(newer) || older === newer) return false;
  const answer = await askGit({ dir, args: ['merge-base', '--is-ancestor', older, newer], env, signal });
  return answer.kind === 'answered' && answer.exitCode === 0;
}

async function headOf(dir: string, { env, signal }: Face): Promise<string> {
  const answer = await askGit({ dir, args: ['rev-parse', '--verify', '--quiet', 'HEAD'], env, signal });
  return answer.kind === 'answered' && answer.exitCode === 0 ? answer.text.trim() : '';
}
