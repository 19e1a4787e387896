import type { DirectoryDefinition } from './directory-definition.ts';
import { addError, COUNT, field, objectsField, type Place, TEXT, toggle } from './fields.ts';
import { objectTypeOf } from './object-mapping.ts';

/** Names of Entra's own directory in exported schemas, now and formerly. */
const ENTRA_NAMES: ReadonlySet<string> = new Set(['microsoft entra id', 'azure active directory']);

/** The id of Entra's own directory definition, the same in every tenant. */
const ENTRA_ID = '66e4a8cc-1b7b-435e-95f8-f06cea133828';

const isEntra = (name: string, directories: readonly DirectoryDefinition[]): boolean =>
  ENTRA_NAMES.has(name.toLowerCase()) ||
  directories.some(
    (directory) => directory.name.toLowerCase() === name.toLowerCase() && directory.id === ENTRA_ID,
  );

const isOutbound = (rule: Place, directories: readonly DirectoryDefinition[]): boolean =>
  isEntra(field(rule, 'sourceDirectoryName', TEXT) ?? '', directories) &&
  !isEntra(field(rule, 'targetDirectoryName', TEXT) ?? '', directories);

const provisions = (rule: Place): boolean =>
  objectsField(rule, 'objectMappings').some(
    (mapping) => objectTypeOf(mapping) !== null && field(mapping, 'enabled', toggle(true)),
  );

/**
 * Chooses the rule that the job runs: of those that flow out of Entra and have a mapping of users or groups switched
 * on, the one of the lowest priority. Null, and an issue, when there is none.
 */
export function outboundRule(schema: Place, directories: readonly DirectoryDefinition[]): Place | null {
  const rules = objectsField(schema, 'synchronizationRules');
  const outbound = rules.filter((rule) => isOutbound(rule, directories));
  const [chosen] = outbound
    .filter(provisions)
    .sort((one, other) => field(one, 'priority', COUNT) - field(other, 'priority', COUNT));
  if (chosen !== undefined) return chosen;
  const problem =
    rules.length === 0
      ? 'there are no synchronizationRules: is this the schema of a provisioning job, as Entra exports it?'
      : outbound.length === 0
        ? 'no rule flows out of Entra: its sourceDirectoryName must be Microsoft Entra ID, and its targetDirectoryName another directory'
        : 'no rule has a mapping of User or Group objects switched on: set its enabled to true';
  addError(schema, ['synchronizationRules'], problem);
  return null;
}
