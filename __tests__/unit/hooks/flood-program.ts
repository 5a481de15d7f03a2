/**
 * Runs one hook that writes the amount of output given in the arguments. Prints the resources that this process used.
 * `flood.test.ts` starts this program.
 */
import { aHook, openRig } from './rig.ts';

const [size = '0', ending = ''] = process.argv.slice(2);
const script = `
import sys
chunk = ("x" * 1023 + ("\\n" if "${ending}" == "lines" else "x")).encode()
for _ in range(${size} * 1024):
    sys.stdout.buffer.write(chunk)
sys.stdout.buffer.write(b"\\nthe end\\n")
sys.exit(5)
`;
await using rig = await openRig({ files: { '_hooks/hook_a.py': script }, hooks: [aHook('hook_a', ['cli'])] });
rig.masker.add('a secret that never comes');
const [record] = (await rig.run({ event: 'cli' })).records;
const lengths = rig.texts().map((line) => line.length);
console.log(
  JSON.stringify({
    exitCode: record?.exitCode,
    tailChars: record?.stdout.length,
    last: record?.stdout.slice(-7),
    lineCount: lengths.length,
    longestLine: Math.max(...lengths),
    lastLine: rig.texts().at(-1)?.slice(-40),
    peakMb: process.resourceUsage().maxRSS / 1024,
  }),
);
