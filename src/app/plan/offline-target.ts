import type { CycleNotes } from '../../job/phases/cycle-notes.ts';
import type { SourceId } from '../../model/identifiers.ts';
import { counted } from '../../model/named.ts';
import type { TargetReader } from '../../model/ports.ts';
import type { ReadRequest, ScimResponse } from '../../model/scim.ts';

/** A target that is never asked, and that says afterwards what could not be known without it. */
export interface OfflineTarget {
  readonly target: TargetReader;
  unknowns(): readonly string[];
}

/**
 * Stands for a target that is not to be asked. A filter finds no resource, so that an object that is not linked is
 * shown as a creation; a linked object whose cached state is missing cannot be compared, and is shown as a failure.
 * Each object counts once, however many requests it needs.
 * @param notes of the plan that asks it, and of no other
 */
export function offlineTarget(notes: Pick<CycleNotes, 'unasked'>): OfflineTarget {
  let finds = 0;
  let reads = 0;
  const answer = (request: ReadRequest, about: SourceId | undefined): ScimResponse => {
    const isFind = request.query.includes('filter=');
    // Asked for the sake of no object, the target as such is probed.
    const isNew = about !== undefined && notes.unasked.add(`${isFind ? 'find' : 'read'}:${about}`);
    if (isNew && isFind) finds += 1;
    else if (isNew) reads += 1;
    return isFind ? EMPTY_LIST : NOT_ASKED;
  };
  return {
    target: { read: async (request, about) => answer(request, about) },
    unknowns: () => [
      ...(finds > 0
        ? [
            `offline: ${counted(finds, 'object')} not linked yet ${finds === 1 ? 'was' : 'were'} not looked for in the target and ${finds === 1 ? 'is' : 'are'} shown as new; accounts that are there already would be taken over instead. Leave --offline out to know`,
          ]
        : []),
      ...(reads > 0
        ? [
            `offline: the state of ${counted(reads, 'linked object')} is not cached, so that what would change is not known; shown as failed. Leave --offline out, or run a cycle first`,
          ]
        : []),
    ],
  };
}

const EMPTY_LIST: ScimResponse = {
  kind: 'answer',
  status: 200,
  body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], totalResults: 0, Resources: [] },
  text: null,
  contentType: 'application/scim+json',
  retryAfterMs: null,
  durationMs: 0,
};

const NOT_ASKED: ScimResponse = {
  kind: 'noAnswer',
  cause: 'refused',
  message: 'the plan is offline, and the target was not asked',
  durationMs: 0,
};
