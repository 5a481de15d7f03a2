/** Knows the version of this program. */

/** Put in by the bundler; the source itself has no version. */
declare const MAAND_VERSION: string | undefined;

export function programVersion(): string {
  return typeof MAAND_VERSION === 'string' ? MAAND_VERSION : 'unreleased';
}
