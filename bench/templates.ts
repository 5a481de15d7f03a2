/**
 * `npm run bench templates [FILES] [WORKERS]`: renders 100 template files of 10 KB for 100 workers. Each file is parsed
 * once. Keys are read through a view that applies the access rules of the store. The benchmark prints the time in µs
 * per rendered KB. The exit status is 1 when the CPU time is not below 20 µs per KB.
 */
import { openView } from '../src/kv/access.ts';
import { createSecretBox } from '../src/kv/secrets.ts';
import { KvStore } from '../src/kv/store.ts';
import { renderTemplateBytes } from '../src/template/evaluator.ts';
import type { RenderInput } from '../src/template/input.ts';
import { parseTemplate, type Template } from '../src/template/parse/parser.ts';

const FILES = Number(process.argv[2] ?? 100);
const WORKERS = Number(process.argv[3] ?? 100);
const FILE_BYTES = 10_240;
const GOAL = 20;
const HOSTS = Array.from({ length: WORKERS }, (_, at) => `10.0.${Math.floor(at / 250)}.${(at % 250) + 1}`);

/**
 * Typical content of a configuration file: comments, settings, branches, loops over hosts, arithmetic, and calls of a
 * defined template.
 */
const PART = `
# --- listeners: where this member answers, and where it expects its peers
listen.address = {{ .WorkerIP }}:{{ get "maand/bucket" "api_port" }}
advertise      = {{ getWorkerOptional "hostname" }}
data.folder    = {{ .JobPath }}/data/{{ .Job }}
{{- $memory := int (getJob "memory") }}
{{- $mode := getOptional "vars/bucket/job/api" "mode" }}
{{- if eq $mode "cluster" }}
cluster.enabled = true
cluster.quorum  = {{ add (div (int (getJob "workers_length")) 2) 1 }}
{{- else if eq $mode "" }}
cluster.enabled = false
{{- else }}
cluster.mode = {{ printf "%q" $mode }}
{{- end }}
heap.max = {{ template "size" (div (mul $memory 3) 4) }}
{{- range $i, $host := split (get "vars/bucket/job/api" "seeds") "," }}
seed.{{ printf "%02d" $i }} = {{ trim $host }}:7000{{ if eq $host $.WorkerIP }} # this one{{ end }}
{{- end }}
labels = {{ range $i, $label := .Labels }}{{ if $i }}, {{ end }}{{ upper $label }}{{ end }}
password = {{ getSecret "password" }}
`;
const SIZE = `{{ define "size" }}{{ if ge . 1024 }}{{ div . 1024 }}G{{ else }}{{ . }}M{{ end }}{{ end }}`;

/** Returns a template source of `FILE_BYTES` bytes: as many parts as fit, then comments up to the full size. */
function sourceOf(file: number): string {
  const parts = Array.from({ length: Math.floor((FILE_BYTES - SIZE.length) / (PART.length + 16)) }, (_, at) => {
    return `# part ${file}.${at}\n${PART}`;
  });
  const source = SIZE + parts.join('');
  return `${source}${'# plain text up to the end of the file\n'.repeat(FILE_BYTES / 30).slice(source.length - FILE_BYTES)}`;
}

const box = createSecretBox([Buffer.alloc(32, 7)]);
const store = new KvStore({}, () => 0);
store.put('maand/bucket', 'api_port', '8080');
store.put('maand/job/api', 'memory', '8192');
store.put('maand/job/api', 'workers_length', String(WORKERS));
store.put('vars/bucket/job/api', 'mode', 'cluster');
store.put('vars/bucket/job/api', 'seeds', HOSTS.slice(0, 8).join(','));
store.putExact('secrets/job/api', 'password', box.seal('correct horse battery staple'));
for (const host of HOSTS) store.put(`maand/worker/${host}`, 'hostname', `worker-${host.replaceAll('.', '-')}`);

const inputs = HOSTS.map(
  (host): RenderInput => ({
    data: {
      AllocationID: 'a',
      Job: 'api',
      WorkerIP: host,
      Labels: ['eu', 'ssd', 'worker'],
      JobPath: '/opt/worker/b/jobs/api',
    },
    kv: openView({ store, scope: { job: 'api', host, demandedJobs: [] }, box, onSecret: () => {} }),
  }),
);

const sources = Array.from({ length: FILES }, (_, file) => sourceOf(file));
const sourceKb = sources.reduce((sum, source) => sum + source.length, 0) / 1024;

const parsing = timer();
const templates = sources.map((source, file): Template => parseTemplate(`conf/${file}.conf.tpl`, source));
report(`parsed   ${FILES} files, ${sourceKb.toFixed(0)} KB`, parsing(sourceKb));

const rendering = timer();
let bytes = 0;
for (const input of inputs) for (const template of templates) bytes += renderTemplateBytes(template, input).length;
const cost = rendering(bytes / 1024);
report(`rendered ${FILES} files for ${WORKERS} workers, ${(bytes / 1024 / 1024).toFixed(0)} MB`, cost);
console.log(`${cost.cpu < GOAL ? 'below' : 'above'} the goal of ${GOAL} µs`);
process.exitCode = cost.cpu < GOAL ? 0 : 1;

interface Cost {
  readonly wall: number;
  /**
   * The CPU time of the process, including garbage collection. This value is compared with the goal, because the wall
   * time also depends on unrelated processes.
   */
  readonly cpu: number;
}

/** Starts a measurement. The returned function ends the measurement and returns the cost in µs per KB. */
function timer(): (kb: number) => Cost {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  return (kb) => {
    const { user, system } = process.cpuUsage(before);
    return { wall: ((performance.now() - startedAt) * 1000) / kb, cpu: (user + system) / kb };
  };
}

function report(what: string, { wall, cpu }: Cost): void {
  console.log(`${what}: ${cpu.toFixed(1)} µs of CPU per KB (${wall.toFixed(1)} µs on the clock)`);
}
