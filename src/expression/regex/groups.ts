import type { CapturingGroup } from './pattern-tree.ts';

/** A .NET group, with its parentheses in the JavaScript source. */
export interface NumberedGroup {
  readonly number: number;
  readonly name: string;
  /** Several where a name repeats. */
  readonly indices: readonly number[];
}

const isNumeric = (name: string): boolean => /^[1-9][0-9]{0,5}$/.test(name);

/**
 * Numbers groups like .NET: unnamed ones left to right, then named ones.
 * @returns the groups by number
 * @see https://learn.microsoft.com/dotnet/standard/base-types/grouping-constructs-in-regular-expressions
 */
export function numberGroups(captures: readonly CapturingGroup[]): readonly NumberedGroup[] {
  const taken = new Set(
    captures.flatMap(({ name }) => (name !== null && isNumeric(name) ? [Number(name)] : [])),
  );
  const indicesByName = new Map<string, number[]>();
  let last = 0;
  const nextNumber = (): number => {
    do last += 1;
    while (taken.has(last));
    return last;
  };
  const add = (name: string, index: number) =>
    indicesByName.set(name, [...(indicesByName.get(name) ?? []), index]);
  for (const { name, index } of captures) if (name === null) add(String(nextNumber()), index);
  for (const { name, index } of captures) if (name !== null) add(name, index);
  return [...indicesByName]
    .map(([name, indices]) => ({ name, indices, number: isNumeric(name) ? Number(name) : nextNumber() }))
    .sort((a, b) => a.number - b.number);
}

/** Finds a group by its name or number. */
export function findGroup(groups: readonly NumberedGroup[], reference: string): NumberedGroup | undefined {
  return groups.find((group) => group.name === reference || String(group.number) === reference);
}
