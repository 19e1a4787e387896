import type { MappedValue } from '../model/pipeline.ts';
import type { AttributeMapping } from '../model/schema.ts';
import { isRolesPath, parsePath, sameName } from '../scim/path.ts';
import { writesRoleEntry } from '../scim/roles.ts';
import type { Subject } from './subject.ts';

/** Two values of an attribute: what an object has at first, and what it is changed to. */
type Pair = readonly [string, string];

/** Values that endpoints commonly restrict. */
const COMMON: Readonly<Record<string, Pair>> = {
  preferredlanguage: ['en-US', 'de-DE'],
  locale: ['en-US', 'de-DE'],
  timezone: ['Europe/Berlin', 'Europe/Paris'],
  country: ['DE', 'FR'],
  postalcode: ['10115', '75001'],
  region: ['Berlin', 'Ile-de-France'],
  locality: ['Berlin', 'Paris'],
  usertype: ['Employee', 'Contractor'],
  profileurl: ['https://example.com/one', 'https://example.com/two'],
};

/** Which of two values: at first, or after a change. */
export type Turn = 0 | 1;

/** What a name of an object is made from. */
export interface Label {
  /** Unique in the run. */
  readonly text: string;
  readonly turn: Turn;
}

/** The name of an object of the run: its userName, or its displayName. */
export function ownName({ prefix, domain }: Subject, type: 'User' | 'Group', { text, turn }: Label): string {
  const name = `${prefix}${text}${turn === 0 ? '' : '-B'}`;
  return type === 'User' ? `${name}@${domain}` : name;
}

/**
 * A value for a mapped attribute. It is the same for the same label, differs between the two turns, and is unique to the
 * object where attributes usually are.
 */
export function sampleValue(
  subject: Subject,
  type: 'User' | 'Group',
  mapping: AttributeMapping,
  label: Label,
): MappedValue {
  const text = writtenText(subject, type, mapping, label);
  if (isRoleList(mapping))
    return {
      assertive: /\bAssertive/.test(mapping.source?.expression ?? ''),
      roles: [{ id: ROLE_ID, value: text, displayName: text }],
    };
  if (mapping.target.multivalued && !writesEntry(mapping)) return [text];
  return text;
}

/** Whether a mapping writes all roles of an assignment as a list. */
const isRoleList = ({ source }: AttributeMapping): boolean =>
  /AppRoleAssignmentsComplex\s*\(/.test(source?.expression ?? '');

/** The id of a role, which an application has and a target does not need. */
const ROLE_ID = '6c2e7a30-1d6f-4f0e-9d55-0b6a2f5c4e11';

const writesEntry = (mapping: AttributeMapping): boolean =>
  writesRoleEntry(mapping) ||
  isRolesPath(parsePath(mapping.targetAttributeName)) ||
  mapping.targetAttributeName.includes('[');

function writtenText(
  subject: Subject,
  type: 'User' | 'Group',
  mapping: AttributeMapping,
  label: Label,
): string {
  const { text, turn } = label;
  const path = mapping.targetAttributeName;
  const fixed = subject.values[path];
  if (fixed !== undefined && fixed.length > 0) return fixed[turn] ?? fixed[0] ?? '';
  if (mapping.source?.type === 'Constant') return mapping.source.expression.replace(/^"(.*)"$/s, '$1');
  if (sameName(path, 'active')) return turn === 0 ? 'True' : 'False';
  switch (mapping.target.type) {
    case 'Boolean':
      return turn === 0 ? 'True' : 'False';
    case 'Integer':
      return turn === 0 ? '41' : '42';
    case 'DateTime':
      return turn === 0 ? '2026-01-15T08:00:00Z' : '2026-02-15T08:00:00Z';
    case 'Binary':
      return turn === 0 ? 'b25l' : 'dHdv';
    default:
      return textValue(subject, type, path, { text, turn });
  }
}

function textValue(subject: Subject, type: 'User' | 'Group', path: string, label: Label): string {
  const { attribute, subAttribute } = parsePath(path);
  const last = (subAttribute ?? attribute).toLowerCase();
  if (type === 'User' && last === 'username') return ownName(subject, 'User', label);
  if (sameName(attribute, 'emails') && (subAttribute === null || last === 'value'))
    return ownName(subject, 'User', label);
  if (sameName(attribute, 'phoneNumbers')) return label.turn === 0 ? '+49 30 5550100' : '+49 30 5550199';
  if (type === 'Group' && last === 'displayname') return ownName(subject, 'Group', label);
  if (last === 'externalid') return ownName(subject, 'Group', label);
  const common = COMMON[last];
  if (common !== undefined) return common[label.turn];
  return `${label.turn === 0 ? 'First' : 'Second'} ${attribute} ${label.text}`;
}
