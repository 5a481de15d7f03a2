import { Failure } from '../../src/base/failure.ts';

/** How work was refused; rejects when it was not, or when something else than a `Failure` was thrown. */
export async function refusalOf(work: () => Promise<unknown>): Promise<Failure> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('it was not refused');
}
