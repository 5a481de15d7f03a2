/** Exits with status 1 when the committed dist/ differs from a new build of the sources. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root, run } from './set-up.mjs';

const fresh = mkdtempSync(join(tmpdir(), 'maand-dist-'));
try {
  run('rolldown', ['-c', 'rolldown.config.ts', '--dir', fresh, '--logLevel', 'warn']);
  const differences = compare(contents(join(root, 'dist')), contents(fresh));
  if (differences.length > 0) {
    console.error(
      `dist/ is not what the sources build: ${differences.join(', ')}\nrun: npm run build, and commit dist/`,
    );
    process.exitCode = 1;
  } else console.log('dist/ is what the sources build');
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

function contents(folder) {
  const files = new Map();
  const walk = (dir) => {
    for (const name of readdirSync(dir)) {
      const path = join(dir, name);
      if (statSync(path).isDirectory()) walk(path);
      else files.set(relative(folder, path), readFileSync(path));
    }
  };
  walk(folder);
  return files;
}

function compare(committed, built) {
  return [...new Set([...committed.keys(), ...built.keys()])].filter(
    (name) => !committed.get(name)?.equals(built.get(name) ?? Buffer.alloc(0)),
  );
}
