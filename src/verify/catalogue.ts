import type { Check } from './check.ts';
import { AUTHENTICATION_CHECKS } from './checks/authentication.ts';
import { CONNECTION_CHECKS } from './checks/connection.ts';
import { DELETION_CHECKS } from './checks/deletion.ts';
import { DISCOVERY_CHECKS } from './checks/discovery.ts';
import { ERROR_CHECKS } from './checks/errors.ts';
import { FILTER_CHECKS } from './checks/filters.ts';
import { FLAG_CHECKS } from './checks/flag.ts';
import { GROUP_CHECKS } from './checks/groups.ts';
import { LEGACY_CHECKS } from './checks/legacy.ts';
import { LEGACY_PART_CHECKS } from './checks/legacy-parts.ts';
import { MEMBER_CHECKS } from './checks/members.ts';
import { PAGING_CHECKS } from './checks/paging.ts';
import { PATCH_CHECKS } from './checks/patch.ts';
import { SPEED_CHECKS } from './checks/speed.ts';
import { USER_CREATION_CHECKS } from './checks/user-creation.ts';
import { USER_READING_CHECKS } from './checks/user-reading.ts';

/** All checks, in the order in which they run. */
export const CATALOGUE: readonly Check[] = [
  ...CONNECTION_CHECKS,
  ...AUTHENTICATION_CHECKS,
  ...DISCOVERY_CHECKS,
  ...USER_CREATION_CHECKS,
  ...USER_READING_CHECKS,
  ...FILTER_CHECKS,
  ...PATCH_CHECKS,
  ...LEGACY_CHECKS,
  ...LEGACY_PART_CHECKS,
  ...FLAG_CHECKS,
  ...GROUP_CHECKS,
  ...MEMBER_CHECKS,
  ...DELETION_CHECKS,
  ...PAGING_CHECKS,
  ...SPEED_CHECKS,
  ...ERROR_CHECKS,
];
