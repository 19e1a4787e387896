import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import { withResources } from '../http/resource-body.ts';
import { ENTERPRISE_USER } from '../resource/urns.ts';
import { EVERY_GROUP_READ, EVERY_RESOURCE, type FaultRule } from './fault.ts';

const withoutId = ({ id: _, ...resource }: JsonObject): JsonObject => resource;

const withManagerAsText = (resource: JsonObject): JsonObject => {
  const extension = resource[ENTERPRISE_USER];
  if (!isJsonObject(extension) || !isJsonObject(extension.manager)) return resource;
  return { ...resource, [ENTERPRISE_USER]: { ...extension, manager: extension.manager.value ?? null } };
};

const withTextBooleans = (value: Json): Json => {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return (value as readonly Json[]).map(withTextBooleans);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withTextBooleans(part)]));
};

/** Faults of the resources in answers. */
export const RESOURCE_FAULTS: readonly FaultRule[] = [
  {
    name: 'no-id',
    description: 'resources come without an id',
    concerns: EVERY_RESOURCE,
    answer: async ({ respond }) => withResources(await respond(), withoutId),
  },
  {
    name: 'manager-as-string',
    description: 'manager comes as the bare id',
    concerns: EVERY_RESOURCE,
    answer: async ({ respond }) => withResources(await respond(), withManagerAsText),
  },
  {
    name: 'text-booleans',
    description: 'booleans come as "True" and "False"',
    concerns: EVERY_RESOURCE,
    answer: async ({ respond }) =>
      withResources(await respond(), (resource) => withTextBooleans(resource) as JsonObject),
  },
  {
    name: 'members-leak',
    description: 'excludedAttributes is ignored, members are still returned',
    concerns: EVERY_GROUP_READ,
    answer: ({ request, respond }) => {
      const { excludedAttributes: _, ...query } = request.query;
      return respond({ ...request, query });
    },
  },
];
