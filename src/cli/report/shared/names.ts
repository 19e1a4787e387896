import type { Names } from '../../../app/events.ts';

/** Turns the id of a source object into its display name; an unknown id stays as it is. */
export type NameOf = (id: string) => string;

/** Names that are kept. A row is printed with or soon after the page that names its objects. */
const KEPT = 10_000;

/** Keeps the names of source objects that events bring: rows of one page may be printed with those of a later one. */
export function knownNames(): { keep(names: Names): void; readonly nameOf: NameOf } {
  const known = new Map<string, string>();
  return {
    keep: (names) => {
      if (known.size > KEPT) known.clear();
      for (const [id, name] of Object.entries(names)) known.set(id, name);
    },
    nameOf: (id) => known.get(id) ?? id,
  };
}

/** Looks names up in those that came with one value. */
export function nameIn(names: Names): NameOf {
  return (id) => (Object.hasOwn(names, id) ? (names[id] ?? id) : id);
}
