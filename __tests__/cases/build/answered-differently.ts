/** Rows of the build cases that we answer in another way on purpose: number → why. Most still have a test of our answer. */
export const ANSWERED_DIFFERENTLY: Readonly<Record<number, string>> = {
  33: 'probes beside a health_check hook are refused by default: two judges of health confuse people. allow_probes_with_hook lets both in',
  98: 'what hooks wrote before one failed is kept: a rotated password must not be lost because a later line failed',
  115: 'the hash covers what is delivered, with names and modes, under a secret key: files may hold short secrets, and an MD5 of them could be guessed',
  119: "other people's example jobs are not copied into this repository: jobs of our own use the same constructs in the older form",
  120: 'the Prometheus catalog (_prometheus/) is an optional part that is not in this version; its folder stays on the runner',
  121: 'see 120; maand/prometheus is published as for a bucket without a Prometheus job',
  122: 'see 120; nothing below _prometheus/ is read, so nothing there can fail a build',
  123: 'see 120; only prometheus.yml together with prometheus.yml.tpl is refused',
};
