import type { ObjectType } from '../../model/directory.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { locate } from '../resource/attribute-path.ts';
import { type Normalised, normalise } from '../resource/normalise.ts';
import type { Operation } from '../resource/operation.ts';
import { type Persona, TOLERANT } from './persona.ts';

const inLowerCase = (value: Json): Json => (typeof value === 'string' ? value.toLowerCase() : value);

const withLowerCase = (resource: JsonObject): JsonObject => {
  const { userName, emails } = resource;
  return {
    ...resource,
    ...(userName === undefined ? {} : { userName: inLowerCase(userName) }),
    ...(Array.isArray(emails)
      ? {
          emails: (emails as readonly Json[]).map((entry) =>
            isJsonObject(entry) && entry.value !== undefined
              ? { ...entry, value: inLowerCase(entry.value) }
              : entry,
          ),
        }
      : {}),
  };
};

/** Takes a removal of listed members for one of all members. */
const removeAll = (type: ObjectType, resource: JsonObject, operation: Operation): Normalised => {
  const { op, path, value } = operation;
  const { container, attribute, filter } = locate(type, path, resource);
  const isListed = type === 'Group' && op === 'remove' && (value ?? null) !== null;
  return isListed && container === null && attribute === 'members' && filter === null
    ? { standard: [], members: [{ kind: 'clear' }] }
    : normalise(type, resource, operation);
};

/** Targets that store or answer other values than they were sent. */
export const ECHOING_PERSONAS: readonly Persona[] = [
  {
    ...TOLERANT,
    name: 'members-leaking',
    description: 'ignores excludedAttributes: a group always comes with its members',
    hear: (request) => {
      const { excludedAttributes: _, ...query } = request.query;
      return { ...request, query };
    },
  },
  {
    ...TOLERANT,
    name: 'case-changing',
    description: 'keeps userName and e-mail addresses in lower case, and answers them so',
    keep: (type, resource) => (type === 'User' ? withLowerCase(resource) : resource),
  },
  {
    ...TOLERANT,
    name: 'remove-all-on-legacy-remove',
    description:
      'takes the removal of listed members, as the legacy dialect writes it, for one of all members',
    normalise: removeAll,
  },
];
