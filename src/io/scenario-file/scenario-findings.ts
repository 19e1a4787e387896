import { z } from 'zod';
import type { JsonObject } from '../../model/json.ts';
import { didYouMean } from '../configuration/did-you-mean.ts';
import { type JsonPath, valueAt } from '../configuration/json-path.ts';
import { documentationIn } from '../configuration/json-schema.ts';
import type { Finding } from '../configuration/located-document.ts';
import { oneOf, quoted } from '../configuration/shape-findings.ts';

/**
 * Converts issues of a shape to findings with remedies.
 * @param written the document before substitution, so that no value of the environment is shown
 * @param at the path of the shape's document in the file
 */
export function scenarioFindings(
  shape: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
  written: unknown,
  at: JsonPath = [],
): readonly Finding[] {
  return issues.flatMap((issue): readonly Finding[] => {
    const inside = issue.path as JsonPath;
    const path = [...at, ...inside];
    if (issue.code === 'unrecognized_keys') {
      const schema = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as JsonObject;
      const known = documentationIn(schema, inside).keys;
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: `there is no key ${quoted(key)} here${didYouMean(key, known) || `; known here: ${known.join(', ')}`}`,
        atKey: true,
      }));
    }
    return [{ path, message: messageOf(issue, path, valueAt(written, path)) }];
  });
}

function messageOf(issue: z.core.$ZodIssue, path: JsonPath, value: unknown): string {
  const key = path.findLast((step) => typeof step === 'string');
  const name = key === undefined ? 'the scenario' : String(key);
  if (value === undefined && issue.code !== 'custom') return `${name} is missing`;
  if (issue.code === 'invalid_value')
    return `${name} must be ${oneOf(issue.values.map(String))}, not ${quoted(value)}${didYouMean(String(value), issue.values.map(String))}`;
  // Own messages of the shape are sentences, or continue after the name.
  if (!issue.message.startsWith('Invalid') && !issue.message.startsWith('Too'))
    return issue.message.startsWith('must ') ? `${name} ${issue.message}` : issue.message;
  return `${name} is ${quoted(value)}: ${issue.message.toLowerCase()}`;
}
