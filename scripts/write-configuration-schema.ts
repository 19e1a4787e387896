/** Writes the JSON Schema of the configuration, with which editors complete it. Run it with `npm run config:schema`. */
import { writeFileSync } from 'node:fs';
import { configurationJsonSchema } from '../src/io/configuration/json-schema.ts';

const FILE = new URL('../config/entrain.configuration.schema.json', import.meta.url);
writeFileSync(FILE, `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`);
