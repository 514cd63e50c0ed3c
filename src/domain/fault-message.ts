import type { z } from 'zod';

const TYPES: Readonly<Record<string, string>> = {
  array: 'an array',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  string: 'a string',
};

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'must be a time such as 2026-11-21T06:05:51Z',
  uuid: 'must be a UUID',
};

/**
 * Error map for zod, whose own texts are written for developers. The message follows the name of its field:
 * "code: is required". A message in the schema takes precedence.
 */
export function faultMessage(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return isMissing(issue.input) ? 'is required' : `must be ${TYPES[issue.expected] ?? 'valid'}`;
    case 'invalid_value':
      return isMissing(issue.input) ? 'is required' : `must be ${oneOf(issue.values)}`;
    case 'invalid_union':
      return unionMessage(issue);
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'must not be empty';
      return `must ${size('at least', issue.minimum, issue.origin)}`;
    case 'too_big':
      return `must ${size('at most', issue.maximum, issue.origin)}`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'has the wrong format';
    case 'unrecognized_keys':
      return 'has unknown fields';
    default:
      return 'is invalid';
  }
}

const isMissing = (input: unknown) => input === undefined;

/** The field that chooses between the forms is missing or names none of them. */
function unionMessage({ discriminator, options, input }: z.core.$ZodRawIssue): string {
  if (!Array.isArray(options)) return 'is invalid';
  const chosen = (input as Record<string, unknown>)[String(discriminator)];
  return isMissing(chosen) ? 'is required' : `must be ${oneOf(options)}`;
}

function oneOf(values: readonly unknown[]): string {
  const names = values.map(String);
  return names.length === 1 ? String(names[0]) : `one of ${names.join(', ')}`;
}

function size(bound: string, limit: number | bigint, origin: string): string {
  if (origin === 'string') return `have ${bound} ${limit} characters`;
  return origin === 'array' ? `have ${bound} ${limit} items` : `be ${bound} ${limit}`;
}
