/** `npm run demo`, `npm test`, `npm run bench`, `npm run check`: each sets up what it needs, then does its work. */
import { needPackages, needTools, run, stop } from './set-up.mjs';

const [task, ...args] = process.argv.slice(2);

const TASKS = {
  demo() {
    needTools(['rsync', 'make', 'python3']);
    needPackages();
    run('node', ['demo/main.ts', ...args]);
  },
  test() {
    needTools(['rsync', 'make', 'python3', 'sshd', 'ssh']);
    needPackages();
    run('vitest', ['run', ...args]);
  },
  bench() {
    needTools(['rsync', 'make', 'python3', 'sshd', 'ssh']);
    needPackages();
    run('node', ['bench/main.ts', ...args]);
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

const work = TASKS[task];
if (!work) stop(`usage: node scripts/run.mjs ${Object.keys(TASKS).join('|')}`);
work();
