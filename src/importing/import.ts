import type { Dialect } from '../model/dialect.ts';
import type { Attributes, DirectoryObject } from '../model/directory.ts';
import { nameBeforeSoftDelete } from '../model/soft-delete.ts';
import { stripGuestSuffix } from './guest.ts';

/**
 * Turns a page of the directory into what the service sees of it: computed attributes are added (`objectId`,
 * `originalUserPrincipalName`) and a guest's userPrincipalName loses its `#EXT#` form, for scoping, matching and
 * writing alike.
 * @param dialect without `softDeleteRename`, a user in the recycle bin keeps the name from before
 */
export function importPage(
  page: readonly DirectoryObject[],
  dialect: Pick<Dialect, 'softDeleteRename'>,
): readonly DirectoryObject[] {
  return page.map((object) => ({
    ...object,
    attributes: { ...object.attributes, ...computedAttributes(object, dialect) },
  }));
}

function computedAttributes(
  { id, objectType, attributes, presence }: DirectoryObject,
  { softDeleteRename }: Pick<Dialect, 'softDeleteRename'>,
): Attributes {
  const told = attributes.userPrincipalName;
  if (objectType !== 'User' || typeof told !== 'string') return { objectId: id };
  const name = presence === 'softDeleted' && !softDeleteRename ? nameBeforeSoftDelete(told) : told;
  return { originalUserPrincipalName: name, userPrincipalName: stripGuestSuffix(name), objectId: id };
}
