/** The mistakes that the naive server can make, by name: what it does instead. Each is one that servers have made. */
export const MISTAKES = {
  scimJsonUnparsed: 'reads bodies of application/json only',
  charsetUnparsed: 'compares the whole Content-Type, parameters included',
  acceptRequired: 'answers 406 where Accept is absent',
  notFoundOnEmpty: 'answers a filter that finds nothing with 404',
  filterIgnored: 'answers every filter with everybody',
  filterCaseExact: 'compares userName in filters to the letter',
  filterDecodedTwice: 'decodes a filter twice, so that + is a space',
  inactiveHidden: 'shows no user that is inactive',
  operationCaseExact: 'knows add, replace and remove in lower case only',
  textBooleanRefused: 'refuses True and False as text',
  textBooleanKept: 'keeps True and False as text',
  valuePathsIgnored: 'accepts operations on entries of a list, and does nothing',
  valuePathsNoTarget: 'refuses an operation on an entry that is not there',
  flatKeysLiteral: 'stores a key with a dot or a URN as it is written',
  extensionPathCut: 'takes a path apart at dots, that of the version included',
  managerTextRefused: 'refuses a manager that is no object',
  managerTextKept: 'stores a manager that is no object as it comes',
  membersWiped: 'takes the removal of listed members for one of all',
  membersAlwaysShown: 'shows members although they are excluded',
  membersDoubled: 'adds a member that is there already',
  duplicateTaken: 'creates a second user with the same userName',
  twinTaken: 'creates a second user whose userName differs in case',
  nameKept: 'keeps the userName of a deleted user in use',
  errorsAsHtml: 'answers errors with a page',
  failsOnMalformed: 'answers 500 to a body that is no JSON',
  anyToken: 'looks whether there is a token, and not which',
  titleDropped: 'accepts a change of title, and does nothing',
  namesRequired: 'refuses a user without a name',
  emptyListRefused: 'refuses an empty list',
  renameRefused: 'refuses another userName',
  existingAddRefused: 'refuses to add what has a value',
  partlyApplied: 'keeps the operations before one that is refused',
  deletedAgain: 'answers 204 to the deletion of what is not there',
  mailLowered: 'stores addresses in lower case',
} as const satisfies Readonly<Record<string, string>>;

/** The name of a mistake. */
export type Mistake = keyof typeof MISTAKES;

/** Whether a mistake is made. */
export type Makes = (mistake: Mistake) => boolean;

/** A request is refused. */
export class Refusal extends Error {
  readonly status: number;
  readonly scimType: string | null;

  constructor(status: number, scimType: string | null, detail: string) {
    super(detail);
    this.status = status;
    this.scimType = scimType;
  }
}
