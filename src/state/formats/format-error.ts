/** Errors for a text that cannot be used as a state. Their messages continue "the state … cannot be used: ". */

/** A state that exists but cannot be used; the message says why. */
export class StateFormatError extends Error {
  override readonly name: string = 'StateFormatError';
}

/** A state of a newer version, which must never be overwritten. */
export class NewerStateError extends StateFormatError {
  override readonly name = 'NewerStateError';
}
