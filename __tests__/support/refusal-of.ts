import { Failure } from '../../src/base/failure.ts';

/** Returns the `Failure` that the work throws. Rejects when the work throws nothing or another error. */
export async function refusalOf(work: () => Promise<unknown>): Promise<Failure> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('it was not refused');
}
