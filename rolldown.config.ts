/**
 * Configures the build of dist/. The bundle has three entry files with shared chunks, needs no package at run time, and
 * runs on Node 20 and later.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { _, Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { defineConfig, type Plugin } from 'rolldown';
import { STATE_CHECK } from './src/schema/compiled-state-schema.ts';

const { default: standaloneCode } = standalone;
/**
 * The schema of the state. This schema is compiled with different options than the schemas of files that people write.
 */
const STATE_SCHEMA = 'state.schema.json';
const require = createRequire(import.meta.url);
const { version } = require('./package.json') as { version: string };

/**
 * Replaces the native addons of ssh2 with modules that throw an error, because a bundle cannot contain native addons.
 * ssh2 also works without these addons.
 */
const withoutNativeAddons: Plugin = {
  name: 'without-native-addons',
  resolveId(id) {
    return id === 'cpu-features' || id.endsWith('sshcrypto.node') ? `\0absent:${id}` : undefined;
  },
  load(id) {
    return id.startsWith('\0absent:')
      ? { code: "throw new Error('not part of the bundle');", moduleType: 'js' }
      : undefined;
  },
};

/**
 * Puts the shell programs for workers into the bundle as texts. The module that reads the program files is replaced
 * with a module that contains their texts.
 */
const workerPrograms: Plugin = {
  name: 'worker-programs',
  load(id) {
    const folder = dirname(id);
    if (!id.endsWith('/src/worker-side/read-program.ts')) return undefined;
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.sh'));
    const texts = names.map((name) => [name.slice(0, -'.sh'.length), readFileSync(join(folder, name), 'utf8')]);
    const code = `const TEXTS = ${JSON.stringify(Object.fromEntries(texts), undefined, 2)};
export const readProgram = (name) => TEXTS[name];
`;
    return { code, moduleType: 'js' };
  },
};

/**
 * Silences the search for executables in `@actions/io`. That search prints a line on stdout for every entry of PATH
 * that is not a readable folder. But stdout must contain only the result of a command, because scripts read this
 * result.
 */
const quietSearch: Plugin = {
  name: 'quiet-search',
  transform: {
    filter: { id: /\/@actions\/io\/lib\/io-util\.js$/ },
    handler(code) {
      const quiet = code.replaceAll('console.log(', 'void (');
      if (quiet === code) this.error('@actions/io prints nothing any more: remove the plugin quiet-search');
      return { code: quiet, map: null };
    },
  },
};

/**
 * Compiles the schema of the state during the build, so that a command does not compile the schema when it loads a
 * state.
 */
const compiledStateSchema: Plugin = {
  name: 'compiled-state-schema',
  load(id) {
    if (!id.endsWith('/src/schema/compiled-state-schema.ts')) return undefined;
    const ajv = new Ajv({ ...STATE_CHECK, code: { source: true, esm: true } });
    const validate = ajv.compile(JSON.parse(readFileSync(join('schemas', STATE_SCHEMA), 'utf8')));
    const code = standaloneCode(ajv, validate);
    if (code.includes('require(')) throw new Error('the compiled schema of the state needs parts of ajv');
    const end = 'export async function validateState(value) { return validate(value) ? [] : validate.errors; }';
    return { code: `${code}\n${end}\n`, moduleType: 'js' };
  },
};

/**
 * Removes the HTTP agents of ssh2, because this program does not use them. The agents would make every deploy load
 * Node's HTTP module.
 */
const withoutHttpAgents: Plugin = {
  name: 'without-http-agents',
  load(id) {
    return id.endsWith('/ssh2/lib/http-agents.js') ? { code: 'module.exports = {};', moduleType: 'js' } : undefined;
  },
};

/**
 * Compiles the published schemas during the build. The validators replace the file that compiles schemas at run time.
 */
const compiledSchemas: Plugin = {
  name: 'compiled-schemas',
  load(id) {
    if (!id.endsWith('/src/schema/compile-schema.ts')) return undefined;
    const ajv = new Ajv({
      allErrors: true,
      verbose: true,
      allowUnionTypes: true,
      code: { source: true, esm: true, formats: _`CHECKS` },
    });
    const validatorOf: Record<string, string> = {};
    for (const file of readdirSync('schemas').filter((name) => name !== STATE_SCHEMA)) {
      const text = readFileSync(join('schemas', file), 'utf8');
      for (const [, format = ''] of text.matchAll(/"format": *"([^"]+)"/g)) ajv.addFormat(format, ANY_TEXT);
      const schema = JSON.parse(text) as { readonly $id: string };
      ajv.addSchema(schema);
      validatorOf[file.replace('.schema.json', '')] = schema.$id;
    }
    return {
      moduleType: 'js',
      code: [
        "import { FORMATS } from './formats.ts';",
        'const CHECKS = Object.fromEntries(Object.entries(FORMATS).map(([name, parse]) =>',
        "  [name, { type: 'string', validate: (text) => parse(text).ok }]));",
        standaloneCode(ajv, validatorOf),
        `const VALIDATORS = { ${Object.keys(validatorOf).join(', ')} };`,
        'export const compileSchema = (name) => VALIDATORS[name];',
      ].join('\n'),
    };
  },
};

/** A placeholder for a format. The compiled code calls the real check of the format at run time. */
const ANY_TEXT = { type: 'string', validate: () => true } as const;

/**
 * Adds three kinds of files to dist/: a package.json that makes dist/ ESM regardless of the folders above it, the
 * client libraries of hooks, and the licences of the bundled packages.
 */
const companions: Plugin = {
  name: 'companions',
  generateBundle(_options, bundle) {
    this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "module" }\n' });
    const clients = 'src/hooks/clients';
    for (const name of readdirSync(clients)) {
      this.emitFile({ type: 'asset', fileName: `clients/${name}`, source: readFileSync(join(clients, name)) });
    }
    const modules = Object.values(bundle).flatMap((output) => (output.type === 'chunk' ? output.moduleIds : []));
    this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source: licencesOf(modules) });
  },
};

function licencesOf(modules: readonly string[]): string {
  const roots = new Set(modules.map(packageRoot).filter((root) => root !== undefined));
  const texts = [...roots].map((root) => {
    const { name, version: installed, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const file = readdirSync(root).find((entry) => /^licen[cs]e/i.test(entry));
    return `${name} ${installed} (${license ?? 'see text'})\n\n${file ? readFileSync(join(root, file), 'utf8').trim() : ''}\n`;
  });
  return texts.sort().join(`\n${'-'.repeat(80)}\n\n`);
}

function packageRoot(id: string): string | undefined {
  const at = id.lastIndexOf('/node_modules/');
  if (at < 0) return undefined;
  for (let folder = dirname(id); folder.length > at + 14; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name)
      return folder;
  }
  return undefined;
}

export default defineConfig({
  input: { index: 'src/index.ts', post: 'src/post.ts', cli: 'src/cli.ts' },
  platform: 'node',
  // The main entry of jsonc-parser is UMD, and a bundler cannot follow the `require` calls inside UMD.
  resolve: { alias: { 'jsonc-parser': require.resolve('jsonc-parser').replace('/umd/', '/esm/') } },
  plugins: [
    withoutNativeAddons,
    withoutHttpAgents,
    quietSearch,
    compiledSchemas,
    compiledStateSchema,
    workerPrograms,
    companions,
  ],
  transform: {
    target: 'node20',
    define: {
      __dirname: 'import.meta.dirname',
      __filename: 'import.meta.filename',
      MAAND_VERSION: JSON.stringify(version),
    },
  },
  output: {
    dir: 'dist',
    format: 'esm',
    cleanDir: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
    comments: { legal: true },
  },
});
