import { describe, expect, it } from 'vitest';
import { didYouMean, nearestName } from '../../../src/base/text/nearest-name.ts';

const NAMES = ['selectors', 'resources', 'restart_policy', 'hooks', 'certs'];

describe('nearestName', () => {
  it.each([
    ['selector', 'selectors'],
    ['slectors', 'selectors'],
    ['resorces', 'resources'],
    ['hook', 'hooks'],
    ['hokos', 'hooks'],
    ['CERTS', 'certs'],
    ['restartPolicy', 'restart_policy'],
  ])('%s is near %s', (written, name) => {
    expect(nearestName(written, NAMES)).toBe(name);
  });

  it.each(['runtime', 'x', '', 'x'.repeat(200)])('%s is near nothing', (written) => {
    expect(nearestName(written, NAMES)).toBeUndefined();
    expect(didYouMean(written, NAMES)).toBeUndefined();
  });
});
