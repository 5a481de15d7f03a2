/** Explains why a remote script never began. */
import type { TransportProblem, WorkerAddress } from '../../port.ts';

const LONGEST_NOISE = 300;

/**
 * Returns why a remote script never began: a problem with `sudo`, the login shell or its start-up files. `noise` is the
 * text that they printed.
 */
export function explainNoStart(worker: WorkerAddress, exitCode: number, noise: string): TransportProblem {
  const explained = worker.useSudo ? explainSudo(worker, noise) : undefined;
  const { message, hint } = explained ?? explainShell(worker, exitCode, noise);
  return { kind: 'broken', host: worker.host, message, hint };
}

/** A script that did not begin in time. `noise` is the text that was printed instead. */
export interface SlowStart {
  readonly waitedMs: number;
  readonly noise: string;
  /** `sudo`: the login shell has finished its start-up files. */
  readonly hangsIn: 'login' | 'sudo';
}

/** Returns the problem of a remote script that had not begun when a time limit passed. */
export function explainSlowStart(worker: WorkerAddress, { waitedMs, noise, hangsIn }: SlowStart): TransportProblem {
  const { host, user, port } = worker;
  const what = hangsIn === 'login' ? `the login of ${user}` : 'sudo';
  const within = `within ${Math.round(waitedMs / 100) / 10} s`;
  const hint =
    hangsIn === 'login'
      ? `a command in a start-up file waits (~/.bashrc, ~/.profile, /etc/profile.d); try: ssh -p ${port} ${user}@${host} true`
      : `what sudo asks there does not answer (PAM, LDAP, DNS); try: ssh -p ${port} ${user}@${host} sudo -n true`;
  const message = `worker ${host}: ${what} did not start our script ${within}; ${printedSoFar(noise)}`;
  return { kind: 'broken', host, message, hint };
}

/** Returns the problem of a login that prints without end, so that our script does not begin. */
export function explainFlood(worker: WorkerAddress, limitBytes: number): TransportProblem {
  const { host, user } = worker;
  return {
    kind: 'broken',
    host,
    message: `worker ${host}: the login of ${user} printed more than ${limitBytes / 1024} KiB before our script began`,
    hint: 'a command in a start-up file prints without end (~/.bashrc, ~/.profile, /etc/profile.d)',
  };
}

function printedSoFar(noise: string): string {
  const said = noise.replaceAll(/\s*\n\s*/g, ' | ').trim();
  if (said === '') return 'nothing was printed so far';
  return `printed so far: ${said.length > LONGEST_NOISE ? `…${said.slice(-LONGEST_NOISE)}` : said}`;
}

interface Words {
  readonly message: string;
  readonly hint: string;
}

function explainSudo({ host, user }: WorkerAddress, noise: string): Words | undefined {
  const withoutSudo = 'or set use_sudo = false';
  const grant = `allow it with a file in /etc/sudoers.d: ${user} ALL=(ALL) NOPASSWD: ALL`;
  if (/sudo: (command )?not found|not found: sudo|unknown command:? sudo/i.test(noise)) {
    return { message: `sudo is not installed on worker ${host}`, hint: `install it there, ${withoutSudo}` };
  }
  if (/password is required|a terminal is required|no tty present|must have a tty/i.test(noise)) {
    return { message: `sudo on worker ${host} asks ${user} for a password`, hint: `${grant}, ${withoutSudo}` };
  }
  if (/not in the sudoers file|not allowed to (execute|run)|may not run sudo/i.test(noise)) {
    return { message: `sudo on worker ${host} does not let ${user} become root`, hint: `${grant}, ${withoutSudo}` };
  }
  return undefined;
}

function explainShell({ host, user, port }: WorkerAddress, exitCode: number, noise: string): Words {
  const lastLine = noise.split('\n').at(-1)?.trim();
  const said = lastLine ? `: ${lastLine}` : ' and printed nothing';
  return {
    message: `worker ${host} did not start our script for user ${user}: its login ended with status ${exitCode}${said}`,
    hint: `try: ssh -p ${port} ${user}@${host} true; look at the login shell of ${user} and its start-up files`,
  };
}
