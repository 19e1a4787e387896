import { isJsonObject, type Json, type JsonObject } from '../../../src/model/json.ts';
import { type Makes, Refusal } from './mistakes.ts';
import { typed } from './naive-patch.ts';
import { CORE, type Endpoint, knownAttribute, type Stored } from './naive-schema.ts';

/** What is stored of a creation: what the schemas have. @throws {Refusal} */
export function acceptedResource(endpoint: Endpoint, body: JsonObject, makes: Makes): Stored {
  const resource: Stored = {};
  for (const [name, value] of Object.entries(body)) {
    if (Array.isArray(value) && value.length === 0 && makes('emptyListRefused'))
      throw new Refusal(400, 'invalidValue', `${name} is empty`);
    if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) continue;
    if (/^urn:/i.test(name) && isJsonObject(value)) resource[name] = { ...value };
    else store(resource, CORE[endpoint], name, value, makes);
  }
  if (nameOf(endpoint, resource) === '') throw new Refusal(400, 'invalidValue', 'the name is missing');
  if (endpoint === 'Users' && makes('namesRequired') && resource.name === undefined)
    throw new Refusal(400, 'invalidValue', 'name is missing');
  return resource;
}

function store(resource: Stored, core: string, name: string, value: Json, makes: Makes): void {
  const known = knownAttribute(core, name);
  if (known === undefined) return;
  if (!known.isList) resource[known.name] = typed(known, value, makes);
  else
    resource[known.name] = (Array.isArray(value) ? (value as readonly Json[]) : [value]).map((entry) =>
      isJsonObject(entry) ? storedEntry(known.name, entry, makes) : { value: entry },
    );
}

function storedEntry(list: string, entry: JsonObject, makes: Makes): JsonObject {
  const parts = Object.entries(entry).filter(([, part]) => part !== null && part !== '');
  return Object.fromEntries(
    parts.map(([name, part]) => {
      const one = typed({ name, isBoolean: name.toLowerCase() === 'primary' }, part, makes);
      const isLowered = makes('mailLowered') && list === 'emails' && typeof one === 'string';
      return [name, isLowered ? one.toLowerCase() : one];
    }),
  );
}

/** The name that the resources of an endpoint are told apart by; empty: it has none. */
export function nameOf(endpoint: Endpoint, resource: Stored): string {
  const { userName, displayName } = resource;
  return String((endpoint === 'Users' ? userName : displayName) ?? '');
}
