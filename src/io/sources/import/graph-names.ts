/**
 * Graph property, or column of the portal's file of users → attribute name of the provisioning service, where they
 * differ.
 * @see Entra "Attribute mappings", source attributes; "Download a list of users"
 */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['mobilePhone', 'mobile'],
  ['businessPhones', 'telephoneNumber'],
  ['officeLocation', 'physicalDeliveryOfficeName'],
  ['faxNumber', 'facsimileTelephoneNumber'],
  ['onPremisesSyncEnabled', 'dirSyncEnabled'],
  ['directorySynced', 'dirSyncEnabled'],
]);

/** The attribute that a column named by Graph or the portal fills: its own name where they are the same. */
export function attributeNamed(column: string): string {
  return RENAMED.get(column) ?? column;
}

/** Properties whose members are attributes, with the prefix of their names. */
const TAKEN_APART: ReadonlyMap<string, string> = new Map([
  ['onPremisesExtensionAttributes', ''],
  ['employeeOrgData', 'employeeOrgData.'],
]);

/** Converts a user or group of Graph to the properties of the json format; drops what has no name there. */
export function translated(entity: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = Object.entries(entity).flatMap(([name, value]) => translatedProperty(name, value));
  const manager = deltaReferences(entity['manager@delta'])[0];
  if (manager !== undefined) fields.push(['manager', manager.isRemoved ? null : manager.id]);
  return Object.fromEntries(fields);
}

type Field = [name: string, value: unknown];

function translatedProperty(name: string, value: unknown): Field[] {
  // Annotations, and references that are read elsewhere.
  if (name.includes('@') || name === 'members') return [];
  if (name === 'manager') return [['manager', managerId(value)]];
  if (name === 'businessPhones')
    return [[attributeNamed(name), Array.isArray(value) ? (value[0] ?? null) : null]];
  const prefix = TAKEN_APART.get(name);
  if (prefix !== undefined) return value === null ? [[name, null]] : takenApart(prefix, value);
  return isPlain(value) ? [[attributeNamed(name), value]] : [];
}

/** A reference in a delta query. @see Graph "Use delta query", relationships */
interface DeltaReference {
  readonly id: string;
  readonly isRemoved: boolean;
}

/**
 * Reads `members@delta` or `manager@delta`; empty: none. Graph promises no order inside a delta. Additions come first:
 * of a member that is both added and removed the removal wins, so that nobody keeps access by it; the manager is the
 * added one, for a change of managers is told as a removal and an addition.
 */
export function deltaReferences(value: unknown): readonly DeltaReference[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter((one) => typeof one?.id === 'string' && isPrincipal(one))
    .map((one) => ({ id: one.id as string, isRemoved: one['@removed'] !== undefined }))
    .sort((one, other) => Number(one.isRemoved) - Number(other.isRemoved));
}

/** Whether a member is a user or group; devices, contacts and applications are not provisioned. */
export function isPrincipal(entity: Readonly<Record<string, unknown>>): boolean {
  const type = entity['@odata.type'];
  return type === undefined || type === '#microsoft.graph.user' || type === '#microsoft.graph.group';
}

function takenApart(prefix: string, value: unknown): Field[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .filter(([name, part]) => !name.includes('@') && isPlain(part))
    .map(([name, part]) => [`${prefix}${name}`, part]);
}

function managerId(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'id' in value ? value.id : value;
}

/** Structures such as licences and identities have no attribute. */
const isPlain = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null));
