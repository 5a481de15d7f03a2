/** Knows the version of this program. */

/** The bundler inserts the version; it is undefined when the source runs directly. */
declare const MAAND_VERSION: string | undefined;

export function programVersion(): string {
  return typeof MAAND_VERSION === 'string' ? MAAND_VERSION : 'unreleased';
}
