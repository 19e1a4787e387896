import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { configurationJsonSchema } from '../../../src/io/configuration/json-schema.ts';
import { readConfiguration } from '../../../src/io/configuration/read-configuration.ts';

const config = (name: string): string => new URL(`../../../config/${name}`, import.meta.url).pathname;

test('the JSON Schema in config/ is that of the configuration as it is read', () => {
  expect(JSON.parse(readFileSync(config('entrain.configuration.schema.json'), 'utf8'))).toEqual(
    configurationJsonSchema(),
  );
});

test.each([
  ['scim.yaml', { SCIM_TOKEN: 'hush-hush', SCIM_TENANT_URL: 'https://host/scim/v2' }, 'scim'],
  ['leapsome.yaml', { LEAPSOME_TOKEN: 'hush-hush' }, 'leapsome'],
  ['start/entrain.yaml', {}, 'scim'],
])('the ready job %s is a configuration', (name, environment, id) => {
  expect(readConfiguration(config(name), { SCIM_TOKEN: 'hush-hush', ...environment }).jobs[0]?.id).toBe(id);
});
