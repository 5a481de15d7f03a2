/** The error that a template function throws when its arguments or a key make it fail. */
import type { KvMiss } from '../error.ts';

/** A function's own failure; rendering ends with `error calling <name>: <message>`. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  readonly kvMiss: KvMiss | undefined;

  constructor(message: string, kvMiss?: KvMiss) {
    super(message);
    this.kvMiss = kvMiss;
  }
}
