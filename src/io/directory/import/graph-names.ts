/**
 * Graph's property → the name by which the provisioning service knows the attribute, where the two differ.
 * @see Entra "Attribute mappings", source attributes
 */
const RENAMED: Readonly<Record<string, string>> = {
  mobilePhone: 'mobile',
  officeLocation: 'physicalDeliveryOfficeName',
  faxNumber: 'facsimileTelephoneNumber',
  onPremisesSyncEnabled: 'dirSyncEnabled',
};

/** Properties whose own properties are attributes: with their names, or under the name of the whole. */
const TAKEN_APART: Readonly<Record<string, string>> = {
  onPremisesExtensionAttributes: '',
  employeeOrgData: 'employeeOrgData.',
};

/** Translates the properties of a user or group of Graph into those of the json format; what has no name there goes. */
export function translated(entity: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const name of Object.keys(entity)) {
    const value = entity[name];
    // Annotations, and what a delta query says about references.
    if (name.includes('@') || name === 'members') continue;
    const prefix = TAKEN_APART[name];
    if (name === 'manager') fields.manager = managerId(value);
    else if (name === 'businessPhones')
      fields.telephoneNumber = Array.isArray(value) ? (value[0] ?? null) : null;
    else if (prefix !== undefined) takeApart(fields, prefix, value);
    else if (isPlain(value)) fields[RENAMED[name] ?? name] = value;
  }
  const manager = deltaReferences(entity['manager@delta'])[0];
  if (manager !== undefined) fields.manager = manager.isRemoved ? null : manager.id;
  return fields;
}

/** A reference in the answer of a delta query. @see Graph "Use delta query", relationships */
export interface DeltaReference {
  readonly id: string;
  readonly isRemoved: boolean;
}

/** Reads `members@delta` or `manager@delta`; empty when there is none. Removals come first, so that a new one wins. */
export function deltaReferences(value: unknown): readonly DeltaReference[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter((one) => typeof one?.id === 'string' && isPrincipal(one))
    .map((one) => ({ id: one.id as string, isRemoved: one['@removed'] !== undefined }))
    .sort((one, other) => Number(one.isRemoved) - Number(other.isRemoved));
}

/** Whether a member is a user or group: devices, contacts and applications can be members, and are not provisioned. */
export function isPrincipal(entity: Readonly<Record<string, unknown>>): boolean {
  const type = entity['@odata.type'];
  return type === undefined || type === '#microsoft.graph.user' || type === '#microsoft.graph.group';
}

function takeApart(fields: Record<string, unknown>, prefix: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    if (!name.includes('@') && isPlain(part)) fields[`${prefix}${name}`] = part;
  }
}

function managerId(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'id' in value ? value.id : value;
}

/** Licences, identities and the like are structures that no attribute of the service holds. */
const isPlain = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null));
