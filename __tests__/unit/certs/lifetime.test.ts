import { describe, expect, it } from 'vitest';
import { daysLeft, isDue, newLifetime, statusOf } from '../../../src/certs/lifetime.ts';

const DAY_MS = 86_400_000;
const nowMs = Date.parse('2026-03-01T12:00:00.750Z');
const until = (days: number) => ({ notBeforeMs: 0, notAfterMs: nowMs + days * DAY_MS });

describe('newLifetime', () => {
  it('begins five minutes ago and counts days from now, in whole seconds', () => {
    expect(newLifetime(nowMs, 60)).toEqual({
      notBeforeMs: Date.parse('2026-03-01T11:55:00Z'),
      notAfterMs: Date.parse('2026-04-30T12:00:00Z'),
    });
  });

  it('ends with the CA at the latest', () => {
    expect(newLifetime(nowMs, 60, nowMs + DAY_MS).notAfterMs).toBe(nowMs + DAY_MS);
  });
});

describe('isDue', () => {
  it.each([
    [0, 0, true],
    [0.001, 0, false],
    [-1, 0, true],
    [30, 30, true],
    [30.001, 30, false],
    [10, -5, false],
  ])('%d days left, buffer %d: %s', (days, bufferDays, due) => {
    expect(isDue(until(days), { nowMs, bufferDays })).toBe(due);
  });
});

describe('statusOf and daysLeft', () => {
  it.each([
    [-1.5, 'expired', -1],
    [-0.5, 'expired', 0],
    [0.5, 'expiring', 0],
    [10.9, 'expiring', 10],
    [31, 'ok', 31],
  ])('%d days', (days, status, whole) => {
    expect(statusOf(until(days), { nowMs, bufferDays: 30 })).toBe(status);
    expect(daysLeft(until(days), nowMs)).toBe(whole);
  });
});
