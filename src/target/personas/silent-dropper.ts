import type { ObjectType } from '../../model/directory.ts';
import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { TargetRequest } from '../http/message.ts';
import { locate } from '../resource/attribute-path.ts';
import { type Normalised, normalise } from '../resource/normalise.ts';
import type { Operation } from '../resource/operation.ts';
import { type Persona, TOLERANT } from './persona.ts';

/** An operation without effect, in place of a dropped one. */
const NOTHING: JsonObject = { op: 'replace', value: {} };

/** Tells whether a name is nested, or of an extension. */
const isDeep = (name: string): boolean => /[.:]/.test(name);

const isExtensionPath = (path: Json | undefined): boolean =>
  typeof path === 'string' && (path.split('[')[0] ?? '').includes(':');

const withoutDeepNames = (value: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !isDeep(name)));

const hearOperation = (operation: Json, type: ObjectType): Json => {
  if (!isJsonObject(operation)) return operation;
  const { op, path, value } = operation;
  if (type === 'Group' && typeof op === 'string' && op !== op.toLowerCase()) return NOTHING;
  if (isExtensionPath(path)) return NOTHING;
  return path === undefined && isJsonObject(value)
    ? { ...operation, value: withoutDeepNames(value) }
    : operation;
};

const hearBody = ({ method, body }: TargetRequest, type: ObjectType): Json => {
  if (!isJsonObject(body)) return body;
  if (method === 'PATCH')
    return Array.isArray(body.Operations)
      ? {
          ...body,
          Operations: (body.Operations as readonly Json[]).map((operation) => hearOperation(operation, type)),
        }
      : body;
  if (method !== 'POST' || type === 'User') return body;
  const { members: _, ...group } = body;
  return group;
};

/** Stores `active` as text where it came as text. */
const normaliseDropping = (type: ObjectType, resource: JsonObject, operation: Operation): Normalised => {
  const { op, path, value } = operation;
  if (type === 'User' && op !== 'remove' && typeof value === 'string') {
    const { container, attribute, sub, filter } = locate(type, path, resource);
    if (container === null && attribute === 'active' && sub === null && filter === null)
      return { standard: [{ op: 'replace', path: 'active', value }], members: [] };
  }
  return normalise(type, resource, operation);
};

/** A target that answers success to operations it ignores. */
export const SILENT_DROPPER: Persona = {
  ...TOLERANT,
  name: 'silent-dropper',
  description:
    'answers success, yet a PATCH of extensions, flat dotted keys and capitalised operations on groups do nothing, ' +
    'a new group starts without members, and "False" is kept as text',
  hear: (request, type) => ({ ...request, body: hearBody(request, type) }),
  normalise: normaliseDropping,
};
