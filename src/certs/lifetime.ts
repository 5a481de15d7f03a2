/** Computes how long certificates live and when they are due for renewal. Times are Unix milliseconds. */
import type { X509Certificate } from 'node:crypto';

const DAY_MS = 86_400_000;
/** Clocks of workers and clients may be behind. */
const BACK_DATE_MS = 5 * 60_000;

export interface Lifetime {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export interface RenewalWindow {
  readonly nowMs: number;
  /** Days before the end from which a certificate is due; 0: only after it. */
  readonly bufferDays: number;
}

export type CertificateStatus = 'expired' | 'expiring' | 'ok';

export function lifetimeOf({ validFrom, validTo }: Pick<X509Certificate, 'validFrom' | 'validTo'>): Lifetime {
  return { notBeforeMs: Date.parse(validFrom), notAfterMs: Date.parse(validTo) };
}

/** From now, to the second; never beyond `mostMs`. */
export function newLifetime(nowMs: number, days: number, mostMs = Number.POSITIVE_INFINITY): Lifetime {
  const now = nowMs - (nowMs % 1000);
  return { notBeforeMs: now - BACK_DATE_MS, notAfterMs: Math.min(now + days * DAY_MS, mostMs) };
}

/** Whether the end has come, or is nearer than the buffer. */
export function isDue({ notAfterMs }: Pick<Lifetime, 'notAfterMs'>, { nowMs, bufferDays }: RenewalWindow): boolean {
  return nowMs >= notAfterMs - Math.max(0, bufferDays) * DAY_MS;
}

export function statusOf(lifetime: Lifetime, window: RenewalWindow): CertificateStatus {
  if (window.nowMs > lifetime.notAfterMs) return 'expired';
  return isDue(lifetime, window) ? 'expiring' : 'ok';
}

/** Whole days, cut toward zero; negative once it has expired. */
export function daysLeft({ notAfterMs }: Pick<Lifetime, 'notAfterMs'>, nowMs: number): number {
  return Math.trunc((notAfterMs - nowMs) / DAY_MS) + 0; // never -0
}
