import type { JobControl } from '../../model/control.ts';
import type { DirectoryObject } from '../../model/directory.ts';
import { isChange, type Planned } from '../../model/pipeline.ts';
import type { OnDemandResult } from './result.ts';
import { withoutMapping } from './subjects.ts';

/** Says in one sentence what a cycle would do about the object that was asked for, and why. */
export function verdictOf(
  result: Pick<OnDemandResult, 'connection' | 'objects'>,
  subject: DirectoryObject,
  control: JobControl,
): string {
  const standing = standingOf(control);
  return `A cycle would ${verdict(result, subject)}${standing === null ? '' : `; but ${standing}`}.`;
}

function verdict(
  { connection, objects }: Pick<OnDemandResult, 'connection' | 'objects'>,
  subject: DirectoryObject,
): string {
  if (connection !== null) return `not begin: ${withoutStop(connection.failure.message)}`;
  const planned = objects.find(({ id }) => id === subject.id)?.actions.map((action) => action.planned) ?? [];
  const main = planned.find((one) => !isFollowUp(one));
  if (main === undefined) return `leave "${subject.label}" alone: ${withoutMapping(subject)}`;
  const followUps = planned.filter(isFollowUp).map(spellFollowUp);
  const done = spellMain(main, subject.label, followUps);
  return `${done.does}: ${withoutStop(done.why)}`;
}

interface Spelt {
  readonly does: string;
  readonly why: string;
}

function spellMain(main: Planned, label: string, followUps: readonly string[]): Spelt {
  switch (main.kind) {
    case 'skip': {
      const does =
        followUps.length === 0
          ? `leave "${label}" alone`
          : `${followUps.join(' and ')} of "${label}" and nothing else`;
      return { does, why: main.reason };
    }
    case 'failure': {
      const { code, message } = main.failure;
      return { does: `fail to provision "${label}"`, why: `${code}: ${message}` };
    }
    default: {
      const { action, reason } = main.kind === 'stage' ? main.staged : main;
      const does = `${action} "${label}" in the target`;
      return { does: [does, ...followUps].join(' and '), why: reason };
    }
  }
}

/** References and memberships follow the object itself. */
const isFollowUp = (planned: Planned): boolean =>
  planned.kind === 'failure' ? planned.isReference : 'mapping' in planned;

function spellFollowUp(planned: Planned): string {
  if (!isChange(planned)) return 'wait with a reference';
  if (planned.kind === 'membership') {
    const count = planned.added.length + planned.removed.length;
    return `write ${count} ${count === 1 ? 'membership' : 'memberships'}`;
  }
  return `write ${planned.modifiedProperties.map(({ displayName }) => shortName(displayName)).join(', ')}`;
}

/** The attribute of a schema extension without the URN of the extension. */
const shortName = (path: string): string => path.slice(path.lastIndexOf(':') + 1);

/** Why no cycle runs; null: one does. */
function standingOf({ isDisabled, isPaused, quarantine }: JobControl): string | null {
  if (isDisabled) return 'the job is disabled, and no cycle runs until "entrain restart"';
  if (isPaused) return 'the job is paused, and no cycle runs until "entrain resume"';
  if (quarantine === null) return null;
  return `the job is in quarantine (${quarantine.reason}), and no cycle begins before ${quarantine.nextAttempt}`;
}

const withoutStop = (text: string): string => text.replace(/\.$/, '');
