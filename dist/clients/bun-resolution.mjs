/**
 * Node preloads this module (`node --import`) before it runs a TypeScript or JavaScript hook. Bun resolves some imports
 * that Node does not resolve: `./maand`, a folder, and `./lib.js` for `lib.ts`. For such imports, this module tries the
 * endings that Bun tries.
 */
import * as module from 'node:module';

const UNRESOLVED = new Set(['ERR_MODULE_NOT_FOUND', 'ERR_UNSUPPORTED_DIR_IMPORT']);
const ENDINGS = ['.ts', '.mts', '.js', '.mjs', '.cjs', '/index.ts', '/index.js'];

function candidates(specifier) {
  const typescript = specifier.endsWith('.js') ? [`${specifier.slice(0, -3)}.ts`] : [];
  return [...typescript, ...ENDINGS.map((ending) => specifier + ending)];
}

function resolve(specifier, origin, next) {
  try {
    return next(specifier, origin);
  } catch (unresolved) {
    if (!/^\.{0,2}\//.test(specifier) || !UNRESOLVED.has(unresolved.code)) throw unresolved;
    for (const candidate of candidates(specifier)) {
      try {
        return next(candidate, origin);
      } catch (error) {
        if (!UNRESOLVED.has(error.code)) throw error;
      }
    }
    throw unresolved;
  }
}

module.registerHooks?.({ resolve });
