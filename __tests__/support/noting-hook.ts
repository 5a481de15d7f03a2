/** A hook that notes what it was called with, and fails where a test wants it to. */
import type { TestBucket } from './test-bucket.ts';

export interface HookCall {
  readonly hook: string;
  readonly event: string;
  readonly job: string;
  readonly host: string;
  /** Of its environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** The script: fails when the file `fail-<event>` in the bucket names its worker, or says `all`. */
export const notingHook = (bucket: TestBucket): string => `import json, os
env = dict(os.environ)
with open(${JSON.stringify(bucket.journalFile)}, "a") as journal:
    journal.write("hook " + json.dumps(env) + "\\n")
path = os.path.join(env["BUCKET_ROOT"], "fail-" + env["EVENT"])
if os.path.exists(path) and (env["ALLOCATION_IP"] in open(path).read() or "all" in open(path).read()):
    raise SystemExit(4)
`;

/** Lines of a journal: calls of noting hooks as such, everything else as its text. */
export function readJournal(lines: readonly string[]): (HookCall | string)[] {
  return lines.map((line) => {
    if (!line.startsWith('hook {')) return line;
    const env = JSON.parse(line.slice('hook '.length)) as Record<string, string>;
    const { HOOK = '', EVENT = '', JOB = '', ALLOCATION_IP = '' } = env;
    return { hook: HOOK, event: EVENT, job: JOB, host: ALLOCATION_IP, env };
  });
}

/** The hook calls alone. */
export function hookCalls(lines: readonly string[]): HookCall[] {
  return readJournal(lines).filter((entry): entry is HookCall => typeof entry !== 'string');
}
