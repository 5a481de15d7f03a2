/** Computes how much memory and CPU each job reserves on a worker, and checks that each worker has enough. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { excerpt } from '../base/text/quote.ts';
import { parseCpuMhz, parseMemoryMb } from '../grammar/units.ts';
import type { JobConfig, JobEntry, WorkerEntry } from '../workspace/types.ts';
import type { Reservation } from './types.ts';

interface Kind {
  readonly key: 'memory' | 'cpu';
  readonly boundsOf: (job: JobEntry) => { readonly min: number; readonly max: number };
  readonly parse: typeof parseMemoryMb;
  readonly field: 'memory_mb' | 'cpu_mhz';
  readonly unit: 'mb' | 'mhz';
}

const MEMORY: Kind = {
  key: 'memory',
  boundsOf: (job) => job.memoryMb,
  parse: parseMemoryMb,
  field: 'memory_mb',
  unit: 'mb',
};
const CPU: Kind = { key: 'cpu', boundsOf: (job) => job.cpuMhz, parse: parseCpuMhz, field: 'cpu_mhz', unit: 'mhz' };

export interface ReservationResult {
  readonly reservation: Reservation;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Returns the memory and CPU that a job reserves on each of its workers. Each value comes from the job's section in
 * `bucket.jobs.conf`. When the section has no such value, the maximum in the manifest is used.
 */
export function reserve(job: JobEntry, config: JobConfig): ReservationResult {
  const diagnostics: Diagnostic[] = [];
  const memory = reserveKind({ job, config, diagnostics }, MEMORY);
  const cpu = reserveKind({ job, config, diagnostics }, CPU);
  const reservation = {
    memoryMb: memory.value,
    cpuMhz: cpu.value,
    memorySource: memory.source,
    cpuSource: cpu.source,
  };
  return { reservation, diagnostics };
}

interface Reserving {
  readonly job: JobEntry;
  readonly config: JobConfig;
  /** The list to which errors are added. */
  readonly diagnostics: Diagnostic[];
}

function reserveKind({ job, config, diagnostics }: Reserving, kind: Kind): { value: number; source: string } {
  const bounds = kind.boundsOf(job);
  const section = Object.hasOwn(config.sections, job.name) ? config.sections[job.name] : undefined;
  const text = section?.[kind.key];
  const source = config.file.slice(config.file.lastIndexOf('/') + 1);
  const parsed = text === undefined ? undefined : kind.parse(text);
  if (parsed === undefined || !parsed.ok) return { value: bounds.max, source: 'manifest' };
  const bounded = bounds.min > 0 || bounds.max > 0;
  const outside = bounded && (parsed.value < bounds.min ? 'min' : parsed.value > bounds.max ? 'max' : undefined);
  if (outside) {
    diagnostics.push({
      severity: 'error',
      code: 'ErrUnsupportedResourceConfiguration',
      message: `unsupported resource configuration: ${config.file}, job ${excerpt(job.name)} ${outside}_${kind.field} ${bounds[outside].toFixed(2)} ${kind.unit}, requested ${parsed.value.toFixed(2)} ${kind.unit}`,
      place: config.placeOf([job.name, kind.key]),
      job: job.name,
    });
  }
  return { value: parsed.value, source };
}

/** A worker, and the total memory and CPU that its active allocations reserve. */
export interface Load {
  readonly worker: WorkerEntry;
  readonly memoryMb: number;
  readonly cpuMhz: number;
}

/** Returns an error for each worker whose jobs reserve more memory or CPU than the worker has. */
export function checkCapacity(loads: readonly Load[]): Diagnostic[] {
  return loads.flatMap(({ worker, memoryMb, cpuMhz }) => [
    ...overload(worker, { name: 'memory', needed: memoryMb, capacity: worker.memoryMb, unit: 'MB' }),
    ...overload(worker, { name: 'cpu', needed: cpuMhz, capacity: worker.cpuMhz, unit: 'MHZ' }),
  ]);
}

interface Demanded {
  readonly name: 'memory' | 'cpu';
  readonly needed: number;
  readonly capacity: number;
  readonly unit: 'MB' | 'MHZ';
}

function overload(worker: WorkerEntry, { name, needed, capacity, unit }: Demanded): Diagnostic[] {
  if (needed <= capacity) return [];
  const message =
    capacity <= 0
      ? `worker_ip ${worker.host} must specify ${name} in workers.json (allocated jobs require ${needed.toFixed(2)} ${unit})`
      : `worker_ip ${worker.host}, available ${name} is ${capacity.toFixed(2)} ${unit}, required ${name} is ${needed.toFixed(2)} ${unit}`;
  return [
    {
      severity: 'error',
      code: 'ErrInsufficientResource',
      message: `insufficient resource: ${message}`,
      place: worker.place,
    },
  ];
}
