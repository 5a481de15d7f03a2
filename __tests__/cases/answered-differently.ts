/**
 * Rows of the cases in which maand deliberately behaves in another way. Each row has its reason. Most of these rows have a
 * test of the actual behaviour.
 */
export const ANSWERED_DIFFERENTLY: Readonly<Record<string, string>> = {
  33: 'probes beside a health_check hook are refused by default: two judges of health confuse people. allow_probes_with_hook lets both in',
  98: 'what hooks wrote before one failed is kept: a rotated password must not be lost because a later line failed',
  115: 'the hash covers what is delivered, with names and modes, under a secret key: files may hold short secrets, and an MD5 of them could be guessed',
  119: "other people's example jobs are not copied into this repository: jobs of our own use the same constructs in the older form",
  120: 'the Prometheus catalog (_prometheus/) is an optional part that is not in this version; its folder stays on the runner',
  121: 'see 120; maand/prometheus is published as for a bucket without a Prometheus job',
  122: 'see 120; nothing below _prometheus/ is read, so nothing there can fail a build',
  123: 'see 120; only prometheus.yml together with prometheus.yml.tpl is refused',
  I10: 'what is not well is not promoted: it stays applied, and the next deploy asks health before it rolls it again',
  K4: 'without bun on PATH, Node runs .js, and Node 24 .ts as well: a runner has Node and need not have bun',
  K30: 'what hooks wrote before one failed is kept for the failing job too: a rotated password must not be lost because a later line failed',
  L8: 'the token says who calls: a missing allocation header is no mistake, a wrong one is a lie (403), and no token is 401',
  M7: 'probes beside a health_check hook are refused by default; allow_probes_with_hook lets both in, and then hooks run where probes passed',
  N3: 'one sentence for every command: jobs (workers) not in this bucket. A partly wrong list is refused as well',
  N6: 'there is no worker.py: worker.json is read and compared here, with the number that was delivered to that worker',
  N22: 'there is no runner.py: bin/runner.sh does it for people who are logged in there',
};
