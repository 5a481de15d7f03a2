/**
 * Defines lint rules of this project that no published linter has; see docs/contributing.md. The file is plain
 * JavaScript, so that the linter can load it under any version of Node.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';

const MOST_FILES_IN_A_FOLDER = 15;
/** Names with a fixed meaning for the tool that loads the file. Several files may export such a name. */
const NAMES_OF_A_CONVENTION = new Set(['default']);

const noBooleanParameter = {
  create(context) {
    const check = (node) => {
      for (const parameter of node.params ?? []) {
        if (isBoolean(parameter))
          context.report({
            node: parameter,
            message:
              'A boolean parameter says nothing at the call. Use a union of two words, an object with a named field, or two functions.',
          });
      }
    };
    return {
      FunctionDeclaration: check,
      FunctionExpression: check,
      ArrowFunctionExpression: check,
      TSFunctionType: check,
      TSMethodSignature: check,
      TSDeclareFunction: check,
    };
  },
};

function isBoolean(parameter) {
  switch (parameter.type) {
    case 'AssignmentPattern':
      return typeof parameter.right.value === 'boolean' || isBoolean(parameter.left);
    case 'Identifier':
      return isBooleanType(parameter.typeAnnotation?.typeAnnotation);
    default:
      return false;
  }
}

function isBooleanType(type) {
  if (type?.type === 'TSBooleanKeyword') return true;
  return type?.type === 'TSUnionType' && type.types.some(isBooleanType);
}

const opensWithSentence = {
  create(context) {
    return {
      Program(node) {
        const text = context.sourceCode.getText();
        if (/^(?:#!.*\n)?\/\*\*[\s\S]*?\*\//.test(text)) return;
        context.report({
          node,
          message: 'A file opens with a /** sentence */ that says what it is for, before its imports.',
        });
      },
    };
  },
};

const smallFolder = {
  create(context) {
    return {
      Program(node) {
        const folder = dirname(context.filename);
        const files = filesIn(folder);
        if (files.length <= MOST_FILES_IN_A_FOLDER || files[0] !== basename(context.filename)) return;
        context.report({
          node,
          message: `The folder has ${files.length} files; more than ${MOST_FILES_IN_A_FOLDER} are a sign that it holds two themes.`,
        });
      },
    };
  },
};

const uniqueExport = {
  create(context) {
    const root = sourceRootOf(context.filename);
    if (root === undefined) return {};
    const homes = exportsBelow(root);
    const check = (node) => {
      for (const name of declaredNames(node.declaration)) {
        const others = (homes.get(name) ?? []).filter((file) => file !== context.filename);
        if (others.length === 0 || NAMES_OF_A_CONVENTION.has(name)) continue;
        const where = others.map((file) => file.slice(root.length + 1)).join(', ');
        context.report({
          node,
          message: `"${name}" is exported by ${where}, too: two things of one name are taken for each other.`,
        });
      }
    };
    return { ExportNamedDeclaration: check };
  },
};

function declaredNames(declaration) {
  if (declaration?.type === 'VariableDeclaration') return declaration.declarations.map(({ id }) => id.name);
  return declaration?.id ? [declaration.id.name] : [];
}

/** Returns `<project>/src` for a file below that folder. Returns undefined for every other file. */
function sourceRootOf(file) {
  const at = file.lastIndexOf(`${sep}src${sep}`);
  return at < 0 ? undefined : file.slice(0, at + 4);
}

const EXPORT =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type|enum) ([A-Za-z0-9_$]+)/gm;
const homesByRoot = new Map();

/** Returns a map from each exported name to the files that export it. The files are read once per linter process. */
function exportsBelow(root) {
  const known = homesByRoot.get(root);
  if (known) return known;
  const homes = new Map();
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts') || path.startsWith(join('hooks', 'clients'))) continue;
    const file = join(root, path);
    for (const [, name] of readFileSync(file, 'utf8').matchAll(EXPORT)) {
      const files = homes.get(name) ?? [];
      if (!files.includes(file)) homes.set(name, [...files, file]);
    }
  }
  homesByRoot.set(root, homes);
  return homes;
}

const filesByFolder = new Map();

function filesIn(folder) {
  const known = filesByFolder.get(folder);
  if (known) return known;
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
  filesByFolder.set(folder, files);
  return files;
}

// biome-ignore lint/style/noDefaultExport: the linter loads the default export of a plugin
export default {
  meta: { name: 'house' },
  rules: {
    'no-boolean-parameter': noBooleanParameter,
    'opens-with-sentence': opensWithSentence,
    'small-folder': smallFolder,
    'unique-export': uniqueExport,
  },
};
