/** Rows of the deploy cases that we answer in another way on purpose: row → why. Most still have a test of our answer. */
export const ANSWERED_DIFFERENTLY: Readonly<Record<string, string>> = {
  I10: 'what is not well is not promoted: it stays applied, and the next deploy asks health before it rolls it again',
  K30: 'what hooks wrote before one failed is kept for the failing job too: a rotated password must not be lost because a later line failed',
  M7: 'probes beside a health_check hook are refused by default; allow_probes_with_hook lets both in, and then hooks run where probes passed',
  N3: 'one sentence for every command: jobs (workers) not in this bucket. A partly wrong list is refused as well',
  N6: 'there is no worker.py: worker.json is read and compared here, with the number that was delivered to that worker',
  N22: 'there is no runner.py: bin/runner.sh does it for people who are logged in there',
  K4: 'without bun on PATH, Node runs .js, and Node 24 .ts as well: a runner has Node and need not have bun',
  L8: 'the token says who calls: a missing allocation header is no mistake, a wrong one is a lie (403), and no token is 401',
};
