/**
 * Undoes the spelling of a guest's userPrincipalName: `alias_theirdomain#EXT#@tenant` becomes `alias@theirdomain`.
 * Other names are returned as they are.
 * @see Entra "How provisioning works", B2B (guest) users
 */
export function stripGuestSuffix(userPrincipalName: string): string {
  const end = userPrincipalName.search(/#EXT#/i);
  if (end < 0) return userPrincipalName;
  const alias = userPrincipalName.slice(0, end);
  const underscore = alias.lastIndexOf('_');
  return underscore < 0 ? alias : `${alias.slice(0, underscore)}@${alias.slice(underscore + 1)}`;
}
