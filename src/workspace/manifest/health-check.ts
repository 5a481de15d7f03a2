/** Reads `health_check` of a manifest: the probes, and how long a deploy waits for them. */
import { excerpt, quoted } from '../../base/text/quote.ts';
import { type DocumentNode, fieldOf, integerOf, itemsOf, membersOf, textOf } from '../../document/document.ts';
import type { Check, HealthCheck } from '../types.ts';
import { hookFor } from './hooks.ts';
import type { ManifestRequest } from './manifest-request.ts';

/**
 * Returns the health check with its defaults. A section with `wait` but without `checks` is valid: `wait` sets how long
 * a deploy waits for hooks that check health. Reports an error when the job has both probes and a `health_check` hook,
 * unless `maand.conf` allows both.
 */
export function readHealthCheck(request: ManifestRequest): HealthCheck | undefined {
  const node = fieldOf(request.document.root, 'health_check');
  if (node?.kind !== 'object') return undefined;
  refuseBoth(request);
  const wait = fieldOf(node, 'wait');
  const positive = (field: DocumentNode | undefined, fallback: number): number => {
    const value = integerOf(field) ?? 0;
    return value > 0 ? value : fallback;
  };
  return {
    checks: itemsOf(fieldOf(node, 'checks')).flatMap((item, index) => readCheck(request, item, index)),
    timeoutMs: positive(fieldOf(node, 'timeout_seconds'), 5) * 1000,
    attempts: positive(fieldOf(wait, 'attempts'), 30),
    intervalMs: positive(fieldOf(wait, 'interval_seconds'), 1) * 1000,
    successes: positive(fieldOf(wait, 'successes'), 1),
    minHealthyMs: Math.round(numberOf(fieldOf(wait, 'min_healthy_seconds')) * 1000),
  };
}

function numberOf(node: DocumentNode | undefined): number {
  const value = node?.kind === 'scalar' ? node.value : undefined;
  return typeof value === 'number' && Number.isFinite(value) ? Math.max(0, value) : 0;
}

/** Returns a list with the probe. Returns an empty list when the probe is invalid. */
function readCheck(request: ManifestRequest, node: DocumentNode, index: number): Check[] {
  const port = textOf(fieldOf(node, 'port'))?.trim() ?? '';
  const type: string = textOf(fieldOf(node, 'type'))?.trim().toLowerCase() ?? '';
  switch (type) {
    case 'tcp':
      return isPort(request, { node, index, port }) ? [{ type: 'tcp', port }] : [];
    case 'http':
      if (!isPort(request, { node, index, port })) return [];
      return [
        {
          type: 'http',
          port,
          path: textOf(fieldOf(node, 'path')) ?? '/',
          expectStatus: integerOf(fieldOf(node, 'expect_status')) ?? 200,
          scheme: textOf(fieldOf(node, 'scheme')) === 'https' ? 'https' : 'http',
        },
      ];
    case 'ssh': {
      const command = textOf(fieldOf(node, 'command')) ?? '';
      return command.trim() === '' ? [] : [{ type: 'ssh', command }];
    }
    default:
      return [];
  }
}

interface PortUse {
  readonly node: DocumentNode;
  readonly index: number;
  readonly port: string;
}

/**
 * Returns whether the port of a probe is declared in `resources.ports`. Reports an error when the port is not declared.
 * A port with an invalid declaration counts as declared, because that error was already reported.
 */
function isPort({ document, job, findings }: ManifestRequest, { node, index, port }: PortUse): boolean {
  const field = fieldOf(node, 'port');
  if (!field || port === '') return false;
  const declared = membersOf(fieldOf(fieldOf(document.root, 'resources'), 'ports'));
  if (declared.some(([name]) => name === port)) return true;
  findings.error({
    message: `invalid manifest.json: job ${excerpt(job)} health_check.checks[${index}] port ${quoted(port)} not in resources.ports`,
    place: document.source.placeAt(field.start),
  });
  return false;
}

function refuseBoth({ document, job, findings, settings }: ManifestRequest): void {
  const checks = fieldOf(fieldOf(document.root, 'health_check'), 'checks');
  const hook = hookFor('health_check', document.root);
  if (!hook || !checks || itemsOf(checks).length === 0 || settings.allowProbesWithHook) return;
  findings.error({
    message: `invalid manifest.json: job ${excerpt(job)} has health_check.checks and ${excerpt(hook)} for the event health_check: only one of them may check health`,
    place: document.source.placeAt(checks.start),
    hint: 'remove one, or set allow_probes_with_hook = true in maand.conf',
  });
}
