/** Writes the bucket of the demo: three jobs, a hook that writes a secret, a demand, templates and health checks. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface DemoWorker {
  readonly host: string;
  readonly port: number;
  readonly root: string;
}

/**
 * The source of a small HTTP service. The service returns release.txt at every path, with status 500 when the text
 * contains `broken`.
 */
const SERVER = `import http.server, sys

release = open("release.txt", "rb").read()
status = 500 if b"broken" in release else 200


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(release)

    def log_message(self, *args):
        pass

http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
`;

const MAKEFILE = `HOST = {{ .WorkerIP }}
PORT = {{ get "maand/bucket" "PORT_NAME" }}

start:
	@mkdir -p data
	@python3 server.py $(HOST) $(PORT) >data/server.log 2>&1 </dev/null & echo $$! >data/pid
	@echo "{{ .Job }} $$NEW_VERSION listens on $(HOST):$(PORT)"

stop:
	@if [ -f data/pid ]; then kill "$$(cat data/pid)" 2>/dev/null || true; rm -f data/pid; fi
	@echo "{{ .Job }} stopped on $(HOST)"

restart: stop start
`;

const health = (port: string) => ({
  checks: [{ type: 'http', port, path: '/health' }],
  timeout_seconds: 2,
  wait: { attempts: 4, interval_seconds: 1 },
});

const DATABASE_HOOK = `import secrets
import maand

# Runs once per allocation before the job is deployed. It makes the password only once; the state keeps it sealed.
store = f"secrets/job/{maand.job()['name']}"
if maand.kv.get(store, "password", None) is None:
    maand.kv.put_secret("password", secrets.token_hex(16))
    print("made a password for the database")
`;

const API_HOOK = `import maand

job = maand.job()
worker = maand.worker()
print(f"smoke test of {job['name']} on {worker['worker_ip']}")
`;

function service(port: string, manifest: object): Record<string, string> {
  return {
    'manifest.json': `${JSON.stringify({ ...manifest, resources: { ports: { [port]: {} } }, health_check: health(port) }, null, 2)}\n`,
    'Makefile.tpl': MAKEFILE.replace('PORT_NAME', port),
    'server.py': SERVER,
    'release.txt': 'release 1\n',
  };
}

const JOBS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  database: {
    ...service('database_port', {
      version: '1.0.0',
      selectors: ['db'],
      hooks: { hook_password: { executed_on: ['pre_deploy'] } },
    }),
    '_hooks/hook_password.py': DATABASE_HOOK,
    'settings.conf.tpl': 'password = {{ getSecret "password" }}\n',
  },
  api: {
    ...service('api_port', {
      version: '1.0.0',
      selectors: ['app'],
      max_concurrent_upgrades: 1,
      hooks: {
        hook_smoke: {
          executed_on: ['post_deploy', 'cli'],
          demands: { job: 'database', hook: 'hook_password', config: { min_version: '1.0.0' } },
        },
      },
    }),
    '_hooks/hook_smoke.py': API_HOOK,
    'settings.conf.tpl': `{{ range $index, $host := split (get "maand/job/database" "workers") "," -}}
database.{{ $index }} = {{ $host }}:{{ get "maand/bucket" "database_port" }}
{{ end -}}
`,
  },
  motd: {
    'manifest.json': '{ "selectors": ["worker"], "restart_policy": "never" }\n',
    Makefile: 'start:\n\t@echo "motd delivered"\nstop:\n\t@true\n',
    'motd.txt.tpl': 'This is {{ .WorkerIP }} with labels {{ join .Labels ", " }}.\n',
  },
};

/** Adds workers and jobs to a bucket that `maand init` made. */
export async function fillBucket(bucket: string, workers: readonly DemoWorker[]): Promise<void> {
  const entries = workers.map(({ host, port, root }, at) => ({
    host,
    port,
    root,
    labels: at === 0 ? ['db'] : ['app'],
  }));
  await write(join(bucket, 'workspace/workers.json'), `${JSON.stringify(entries, null, 2)}\n`);
  for (const [job, files] of Object.entries(JOBS)) {
    for (const [path, text] of Object.entries(files)) await write(join(bucket, 'workspace/jobs', job, path), text);
  }
}

export async function write(path: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, mode);
}
