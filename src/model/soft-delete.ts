/**
 * The name of a user in the recycle bin: the directory frees the userPrincipalName of a deleted user.
 * @param digits the 32 hex digits of the object id
 * @see Entra "Restore or remove a recently deleted user"
 */
export function softDeletedName(digits: string, userPrincipalName: string): string {
  return `${digits}${userPrincipalName}`;
}

// A name that begins with @ is none.
const SOFT_DELETED = /^[0-9a-f]{32}(?=[^@])/i;

/** The name that a user in the recycle bin had before; one that is not renamed stays as it is. */
export function nameBeforeSoftDelete(userPrincipalName: string): string {
  return userPrincipalName.replace(SOFT_DELETED, '');
}
