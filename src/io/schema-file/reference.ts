import type { AttributeDefinition, MappingSource } from '../../model/schema.ts';

/** References of the source by name, for schemas that do not declare them. */
const REFERENCES: ReadonlySet<string> = new Set(['members', 'manager', 'appRoleAssignments']);

/** Tells whether a source attribute points at other objects. */
export function isReference(name: string, attributes: readonly AttributeDefinition[]): boolean {
  return (
    REFERENCES.has(name) ||
    attributes.some((attribute) => attribute.name === name && attribute.type === 'Reference')
  );
}

/** The source attribute that a mapping copies; null when it does more, or less, than that. */
export function directAttribute(source: MappingSource | null): string | null {
  return /^\s*\[([^[\]]+)\]\s*$/.exec(source?.expression ?? '')?.[1] ?? null;
}
