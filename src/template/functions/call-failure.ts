/** Defines the error that a template function throws when its arguments are wrong or a key cannot be read. */
import type { KvMiss } from '../error.ts';

/** The failure of a function. The rendering then ends with the error `error calling <name>: <message>`. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  readonly kvMiss: KvMiss | undefined;

  constructor(message: string, kvMiss?: KvMiss) {
    super(message);
    this.kvMiss = kvMiss;
  }
}
