import type { ObjectType } from '../model/directory.ts';
import type { AttributePath } from '../model/identifiers.ts';
import type { AttributeChange, MappedValue } from '../model/pipeline.ts';
import type { AttributeMapping } from '../model/schema.ts';
import { parsePath, sameName } from '../scim/path.ts';
import { isCustomExtension } from './needs.ts';
import type { MappedType, Subject } from './subject.ts';
import { type Label, sampleValue } from './values.ts';

/**
 * How much of what is mapped an object is created with. `full`: all. `oneEntry`: of a list with several entries, such as
 * phone numbers, the first. `usual`: of that, no custom extension and no roles. `least`: what the service sends where the
 * directory has no other values.
 */
export type Extent = 'full' | 'oneEntry' | 'usual' | 'least';

/** What an object is created with, without some of it or with other values. */
export interface Wish {
  /** Default `oneEntry`. Where the endpoint refuses that, it is the next that it takes. */
  readonly extent?: Extent;
  /** Attributes that are left out, by the beginning of their paths. */
  readonly without?: readonly string[];
  /** Other values, by path. */
  readonly values?: Readonly<Record<string, MappedValue>>;
  /** What of the name is unique in the run; default: of the check, numbered. */
  readonly label?: string;
}

/** The attributes of a wish, as changes that add them. */
export function wishedAttributes(
  subject: Subject,
  type: ObjectType,
  { mappings }: MappedType,
  label: Label,
  { extent = 'full', without = [], values = {} }: Wish,
): readonly AttributeChange[] {
  const isLeft = (path: AttributePath): boolean =>
    without.some((beginning) => path.toLowerCase().startsWith(beginning.toLowerCase()));
  const kept = mappings.filter(({ targetAttributeName: path }) => !isLeft(path));
  const isWished = (mapping: AttributeMapping): boolean => {
    const { targetAttributeName: path } = mapping;
    if (path in values || extent === 'full') return true;
    if (extent === 'least') return LEAST.some((one) => sameName(one, path));
    const isUsual = !isCustomExtension(mapping) && !sameName(parsePath(path).attribute, 'roles');
    return isFirstEntry(path, kept) && (isUsual || extent === 'oneEntry');
  };
  return kept.filter(isWished).map((mapping) => ({
    kind: 'add',
    mapping,
    value: values[mapping.targetAttributeName] ?? sampleValue(subject, type, mapping, label),
  }));
}

/** Whether a path is of the first entry of its list. */
function isFirstEntry(path: AttributePath, mappings: readonly AttributeMapping[]): boolean {
  const { attribute, extension, filter } = parsePath(path);
  const first = mappings
    .map(({ targetAttributeName }) => parsePath(targetAttributeName))
    .find((one) => sameName(one.attribute, attribute) && one.extension === extension && one.filter !== null);
  return filter === null || first === undefined || String(first.filter?.value) === String(filter.value);
}

/** From the most to the least. */
export const EXTENTS: readonly Extent[] = ['full', 'oneEntry', 'usual', 'least'];

/** What the service sends of an object whose other attributes have no value in the directory. */
const LEAST = ['userName', 'active', 'externalId', 'displayName'];
