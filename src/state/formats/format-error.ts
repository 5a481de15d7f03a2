/** Why a text cannot be used as a state. The messages go on after "the state … cannot be used: ". */

/** A state that is there but cannot be used; the message says why. */
export class StateFormatError extends Error {
  override readonly name: string = 'StateFormatError';
}

/** A state of a newer version: never to be overwritten. */
export class NewerStateError extends StateFormatError {
  override readonly name = 'NewerStateError';
}
