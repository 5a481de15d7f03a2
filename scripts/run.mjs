/**
 * Runs `npm run demo`, `npm test`, `npm run bench` and `npm run check`. Each task first installs the packages and tools
 * that it needs.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { needPackages, needTools, root, run, stop } from './set-up.mjs';

const [task, ...args] = process.argv.slice(2);

const TASKS = {
  demo() {
    needTools(['rsync', 'make', 'python3']);
    needPackages();
    run('node', ['demo/main.ts', ...args]);
  },
  test() {
    needTools(['rsync', 'make', 'python3', 'sshd', 'ssh', 'openssl', 'git', 'busybox', 'shellcheck']);
    needPackages();
    run('vitest', ['run', ...args]);
  },
  bench() {
    needTools(['rsync', 'make', 'python3', 'sshd', 'ssh']);
    needPackages();
    const [name, ...more] = args;
    if (name !== undefined && !benchmarks().includes(name))
      stop(`there is no benchmark ${name}: ${benchmarks().join(', ')}`);
    for (const one of name === undefined ? benchmarks() : [name]) run('node', [`bench/${one}.ts`, ...more]);
  },
  check() {
    needPackages();
    run('biome', ['check', '.']);
    run('oxlint', ['--type-aware', '--deny-warnings']);
    run('tsc', ['-p', 'tsconfig.json']);
    run('knip', []);
    run('node', ['scripts/check-dist.mjs']);
  },
};

/** Returns the benchmarks: every .ts file directly in bench/. The code that benchmarks share is in bench/support/. */
function benchmarks() {
  return readdirSync(join(root, 'bench')).flatMap((file) =>
    file.endsWith('.ts') ? [file.slice(0, -'.ts'.length)] : [],
  );
}

const work = TASKS[task];
if (!work) stop(`usage: node scripts/run.mjs ${Object.keys(TASKS).join('|')}`);
work();
