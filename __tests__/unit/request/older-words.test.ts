import { describe, expect, it } from 'vitest';
import { readArgs } from '../../../src/cli/args.ts';
import { readCommand } from '../../../src/request/read-command.ts';

const read = (line: string, texts: Readonly<Record<string, string>> = {}) =>
  readCommand(line.split(' '), new Map(Object.entries(texts)));

describe('older words of the command line', () => {
  it.each([
    ['job_command command_x api', 'hooks', ['hook_x', 'api'], ['job_command -> hooks', 'command_x -> hook_x']],
    ['job-command hook_x', 'hooks', ['hook_x'], ['job-command -> hooks']],
    ['jobcommand hook_x', 'hooks', ['hook_x'], ['jobcommand -> hooks']],
    ['hook command_x', 'hooks', ['hook_x'], ['command_x -> hook_x']],
    ['cat job_commands', 'cat', ['hooks'], ['job_commands -> hooks']],
    ['cat hashes', 'cat', ['deployments'], ['hashes -> deployments']],
    ['cat hooks', 'cat', ['hooks'], []],
    ['build --purge-job-kv', 'build', [], ['--purge-job-kv -> --purge-secrets-kv']],
    ['build --purge_job_kv', 'build', [], ['--purge-job-kv -> --purge-secrets-kv']],
  ])('%s', (line, command, operands, changes) => {
    const written = read(line);
    expect(written.spec.name).toBe(command);
    expect(written.operands).toEqual(operands);
    const notes = changes.map((change) => change.split(' -> ').map((word) => `"${word}"`));
    expect(written.notes).toEqual(notes.map(([older, today]) => `${older} is an older word for ${today}`));
    if (command === 'build') expect(written.texts.get('purge-secrets-kv')).toBe('true');
  });

  it('are also replaced in the input hook, and stay unchanged elsewhere', () => {
    expect(read('hooks api', { hook: 'command_x' })).toMatchObject({ operands: ['hook_x', 'api'] });
    expect(read('cat kv get vars/job/a hashes')).toMatchObject({
      operands: ['kv', 'get', 'vars/job/a', 'hashes'],
      notes: [],
    });
  });

  it('are reported to the user', () => {
    const launch = { argv: ['cat', 'hashes'], env: {}, workingDirectory: '/' };
    expect(readArgs(launch)).toMatchObject({ notes: ['"hashes" is an older word for "deployments"'] });
  });
});
