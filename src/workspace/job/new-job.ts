/** Checks the name and makes the files of a new job for `maand job create`. */
import { quoted } from '../../base/text/quote.ts';
import { isJobName } from '../../grammar/names.ts';

const SCHEMA = 'https://raw.githubusercontent.com/org/maand-action/v1/schemas/manifest.schema.json';

/**
 * Returns undefined when `name` is a valid job name. Otherwise returns the reason, as the end of a sentence that begins
 * with the name.
 */
export function jobNameProblem(name: string): string | undefined {
  if (isJobName(name)) return undefined;
  return `is not a valid job name: it must begin with a letter or digit, hold letters, digits, ".", "_" and "-", and have at most 63 characters (got ${quoted(name)})`;
}

/**
 * Returns the texts of the files of a new job, by their path in the job folder. The new job can be built without
 * changes. Its deploy fails until the user fills in the targets of the Makefile, because a job that starts nothing must
 * not look deployed. The manifest has selectors only when `selectors` is not empty.
 */
export function newJobFiles(name: string, selectors: readonly string[]): Readonly<Record<string, string>> {
  const manifest = { $schema: SCHEMA, version: '1.0.0', ...(selectors.length > 0 ? { selectors } : {}) };
  return { 'manifest.json': `${JSON.stringify(manifest, null, 2)}\n`, Makefile: makefile(name) };
}

const makefile = (
  name: string,
): string => `# maand calls these targets on the worker, in the folder of the job there. Fill in each of them: as long as "start" is not,
# a deploy fails. A target that fails must end with an error, and each must work when it is called twice.
#   start    a new allocation        restart  its files or its version changed
#   stop     the job is removed from the worker, or disabled
#   status   "maand job status" shows what it prints; an error means that the job does not run
# data/ and logs/ in that folder belong to the job: a deploy leaves them alone.
#
# A systemd unit in this folder:
#   start:   install -m 644 ${name}.service /etc/systemd/system/ && systemctl daemon-reload && systemctl enable --now ${name}
#   restart: install -m 644 ${name}.service /etc/systemd/system/ && systemctl daemon-reload && systemctl restart ${name}
#   stop:    systemctl disable --now ${name}
#   status:  systemctl is-active ${name}
# A compose.yaml in this folder:
#   start, restart:  docker compose up --detach --remove-orphans        stop:  docker compose down
#   status:          docker compose ps

.PHONY: start restart stop status

start:
	@echo "${name} is not started: fill in the target start of workspace/jobs/${name}/Makefile" >&2; exit 1

restart:
	@echo "${name} is not restarted: fill in the target restart of workspace/jobs/${name}/Makefile" >&2; exit 1

# While "start" is not filled in, nothing runs, so there is nothing to stop.
stop:
	@grep -q '"${name} is not [s]tarted: ' Makefile || { echo "${name} is not stopped: fill in the target stop of workspace/jobs/${name}/Makefile" >&2; exit 1; }

status:
	@echo "the status of ${name} is unknown: fill in the target status of workspace/jobs/${name}/Makefile" >&2; exit 1
`;
