/**
 * Identifies the run. The action and the command line read the identity once from the environment. Other modules read no
 * `GITHUB_*` variable.
 */

export interface RunIdentity {
  /** GitHub's id of the run. Outside GitHub Actions, the process id. */
  readonly runId: string;
  /** Counts from 1. A run that is started again keeps its id and has the next number. */
  readonly attempt: number;
  /** The number of the run in its workflow. Undefined outside GitHub Actions. */
  readonly number: number | undefined;
  /** The user who started the run. Outside GitHub Actions, the local user. */
  readonly actor: string;
  /** `owner/name`. Empty outside GitHub Actions. */
  readonly repository: string;
  readonly ref: string;
  readonly sha: string;
  /** Link to the run. Empty outside GitHub Actions. */
  readonly url: string;
  /** Address of GitHub. Empty outside GitHub Actions. */
  readonly server: string;
  /** Address of GitHub's API. Empty outside GitHub Actions. */
  readonly api: string;
  /** The file of the workflow, such as `octo/shop/.github/workflows/deploy.yml`, or else its name; empty outside GitHub Actions. */
  readonly workflow: string;
  /** Absolute path of the checkout on the runner, which is the root of the repository; empty outside GitHub Actions. */
  readonly checkout: string;
  /** Name of the machine that runs this process. */
  readonly host: string;
}

export interface LocalProcess {
  readonly pid: number;
  readonly hostname: string;
}

/** Reads the identity. It never throws, because an invalid variable is treated as missing. */
export function parseRunIdentity(
  env: Readonly<Record<string, string | undefined>>,
  { pid, hostname }: LocalProcess,
): RunIdentity {
  const { GITHUB_RUN_ID: runId, GITHUB_SERVER_URL: server = '', GITHUB_REPOSITORY: repository = '' } = env;
  return {
    runId: runId || String(pid),
    attempt: positive(env.GITHUB_RUN_ATTEMPT) ?? 1,
    number: positive(env.GITHUB_RUN_NUMBER),
    actor: env.GITHUB_ACTOR || env.USER || 'unknown',
    repository,
    ref: env.GITHUB_REF ?? '',
    sha: env.GITHUB_SHA ?? '',
    url: runId && server && repository ? `${server}/${repository}/actions/runs/${runId}` : '',
    server,
    api: env.GITHUB_API_URL ?? '',
    workflow: env.GITHUB_WORKFLOW_REF?.split('@')[0] || env.GITHUB_WORKFLOW || '',
    checkout: env.GITHUB_WORKSPACE ?? '',
    host: hostname,
  };
}

function positive(text: string | undefined): number | undefined {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}
