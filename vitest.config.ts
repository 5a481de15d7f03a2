import { configDefaults, defineConfig } from 'vitest/config';

/** Files that leave nothing behind in their process, so that the next file can have the process and what it has loaded. */
const UNIT = '__tests__/unit/**/*.test.ts';

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
      { extends: true, test: { name: 'unit', include: [UNIT], isolate: false } },
      {
        extends: true,
        test: { name: 'whole', include: ['__tests__/**/*.test.ts'], exclude: [...configDefaults.exclude, UNIT] },
      },
    ],
  },
});
