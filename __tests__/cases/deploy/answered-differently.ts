/** Rows of the deploy cases that we answer in another way on purpose: row → why. Most still have a test of our answer. */
export const ANSWERED_DIFFERENTLY: Readonly<Record<string, string>> = {
  K4: 'without bun on PATH, Node runs .js, and Node 24 .ts as well: a runner has Node and need not have bun',
  L8: 'the token says who calls: a missing allocation header is no mistake, a wrong one is a lie (403), and no token is 401',
};
