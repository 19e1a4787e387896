import { isJsonObject, type Json } from '../../model/json.ts';
import { badRequest } from '../http/scim-error.ts';
import { type Persona, TOLERANT } from './persona.ts';

const LONGEST_USER_NAME = 21;

const isWorkEmail = (entry: Json): boolean =>
  isJsonObject(entry) && typeof entry.type === 'string' && entry.type.toLowerCase() === 'work';

/** Targets that accept less than RFC 7643 allows. */
export const LIMITED_PERSONAS: readonly Persona[] = [
  {
    ...TOLERANT,
    name: 'slack-like',
    description: `userName of at most ${LONGEST_USER_NAME} characters, bodies of at most 64 KiB, 20 requests a minute`,
    keep: (type, resource) => {
      const { userName } = resource;
      if (type === 'Group' || typeof userName !== 'string' || userName.length <= LONGEST_USER_NAME)
        return resource;
      throw badRequest(
        'invalidValue',
        `the userName ${userName.slice(0, 100)} is longer than ${LONGEST_USER_NAME} characters; shorten it`,
      );
    },
    largestBodyBytes: 64 * 1024,
    rate: { requestCount: 20, perMs: 60_000 },
  },
  {
    ...TOLERANT,
    name: 'hard-delete-only',
    description: 'users have no active: it is taken without effect, and only DELETE takes an account away',
    without: ['active'],
  },
  {
    ...TOLERANT,
    name: 'leapsome-like',
    description: 'userName is unique, and of all e-mail addresses only that of type work is kept',
    keep: (type, resource) => {
      const { emails, ...rest } = resource;
      if (type === 'Group' || !Array.isArray(emails)) return resource;
      const work = (emails as readonly Json[]).filter(isWorkEmail).slice(0, 1);
      return work.length === 0 ? rest : { ...rest, emails: work };
    },
  },
];
