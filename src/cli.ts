#!/usr/bin/env node
/** Entry point of the command line. */
import process from 'node:process';
import { runCli } from './cli/run-cli.ts';

process.exitCode = await runCli(process, async (request, face) =>
  (await import('./compose.ts')).runRequest(request, face),
);
