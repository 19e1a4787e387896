import type { JsonObject } from '../../src/model/json.ts';

/**
 * The nth user of a small company in the import format: an engineer, in a tree of managers in which each has three.
 * @param nameOf the userPrincipalName of the nth
 */
export const companyUser = (n: number, nameOf: (n: number) => string): JsonObject => ({
  userPrincipalName: nameOf(n),
  displayName: `User ${n}`,
  mailNickname: `user${n}`,
  mail: nameOf(n),
  jobTitle: 'Engineer',
  accountEnabled: true,
  ...(n === 0 ? {} : { manager: nameOf(Math.floor(n / 3)) }),
});
