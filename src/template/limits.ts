/** The limits of templates. */

/** Largest size of a template, of what one function returns, and of the output. */
export const LARGEST_TEXT_BYTES = 64 * 1024 * 1024;
