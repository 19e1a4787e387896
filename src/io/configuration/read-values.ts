import { ConfigurationError } from '../../model/errors.ts';
import { isJsonObject, type Json } from '../../model/json.ts';
import { nearestName } from '../../model/nearest-name.ts';
import { didYouMean } from './did-you-mean.ts';
import { byPlace, type Finding, locateDocument } from './located-document.ts';
import { readText } from './read-text.ts';

/** The two values of an attribute: what an object has at first, and what it is changed to. */
const MOST_VALUES = 2;

/**
 * Reads values for attributes, YAML or JSON: a path with a value, or with a list of two.
 * @param mapped the paths that are written
 * @returns texts, by path as it is mapped
 * @throws {ConfigurationError} with every issue, its position and its remedy
 */
export function readValues(
  file: string,
  mapped: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  const document = locateDocument(readText(file), file);
  if (document.syntaxIssues.length > 0) throw new ConfigurationError(document.syntaxIssues);
  const { value = {} } = document;
  const written = isJsonObject(value) ? Object.entries(value) : null;
  const findings =
    written === null
      ? [
          {
            path: [],
            message: 'write attributes with their values, such as userType: [Employee, Contractor]',
          },
        ]
      : written.flatMap(([path, one]) => findingsOf(path, one, mapped));
  if (findings.length > 0) throw new ConfigurationError(findings.map(document.locate).sort(byPlace));
  return Object.fromEntries(
    (written ?? []).map(([path, one]) => [nearestName(path, mapped) ?? path, listOf(one).map(textOf)]),
  );
}

const listOf = (value: Json): readonly Json[] => (Array.isArray(value) ? value : [value]);

/** Mappings write booleans as the service does. */
const textOf = (value: Json): string =>
  typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);

function findingsOf(path: string, value: Json, mapped: readonly string[]): readonly Finding[] {
  const isMapped = mapped.some((one) => one.toLowerCase() === path.toLowerCase());
  if (!isMapped)
    return [
      {
        path: [path],
        message: `${path} is no attribute that is mapped${didYouMean(path, mapped)}; what is not mapped is not sent`,
        atKey: true,
      },
    ];
  const values = listOf(value);
  const isSound =
    values.length > 0 &&
    values.length <= MOST_VALUES &&
    values.every((one) => ['string', 'number', 'boolean'].includes(typeof one) && one !== '');
  return isSound
    ? []
    : [{ path: [path], message: 'write one value, or a list of two: at first, and after a change' }];
}
