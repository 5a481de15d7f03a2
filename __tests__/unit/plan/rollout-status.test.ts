import { describe, expect, it } from 'vitest';
import { type RolloutState, type RolloutStatus, rolloutStatus } from '../../../src/plan/rollout-status.ts';

const promoted: RolloutState = {
  removed: false,
  disabled: false,
  current: 'a',
  previous: 'a',
  currentVersion: '1.0.0',
  newVersion: '1.0.0',
};

describe('rolloutStatus', () => {
  it.each<[string, Partial<RolloutState>, RolloutStatus]>([
    ['nothing differs', {}, 'promoted'],
    ['other files', { previous: 'b' }, 'restart'],
    ['another version', { newVersion: '2.0.0' }, 'restart'],
    ['files that wait for a hook', { current: '' }, 'restart'],
    ['never promoted', { previous: '', currentVersion: '0.0.0' }, 'new'],
    ['never promoted, no version', { previous: '', currentVersion: '', newVersion: '' }, 'new'],
    ['an empty version is 0.0.0', { currentVersion: '', newVersion: '0.0.0' }, 'promoted'],
    ['disabled', { disabled: true }, 'disabled'],
    ['disabled, other files', { disabled: true, previous: 'b' }, 'disabled_restart'],
    ['disabled, another version', { disabled: true, newVersion: '2.0.0' }, 'disabled_restart'],
    ['disabled, never promoted', { disabled: true, previous: '', currentVersion: '0.0.0' }, 'disabled'],
    ['disabled while its health was open', { disabled: true, applied: 'a' }, 'disabled'],
    ['removed, whatever else', { removed: true, disabled: true, previous: 'b', newVersion: '2.0.0' }, 'removed'],
    ['rolled, not seen healthy', { previous: '', applied: 'a' }, 'applied'],
    ['rolled over an older tree', { previous: 'b', applied: 'a' }, 'applied'],
    ['rolled, then changed again', { previous: 'b', applied: 'c' }, 'restart'],
    ['a newer tree lies on the worker', { delivered: 'c' }, 'restart'],
    ['delivered and promoted', { delivered: 'a' }, 'promoted'],
  ])('%s', (_what, state, status) => expect(rolloutStatus({ ...promoted, ...state })).toBe(status));
});
