/** Provides the version of this program. */

/** The version, inserted by the bundler. It is undefined when the source runs without the bundler. */
declare const MAAND_VERSION: string | undefined;

export function programVersion(): string {
  return typeof MAAND_VERSION === 'string' ? MAAND_VERSION : 'unreleased';
}
