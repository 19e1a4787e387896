import type { Dialect } from '../../model/dialect.ts';
import { counted, type NamedCount, NOBODY, spellNames, withName } from '../../model/named.ts';
import { type MatchedObject, matchedOf, type Planned } from '../../model/pipeline.ts';
import { isCleared } from '../../planning/diff.ts';

/** A finding about one object, in a form that can be reported for many objects at once. */
export interface Finding {
  /** Findings with the same key are counted together. */
  readonly key: string;
  readonly name: string;
  /** The warning about all of them: fact and way out. */
  readonly tell: (found: NamedCount) => string;
}

/**
 * Everything that is worth a warning about one planned object.
 * @param dialect says what of it is cleared in the target
 */
export function findingsOf(
  planned: Planned,
  { managerRemoval, clearValues }: Pick<Dialect, 'managerRemoval' | 'clearValues'>,
): readonly Finding[] {
  const matched = matchedOf(planned);
  if (matched === null) return [];
  return [
    ...withoutMatchingValue(matched),
    ...sharedMatchingValue(planned, matched),
    ...unconfirmedMatch(matched),
    ...unsentValues(matched, clearValues !== 'never'),
    ...(managerRemoval === 'none' ? keptReferences(matched) : []),
  ];
}

const labelOf = ({ desired }: MatchedObject): string => desired.scoped.object.label;

const isIn = ({ desired }: MatchedObject): boolean =>
  !desired.isSoftDeleted && !desired.scoped.scope.isDropped;

/** @see Entra "Customize attribute-mappings": users without a value of the matching attribute are not provisioned */
function withoutMatchingValue(matched: MatchedObject): readonly Finding[] {
  if (matched.match.kind !== 'noMatchingValue' || !isIn(matched)) return [];
  const noun = matched.desired.scoped.object.objectType.toLowerCase();
  return [
    {
      key: `noMatchingValue:${noun}`,
      name: labelOf(matched),
      tell: (found) =>
        `${counted(found.count, noun)} in scope ${found.count === 1 ? 'has' : 'have'} no value of a matching attribute and ${found.count === 1 ? 'is' : 'are'} not provisioned: ${spellNames(found)}; fill the source attribute, or match by another one`,
    },
  ];
}

function sharedMatchingValue(planned: Planned, matched: MatchedObject): readonly Finding[] {
  if (planned.kind !== 'failure') return [];
  const { code } = planned.failure;
  const noun = matched.desired.scoped.object.objectType.toLowerCase();
  if (code === 'DuplicateSourceEntries')
    return [
      {
        key: `shared:${noun}`,
        name: labelOf(matched),
        tell: (found) =>
          `the matching value of ${counted(found.count, noun)} belongs to another ${noun} too: ${spellNames(found)}; only one of each is provisioned, make the values unique in the source`,
      },
    ];
  if (code !== 'DuplicateTargetEntries') return [];
  return [
    {
      key: `ambiguous:${noun}`,
      name: labelOf(matched),
      tell: (found) =>
        `the target holds several accounts with the matching value of ${counted(found.count, noun)}: ${spellNames(found)}; remove the duplicates there, or match by another attribute`,
    },
  ];
}

/** Accounts that are taken over although the target does not show the attribute that they were found by. */
function unconfirmedMatch({ desired, match }: MatchedObject): readonly Finding[] {
  if (match.kind !== 'found' || match.remark === undefined) return [];
  const { attribute } = match;
  const { objectType, label } = desired.scoped.object;
  const noun = objectType.toLowerCase();
  return [
    {
      key: `unconfirmed:${noun}:${attribute}`,
      name: label,
      tell: (found) =>
        `the target does not show ${attribute} of what it found for ${counted(found.count, noun)}, so the match is not confirmed: ${spellNames(found)}; see that the right ${found.count === 1 ? 'one is' : 'ones are'} taken over, and make the target return ${attribute}`,
    },
  ];
}

/**
 * Values that the source no longer has and the target keeps, and default values that come too late: nulls never flow,
 * and defaults are used on creation only.
 * @param clears the dialect clears what can be cleared
 */
function unsentValues(matched: MatchedObject, clears: boolean): readonly Finding[] {
  const { desired, match } = matched;
  const target = match.kind === 'linked' || match.kind === 'found' ? match.target : null;
  if (target === null || !isIn(matched)) return [];
  const unsent = desired.attributes.filter(({ mapping, value }) => value === null && mapping.source !== null);
  return unsent.flatMap((one): readonly Finding[] => {
    const { mapping } = one;
    const attribute = mapping.targetAttributeName;
    const held = target.attributes[attribute];
    if (clears && isCleared(one, held)) return [];
    const isHeld = held !== undefined && held !== null && held !== '';
    if (isHeld)
      return [
        {
          key: `kept:${attribute}`,
          name: labelOf(matched),
          tell: (found) =>
            `${attribute} was cleared in the source and stays in the target for ${counted(found.count, 'object')}: ${spellNames(found)}; nulls never flow, so clear it there, map an expression that gives a text, or say in target.dialect.clearValues how the target clears it`,
        },
      ];
    if (mapping.defaultValue === null) return [];
    return [
      {
        key: `default:${attribute}`,
        name: labelOf(matched),
        tell: (found) =>
          `the default value of ${attribute} is used on creation only, so that ${counted(found.count, 'existing account')} without a value ${found.count === 1 ? 'does' : 'do'} not get it: ${spellNames(found)}; use Coalesce or IIF in the mapping to have it written on updates too`,
      },
    ];
  });
}

/** References that the source no longer has and the target keeps, where the dialect does not remove them. */
function keptReferences(matched: MatchedObject): readonly Finding[] {
  const { desired, match } = matched;
  const target = match.kind === 'linked' || match.kind === 'found' ? match.target : null;
  if (target === null || !isIn(matched)) return [];
  return desired.references.flatMap(({ mapping, value }): readonly Finding[] => {
    const attribute = mapping.targetAttributeName;
    if (value !== null || !target.attributes[attribute]) return [];
    return [
      {
        key: `keptReference:${attribute}`,
        name: labelOf(matched),
        tell: (found) =>
          `${attribute} was cleared in the source and stays in the target for ${counted(found.count, 'object')}: ${spellNames(found)}; nulls never flow, so clear it there, or say in target.dialect.managerRemoval how the target removes it`,
      },
    ];
  });
}

/** Collects findings and reports them together; it holds a count and three names of each kind. */
export interface FindingTally {
  note(findings: readonly Finding[]): void;
  warnings(): readonly string[];
}

/** Begins without a finding. */
export function countFindings(): FindingTally {
  const found = new Map<string, { count: NamedCount; readonly tell: Finding['tell'] }>();
  return {
    note: (findings) => {
      for (const { key, name, tell } of findings) {
        const of = found.get(key) ?? { count: NOBODY, tell };
        of.count = withName(of.count, name);
        found.set(key, of);
      }
    },
    warnings: () => [...found.values()].map(({ count, tell }) => tell(count)),
  };
}
