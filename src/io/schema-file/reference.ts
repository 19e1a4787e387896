import type { AttributeDefinition, MappingSource } from '../../model/schema.ts';

/** Source references by name, for schemas that do not declare them. */
const REFERENCES: ReadonlySet<string> = new Set(['members', 'manager', 'appRoleAssignments']);

/** Tells whether a source attribute is a reference. */
export function isReference(name: string, attributes: readonly AttributeDefinition[]): boolean {
  return (
    REFERENCES.has(name) ||
    attributes.some((attribute) => attribute.name === name && attribute.type === 'Reference')
  );
}

/** The source attribute that a mapping copies unchanged; null: the expression is anything else. */
export function directAttribute(source: MappingSource | null): string | null {
  return /^\s*\[([^[\]]+)\]\s*$/.exec(source?.expression ?? '')?.[1] ?? null;
}
