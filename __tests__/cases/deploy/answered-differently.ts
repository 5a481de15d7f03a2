/** Rows of the deploy cases that we answer in another way on purpose: row → why. Most still have a test of our answer. */
export const ANSWERED_DIFFERENTLY: Readonly<Record<string, string>> = {
  I10: 'what is not well is not promoted: it stays applied, and the next deploy asks health before it rolls it again',
  K4: 'without bun the Node that runs maand runs .ts and .js hooks, so that nothing has to be installed',
  K30: 'what hooks wrote before one failed is kept for the failing job too: a rotated password must not be lost because a later line failed',
  M7: 'probes beside a health_check hook are refused by default; allow_probes_with_hook lets both in, and then hooks run where probes passed',
  N3: 'one sentence for every command: jobs (workers) not in this bucket. A partly wrong list is refused as well',
  N6: 'there is no worker.py: worker.json is read and compared here, with the number that was delivered to that worker',
  N22: 'there is no runner.py: bin/runner.sh does it for people who are logged in there',
};
