/** How many names a warning lists before it only counts. */
export const NAMED = 3;

/** Some objects: how many, and what the first of them are called. */
export interface NamedCount {
  readonly count: number;
  readonly names: readonly string[];
}

/** Nobody. */
export const NOBODY: NamedCount = { count: 0, names: [] };

/** Counts one more object, and keeps its name while names are few. */
export function withName({ count, names }: NamedCount, name: string): NamedCount {
  return {
    count: count + 1,
    names: names.length < NAMED ? [...names, name] : names,
  };
}

/** Spells the first names, and how many more there are: `ada, bob, cleo and 4 more`. */
export function spellNames({ count, names }: NamedCount): string {
  const shown = names.slice(0, NAMED);
  const more = count - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A count with its noun, in the number that fits. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
