/** Of a template, of what one function answers, and of the output. */
export const LARGEST_TEXT_BYTES = 64 * 1024 * 1024;
