import type { Attributes, DirectoryObject } from '../model/directory.ts';
import { stripGuestSuffix } from './guest.ts';

/**
 * Turns a page of the directory into what the service sees of it: computed attributes are added (`objectId`,
 * `originalUserPrincipalName`) and a guest's userPrincipalName loses its `#EXT#` form, for scoping, matching and
 * writing alike.
 */
export function importPage(page: readonly DirectoryObject[]): readonly DirectoryObject[] {
  return page.map(importObject);
}

function importObject(object: DirectoryObject): DirectoryObject {
  return { ...object, attributes: { ...object.attributes, ...computedAttributes(object) } };
}

function computedAttributes({ id, objectType, attributes }: DirectoryObject): Attributes {
  const name = attributes.userPrincipalName;
  if (objectType !== 'User' || typeof name !== 'string') return { objectId: id };
  return { originalUserPrincipalName: name, userPrincipalName: stripGuestSuffix(name), objectId: id };
}
