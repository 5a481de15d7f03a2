/**
 * `node bench/hooks.ts [PROCESSES] [SECONDS]`: measures the runtime API. Hook processes send requests without a pause,
 * and each write is durable before its reply is sent. The benchmark prints how long replies take. The time of `acquire`
 * includes the time in which a different process holds the lock. The exit status is 1 when a reply is wrong or the run
 * fails.
 */
import { hammerApi } from '../__tests__/support/api-hammer.ts';

const PROCESSES = Number(process.argv[2] ?? 50);
const SECONDS = Number(process.argv[3] ?? 10);

const { outcome, rounds, times, wrong, saves } = await hammerApi({
  processes: PROCESSES,
  limit: SECONDS,
  unit: 'seconds',
});
const requests = [...times.values()].reduce((sum, ms) => sum + ms.length, 0);
const writes = (times.get('put')?.length ?? 0) + (times.get('put secret')?.length ?? 0);

console.log(`${PROCESSES} hook processes for ${SECONDS} s: ${outcome}, ${rounds} rounds, ${requests} requests`);
console.log(`${writes} durable writes in ${saves} files\n`);
console.log(row(['request', 'count', 'p50 ms', 'p99 ms', 'max ms']));
for (const [kind, ms] of times) {
  const sorted = [...ms].sort((a, b) => a - b);
  console.log(row([kind, String(ms.length), ...[0.5, 0.99, 1].map((share) => quantile(sorted, share).toFixed(1))]));
}
console.log(`\nwrong answers, lost updates, crowded semaphores: ${wrong.length}`);
for (const one of wrong.slice(0, 20)) console.log(`  ${one}`);
if (wrong.length > 0 || outcome !== 'succeeded') process.exitCode = 1;

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function row(cells: readonly string[]): string {
  return cells.map((cell, at) => (at === 0 ? cell.padEnd(14) : cell.padStart(10))).join('');
}
