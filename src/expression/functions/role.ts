import { isJsonObject, type Json } from '../../model/json.ts';
import type { MappedRoles } from '../../model/pipeline.ts';
import { type Arguments, define, eager, type FunctionDefinition } from '../definition.ts';
import { isList } from '../value.ts';

const role = define('role');

type Role = MappedRoles['roles'][number];

/** Parses an assignment: JSON text with id, value and displayName, or a plain name. */
const roleOf = (assignment: string): Role => {
  const parsed = parsedOrNull(assignment);
  if (!isJsonObject(parsed)) return { id: '', value: assignment, displayName: assignment };
  const field = (name: string): string => {
    const value = parsed[name];
    return typeof value === 'string' ? value : '';
  };
  return { id: field('id'), value: field('value'), displayName: field('displayName') };
};

const parsedOrNull = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
};

const rolesOf = (args: Arguments): readonly Role[] => {
  const held = args[0] ?? null;
  if (held === null) return [];
  return (isList(held) ? held : [held]).map(roleOf);
};

/** The service may take any of several roles; this takes the first. */
const single = eager((args, call) => {
  const [first] = rolesOf(args);
  if (first === undefined) return null;
  const [wanted, other] =
    call.options.roleName === 'displayName'
      ? [first.displayName, first.value]
      : [first.value, first.displayName];
  return wanted === '' ? other : wanted;
});

const complex = (assertive: boolean): FunctionDefinition['build'] =>
  eager((args) => ({ kind: 'roles', roles: { assertive, roles: rolesOf(args) } }));

/** Role functions. @see Entra "Customize user provisioning attribute mappings", Provisioning a role to a SCIM app */
export const ROLE_FUNCTIONS: readonly FunctionDefinition[] = [
  role(
    'AppRoleAssignmentsComplex(source)',
    'All roles as objects; roles are added, never taken away.',
    complex(false),
  ),
  role(
    'AssertiveAppRoleAssignmentsComplex(source)',
    'All roles as objects; roles that are not assigned are taken away.',
    complex(true),
  ),
  role('SingleAppRoleAssignment(source)', 'The name of the one role.', single),
];
