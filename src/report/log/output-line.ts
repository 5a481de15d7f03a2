/** Writes lines of hooks and make targets with their job and worker. */

export interface ForeignLine {
  readonly job: string;
  readonly worker: string;
  readonly line: string;
  readonly stream: 'stdout' | 'stderr';
}

/** Returns `job@worker`. When one of the two is missing, returns only the other. */
export function speaker(job: string, worker: string | undefined): string {
  return [job, worker ?? ''].filter((part) => part !== '').join('@');
}

/** Returns a line of a hook or a make target as `job@worker | line`. A line of stderr becomes `job@worker ! line`. */
export function outputLine({ job, worker, line, stream }: ForeignLine): string {
  return `${speaker(job, worker)} ${streamMark(stream)} ${line}`;
}

export function streamMark(stream: ForeignLine['stream']): string {
  switch (stream) {
    case 'stdout':
      return '|';
    case 'stderr':
      return '!';
  }
}
