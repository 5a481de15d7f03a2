/** Reads `resources` of a manifest: memory, CPU and ports. */
import { compareText } from '../../base/order.ts';
import { excerpt } from '../../base/text/quote.ts';
import { fieldOf, integerOf, membersOf } from '../../document/document.ts';
import { parseCpuMhz, parseMemoryMb } from '../../grammar/units.ts';
import type { Bounds, JobEntry } from '../types.ts';
import type { ManifestRequest } from './manifest-request.ts';
import { readQuantity } from './quantity.ts';

const PARSE = { memory: parseMemoryMb, cpu: parseCpuMhz } as const;
const EXCEEDED = { memory: 'minMemoryMb > maxMemoryMb', cpu: 'minCPUMhz > maxCPUMhz' } as const;

/** Returns the bounds of `resources.memory` or `resources.cpu`. A missing `max` equals `min`. */
export function readBounds(kind: 'memory' | 'cpu', { document, job, findings }: ManifestRequest): Bounds {
  const { source, root } = document;
  const node = fieldOf(fieldOf(root, 'resources'), kind);
  const about = `invalid manifest.json: job ${excerpt(job)}`;
  const read = (bound: 'min' | 'max'): number => {
    const field = `resources.${kind}.${bound}`;
    return readQuantity({
      node: fieldOf(node, bound),
      parse: PARSE[kind],
      source,
      findings,
      wrong: (reason) => `${about} ${field}: ${reason}`,
      negative: `${about} ${field} can't be less than 0`,
      unquoted: `manifest.json of job ${excerpt(job)}: ${field} should be a text`,
    });
  };
  const min = read('min');
  const max = read('max');
  if (max > 0 && min > max) {
    findings.error({
      message: `${about} ${EXCEEDED[kind]}`,
      place: source.placeAt((fieldOf(node, 'min') ?? root).start),
      hint: `resources.${kind}.min is ${min}, resources.${kind}.max is ${max}`,
    });
  }
  return { min, max: max === 0 ? min : max };
}

const PORT_NAME = /^[a-z][a-z0-9_]*$/;

/** Returns the valid ports of `resources.ports`, sorted by name. */
export function readPorts({ document }: ManifestRequest): JobEntry['ports'] {
  return membersOf(fieldOf(fieldOf(document.root, 'resources'), 'ports'))
    .flatMap(([name, { node }]) => {
      const number = integerOf(node);
      const isAssigned = node.kind === 'object' && node.members.size === 0;
      const isFixed = number !== undefined && number >= 1 && number <= 65535;
      return PORT_NAME.test(name) && (isAssigned || isFixed) ? [{ name, number }] : [];
    })
    .sort((a, b) => compareText(a.name, b.name));
}
