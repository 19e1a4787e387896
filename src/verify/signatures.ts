import type { CheckGroup, CheckId } from './check-id.ts';
import type { Miss, Symptom } from './verdict.ts';

/** A typical mistake, and the results by which it is told from all others. */
export interface Signature {
  readonly id: string;
  readonly title: string;
  readonly fix: string;
  /** The check that finds it. */
  readonly check: CheckId;
  /** How that check is missed; absent: in any way. */
  readonly miss?: Miss;
  readonly symptom?: Symptom;
  readonly status?: number;
  /** Checks that passed, so that it is none of what they test. */
  readonly passed?: readonly CheckId[];
  /** Checks that fail of it too, where they are missed in the same way as the check that finds it. */
  readonly also?: readonly CheckId[];
}

/** It shows in the first query of an endpoint with users, and otherwise in the first that finds one. */
const FILTER_IGNORED = {
  id: 'filterIgnored',
  title: 'Filters are ignored: a query finds everybody',
  fix: 'Read the parameter filter, compare with eq, and answer 400 to what you do not support.',
  symptom: 'unfiltered',
} as const;

/** It shows in users, or in groups alone. */
const CASE_EXACT_OPERATIONS = {
  id: 'caseExactOperations',
  title: 'The names of operations are compared to the letter',
  fix: 'Compare op without regard to case: the service writes Add, Replace and Remove.',
  symptom: 'lowerCase',
} as const;

/** Checks that change what is there. */
const PATCH_CHECKS: readonly CheckId[] = [
  ...numbered('PAT', 11),
  ...numbered('LEG', 14),
  ...numbered('FLAG', 6),
  'GRP-06',
  'GRP-07',
  ...numbered('MEM', 9),
  'DEL-01',
];

/** The first ids of a group of checks. */
function numbered(group: CheckGroup, count: number): readonly CheckId[] {
  return Array.from(
    { length: count },
    (_, index) => `${group}-${String(index + 1).padStart(2, '0')}` as const,
  );
}

/** All signatures. The first that fits explains a check. */
export const SIGNATURES: readonly Signature[] = [
  {
    id: 'emptyIsNotFound',
    title: 'A query that finds nothing is answered with 404',
    fix: 'Answer 200 with an empty ListResponse. 404 is for a resource that is asked for by its id.',
    check: 'CONN-01',
    symptom: 'empty',
    also: ['CONN-02'],
  },
  { ...FILTER_IGNORED, check: 'CONN-01', also: ['CONN-02'] },
  {
    id: 'acceptRequired',
    title: 'Requests without Accept are refused',
    fix: 'Answer with SCIM JSON where Accept is absent, as for */*.',
    check: 'CONN-03',
    status: 406,
  },
  {
    id: 'mediaTypeUnknown',
    title: 'The body parser does not know application/scim+json',
    fix: 'Register the JSON parser for application/scim+json besides application/json.',
    check: 'USR-15',
    symptom: 'mediaType',
  },
  {
    id: 'charsetUnparsed',
    title: 'Content-Type is compared with its parameters',
    fix: 'Compare the media type in front of the first semicolon.',
    check: 'USR-15',
    symptom: 'charset',
  },
  { ...CASE_EXACT_OPERATIONS, check: 'LEG-01' },
  { ...CASE_EXACT_OPERATIONS, check: 'GRP-06' },
  {
    id: 'patchMissing',
    title: 'PATCH is not implemented',
    fix: 'Implement PATCH with add, replace and remove; until then let the job write with target.dialect.updateMethod: put.',
    check: 'PAT-01',
    status: 501,
    also: PATCH_CHECKS,
  },
  {
    id: 'patchRouteMissing',
    title: 'The method PATCH is not allowed',
    fix: 'Implement PATCH, and let proxies and firewalls pass the method.',
    check: 'PAT-01',
    status: 405,
    also: PATCH_CHECKS,
  },
  {
    id: 'idsNotFound',
    title: 'Resources are not found by the ids under which they are listed',
    fix: 'Show the id by which a resource is read, changed and deleted, and route /Users/{id} and /Groups/{id}.',
    check: 'USR-10',
    status: 404,
    passed: ['USR-03'],
    also: ['GRP-05', 'DEL-02', ...PATCH_CHECKS, 'ERR-02'],
  },
  {
    id: 'strictBooleans',
    title: 'Booleans that are written as text are refused',
    fix: 'Read "True" and "False", in any case, as booleans.',
    check: 'LEG-02',
    miss: 'refused',
    symptom: 'boolean',
    also: ['LEG-03', 'LEG-14', 'USR-05'],
  },
  {
    id: 'textBooleans',
    title: 'Booleans that are written as text are stored as text',
    fix: 'Convert "True" and "False" to booleans before they are stored: the text "False" is true in most languages.',
    check: 'LEG-02',
    symptom: 'text',
    also: ['LEG-03', 'LEG-14', 'USR-05'],
  },
  {
    id: 'anyToken',
    title: 'The credentials are not compared',
    fix: 'Compare the whole token with those that were issued, and answer 401 to any other.',
    check: 'AUTH-01',
    status: 200,
    also: ['AUTH-02'],
  },
  {
    ...FILTER_IGNORED,
    check: 'FLT-01',
    also: [
      'FLT-02',
      'FLT-03',
      'FLT-04',
      'FLT-05',
      'FLT-06',
      'FLT-07',
      'FLT-08',
      'FLT-09',
      'GRP-04',
      'GRP-08',
    ],
  },
  {
    id: 'caseExactFilter',
    title: 'userName is compared to the letter in filters',
    fix: 'Compare userName and addresses without regard to case: caseExact is false.',
    check: 'FLT-03',
    miss: 'wrong',
    status: 200,
    passed: ['FLT-01'],
  },
  {
    id: 'filterDecodedTwice',
    title: 'Special characters of a filter are lost',
    fix: 'Split the query, then decode each value once: + is a space there, and %2B a plus.',
    check: 'FLT-07',
    symptom: 'decoding',
    passed: ['FLT-01', 'FLT-02'],
  },
  {
    id: 'inactiveHidden',
    title: 'Users that are not active are hidden',
    fix: 'Return users until they are deleted, whether they are active or not.',
    check: 'FLT-10',
    miss: 'wrong',
    passed: ['FLT-01'],
    also: ['DEL-01', 'USR-14'],
  },
  {
    id: 'nameNotUnique',
    title: 'A userName can be taken twice',
    fix: 'Make userName unique in the database, without regard to case, and answer 409.',
    check: 'USR-07',
    miss: 'wrong',
    also: ['USR-08', 'PERF-03'],
  },
  {
    id: 'nameCaseExact',
    title: 'A userName that differs in case only is another one',
    fix: 'Make userName unique without regard to case.',
    check: 'USR-08',
    passed: ['USR-07'],
  },
  {
    id: 'existingAddRefused',
    title: 'Add is refused where the attribute has a value',
    fix: 'Let add replace the value of an attribute that has one value.',
    check: 'PAT-03',
    miss: 'refused',
    passed: ['PAT-04'],
  },
  {
    id: 'renameRefused',
    title: 'userName cannot be changed',
    fix: 'Let userName be changed: names and domains change, the id stays.',
    check: 'PAT-05',
    miss: 'refused',
    passed: ['LEG-01'],
  },
  {
    id: 'partlyApplied',
    title: 'A PATCH that is refused is carried out in part',
    fix: 'Carry all operations out on a copy, or in a transaction, and keep it where all succeed.',
    check: 'PAT-02',
    miss: 'wrong',
  },
  {
    id: 'silentDrop',
    title: 'A change of an attribute is accepted, and not done',
    fix: 'Write every attribute that the endpoint shows, or refuse the operation with 400.',
    check: 'PAT-01',
    miss: 'dropped',
    also: ['PAT-06', 'PAT-07', 'PAT-10'],
  },
  {
    id: 'valuePathsIgnored',
    title: 'Operations on an entry of a list are accepted, and not done',
    fix: 'Resolve emails[type eq "work"].value: choose the entries that pass the filter, and set the attribute in them.',
    check: 'LEG-04',
    miss: 'dropped',
    passed: ['LEG-01'],
    also: ['LEG-05', 'LEG-06', 'LEG-07', 'FLAG-03'],
  },
  {
    id: 'noEntryMade',
    title: 'An operation on an entry that is not there makes none',
    fix: 'Where no entry passes type eq "mobile", append { type: "mobile" } and set the attribute in it.',
    check: 'LEG-05',
    passed: ['LEG-04'],
    also: ['LEG-06', 'LEG-07'],
  },
  {
    id: 'extensionPathCut',
    title: 'The path of an attribute of an extension is not resolved',
    fix: 'Split a path that begins with urn: at its last colon; the version in front of it holds a dot.',
    check: 'LEG-08',
    passed: ['LEG-01'],
    also: ['LEG-09', 'LEG-10', 'LEG-13'],
  },
  {
    id: 'managerTextRefused',
    title: 'A manager is taken as an object only',
    fix: 'Read a text as { value: text }: the service writes the bare id.',
    check: 'LEG-09',
    miss: 'refused',
    passed: ['LEG-08'],
    also: ['LEG-10'],
  },
  {
    id: 'managerTextKept',
    title: 'A manager is stored as a text',
    fix: 'Store { value: text }, and show manager as an object.',
    check: 'LEG-11',
    symptom: 'text',
  },
  {
    id: 'flatKeysLiteral',
    title: 'Keys of an operation without a path are stored as they are written',
    fix: 'Resolve each key of the value as the path of an attribute: name.givenName is a part of name.',
    check: 'FLAG-01',
    symptom: 'literal',
    also: ['FLAG-02', 'FLAG-03'],
  },
  {
    id: 'membersAlwaysShown',
    title: 'Members are shown although they are excluded',
    fix: 'Leave members out where excludedAttributes names them, of a list and of one group.',
    check: 'GRP-05',
    miss: 'wrong',
    status: 200,
    also: ['GRP-04'],
  },
  {
    id: 'membersDoubled',
    title: 'A member that is added again is there twice',
    fix: 'Keep members as a set of ids.',
    check: 'MEM-02',
    symptom: 'doubled',
  },
  {
    id: 'membersWiped',
    title: 'The removal of one member removes all',
    fix: 'Remove the entries that the value lists; all of them only where there is no value.',
    check: 'MEM-03',
    symptom: 'allGone',
  },
  {
    id: 'nameNotFreed',
    title: 'The userName of a deleted user stays in use',
    fix: 'Free unique names with the deletion, or leave deleted users out of the index.',
    check: 'DEL-05',
    status: 409,
    passed: ['DEL-02', 'DEL-03'],
  },
  {
    id: 'failsOnMalformed',
    title: 'A body that cannot be parsed is an error of the server',
    fix: 'Answer 400 with invalidSyntax where the parser throws.',
    check: 'ERR-01',
    status: 500,
    passed: ['USR-03'],
  },
  {
    id: 'errorsAsHtml',
    title: 'Errors are answered with a page',
    fix: 'Give the SCIM routes an error handler of their own, which answers with the Error schema as JSON.',
    check: 'ERR-01',
    symptom: 'page',
    also: ['AUTH-03', 'USR-12', 'ERR-02'],
  },
  {
    id: 'namesRequired',
    title: 'A user is refused without attributes that the directory may lack',
    fix: 'Require userName alone, or tell which attributes need a mapping with a default value.',
    check: 'USR-03',
    miss: 'refused',
    passed: ['USR-01'],
  },
  {
    id: 'emptyListRefused',
    title: 'An empty list is refused',
    fix: 'Take an empty list for one that is absent.',
    check: 'USR-04',
    miss: 'refused',
    passed: ['USR-01'],
    also: ['GRP-01'],
  },
  {
    id: 'deletedAgain',
    title: 'The deletion of what is not there succeeds',
    fix: 'Answer 404 where there is nothing to delete.',
    check: 'DEL-04',
    status: 204,
  },
  {
    id: 'caseChanged',
    title: 'Values are stored in another case',
    fix: 'Store and return values as they come, and leave case to comparisons.',
    check: 'USR-02',
    symptom: 'otherCase',
    also: ['PAT-05'],
  },
];
