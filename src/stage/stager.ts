/**
 * Makes the delivered tree of an allocation from its job folder and the KV store: plain files, rendered templates,
 * certificates. Plain files are hashed once and templates parsed once per run, however many workers there are. Writes
 * nothing to disk.
 */
import { readFile } from 'node:fs/promises';
import { mapLimit } from '../base/concurrency.ts';
import { fsPath } from '../base/file-name.ts';
import type { Allocation, CatalogJob, CatalogWorker } from '../catalog/types.ts';
import { type CertificateFile, type CertificateSource, deliveredCertificates } from '../certs/files.ts';
import type { KvView } from '../kv/access.ts';
import { TemplateError } from '../template/error.ts';
import { renderTemplateBytes } from '../template/evaluator.ts';
import { parseTemplate, type Template } from '../template/parse/parser.ts';
import type { JobFile } from '../workspace/types.ts';
import { assembleTree, digestFile } from './digest.ts';
import {
  type FileSource,
  isDelivered,
  isTemplate,
  outputPath,
  outputProblem,
  type StagedTree,
  type TreeFile,
} from './tree.ts';

const FILES_AT_ONCE = 16;

export interface StageInput {
  readonly job: CatalogJob;
  readonly allocation: Allocation;
  readonly worker: CatalogWorker;
  readonly view: KvView;
  readonly bucketId: string;
  readonly currentVersion: string;
  readonly updateSeq: number;
  readonly certificates: CertificateSource;
}

/** A template of one allocation that could not be rendered. `missing`: the KV key that it asked for and nobody has written. */
export interface StageProblem {
  readonly host: string;
  readonly file: string;
  readonly message: string;
  readonly missing?: { readonly namespace: string; readonly key: string };
}

export type StageOutcome =
  | { readonly kind: 'staged'; readonly tree: StagedTree }
  | { readonly kind: 'failed'; readonly problems: readonly StageProblem[] };

export class Stager {
  readonly #key: Buffer;
  /** By what is read, not by name: several links may lead to one file. */
  readonly #digests = new Map<string, Promise<string>>();
  readonly #templates = new Map<string, Promise<Template>>();

  /** `key`: the key of the content digests. */
  constructor(key: Buffer) {
    this.#key = key;
  }

  /** Every file is tried, so that all broken templates are reported together. */
  async stage(input: StageInput): Promise<StageOutcome> {
    const { entry } = input.job;
    const delivered = entry.files.filter((file) => isDelivered(outputPath(file)));
    const problems: StageProblem[] = [];
    const rendered = await this.#renderAll(input, delivered.filter(isTemplate), problems);
    const certificates = certificatesOf(input, problems);
    problems.push(...collisions(input, delivered));
    if (problems.length > 0) return { kind: 'failed', problems };
    const made = byPath([
      ...rendered,
      ...(await mapLimit(certificates, FILES_AT_ONCE, (file) => this.#certificate(file))),
    ]);
    const plain = delivered.filter((file) => !isTemplate(file) && !made.has(file.path));
    const files = await mapLimit(plain, FILES_AT_ONCE, (file) => this.#plainFile(file));
    const folders = entry.emptyFolders.filter(
      (path) => isDelivered(path) && !(path === 'certs' && certificates.length > 0),
    );
    return { kind: 'staged', tree: assembleTree(this.#key, [...files, ...made.values()], folders) };
  }

  async #renderAll(input: StageInput, templates: readonly JobFile[], problems: StageProblem[]): Promise<TreeFile[]> {
    const files: TreeFile[] = [];
    for (const file of templates) {
      try {
        files.push(await this.#render(input, file));
      } catch (thrown) {
        if (!(thrown instanceof TemplateError)) throw thrown;
        problems.push(describe(input, file, thrown));
      }
    }
    return files;
  }

  async #render(input: StageInput, file: JobFile): Promise<TreeFile> {
    let template = this.#templates.get(file.sourcePath);
    if (template === undefined) {
      template = readFile(fsPath(file.sourcePath)).then((bytes) => parseTemplate(file.path, bytes));
      this.#templates.set(file.sourcePath, template);
    }
    const { view, readSecret } = watchSecrets(input.view);
    const bytes = renderTemplateBytes(await template, { data: templateData(input), kv: view });
    const mode = modeOf(file);
    const source = { kind: 'bytes', bytes } as const;
    const digest = await digestFile({ key: this.#key, mode, source });
    return { path: outputPath(file), mode, source, digest, ...(readSecret() ? { holdsSecret: true } : {}) };
  }

  async #certificate({ path, mode, identity, read }: CertificateFile): Promise<TreeFile> {
    const source: FileSource =
      mode === 0o600
        ? { kind: 'sealed', identity: Buffer.from(identity), read }
        : { kind: 'bytes', bytes: Buffer.from(read()) };
    return { path, mode, source, digest: await digestFile({ key: this.#key, mode, source }) };
  }

  async #plainFile(file: JobFile): Promise<TreeFile> {
    const mode = modeOf(file);
    const source = { kind: 'file', path: file.sourcePath } as const;
    const known = `${mode} ${file.sourcePath}`;
    const digest = this.#digests.get(known) ?? digestFile({ key: this.#key, mode, source });
    this.#digests.set(known, digest);
    return { path: file.path, mode, source, digest: await digest };
  }
}

/** Of two files for one path the later one counts. */
function byPath(files: readonly TreeFile[]): Map<string, TreeFile> {
  return new Map(files.map((file) => [file.path, file]));
}

function certificatesOf(
  { certificates, job, worker }: StageInput,
  problems: StageProblem[],
): readonly CertificateFile[] {
  const { files, missing } = deliveredCertificates(certificates, job, worker.host);
  for (const file of missing) {
    const message = `job ${job.name} on ${worker.host}: ${file} has not been made: run maand build`;
    problems.push({ host: worker.host, file, message });
  }
  return files;
}

/** The same view, and whether a secret was read through it. */
function watchSecrets(view: KvView): { readonly view: KvView; readonly readSecret: () => boolean } {
  let seen = false;
  const get: KvView['get'] = (namespace, key) => {
    const read = view.get(namespace, key);
    if (read.kind === 'found' && read.isSecret) seen = true;
    return read;
  };
  return { view: { get, keys: (namespace) => view.keys(namespace) }, readSecret: () => seen };
}

/** A template whose output has no name, or the name of a folder. */
function collisions({ job, worker }: StageInput, files: readonly JobFile[]): StageProblem[] {
  return files.flatMap((file) => {
    const problem = outputProblem(file, files);
    return problem === undefined
      ? []
      : [{ host: worker.host, file: file.path, message: `job ${job.name}: ${problem}` }];
  });
}

const modeOf = (file: JobFile): TreeFile['mode'] => (file.executable ? 0o755 : 0o644);

/** Returns the data (dot) of a template (docs/templates.md "Data"). */
function templateData({ job, allocation, worker, bucketId, currentVersion, updateSeq }: StageInput) {
  return {
    AllocationID: allocation.id,
    Job: job.name,
    CurrentVersion: currentVersion,
    NewVersion: allocation.newVersion,
    WorkerIP: worker.host,
    WorkerID: worker.id,
    Labels: worker.labels,
    BucketID: bucketId,
    UpdateSeq: updateSeq,
    BucketPath: `${worker.root}/${bucketId}`,
    JobPath: `${worker.root}/${bucketId}/jobs/${job.name}`,
  };
}

function describe({ job, worker }: StageInput, file: JobFile, error: TemplateError): StageProblem {
  const { kvMiss } = error;
  return {
    host: worker.host,
    file: file.path,
    message: `job ${job.name} on ${worker.host}: ${error.phase === 'parse' ? 'parse' : 'execute'} template ${file.path}: ${error.message}`,
    ...(kvMiss ? { missing: kvMiss } : {}),
  };
}
