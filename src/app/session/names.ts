import { sourceId } from '../../model/identifiers.ts';
import type { Outcome, Planned } from '../../model/pipeline.ts';
import type { DirectoryReader } from '../../model/ports.ts';
import type { NameOf } from '../events.ts';

/** The names of source objects that a report refers to. */
export interface NameBook {
  /** Reads the names of the objects that planned objects and outcomes refer to, all at once. */
  learn(planned: readonly Planned[], outcomes?: readonly Outcome[]): Promise<void>;
  /** Reads the names of the objects whose ids stand in a text. */
  learnFrom(text: string): Promise<void>;
  /** The name of an object that was learnt; any other id as it is. */
  readonly nameOf: NameOf;
}

/** Members of one change that a report names, at most. */
const NAMED_MEMBERS = 20;

/** Names that are kept; a report names few objects. */
const KEPT = 10_000;

const GUID = /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** Opens a book without names. */
export function openNameBook(directory: DirectoryReader, job: string, now: string): NameBook {
  const names = new Map<string, string>();
  const learn = async (ids: readonly string[]): Promise<void> => {
    if (names.size > KEPT) names.clear();
    const unknown = [...new Set(ids)].filter((id) => !names.has(id)).map(sourceId);
    if (unknown.length === 0) return;
    for (const { id, label } of await directory.find(unknown, { job, now })) names.set(id, label);
  };
  return {
    learn: (planned, outcomes = []) =>
      learn([...planned.flatMap(mentionedIn), ...outcomes.flatMap(mentionedByOutcome)]),
    learnFrom: (text) => learn(text.match(GUID) ?? []),
    nameOf: (id) => names.get(id) ?? id,
  };
}

/** Ids need not be GUIDs where a change refers to them; in a message, others are not told from words. */
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
