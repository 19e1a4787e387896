import type { Probed } from '../model/scim.ts';

/**
 * How a criterion is missed. `refused`: a write was not accepted. `dropped`: it was accepted, and what it wrote is not
 * there. `wrong`: anything else.
 */
export type Miss = 'refused' | 'dropped' | 'wrong';

/**
 * What a check saw that tells one mistake from another. `empty`: a query that finds nothing is not found. `unfiltered`: a
 * filter finds more than it asks for. `decoding`: what is written with % in a query is read otherwise. `charset`,
 * `mediaType`: a body is read without its charset, or as application/json. `lowerCase`: an operation is taken in lower
 * case. `text`: a value is kept as a text. `boolean`: it is taken as a boolean only. `otherCase`: it is kept in another
 * case. `literal`: a path is kept as a key. `allGone`: more members are gone than were removed. `doubled`: one is there
 * twice. `page`: the answer is HTML.
 */
export const SYMPTOMS = [
  'empty',
  'unfiltered',
  'decoding',
  'charset',
  'mediaType',
  'lowerCase',
  'text',
  'boolean',
  'otherCase',
  'literal',
  'allGone',
  'doubled',
  'page',
] as const;

/** What tells one mistake from another. */
export type Symptom = (typeof SYMPTOMS)[number];

/** What is known of a missed criterion besides the words. */
interface UnmetFacts {
  /** The exchange that decides. */
  readonly decisive?: (Pick<Probed, 'exchange'> & Partial<Pick<Probed, 'response'>>) | undefined;
  readonly miss?: Miss;
  readonly symptom?: Symptom | null;
  /** A lesser miss: a warning, whatever the severity of the check. */
  readonly isLesser?: boolean;
}

/** The endpoint does not meet a criterion. */
export class Unmet extends Error {
  readonly decisive: number | null;
  /** Of the answer that decides. */
  readonly status: number | null;
  readonly miss: Miss;
  readonly symptom: Symptom | null;
  readonly isLesser: boolean;

  constructor(fact: string, { decisive, miss = 'wrong', symptom = null, isLesser = false }: UnmetFacts = {}) {
    super(fact);
    this.decisive = decisive?.exchange ?? null;
    this.status = decisive?.response?.kind === 'answer' ? decisive.response.status : null;
    this.miss = miss;
    this.symptom = symptom;
    this.isLesser = isLesser;
  }
}

/** A missed criterion with more to say, or as a lesser one. */
export function retold(
  unmet: Unmet,
  { message = unmet.message, ...changes }: Partial<Pick<Unmet, 'message' | 'symptom' | 'isLesser'>>,
): Unmet {
  return Object.assign(new Unmet(message), unmet, changes);
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
