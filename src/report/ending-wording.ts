/** Lists which fields are free text: for findings, and for the end of a command without a result. */
import type { Diagnostic } from '../base/diagnostic.ts';
import type { WordingOf } from '../base/free-text.ts';
import type { Ending } from './ending.ts';

export const DIAGNOSTIC_WORDING: WordingOf<Diagnostic> = {
  message: 'text',
  place: 'name',
  job: 'name',
  hint: 'text',
  repair: 'name',
};

export const ENDING_WORDING: WordingOf<Ending> = {
  message: 'text',
  hint: 'text',
  code: 'name',
  see: 'name',
  diagnostics: DIAGNOSTIC_WORDING,
  stack: 'text',
};
