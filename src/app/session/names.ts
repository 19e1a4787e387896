import { sourceId } from '../../model/identifiers.ts';
import type { Outcome, Planned } from '../../model/pipeline.ts';
import type { DirectoryReader } from '../../model/ports.ts';
import type { Names } from '../events.ts';

/** The names of source objects that a report refers to. */
export interface NameBook {
  /** The names of the objects that planned objects and outcomes refer to. */
  namesOf(planned: readonly Planned[], outcomes?: readonly Outcome[]): Promise<Names>;
  /** The names of the objects with these ids. */
  namesOfIds(ids: readonly string[]): Promise<Names>;
  /** The names of the objects whose ids a text contains. */
  namesIn(text: string): Promise<Names>;
}

/** Members of one change that a report names, at most. */
export const NAMED_MEMBERS = 20;

/** Names that are cached: many changes refer to the same objects. */
const KEPT = 10_000;

/** Objects that are read together for their names: a group may have any number of members. */
const READ_AT_ONCE = 500;

/** The ids of source objects that stand in a text; ids need not be GUIDs, but others are not told from words. */
export const GUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** Opens an empty cache of names. Names that are not cached are read from the directory. */
export function openNameBook(directory: DirectoryReader, job: string, now: string): NameBook {
  const names = new Map<string, string>();
  const read = async (mentioned: readonly string[]): Promise<Names> => {
    if (names.size > KEPT) names.clear();
    const ids = [...new Set(mentioned)];
    const unknown = ids.filter((id) => !names.has(id)).map(sourceId);
    for (let from = 0; from < unknown.length; from += READ_AT_ONCE) {
      const slice = unknown.slice(from, from + READ_AT_ONCE);
      for (const { id, label } of await directory.find(slice, { job, now })) names.set(id, label);
    }
    return Object.fromEntries(
      ids.flatMap((id) => {
        const name = names.get(id);
        return name === undefined ? [] : [[id, name]];
      }),
    );
  };
  return {
    namesOf: (planned, outcomes = []) =>
      read([...planned.flatMap(mentionedIn), ...outcomes.flatMap(mentionedByOutcome)]),
    namesOfIds: read,
    namesIn: (text) => read(text.match(GUID) ?? []),
  };
}

/** Ids need not be GUIDs where a change refers to them; in a message, others cannot be distinguished from words. */
function mentionedIn(planned: Planned): readonly string[] {
  switch (planned.kind) {
    case 'membership':
      return [...planned.added.slice(0, NAMED_MEMBERS), ...planned.removed.slice(0, NAMED_MEMBERS)];
    case 'reference':
      return planned.value === null ? [] : [planned.value];
    case 'failure':
      return planned.failure.message.match(GUID) ?? [];
    default:
      return [];
  }
}

const mentionedByOutcome = (outcome: Outcome): readonly string[] => [
  ...mentionedIn(outcome.change),
  ...(outcome.result === 'failure' ? (outcome.failure.message.match(GUID) ?? []) : []),
];
