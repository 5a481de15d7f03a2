import { describe, expect, it } from 'vitest';
import { didYouMean, misspelling, nearestName } from '../../../src/base/text/nearest-name.ts';

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

describe('a name that means something else', () => {
  it.each([
    ['max_concurrent_restarts', ['max_concurrent_starts', 'max_concurrent_upgrades']],
    ['min_concurrent_starts', ['max_concurrent_starts', 'min_allocations_count']],
    ['reload_globs', ['restart_globs']],
    ['undeploy', ['deploy']],
    ['no-wait', ['wait']],
    ['stop', ['start', 'state']],
    ['start', ['restart', 'state']],
    ['restart', ['start']],
    ['after-deploy-hook', ['before-deploy-hook']],
    ['disabled', ['enabled']],
    ['10.0.0.3', ['10.0.0.2']],
    ['web1', ['web2']],
    ['push', ['pull']],
    ['without-hooks', ['with-hooks']],
    ['inactive', ['active']],
    ['reject-rollback', ['accept-rollback']],
    ['dont-wait', ['lock-wait']],
  ])('%s is not proposed as one of %j', (written, names) => {
    expect(nearestName(written, names)).toBeUndefined();
    expect(misspelling(written, names)?.hint ?? 'remove it').toMatch(/^remove it/);
  });
});

describe('the beginning of a name', () => {
  it.each([
    ['stat', ['start', 'stop', 'status'], 'status'],
    ['stat', ['start', 'state', 'status'], 'start'],
    ['sele', NAMES, undefined],
  ])('%s among %j', (written, names, name) => {
    expect(nearestName(written, names)).toBe(name);
  });
});

describe('misspelling', () => {
  it.each([
    ['selector', 'selectors'],
    ['slectrs', 'selectors'],
    ['prot', 'port'],
    ['Hosst', 'host'],
  ])('%s is a misspelled %s', (written, name) => {
    expect(misspelling(written, [...NAMES, 'port', 'host'])).toEqual({ name, hint: `did you mean "${name}"?` });
  });

  it.each(['slctrs', 'cp', 'note', 'x'.repeat(70)])('%s is no misspelled name', (written) => {
    expect(misspelling(written, [...NAMES, 'cpu'])).toBeUndefined();
  });
});
