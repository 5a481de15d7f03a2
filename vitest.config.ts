import { configDefaults, defineConfig } from 'vitest/config';

/**
 * Test files that do not change the state of their process. So the next test file can run in the same process and reuse
 * the modules that are already loaded.
 */
const UNIT = '__tests__/unit/**/*.test.ts';
/**
 * A test file that measures the memory of a child process, so it needs a new process of its own. Linux includes the
 * size of the parent process in the peak memory of the child.
 */
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
