import type { AttributeDefinition, AttributeMapping } from '../../model/schema.ts';
import type { PlacedMapping } from './attribute-mappings.ts';
import { addError, type Place } from './fields.ts';
import { directAttribute, isReference } from './reference.ts';

/** The invalid key of a mapping and the reason; null: valid. */
type Complaint =
  | readonly [key: 'targetAttributeName' | 'source' | 'matchingPriority', message: string]
  | null;

const complain = ({ place }: PlacedMapping, complaint: Complaint): void => {
  if (complaint !== null) addError(place, [complaint[0]], complaint[1]);
};

/** @see Entra "Tutorial: customize user provisioning attribute-mappings": the primary key is not mapped */
const targetComplaint = ({ target, targetAttributeName: name }: AttributeMapping): Complaint => {
  if (target.anchor || name === 'id')
    return ['targetAttributeName', `${name} is the anchor, which only the target writes: remove the mapping`];
  return target.mutability === 'ReadOnly'
    ? ['targetAttributeName', `${name} is declared ReadOnly: remove the mapping`]
    : null;
};

const referenceComplaint = (
  { source, target, targetAttributeName: name }: AttributeMapping,
  attributes: readonly AttributeDefinition[],
): Complaint => {
  const direct = directAttribute(source);
  const refers = direct !== null && isReference(direct, attributes);
  if (direct === 'appRoleAssignments')
    return [
      'source',
      'appRoleAssignments cannot be mapped directly: write SingleAppRoleAssignment([appRoleAssignments])',
    ];
  if (target.type === 'Reference' && !refers)
    return [
      'source',
      `${name} is a Reference, so it takes a reference as it is, such as [manager] or [members]`,
    ];
  return refers && target.type !== 'Reference'
    ? [
        'targetAttributeName',
        `${direct} is a reference, and ${name} is declared ${target.type}: declare it as Reference`,
      ]
    : null;
};

const matchingComplaint = ({
  source,
  target,
  targetAttributeName: name,
  matchingPriority,
}: AttributeMapping): Complaint => {
  if (matchingPriority === 0) return null;
  if (source === null) return ['source', `${name} is a matching attribute and has no source: give it one`];
  return target.type === 'Reference'
    ? [
        'matchingPriority',
        `${name} is a reference, which no target finds objects by: match by another attribute`,
      ]
    : null;
};

const firstBefore = (
  mappings: readonly PlacedMapping[],
  index: number,
  isSame: (mapping: AttributeMapping) => boolean,
): number => mappings.slice(0, index).findIndex(({ mapping }) => isSame(mapping));

/** Where a mapping stands in the document. */
const nameOf = (placed: PlacedMapping | undefined): string =>
  `attributeMappings[${placed?.place.path.at(-1)}]`;

const checkRepetitions = (mappings: readonly PlacedMapping[]): void => {
  for (const [index, placed] of mappings.entries()) {
    const { targetAttributeName: name, matchingPriority } = placed.mapping;
    const twin = firstBefore(
      mappings,
      index,
      ({ targetAttributeName }) => targetAttributeName.toLowerCase() === name.toLowerCase(),
    );
    if (name !== '' && twin >= 0)
      complain(placed, [
        'targetAttributeName',
        `${name} is mapped by ${nameOf(mappings[twin])} already: remove one of the two`,
      ]);
    const rival = firstBefore(mappings, index, (mapping) => mapping.matchingPriority === matchingPriority);
    if (matchingPriority > 0 && rival >= 0)
      complain(placed, [
        'matchingPriority',
        `matching priority ${matchingPriority} is that of ${nameOf(mappings[rival])}: they are tried one by one, so each has its own`,
      ]);
  }
};

/** Checks the attribute mappings of one object mapping against each other. */
export function checkMappings(
  objectMapping: Place,
  mappings: readonly PlacedMapping[],
  attributes: readonly AttributeDefinition[],
): void {
  for (const placed of mappings) {
    complain(placed, targetComplaint(placed.mapping));
    complain(placed, referenceComplaint(placed.mapping, attributes));
    complain(placed, matchingComplaint(placed.mapping));
  }
  checkRepetitions(mappings);
  if (!mappings.some(({ mapping }) => mapping.matchingPriority > 0))
    addError(
      objectMapping,
      ['attributeMappings'],
      'no attribute is a matching attribute: give the one that identifies objects in the target, such as userName, a matchingPriority of 1',
    );
}
