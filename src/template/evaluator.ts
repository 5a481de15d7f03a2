/** Runs a parsed template over its data. Writes nothing: returns the complete text, or throws a `TemplateError`. */
import type { RenderInput } from './input.ts';
import type { Template } from './parse/template.ts';
import { Rendering } from './run/rendering.ts';

/** The rendered text; bytes that are no UTF-8 become U+FFFD. Throws `TemplateError` of phase `exec`. */
export function renderTemplate(template: Template, input: RenderInput): string {
  return renderTemplateBytes(template, input).toString('utf8');
}

/** The rendered file, byte for byte. Throws `TemplateError` of phase `exec`. */
export function renderTemplateBytes(template: Template, input: RenderInput): Buffer {
  return new Rendering(template, input).run();
}
