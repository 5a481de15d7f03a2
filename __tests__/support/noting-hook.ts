/** A hook that records its calls, and fails when a test asks for it. */
import type { TestBucket } from './test-bucket.ts';

export interface HookCall {
  readonly hook: string;
  readonly event: string;
  readonly job: string;
  readonly host: string;
  /** The environment of the hook. */
  readonly env: Readonly<Record<string, string>>;
}

/** Returns the script. It fails when the file `fail-<event>` in the bucket contains its worker or the word `all`. */
export const notingHook = (bucket: TestBucket): string => `import json, os
env = dict(os.environ)
with open(${JSON.stringify(bucket.journalFile)}, "a") as journal:
    journal.write("hook " + json.dumps(env) + "\\n")
path = os.path.join(env["BUCKET_ROOT"], "fail-" + env["EVENT"])
if os.path.exists(path) and (env["ALLOCATION_IP"] in open(path).read() or "all" in open(path).read()):
    raise SystemExit(4)
`;

/** Returns the lines of a journal. Lines of noting hooks become calls; other lines stay texts. */
export function readJournal(lines: readonly string[]): (HookCall | string)[] {
  return lines.map((line) => {
    if (!line.startsWith('hook {')) return line;
    const env = JSON.parse(line.slice('hook '.length)) as Record<string, string>;
    const { HOOK = '', EVENT = '', JOB = '', ALLOCATION_IP = '' } = env;
    return { hook: HOOK, event: EVENT, job: JOB, host: ALLOCATION_IP, env };
  });
}

/** Returns only the hook calls. */
export function hookCalls(lines: readonly string[]): HookCall[] {
  return readJournal(lines).filter((entry): entry is HookCall => typeof entry !== 'string');
}
