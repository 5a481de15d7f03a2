export interface ForeignLine {
  readonly job: string;
  readonly worker: string;
  readonly line: string;
  readonly stream: 'stdout' | 'stderr';
}

/** Who speaks: `job@worker`; one alone when the other is empty. */
export function speaker(job: string, worker: string | undefined): string {
  return [job, worker ?? ''].filter((part) => part !== '').join('@');
}

/** A line of a hook or a make target (spec 16 §5): `job@worker | line`, for stderr `job@worker ! line`. */
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
