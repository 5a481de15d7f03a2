/** Measures the cost of a command, and prints it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The cost of a command and all its child processes. `peakMb` is the peak memory of the largest process. */
export interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
}

/** Measures a command. Throws when its exit status is not 0. */
export async function measure(command: readonly string[]): Promise<Cost> {
  const program = join(import.meta.dirname, 'measure.py');
  const { stdout } = await run('python3', [program, ...command], { maxBuffer: 1 << 24 });
  const { status, output, ...cost } = JSON.parse(stdout);
  if (status !== 0) throw new Error(`${command.join(' ')} ended with status ${status}:\n${output}`);
  return cost;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Returns one line of a table. The first cell is left-aligned, and the remaining cells are right-aligned. */
export function row(cells: readonly string[]): string {
  return cells.map((cell, at) => (at === 0 ? cell.padEnd(18) : cell.padStart(15))).join('');
}
