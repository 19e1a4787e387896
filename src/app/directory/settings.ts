import type { Directory, NamedObject, ObjectChanges } from '../../io/stores/directory-store.ts';
import type { NameCheck } from '../../io/stores/sqlite/directory/attribute-names.ts';
import { readValue } from '../../io/stores/sqlite/directory/attribute-values.ts';
import type { AttributeValue } from '../../model/directory.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';

/**
 * Reads `attribute=value` settings of `directory set`: nothing after = clears, an attribute named twice has two values,
 * and `manager` is a reference.
 * @throws {ConfigurationError} with every setting that is wrong
 */
export async function changesOf(
  settings: readonly string[],
  directory: Directory,
  nameProblem: NameCheck,
): Promise<ObjectChanges> {
  const attributes: Record<string, AttributeValue | null> = {};
  const problems: string[] = [];
  for (const [name, texts] of grouped(settings, problems)) {
    if (name === 'manager') continue;
    const problemOfName = problemOfSetting(name, nameProblem);
    if (problemOfName !== null) {
      problems.push(problemOfName);
      continue;
    }
    const { value, problem } = readValue(name, texts.length === 1 ? texts[0] : texts);
    if (problem === null) attributes[name] = value;
    else problems.push(`${name}: ${problem}`);
  }
  if (problems.length > 0) throw new ConfigurationError(problems.map((problem) => issueOf('set', problem)));
  const manager = settings.findLast((setting) => setting.startsWith('manager='))?.slice('manager='.length);
  if (manager === undefined) return { attributes };
  return { attributes, manager: manager === '' ? null : await managerId(directory, manager) };
}

/** Says why an attribute cannot be set; null when it can. */
function problemOfSetting(name: string, nameProblem: NameCheck): string | null {
  const why = NOT_SETTABLE.get(name);
  return why === undefined ? (nameProblem(name)?.message ?? null) : `${name} ${why}`;
}

const NOT_SETTABLE: ReadonlyMap<string, string> = new Map([
  ['id', 'of an object never changes'],
  ['objectId', 'of an object never changes'],
  ['members', 'are changed with `directory add-member` and `directory remove-member`'],
  ['deletedDateTime', 'is changed with `directory delete` and `directory restore`'],
]);

function grouped(settings: readonly string[], problems: string[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const setting of settings) {
    const end = setting.indexOf('=');
    if (end < 1) {
      problems.push(`${JSON.stringify(setting)} sets nothing: expected <attribute>=<value>`);
      continue;
    }
    const name = setting.slice(0, end);
    values.set(name, [...(values.get(name) ?? []), setting.slice(end + 1)]);
  }
  return values;
}

async function managerId(directory: Directory, text: string): Promise<NamedObject['id']> {
  const manager = await directory.named(text);
  if (manager.type === 'User') return manager.id;
  throw new ConfigurationError([issueOf('set', `manager: ${manager.label} is a group; expected a user`)]);
}
