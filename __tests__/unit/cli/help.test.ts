import { describe, expect, it } from 'vitest';
import { readArgs } from '../../../src/cli/args.ts';
import { commandHelp, programHelp } from '../../../src/cli/help.ts';
import { commandSpec, commandSpecs } from '../../../src/request/command-table.ts';
import { COMMANDS } from '../../../src/request/request.ts';
import { shellWords } from '../../../src/request/shell-words.ts';

describe('help', () => {
  it('names every command, the secrets and the exit codes', () => {
    const help = programHelp();
    for (const name of COMMANDS) expect(help).toMatch(new RegExp(`\\b${name}\\b`));
    expect(help).toContain('MAAND_STATE_KEY');
    expect(help).toContain('  3  refused, to protect state or a running deploy');
  });

  it('explains a command with its flags, defaults and examples', () => {
    const help = commandHelp(commandSpec('deploy'));
    expect(help).toMatch(/^Usage: maand deploy \[OPTIONS\]\n/);
    expect(help).toMatch(/^ {2}-b, --build +build first$/m);
    expect(help).toMatch(/--jobs A,B +only these jobs \(default: all\)/);
    expect(help).not.toContain('--reveal');
    expect(help).not.toContain('--only-waves');
    expect(help).toContain('MAAND_NOTIFY');
    expect(help).toContain('  maand deploy -b --jobs api,web\n');
  });

  it('lists what is not available yet', () => {
    expect(commandHelp(commandSpec('rollback'))).toContain('It is not available in this version.');
  });

  it.each(commandSpecs().flatMap(({ examples }) => examples))('shows an example that works: %s', (example) => {
    const argv = shellWords(example.replace(/ >.*/, '')).slice(1);
    expect(readArgs({ argv, env: {}, workingDirectory: '/' }).kind).toBe('run');
  });

  it('fits a wide terminal', () => {
    const pages = [programHelp(), ...commandSpecs().map(commandHelp)].join('\n');
    expect(pages.split('\n').filter((line) => line.length > 140)).toEqual([]);
  });
});
