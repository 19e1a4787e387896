import type { ImportKind } from './entries.ts';

/** How many things of one kind an import found, and what that came to. */
export interface KindCounts {
  /** In the files. */
  found: number;
  added: number;
  changed: number;
  removed: number;
}

/** The counts of an import, by kind. */
export type ImportCounts = Record<ImportKind, KindCounts>;

const none = (): KindCounts => ({ found: 0, added: 0, changed: 0, removed: 0 });

/** Counts before anything was read. */
export function countsAtStart(): ImportCounts {
  return {
    users: none(),
    groups: none(),
    memberships: none(),
    appRoles: none(),
    assignments: none(),
  };
}
