import { configDefaults, defineConfig } from 'vitest/config';

/** Files that leave nothing behind in their process, so that the next file can have the process and what it has loaded. */
const UNIT = '__tests__/unit/**/*.test.ts';
/** It measures the memory of a child, which Linux counts from the size that the parent had when it started the child. */
const MEASURED = '__tests__/unit/hooks/flood.test.ts';

export default defineConfig({
  test: {
    globalSetup: ['__tests__/support/run-setup.ts'],
    setupFiles: ['__tests__/support/fixed-seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default'],
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: [UNIT], exclude: [...configDefaults.exclude, MEASURED], isolate: false },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['__tests__/*.test.ts', '__tests__/{e2e,cases,properties}/**/*.test.ts', MEASURED],
        },
      },
    ],
  },
});
