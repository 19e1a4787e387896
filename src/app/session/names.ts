import { sourceId } from '../../model/identifiers.ts';
import type { DirectoryReader } from '../../model/ports.ts';

/** Makes a lookup of the names of source objects; an id that the directory does not know is shown as it is. */
export function namesFrom(directory: DirectoryReader, job: string, now: string): (id: string) => string {
  const known = new Map<string, string>();
  return (id) => {
    const cached = known.get(id);
    if (cached !== undefined) return cached;
    const name = directory.find([sourceId(id)], { job, now })[0]?.label ?? id;
    // A report names few objects; should it name many, the memory of it is let go.
    if (known.size > 10_000) known.clear();
    known.set(id, name);
    return name;
  };
}
