import { isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { Answered } from '../../model/scim.ts';
import { readList } from '../../scim/answer.ts';
import { memberOf } from '../../scim/path.ts';
import { readId } from '../../scim/read.ts';
import { ROLE_TYPE } from '../../scim/roles.ts';
import type { Check } from '../check.ts';
import { requireCreated, requireStatus, requireTaken, requireValue } from '../expect.ts';
import type { Trial, TriedObject } from '../trial.ts';
import { Unmet } from '../verdict.ts';
import type { Extent } from '../wish.ts';
import { createUser, isNamed, requireCreatedToo, requireUser } from './created-user.ts';

/** What no schema has. */
const UNKNOWN_ATTRIBUTE = 'entrainVerifyUnknown';
const UNKNOWN_EXTENSION = 'urn:ietf:params:scim:schemas:extension:entrainVerify:2.0:User';

/** Users: how they are created. */
export const USER_CREATION_CHECKS: readonly Check[] = [
  {
    id: 'USR-15',
    title: 'reads a body whose content type has a charset',
    severity: 'must',
    requests: ['POST /Users with Content-Type: application/scim+json; charset=utf-8'],
    criterion: '201, or the refusal that the same body gets as application/json too',
    why: 'Every body of the service has this content type. A parser that knows application/json only, or compares the whole header, sees no body at all.',
    fix: 'Register the JSON parser for application/scim+json, and compare the media type without its parameters.',
    pseudocode: `type = request.contentType.before(";").trim().lower()
body = type in ["application/scim+json", "application/json"] ? parse_json(request) : respond 415`,
    sources: ['MicrosoftDocs/azure-docs#12728', 'RFC 7644 §3.1', 'RFC 9110 §8.3.1'],
    run: async (trial) => {
      await compareContentTypes(trial, 'least');
      await compareContentTypes(trial, 'full');
    },
  },
  {
    id: 'USR-01',
    title: 'creates a user with all mapped attributes',
    severity: 'must',
    requests: ['POST /Users with every mapped attribute, active as a boolean, and meta.resourceType'],
    criterion: '201, and a resource whose id is a text that is not empty',
    why: 'Without an id nothing can be linked, and the user is created again in every cycle.',
    fix: 'Accept every attribute of your schema in a creation, ignore the rest, and answer 201 with the stored resource.',
    pseudocode: `user = users.insert(known_attributes_of(body))
respond 201, Location: url(user.id), resource(user)`,
    sources: ['RFC 7644 §3.3', 'Entra "Develop and plan provisioning for a SCIM endpoint", Create user'],
    alsoTestedBy: { validator: '1', gallery: 'SCIM_User_Create', okta: 'create' },
    run: async (trial) => {
      const { answered } = await createUser(trial, { extent: 'full' });
      requireCreated(trial, answered, 'The creation of a user');
    },
  },
  {
    id: 'USR-02',
    title: 'shows a user as it was created',
    severity: 'must',
    requests: ['POST /Users', 'GET /Users/{id}'],
    criterion:
      'each attribute comes back as it was sent, letter by letter; the order of entries does not matter',
    why: 'An attribute that is shown otherwise is a difference in every cycle: the same PATCH is sent for ever.',
    fix: 'Store the values as they come, and return all of them.',
    pseudocode: `stored.attribute = body.attribute      # no trimming, no change of case, no default in its place`,
    sources: ['Entra "How provisioning works"', 'RFC 7643 §2.2'],
    alsoTestedBy: { validator: '1', gallery: 'SCIM_User_Create', okta: 'read back' },
    run: async (trial) => {
      const extent = trial.hasFailed('USR-01') ? {} : { extent: 'full' as const };
      const created = await createUser(trial, { ...extent, label: 'usr02-Mixed-Case' });
      const user = requireUser(created);
      requireTaken(await trial.read(user), user.attributes, created.answered, 'exact');
    },
  },
  {
    id: 'USR-03',
    title: 'creates a user with the least attributes',
    severity: 'must',
    requests: ['POST /Users with userName, active and externalId, as far as they are mapped'],
    criterion: '201',
    why: 'Attributes without a value in the directory are left out of a creation. A user without one of those that are demanded is not provisioned.',
    fix: 'Require userName alone; or tell administrators which attributes need a mapping with a default value.',
    pseudocode: `required = ["userName"]`,
    sources: ['RFC 7643 §4.1', 'Entra "Known issues for application provisioning", null attributes'],
    run: async (trial) => {
      const { answered } = await createUser(trial, LEAST);
      requireStatus(answered, [200, 201], 'The creation of a user with userName, active and externalId');
    },
  },
  {
    id: 'USR-04',
    title: 'creates a user with an empty list of roles',
    severity: 'must',
    requests: ['POST /Users {…,"roles":[]}'],
    criterion: '201',
    why: "Microsoft's sample of a creation holds an empty list. A validation that asks for one entry at least refuses every user.",
    fix: 'Take an empty list for an attribute that is absent.',
    pseudocode: `if body.attribute == []:
    delete body.attribute`,
    sources: ['Entra "Develop and plan provisioning for a SCIM endpoint", Create user', 'RFC 7643 §2.5'],
    run: async (trial) => {
      const { answered } = await createUser(trial, { adapt: (body) => ({ ...body, roles: [] }) });
      await requireCreatedToo(trial, answered, 'The creation of a user with an empty list of roles');
    },
  },
  {
    id: 'USR-05',
    title: 'reads the text True in the primary of a role as a boolean',
    severity: 'should',
    mustFor: ['validator'],
    requests: ['POST /Users {…,"roles":[{"primary":"True","type":"…","value":"…"}]}'],
    criterion: '201, and primary is shown as a boolean, if at all; 400 is a warning',
    why: 'The filter of the mapping roles[primary eq "True"] becomes a value of the entry, as a text. Microsoft\'s validator sends it in every creation, so that one strict boolean turns most of its tests red.',
    fix: 'Read "True" and "False" in any case as booleans, within entries too.',
    pseudocode: `for entry in body.roles:
    if type(entry.primary) is text:
        entry.primary = entry.primary.lower() == "true"`,
    sources: [
      'Entra "Customize user provisioning attribute-mappings", roles',
      'pranems/SCIMServer',
      'RFC 7643 §2.4',
    ],
    alsoTestedBy: { validator: '1' },
    run: checkTextPrimary,
  },
  {
    id: 'USR-06',
    title: 'ignores attributes and extensions that it does not know',
    severity: 'should',
    requests: [`POST /Users {…,"${UNKNOWN_ATTRIBUTE}":"…","${UNKNOWN_EXTENSION}":{"tag":"…"}}`],
    criterion: '201; 400 is a warning',
    why: 'Administrators map more than an endpoint knows. Where that is refused, nobody is created, and the log does not say which of the attributes it was.',
    fix: 'Leave out what your schemas do not have, whether or not its URN is listed in schemas.',
    pseudocode: `for name in body:
    if name not in attributes and name not in extensions:
        delete body[name]`,
    sources: ['RFC 7644 §3.3', 'MicrosoftDocs/azure-docs#65648'],
    run: async (trial) => {
      const { answered } = await createUser(trial, { adapt: (body) => withUnknown(trial, body) });
      await requireCreatedToo(
        trial,
        answered,
        'The creation of a user with unknown attributes',
        'lesser 400',
      );
    },
  },
  {
    id: 'USR-07',
    title: 'refuses a second user with the same userName',
    severity: 'must',
    requests: ['POST /Users, twice with the same body'],
    criterion: '409, best with scimType uniqueness, and one user of the name',
    why: 'A creation is repeated when its answer was lost. With two accounts of one name, every later query finds both, and the service gives the user up with DuplicateTargetEntries.',
    fix: 'Put a unique index on userName, and answer 409 with scimType uniqueness where it is violated.',
    pseudocode: `try:
    users.insert(user)                     # unique index on lower(userName)
except UniqueViolation:
    respond 409, error("uniqueness", "userName is taken")`,
    sources: [
      'RFC 7644 §3.3 and §3.12',
      'RFC 7643 §4.1.1',
      'Entra "Analyze Microsoft Entra provisioning logs", Error codes',
    ],
    alsoTestedBy: { validator: '2', okta: 'duplicate 409' },
    run: async (trial) => {
      const { name, body, ...created } = await createUser(trial);
      const user = requireUser({ name, body, ...created });
      const again = await trial.create('User', name, body);
      const { response } = await trial.find('User', 'userName', name);
      requireConflict(user, again, 'The second creation of a user');
      const list = readList(response);
      const twins = 'code' in list ? [] : list.resources.filter((one) => isNamed(one, name));
      if (twins.length > 1)
        throw new Unmet(
          `the second creation is answered 409, and there are ${twins.length} users of the name`,
          {
            decisive: again,
          },
        );
      const { body: error } = again.response;
      const scimType = isJsonObject(error) ? memberOf(error, 'scimType') : undefined;
      if (scimType !== 'uniqueness') trial.note('the answer 409 has no scimType uniqueness');
    },
  },
  {
    id: 'USR-08',
    title: 'refuses a userName that differs from another in case alone',
    severity: 'should',
    requires: ['USR-07'],
    requests: ['POST /Users', 'POST /Users with the same userName in upper case, and other values besides'],
    criterion: '409',
    why: 'userName has no case: a query for one of the twins finds both, and neither can be matched any more.',
    fix: 'Put the unique index on userName in lower case.',
    pseudocode: `create unique index on users (lower(userName))`,
    sources: ['RFC 7643 §4.1.1 and §7', 'Entra "Develop and plan provisioning for a SCIM endpoint"'],
    run: async (trial) => {
      const user = await trial.user();
      const { answered } = await createUser(trial, { name: user.name.toUpperCase() });
      requireConflict(user, answered, 'The creation of a user whose userName differs in case alone');
    },
  },
];

/** What the service sends at least. The required name is that of a user. */
const LEAST = { extent: 'least', without: ['displayName'] } as const;

/**
 * Finds the content type that bodies are read with.
 * @throws {Unmet} where it is not that of the service, and one that is taken is known from here on
 */
async function compareContentTypes(trial: Trial, extent: Extent): Promise<void> {
  const without = extent === 'least' ? LEAST.without : [];
  const create = (contentType: string) =>
    createUser(trial, { extent, without, headers: { 'Content-Type': contentType } });
  const { answered: first } = await create('application/scim+json; charset=utf-8');
  if (first.response.status < 300) return;
  for (const contentType of [
    'application/scim+json',
    'application/json; charset=utf-8',
    'application/json',
  ]) {
    const { answered: other } = await create(contentType);
    if (other.response.status >= 300) continue;
    trial.accommodations.contentType = contentType;
    throw new Unmet(
      `a body is answered ${first.response.status} as application/scim+json; charset=utf-8, and ${other.response.status} as ${contentType}`,
      {
        decisive: first,
        miss: 'refused',
        symptom: contentType === 'application/scim+json' ? 'charset' : 'mediaType',
      },
    );
  }
}

async function checkTextPrimary(trial: Trial): Promise<void> {
  const { answered, user } = await createUser(trial, { adapt: withTextPrimary });
  const what = 'The creation of a user with the text True as the primary of a role';
  const isLesser = trial.subject.profile.name !== 'validator';
  await requireCreatedToo(trial, answered, what, isLesser ? 'lesser 400' : 'required');
  if (user === null) return;
  const isBoolean = (found: Json | undefined): boolean => typeof found !== 'string';
  const path = `roles[type eq "${ROLE_TYPE}"].primary`;
  requireValue(await trial.read(user), path, isBoolean, 'true, a boolean', answered);
}

/** A role that is mapped, else one of a name that many applications have. */
function withTextPrimary(body: JsonObject): JsonObject {
  const [mapped] = Array.isArray(body.roles) ? (body.roles as readonly JsonObject[]) : [];
  return { ...body, roles: [{ primary: 'True', type: ROLE_TYPE, value: mapped?.value ?? 'User' }] };
}

/** What no schema of an endpoint has. */
const withUnknown = ({ subject }: Trial, body: JsonObject): JsonObject => {
  const { schemas = [] } = body;
  const isListed = subject.dialect.customSchemas && Array.isArray(schemas);
  return {
    ...body,
    ...(isListed ? { schemas: [...(schemas as readonly Json[]), UNKNOWN_EXTENSION] } : {}),
    [UNKNOWN_ATTRIBUTE]: 'ignored',
    [UNKNOWN_EXTENSION]: { tag: 'ignored' },
  };
};

/** Requires that what another user has is refused. */
function requireConflict({ id }: TriedObject, answered: Answered, what: string): void {
  const { status, body } = answered.response;
  if (status >= 300) requireStatus(answered, [409], what);
  if (status === 409) return;
  const isSame = isJsonObject(body) && readId(body) === id;
  const whom = isSame ? ' with the first one' : '';
  throw new Unmet(`${what} is answered ${status}${whom}; expected 409`, { decisive: answered });
}
