import type { Probed } from '../model/scim.ts';

/**
 * How a criterion is missed. `refused`: a write was not accepted. `dropped`: it was accepted, and what it wrote is not
 * there. `wrong`: anything else.
 */
export type Miss = 'refused' | 'dropped' | 'wrong';

/** What is known of a missed criterion besides the words. */
interface UnmetFacts {
  /** The exchange that decides. */
  readonly decisive?: Pick<Probed, 'exchange'> | undefined;
  readonly miss?: Miss;
  /** A lesser miss: a warning, whatever the severity of the check. */
  readonly isLesser?: boolean;
}

/** The endpoint does not meet a criterion. */
export class Unmet extends Error {
  readonly decisive: number | null;
  readonly miss: Miss;
  readonly isLesser: boolean;

  constructor(fact: string, { decisive, miss = 'wrong', isLesser = false }: UnmetFacts = {}) {
    super(fact);
    this.decisive = decisive?.exchange ?? null;
    this.miss = miss;
    this.isLesser = isLesser;
  }
}

/** A write was accepted, and its effect cannot be seen. */
export class Unproven extends Error {}

/** Something that is not the subject of the check is in the way. */
export class NotTested extends Error {}

/** The network failed, or the endpoint gave no answer. */
export class Broken extends Error {
  readonly decisive: number | null;

  constructor(fact: string, decisive: Pick<Probed, 'exchange'> | null = null) {
    super(fact);
    this.decisive = decisive?.exchange ?? null;
  }
}
