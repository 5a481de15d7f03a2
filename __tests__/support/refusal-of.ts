import { Failure } from '../../src/base/failure.ts';

/** Returns the `Failure` of refused work; rejects when nothing, or something other than a `Failure`, was thrown. */
export async function refusalOf(work: () => Promise<unknown>): Promise<Failure> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('it was not refused');
}
