/**
 * Errors for a text that cannot be used as a state. Each message completes the sentence "the state … cannot be used: ".
 */

/** A state exists but cannot be used. The message gives the reason. */
export class StateFormatError extends Error {
  override readonly name: string = 'StateFormatError';
}

/** A newer version wrote the state. Such a state must never be overwritten. */
export class NewerStateError extends StateFormatError {
  override readonly name = 'NewerStateError';
}
