/**
 * Describes errors of the operating system for the user. An error of the operating system is not a bug of this program.
 */

/** Maps the code of an error to a hint that tells the user what to do. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'make room on this machine, then run it again',
  EDQUOT: 'the quota of this user is used up: make room, then run it again',
  EROFS: 'the file system is mounted read-only: mount it writable, or work on a copy',
  EACCES: 'give the user who runs this access: check owner and mode of the file and of the folders above it',
  EPERM: 'give the user who runs this access: check owner and mode of the file and of the folders above it',
  EMFILE: 'raise the limit of open files (ulimit -n), then run it again',
  ENFILE: 'this machine has too many open files: end what is not needed, then run it again',
  ENOMEM: 'this machine is out of memory: end what is not needed, then run it again',
  EIO: 'the disk failed to read or write: look into the system log of this machine',
  ENAMETOOLONG: 'move the bucket to a folder with a shorter path',
};

export interface SystemError {
  readonly message: string;
  readonly hint: string;
}

/** Returns a message and a hint. Returns undefined when `thrown` is not a system error with a code in `REMEDIES`. */
export function describeSystemError(thrown: unknown): SystemError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { code = '', syscall, path, message } = thrown as NodeJS.ErrnoException;
  const hint = Object.hasOwn(REMEDIES, code) ? REMEDIES[code] : undefined;
  if (hint === undefined || syscall === undefined) return undefined;
  const words = /^[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
  return { message: `${path === undefined ? '' : `${path}: `}${words} (${code}, ${syscall})`, hint };
}
