import type { ExportContext } from '../../src/exporting/export.ts';
import type { ObjectType } from '../../src/model/directory.ts';
import { sourceId, targetId } from '../../src/model/identifiers.ts';
import type {
  AttributeChange,
  CreateChange,
  DeleteChange,
  MembershipChange,
  ReferenceChange,
  UpdateChange,
} from '../../src/model/pipeline.ts';
import { aMatchedObject, aReferenceMapping } from '../scim/scim-builders.ts';

const common = (objectType: ObjectType, id: string) => ({
  objectType,
  source: { id: sourceId(id), label: id },
  reason: 'for a test',
  modifiedProperties: [],
});

/** A creation that sends these attributes. */
export const aCreation = (objectType: ObjectType, attributes: readonly AttributeChange[]): CreateChange => ({
  ...common(objectType, 'new'),
  kind: 'create',
  action: 'create',
  matched: aMatchedObject(objectType, 'new'),
  attributes,
});

/** An update that sends these attributes. */
export const anUpdate = (
  objectType: ObjectType,
  id: string,
  attributes: readonly AttributeChange[],
): UpdateChange => ({
  ...common(objectType, id),
  kind: 'update',
  action: 'update',
  targetId: targetId(id),
  matched: aMatchedObject(objectType, id),
  attributes,
  linkEffect: 'keep',
});

/** A deletion. */
export const aDeletion = (objectType: ObjectType, id: string): DeleteChange => ({
  ...common(objectType, id),
  kind: 'delete',
  action: 'delete',
  targetId: targetId(id),
  matched: aMatchedObject(objectType, id),
});

/** A manager that is set; null: taken away. */
export const aReference = (
  id: string,
  path: string,
  change: ReferenceChange['change'],
  value: string | null,
  current: string | null = null,
): ReferenceChange => ({
  ...common('User', id),
  kind: 'reference',
  action: 'update',
  change,
  mapping: aReferenceMapping(path, 'manager'),
  value: value === null ? null : sourceId(value),
  current: current === null ? null : targetId(current),
});

/** Members that are added and removed. */
export const aMembership = (
  id: string,
  added: readonly string[],
  removed: readonly string[] = [],
): MembershipChange => ({
  ...common('Group', id),
  kind: 'membership',
  action: 'update',
  mapping: aReferenceMapping('members', 'members'),
  added: added.map(sourceId),
  removed: removed.map(sourceId),
  isLast: true,
});

/** A group that holds these target objects, one a page. */
export const membersHeld = (members: () => readonly string[]): ExportContext['membersBefore'] =>
  async function* () {
    for (const member of members()) yield [targetId(member)];
  };

/** Names the target objects that tests link to source objects; whose id does not say one is not linked. */
export const namesOf: ExportContext['namesOf'] = async (targets) =>
  new Map(targets.flatMap((id) => (id.startsWith('t-') ? [[id, id.slice(2)] as const] : [])));

/** Target objects without a known name, of a target that has never shown members. */
export const NEVER_SEEN: Pick<ExportContext, 'namesOf' | 'membersShown' | 'unreadParts'> = {
  namesOf: async () => new Map(),
  membersShown: { isKnown: () => false, note: async () => {} },
  unreadParts: { note: () => {}, of: () => [] },
};
