/** Explains why a remote script never began. */
import type { TransportProblem, WorkerAddress } from '../../port.ts';

/**
 * Returns why a remote script never began: a problem with `sudo`, the login shell or its start-up files. `noise` is the
 * text that they printed.
 */
export function explainNoStart(worker: WorkerAddress, exitCode: number, noise: string): TransportProblem {
  const explained = worker.useSudo ? explainSudo(worker, noise) : undefined;
  const { message, hint } = explained ?? explainShell(worker, exitCode, noise);
  return { kind: 'broken', host: worker.host, message, hint };
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
