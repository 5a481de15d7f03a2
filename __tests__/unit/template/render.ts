/** Renders a template of a test with the data and the key/value store of an invented job. */
import { TemplateError } from '../../../src/template/error.ts';
import { renderTemplate } from '../../../src/template/evaluator.ts';
import type { RenderInput, TemplateData, TemplateKv } from '../../../src/template/input.ts';
import { parseTemplate } from '../../../src/template/parse/parser.ts';

export type KvValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const DATA: TemplateData = {
  Job: 'api',
  WorkerIP: '10.0.0.1',
  Labels: ['web', 'eu', 'ssd'],
  UpdateSeq: 7,
};

/** Returns a store in which only the given namespaces can be read. */
export function kvOf(values: KvValues, job = 'api'): TemplateKv {
  const refuse = (namespace: string) =>
    ({ kind: 'unreadable', message: `${namespace} namespace is not available for job ${job}` }) as const;
  return {
    get(namespace, key) {
      const entries = values[namespace];
      if (!entries) return refuse(namespace);
      const value = entries[key];
      return value === undefined ? { kind: 'missing' } : { kind: 'found', value };
    },
    keys: (namespace) => {
      const entries = values[namespace];
      return entries ? { kind: 'found', keys: Object.keys(entries) } : refuse(namespace);
    },
  };
}

export const inputOf = (kv: KvValues = {}): RenderInput => ({ data: DATA, kv: kvOf(kv) });

export const render = (source: string, input: RenderInput = inputOf()): string =>
  renderTemplate(parseTemplate('t', source), input);

/** Returns the error that occurs when a template is parsed or rendered. */
export function failure(source: string, input: RenderInput = inputOf()): TemplateError {
  try {
    render(source, input);
  } catch (thrown) {
    if (thrown instanceof TemplateError) return thrown;
    throw thrown;
  }
  throw new Error(`rendered without an error: ${source}`);
}
