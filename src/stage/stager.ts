/**
 * Makes the delivered tree of an allocation from its job folder and the KV store: plain files, rendered templates and
 * certificates. Plain files are hashed once and templates are parsed once per run, for all workers. Nothing is written
 * to disk.
 */
import { mapLimit } from '../base/concurrency.ts';
import { type CertificateFile, deliveredCertificates } from '../certs/files.ts';
import { type KvView, openView } from '../kv/access.ts';
import { TemplateError } from '../template/error.ts';
import { renderTemplateBytes } from '../template/evaluator.ts';
import type { JobFile } from '../workspace/types.ts';
import { StageBasis, type StageInput } from './basis.ts';
import { assembleTree, digestFile } from './digest.ts';
import { SourceFiles } from './source-files.ts';
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

/**
 * A file of one allocation that could not be staged. `missing` is the KV key that a template needs and that does not
 * exist yet.
 */
export interface StageProblem {
  readonly host: string;
  readonly file: string;
  readonly message: string;
  readonly missing?: { readonly namespace: string; readonly key: string };
}

export type StageResult =
  | { readonly kind: 'staged'; readonly tree: StagedTree }
  | { readonly kind: 'failed'; readonly problems: readonly StageProblem[] };

/** The result of staging, with a record of its inputs. */
export type StageOutcome = StageResult & { readonly basis: StageBasis };

export class Stager {
  readonly #key: Buffer;
  readonly #files: SourceFiles;
  /** Maps output path and digest to a file, so that allocations with equal files share one object. */
  readonly #rendered = new Map<string, WeakRef<TreeFile>>();

  /** Creates a stager; `key` is the key of the content digests. */
  constructor(key: Buffer) {
    this.#key = key;
    this.#files = new SourceFiles(key);
  }

  /** Must be called after every command that may have changed files of the workspace. */
  forgetChangedFiles(): Promise<void> {
    return this.#files.forgetChanged();
  }

  /**
   * Stages one allocation. After an error in one template, the remaining templates are still rendered, so that all
   * errors are reported together.
   */
  async stage(input: StageInput): Promise<StageOutcome> {
    const basis = new StageBasis(input, this.#files);
    const one = { ...input, basis };
    const { entry } = input.job;
    const delivered = entry.files.filter((file) => isDelivered(outputPath(file)));
    const problems: StageProblem[] = [];
    const rendered = await this.#renderAll(one, delivered.filter(isTemplate), problems);
    const certificates = certificatesOf(one, problems);
    problems.push(...collisions(input, delivered));
    if (problems.length > 0) return { kind: 'failed', problems, basis };
    const made = byPath([
      ...rendered,
      ...(await mapLimit(certificates, FILES_AT_ONCE, (file) => this.#certificate(file))),
    ]);
    const plain = delivered.filter((file) => !isTemplate(file) && !made.has(file.path));
    const files = await mapLimit(plain, FILES_AT_ONCE, (file) => this.#plainFile(file));
    const folders = entry.emptyFolders.filter(
      (path) => isDelivered(path) && !(path === 'certs' && certificates.length > 0),
    );
    return { kind: 'staged', tree: assembleTree(this.#key, [...files, ...made.values()], folders), basis };
  }

  async #renderAll(one: Staging, templates: readonly JobFile[], problems: StageProblem[]): Promise<TreeFile[]> {
    const files: TreeFile[] = [];
    for (const file of templates) {
      try {
        files.push(await this.#render(one, file));
      } catch (thrown) {
        if (!(thrown instanceof TemplateError)) throw thrown;
        problems.push(describe(one, file, thrown));
      }
    }
    return files;
  }

  async #render(one: Staging, file: JobFile): Promise<TreeFile> {
    const template = await this.#files.template(file);
    const { view, readSecret } = watchSecrets(viewOf(one));
    const onField = (name: string) => one.basis.noteField(name);
    const bytes = renderTemplateBytes(template, { data: templateData(one), kv: view, onField });
    const mode = modeOf(file);
    const source = { kind: 'bytes', bytes } as const;
    const digest = await digestFile({ key: this.#key, mode, source });
    const secret = readSecret() ? ({ holdsSecret: true } as const) : {};
    return this.#shared({ path: outputPath(file), mode, source, digest, ...secret });
  }

  #shared(file: TreeFile): TreeFile {
    const name = `${file.digest} ${file.holdsSecret === true} ${file.path}`;
    const known = this.#rendered.get(name)?.deref();
    if (known !== undefined) return known;
    this.#rendered.set(name, new WeakRef(file));
    return file;
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
    const digest = await this.#files.digest(file, mode);
    return { path: file.path, mode, source: { kind: 'file', path: file.sourcePath }, digest };
  }
}

/** The staging of one allocation. */
interface Staging extends StageInput {
  readonly basis: StageBasis;
}

function viewOf({ job, allocation, basis, box, onSecret }: Staging): KvView {
  const scope = { job: job.name, host: allocation.host, demandedJobs: job.demandedJobs };
  return openView({ store: basis.kv, box, scope, onSecret });
}

/** Maps each path to its file. If two files have the same path, the later file is used. */
function byPath(files: readonly TreeFile[]): Map<string, TreeFile> {
  return new Map(files.map((file) => [file.path, file]));
}

function certificatesOf(
  { basis, box, onSecret, job, worker }: Staging,
  problems: StageProblem[],
): readonly CertificateFile[] {
  const { files, missing } = deliveredCertificates({ store: basis.kv, box, onSecret }, job, worker.host);
  for (const file of missing) {
    const message = `job ${job.name} on ${worker.host}: ${file} has not been made: run maand build`;
    problems.push({ host: worker.host, file, message });
  }
  return files;
}

/** Wraps the view and records whether a secret was read through it. */
function watchSecrets(view: KvView): { readonly view: KvView; readonly readSecret: () => boolean } {
  let seen = false;
  const get: KvView['get'] = (namespace, key) => {
    const read = view.get(namespace, key);
    if (read.kind === 'found' && read.isSecret) seen = true;
    return read;
  };
  return { view: { get, keys: (namespace) => view.keys(namespace) }, readSecret: () => seen };
}

/** Returns a problem for each template whose output has an empty name or the name of a folder. */
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
