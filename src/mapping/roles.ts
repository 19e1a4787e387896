import type { AppRole, Assignment } from '../model/directory.ts';

/**
 * The source attribute `appRoleAssignments`: the assigned roles of the application, each as the JSON text
 * `{"id","value","displayName"}` that the role functions read. Each role is there once, ordered by display name.
 * Default Access is no role of the application. Null when there is none.
 */
export function appRoleAssignments(assignments: readonly Assignment[]): readonly string[] | null {
  const roles = new Map<string, AppRole>();
  for (const { role } of assignments) if (role?.isEnabled) roles.set(role.id, role);
  if (roles.size === 0) return null;
  return [...roles.values()]
    .sort((a, b) => (a.displayName < b.displayName ? -1 : a.displayName > b.displayName ? 1 : 0))
    .map(({ id, value, displayName }) => JSON.stringify({ id, value, displayName }));
}
