/**
 * Renders a parsed template with its data. Returns the complete text or throws a `TemplateError`; no file is written.
 */
import type { RenderInput } from './input.ts';
import type { Template } from './parse/template.ts';
import { Rendering } from './run/rendering.ts';

/** Returns the rendered text; bytes that are not valid UTF-8 become U+FFFD. Throws a `TemplateError` with phase `exec`. */
export function renderTemplate(template: Template, input: RenderInput): string {
  return renderTemplateBytes(template, input).toString('utf8');
}

/** Returns the rendered bytes. Throws a `TemplateError` with phase `exec`. */
export function renderTemplateBytes(template: Template, input: RenderInput): Buffer {
  return new Rendering(template, input).run();
}
