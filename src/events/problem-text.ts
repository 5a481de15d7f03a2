/** Converts the problems of the engine to sentences. Only this module writes such sentences. */
import type { OutOfStep } from './out-of-step.ts';
import type { JobProblem, Problem, WorkerProblem } from './problem.ts';

/** Returns the complete sentence, with one line for each worker when several workers failed. */
export function problemText(problem: Problem): string {
  switch (problem.kind) {
    case 'connection':
      return problemReason(problem);
    case 'missing-tools':
      return `worker ${problem.worker} ${problemReason(problem)}`;
    case 'silent':
    case 'timed-out':
    case 'exit':
    case 'overtaken':
    case 'unreadable':
    case 'delivery-timed-out':
    case 'out-of-step':
    case 'cut-off':
    case 'not-looked':
      return `worker ${problem.worker}: ${problemReason(problem)}`;
    case 'cancelled':
    case 'hook':
    case 'probe':
    case 'list':
    case 'unhealthy':
    case 'templates':
    case 'batches':
    case 'target':
    case 'still-running':
    case 'upstream':
    case 'several':
    case 'job-missing':
    case 'still-unhealthy':
      return jobProblemText(problem);
  }
}

/** Returns the text that follows the name of the worker, for tables and lists that already show this name. */
export function problemReason(problem: WorkerProblem): string {
  switch (problem.kind) {
    case 'connection':
      return problem.hint === undefined ? problem.message : `${problem.message} (${problem.hint})`;
    case 'silent':
      return `no answer within ${problem.limitMs / 1000} s`;
    case 'timed-out':
      return `${problem.what} timed out after ${problem.limitMs / 1000} s (command_timeout in maand.conf)`;
    case 'exit':
    case 'overtaken':
      return withWords(`${problem.what} failed (exit ${problem.exitCode})`, problem.said);
    case 'unreadable':
      return withWords(`${problem.what} cannot be read (exit ${problem.exitCode})`, problem.said);
    case 'missing-tools': {
      const { tools } = problem;
      return `missing prerequisites: ${tools.join(', ')} (install them there, e.g. apt-get install ${tools.join(' ')})`;
    }
    case 'delivery-timed-out':
      return `rsync did not end within ${problem.limitMs / 60_000} minutes`;
    case 'out-of-step':
      return outOfStepText(problem.fault, ` (run ${problem.remedy})`);
    case 'not-looked':
      return problem.reason;
    case 'cut-off':
      return `${problem.path} is a link that leads nowhere (is its disk mounted?)`;
  }
}

/**
 * Returns the sentences of all problems as a list on one line. A problem that several workers share is shown only once.
 * For example, a jump host that is down causes the same problem on all workers behind it.
 */
export function problemsText(problems: Iterable<Problem>): string {
  return sentencesOf([...problems]).join('; ');
}

function sentencesOf(problems: readonly Problem[]): readonly string[] {
  return [...new Set(problems.map(problemText))];
}

function jobProblemText(problem: JobProblem): string {
  switch (problem.kind) {
    case 'cancelled':
      return problem.when === undefined ? 'cancelled' : `cancelled ${problem.when}`;
    case 'hook':
      return problem.said;
    case 'probe':
      return `${problem.probe} ${problem.at}: ${problem.said}`;
    case 'list':
      return problemsText(problem.problems);
    case 'unhealthy':
      return `health check failed: ${problemsText(problem.problems)}`;
    case 'templates':
      return problem.messages.join('\n');
    case 'batches': {
      const { action, cause } = problem;
      return `${action} ${action === 'start' ? 'new' : 'updated'} allocations: ${problemText(cause)}`;
    }
    case 'target':
      return `target ${problem.target}${problem.by === 'make' ? ' failed' : ''}: ${problemText(problem.cause)}`;
    case 'still-running':
      return `the disabled allocation on ${problem.workers.join(', ')} could not be stopped`;
    case 'upstream':
      return `skipped, upstream job ${problem.job} failed`;
    case 'several':
      return sentencesOf(problem.problems).join('\n');
    case 'still-unhealthy':
      return `still unhealthy since an earlier deploy on ${problem.workers.join(', ')}; it was not restarted, because nothing of it has changed (to restart it: maand deploy --jobs ${problem.job})`;
    case 'job-missing':
      return `its folder is missing on every worker: ${problem.workers.join(', ')} (is a disk not mounted, or the root another one? To start it anew everywhere: maand deploy --force) [job-missing]`;
  }
}

function outOfStepText(fault: OutOfStep, advice: string): string {
  switch (fault.kind) {
    case 'absent':
      return `nothing of this bucket is there${advice}`;
    case 'unsigned':
      return `worker.json is missing${advice}`;
    case 'damaged':
      return `worker.json is damaged${advice}`;
    case 'other-bucket':
      return `bucket id mismatch${advice}`;
    case 'other-worker':
      return `worker id mismatch${advice}`;
    case 'exchanged':
      return 'worker id mismatch: it has the files of another worker of this bucket (did two workers exchange their addresses?)';
    case 'elsewhere':
      return fault.by === ''
        ? `update_seq mismatch: its last deploy has number ${fault.found}, but the newest number in this state is ${fault.newest} (check that this is the newest state) [state-elsewhere]`
        : `another state wrote there last: ${fault.by} [state-elsewhere]`;
    case 'behind':
      return `update_seq mismatch: it holds an older deploy (${fault.found}) than the last one (${fault.delivered})${advice}`;
  }
}

function withWords(what: string, said: string): string {
  return said === '' ? what : `${what}: ${said}`;
}
