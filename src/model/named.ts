/** Maximum names in a warning. */
export const NAMED = 3;

/** A count of objects, with the first names. */
export interface NamedCount {
  readonly count: number;
  readonly names: readonly string[];
}

/** No objects. */
export const NOBODY: NamedCount = { count: 0, names: [] };

/** Adds an object; keeps its name up to the maximum. */
export function withName({ count, names }: NamedCount, name: string): NamedCount {
  return {
    count: count + 1,
    names: names.length < NAMED ? [...names, name] : names,
  };
}

/** Formats the names: `ada, bob, cleo and 4 more`. */
export function spellNames({ count, names }: NamedCount): string {
  const shown = names.slice(0, NAMED);
  const more = count - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A count with its noun, singular or plural. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
