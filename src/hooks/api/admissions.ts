/** Keeps the tokens that identify hook processes to the runtime API. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { HookEvent } from '../../events/hook-event.ts';

/** Describes a hook process. The API finds this description by the token, and never reads it from the request. */
export interface HookCaller {
  readonly allocationId: string;
  readonly job: string;
  readonly host: string;
  readonly hook: string;
  readonly event: HookEvent;
  /** Jobs that any hook of `job` demands. */
  readonly demandedJobs: readonly string[];
}

/** One hook process that may use the API. Two admissions are equal only when they are the same object. */
export interface Admission {
  readonly caller: HookCaller;
}

/** Tokens of the hook processes that run now. Only the digests of the tokens are kept. */
export class Admissions {
  readonly #digests = new Map<Admission, Buffer>();

  admit(caller: HookCaller): { readonly admission: Admission; readonly token: string } {
    const token = randomBytes(32).toString('base64url');
    const admission = { caller };
    this.#digests.set(admission, digestOf(token));
    return { admission, token };
  }

  revoke(admission: Admission): void {
    this.#digests.delete(admission);
  }

  has(admission: Admission): boolean {
    return this.#digests.has(admission);
  }

  /**
   * Returns the admission of a token, or `undefined` when the token is invalid. The search takes the same time for
   * every token, so that timing does not reveal parts of a valid token.
   */
  find(token: string): Admission | undefined {
    const digest = digestOf(token);
    let found: Admission | undefined;
    for (const [admission, known] of this.#digests) if (timingSafeEqual(known, digest)) found = admission;
    return found;
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
