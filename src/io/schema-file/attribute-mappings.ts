import type { ObjectType } from '../../model/directory.ts';
import { attributePath } from '../../model/identifiers.ts';
import { nearestName } from '../../model/nearest-name.ts';
import type { AttributeMapping, LeftOutMapping } from '../../model/schema.ts';
import { isQualified, isRolesEntry, isRolesPath, parsePath, sameName } from '../../scim/path.ts';
import { partOfEntry } from '../../scim/roles.ts';
import { quoted } from '../configuration/shape-findings.ts';
import { type DeclaredAttributes, readAttributeMapping, SOURCE_TYPES } from './attribute-mapping.ts';
import { addWarning, field, objectField, type Place, TEXT } from './fields.ts';

/** An attribute mapping and its place. */
export interface PlacedMapping {
  readonly mapping: AttributeMapping;
  readonly place: Place;
}

/** The attribute mappings that a job evaluates, and those that the document keeps without them. */
export interface ReadMappings {
  readonly evaluated: readonly PlacedMapping[];
  readonly leftOut: readonly LeftOutMapping[];
}

/** Reads the attribute mappings of an object mapping. @param places each in the order of the document */
export function readAttributeMappings(
  places: readonly Place[],
  objectType: ObjectType,
  declared: DeclaredAttributes,
): ReadMappings {
  const evaluated: PlacedMapping[] = [];
  const leftOut: LeftOutMapping[] = [];
  const names = places.map((place) => field(place, 'targetAttributeName', TEXT) ?? '');
  for (const place of places) {
    const sourceType = unknownSourceType(place);
    if (sourceType !== null) leftOut.push(leaveOut(place, sourceType));
    else {
      const mapping = roleMapping(place, readAttributeMapping(place, declared), names);
      if (mapping !== null && !isRepeatedRole(mapping, evaluated)) evaluated.push({ place, mapping });
    }
  }
  for (const placed of evaluated) warnOfName(placed, objectType);
  return { evaluated, leftOut };
}

/** A type of source that is not known here, and is no misspelling of a known one; null: it is. */
function unknownSourceType(place: Place): string | null {
  const source = objectField(place, 'source');
  const type = source?.object.type;
  if (typeof type !== 'string' || type.trim() === '') return null;
  return nearestName(type.trim(), SOURCE_TYPES) === undefined ? type : null;
}

/** @see Entra "Extend application attributes with a lifecycle workflow": Graph's form of it is not published */
function leaveOut(place: Place, sourceType: string): LeftOutMapping {
  const targetAttributeName = field(place, 'targetAttributeName', TEXT) ?? '';
  addWarning(
    place,
    ['source', 'type'],
    `${quoted(sourceType)} is no source of a mapping that is known here (a mapping of the type "LCW extensibility workflow", whose value an Azure Logic App computes, may have it): ${targetAttributeName} is kept in the schema and is not sent; map an attribute or an expression to send it`,
  );
  return { targetAttributeName, sourceType };
}

const ROLE_LIST = /\b(?:Assertive)?AppRoleAssignmentsComplex\s*\(/;
const SINGLE_ROLE = /\bSingleAppRoleAssignment\s*\(/;

/**
 * Gives a role function the target that it writes, whatever part of a role it is mapped to: the complex ones write the
 * whole list, and the single role keeps the constant type and is the value. Null: another mapping writes that value.
 * @param names the target attributes of all mappings
 * @see Entra "Customize user provisioning attribute-mappings", Provisioning a role to a SCIM app
 */
function roleMapping(
  place: Place,
  mapping: AttributeMapping,
  names: readonly string[],
): AttributeMapping | null {
  const path = parsePath(mapping.targetAttributeName);
  if (!isRolesEntry(path)) return mapping;
  const expression = mapping.source?.expression ?? '';
  const redirected = (name: string, why: string): AttributeMapping => {
    addWarning(place, ['targetAttributeName'], `${path.text}: ${why}, and ${name} is what is written`);
    return { ...mapping, targetAttributeName: attributePath(name) };
  };
  if (ROLE_LIST.test(expression)) return redirected(path.attribute, 'the function yields whole roles');
  if (!SINGLE_ROLE.test(expression) || !sameName(path.subAttribute ?? '', 'type')) return mapping;
  const value = partOfEntry(path, 'value').text;
  if (names.some((name) => sameName(name, value))) return null;
  return redirected(value, 'the type of a role is always WindowsAzureActiveDirectoryRole');
}

/** A complex role function that is mapped to several parts of a role writes the list once. */
const isRepeatedRole = (
  { targetAttributeName, source }: AttributeMapping,
  before: readonly PlacedMapping[],
) =>
  ROLE_LIST.test(source?.expression ?? '') &&
  isRolesPath(parsePath(targetAttributeName)) &&
  before.some(
    ({ mapping }) =>
      sameName(mapping.targetAttributeName, targetAttributeName) &&
      mapping.source?.expression === source?.expression,
  );

/** @see RFC 7643 §4.3 */
const ENTERPRISE_ATTRIBUTES: ReadonlySet<string> = new Set([
  ...['employeeNumber', 'costCenter', 'organization', 'division', 'department', 'manager'],
]);

/** @see Entra "Customize user provisioning attribute-mappings", custom attributes of a SCIM application */
function warnOfName(
  { place, mapping: { targetAttributeName } }: PlacedMapping,
  objectType: ObjectType,
): void {
  const path = parsePath(targetAttributeName);
  if (targetAttributeName === '' || isQualified(path)) return;
  const [prefix = ''] = (path.extension ?? '').split(':');
  const own = /^[A-Za-z][A-Za-z0-9]*$/.test(prefix) && prefix !== 'urn' ? prefix : 'CustomExtensionName';
  const extension = ENTERPRISE_ATTRIBUTES.has(path.attribute) ? 'enterprise' : own;
  const urn = `urn:ietf:params:scim:schemas:extension:${extension}:2.0:${objectType}`;
  addWarning(
    place,
    ['targetAttributeName'],
    `${targetAttributeName} is neither a core attribute of SCIM nor named by the URN of an extension: name it ${urn}:${path.attribute}, as the target declares it; dialect.unqualifiedNames decides whether a creation sends it`,
  );
}
