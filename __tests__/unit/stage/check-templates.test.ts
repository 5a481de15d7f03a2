import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../../src/base/diagnostic.ts';
import { checkTemplates } from '../../../src/stage/check-templates.ts';
import { readWorkspace } from '../../../src/workspace/read-workspace.ts';
import { makeBucket } from '../workspace/bucket-folder.ts';

/** Returns the findings about the templates of a job `a` with these files. */
async function check(files: Readonly<Record<string, string>>): Promise<string[]> {
  const own = Object.entries({ 'manifest.json': '{}', Makefile: '', ...files });
  const bucketDir = await makeBucket(Object.fromEntries(own.map(([path, text]) => [`workspace/jobs/a/${path}`, text])));
  const { workspace } = await readWorkspace({ bucketDir });
  if (!workspace) throw new Error('no workspace');
  const found = await checkTemplates({ ...workspace, bucketPath: 'infra' });
  return found.map((one) => `${one.severity} ${formatDiagnostic(one)}`);
}

const at = (place: string): string => `infra/workspace/jobs/a/${place}`;

describe('templates at build', () => {
  it('that do not parse are all reported as errors with file, line and column', async () => {
    const files = {
      'a.tpl': 'x\n  {{ nope 1 }}',
      'b.tpl': 'ünï {{ if .Job }}',
      'sub/c.tpl': '{{ $x }}',
      'd.tpl': '{{ scrapeConfigs }}',
      '_hooks/e.tpl': '{{ nope }}',
    };
    expect(await check(files)).toEqual([
      `error ${at('a.tpl:2:6')}: job a: parse template a.tpl: template: a.tpl:2: function "nope" not defined`,
      `error ${at('b.tpl:1:18')}: job a: parse template b.tpl: template: b.tpl:1: unexpected EOF`,
      `error ${at('d.tpl:1:4')}: job a: parse template d.tpl: template: d.tpl:1: function "scrapeConfigs" not defined (this version has no Prometheus integration)`,
      `error ${at('sub/c.tpl:1:4')}: job a: parse template sub/c.tpl: template: sub/c.tpl:1: undefined variable "$x"`,
    ]);
  });

  it('that make each deploy roll their job cause a warning, wherever they use the field', async () => {
    const files = {
      'a.tpl': '{{ define "x" }}é{{ if true }}{{ print (upper $.CurrentVersion) }}{{ end }}{{ end }}\n{{ .UpdateSeq }}',
      'b.tpl': '{{ .NewVersion }} .UpdateSeq {{/* .UpdateSeq */}}',
    };
    expect(await check(files)).toEqual([
      `warning ${at('a.tpl:2:4')}: job a: a.tpl uses .UpdateSeq, which grows with every deploy: the job is rolled each time (leave it out; update_seq is in worker.json on every worker)`,
      `warning ${at('a.tpl:1:48')}: job a: a.tpl uses .CurrentVersion, which changes when a new version is promoted: the deploy after it rolls the job once more (read $CURRENT_VERSION in the Makefile instead)`,
    ]);
  });

  it('that take the place of another file are reported', async () => {
    const files = { 'run.sh': '', 'run.sh.tpl': '', 'conf/x': '', 'conf.tpl': '', 'deep/.tpl': '' };
    expect(await check(files)).toEqual([
      `error ${at('conf.tpl:1:1')}: job a: the output of template conf.tpl would take the place of the folder conf/`,
      `error ${at('deep/.tpl:1:1')}: job a: the output of template deep/.tpl has no name without .tpl`,
      `warning ${at('run.sh.tpl:1:1')}: job a: run.sh.tpl overwrites the plain file run.sh (remove one of them)`,
    ]);
  });

  it('that are too large are refused without being read', async () => {
    const bucketDir = await makeBucket({ 'workspace/jobs/a/manifest.json': '{}', 'workspace/jobs/a/blob.tpl': '' });
    await truncate(join(bucketDir, 'workspace/jobs/a/blob.tpl'), 64 * 1024 * 1024 + 1);
    const { workspace } = await readWorkspace({ bucketDir });
    if (!workspace) throw new Error('no workspace');
    expect((await checkTemplates(workspace)).map(formatDiagnostic)).toEqual([
      'workspace/jobs/a/blob.tpl:1:1: job a: template blob.tpl is larger than 64 MiB (deliver it as a plain file, without .tpl)',
    ]);
  });

  it('that are valid cause no finding', async () => {
    expect(await check({ 'a.tpl': '{{ .Nope }}{{ get "no" "where" }}' })).toEqual([]);
  });
});
