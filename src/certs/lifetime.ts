/** Computes how long certificates are valid and when they must be renewed. Times are Unix milliseconds. */
import type { X509Certificate } from 'node:crypto';

const DAY_MS = 86_400_000;
/**
 * Certificates are valid from five minutes before their creation, because the clocks of workers and clients may be
 * slow.
 */
const BACK_DATE_MS = 5 * 60_000;

export interface Lifetime {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export interface RenewalWindow {
  readonly nowMs: number;
  /**
   * The number of days before its end at which a certificate becomes due. With 0, a certificate becomes due only at its
   * end.
   */
  readonly bufferDays: number;
}

export type CertificateStatus = 'expired' | 'expiring' | 'ok';

export function lifetimeOf({ validFrom, validTo }: Pick<X509Certificate, 'validFrom' | 'validTo'>): Lifetime {
  return { notBeforeMs: Date.parse(validFrom), notAfterMs: Date.parse(validTo) };
}

/**
 * Returns the lifetime of a new certificate. The lifetime starts five minutes before `nowMs` and ends after `days`
 * days, but never after `mostMs`. `nowMs` is rounded down to a whole second.
 */
export function newLifetime(nowMs: number, days: number, mostMs = Number.POSITIVE_INFINITY): Lifetime {
  const now = nowMs - (nowMs % 1000);
  return { notBeforeMs: now - BACK_DATE_MS, notAfterMs: Math.min(now + days * DAY_MS, mostMs) };
}

/** Returns whether the lifetime has ended or ends within `bufferDays` days. */
export function isDue({ notAfterMs }: Pick<Lifetime, 'notAfterMs'>, { nowMs, bufferDays }: RenewalWindow): boolean {
  return nowMs >= notAfterMs - Math.max(0, bufferDays) * DAY_MS;
}

export function statusOf(lifetime: Lifetime, window: RenewalWindow): CertificateStatus {
  if (window.nowMs > lifetime.notAfterMs) return 'expired';
  return isDue(lifetime, window) ? 'expiring' : 'ok';
}

/** Returns the number of whole days that are left, rounded toward zero. The number is negative after the end. */
export function daysLeft({ notAfterMs }: Pick<Lifetime, 'notAfterMs'>, nowMs: number): number {
  return Math.trunc((notAfterMs - nowMs) / DAY_MS) + 0; // `+ 0` turns -0 into 0
}
