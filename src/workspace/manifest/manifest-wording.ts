/** Writes messages about violations of the manifest schema. Each message contains the job, the field and the rule. */
import { excerpt, quoted } from '../../base/text/quote.ts';
import type { Violation } from '../../schema/schema.ts';
import { detailOf, pathText, type ViolationWording } from '../../schema/wording.ts';

/**
 * Returns a function that returns the message and the error code of a violation, or `{}` for the default message. `job`
 * must already be escaped for messages.
 */
export function wordingOfManifest(job: string): (violation: Violation, raw: string) => ViolationWording {
  return (violation, raw) => {
    const [field, second] = violation.path;
    if (field === 'version') {
      return { code: 'ErrInvalidJobVersion', ...(violation.keyword === 'format' && { about: `job "${job}":` }) };
    }
    if (field === 'resources' && second === 'ports') return wordingOfPort(violation, raw);
    if (field === 'hooks') return wordingOfHook(job, violation, raw);
    if (field === 'health_check' && second === 'checks') return wordingOfCheck(job, violation, raw);
    const about = `invalid manifest.json: job ${job}`;
    if (field === 'restart_globs' && violation.keyword === 'format') return { about: `${about} restart_globs:` };
    if (field === 'certs' && violation.keyword === 'propertyNames') {
      const name = quoted(violation.property ?? '');
      return {
        message: `${about} certificate name ${name} must be of letters, digits, "_", "." and "-", and not "ca"`,
      };
    }
    if (field === 'max_failures' && violation.keyword === 'pattern') {
      return { message: `${about} max_failures must be a number or a percentage such as "25%" (got ${raw})` };
    }
    return {};
  };
}

function wordingOfPort({ keyword, path, property, node }: Violation, raw: string): ViolationWording {
  if (keyword === 'propertyNames') {
    return {
      code: 'ErrPortKeyFormat',
      message: `invalid port key format: port name "${excerpt(property ?? '')}"`,
      hint: 'write a lower-case letter, then lower-case letters, digits and "_"',
    };
  }
  const name = path[2];
  if (name === undefined) return {};
  const about = `invalid manifest port declaration: port "${excerpt(String(name))}"`;
  const isNumber = node.kind === 'scalar' && Number.isInteger(node.value);
  const must = isNumber ? 'must be between 1 and 65535' : 'must be {} or an integer';
  return { code: 'ErrInvalidManifestPort', message: `${about} ${must}, not ${raw}` };
}

function wordingOfHook(job: string, violation: Violation, raw: string): ViolationWording {
  const { keyword, path, property } = violation;
  const code = 'ErrInvalidHookConfiguration';
  const about = `invalid hook configuration: job ${job}`;
  if (keyword === 'propertyNames') {
    const name = excerpt(property ?? '');
    return { code, message: `${about}, hook ${name} must begin with hook_ and hold letters, digits and "_"` };
  }
  const [, name, field, ...rest] = path;
  if (name === undefined) return { code };
  const hook = `hook ${excerpt(String(name))}`;
  if (property === 'executed_on' || keyword === 'minItems')
    return { code, message: `${about}, ${hook} missing executed_on` };
  if (keyword === 'enum') return { code, message: `${about}, ${hook} invalid executed_on [${unquoted(raw)}]` };
  if (field !== 'demands') return { code, about: `${about}, ${hook} ${pathText(path.slice(2))}`.trimEnd() };
  const bound = rest[1];
  if (rest[0] === 'config' && bound !== undefined) {
    const reason = keyword === 'format' ? detailOf(violation, raw) : `invalid job version: ${raw}`;
    return { code: 'ErrInvalidJobVersion', message: `job ${job} ${hook}: demands.config.${bound}: ${reason}` };
  }
  return { code: 'ErrInvalidHookDemand', about: `invalid hook demand: job ${job} ${hook} ${pathText(path.slice(2))}` };
}

function unquoted(raw: string): string {
  return raw.replace(/^"(.*)"$/, '$1');
}

function wordingOfCheck(job: string, { keyword, path, property }: Violation, raw: string): ViolationWording {
  const [, , index, field] = path;
  if (typeof index !== 'number') return {};
  const about = `invalid manifest.json: job ${job} health_check.checks[${index}]`;
  if (property === 'command' || (field === 'command' && keyword === 'pattern')) {
    return { message: `${about} ssh probe requires command` };
  }
  if (property === 'port' || (field === 'port' && keyword === 'pattern')) return { message: `${about} missing port` };
  if (property === 'type') return { message: `${about} type "" (want tcp, http, or ssh)` };
  if (field === 'type' && keyword === 'pattern') return { message: `${about} type ${raw} (want tcp, http, or ssh)` };
  if (field === 'path' && keyword === 'pattern') return { message: `${about} path must start with / (got ${raw})` };
  return {};
}
