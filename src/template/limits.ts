/** Defines the limits of templates. */

/** The maximum size of a template, of the result of one function, and of the output. */
export const LARGEST_TEXT_BYTES = 64 * 1024 * 1024;
