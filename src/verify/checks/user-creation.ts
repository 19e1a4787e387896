import type { Answered } from '../../model/scim.ts';
import type { Check } from '../check.ts';
import { requireCreated, requireResource, requireTaken } from '../expect.ts';
import type { Trial } from '../trial.ts';
import { ownName } from '../values.ts';
import { Unmet } from '../verdict.ts';

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
      const first = await createLeast(trial, 'application/scim+json; charset=utf-8');
      if (first.response.status < 300) return;
      for (const contentType of [
        'application/scim+json',
        'application/json; charset=utf-8',
        'application/json',
      ]) {
        const other = await createLeast(trial, contentType);
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
      const label = trial.newLabel();
      const attributes = trial.attributesOf('User', label);
      const name = ownName(trial.subject, 'User', label);
      const answered = await trial.create('User', name, trial.bodyOf('User', attributes));
      requireCreated(trial, answered, 'The creation of a user');
    },
  },
  {
    id: 'USR-02',
    title: 'shows a user as it was created',
    severity: 'must',
    requires: ['USR-01'],
    requests: ['POST /Users', 'GET /Users/{id}'],
    criterion: 'each attribute comes back as it was sent, in any order',
    why: 'An attribute that is shown otherwise is a difference in every cycle: the same PATCH is sent for ever.',
    fix: 'Store the values as they come, and return all of them.',
    pseudocode: `stored.attribute = body.attribute      # no trimming, no change of case, no default in its place`,
    sources: ['Entra "How provisioning works"', 'RFC 7643 §2.2'],
    alsoTestedBy: { validator: '1', gallery: 'SCIM_User_Create', okta: 'read back' },
    run: async (trial) => {
      const label = trial.newLabel();
      const attributes = trial.attributesOf('User', label);
      const name = ownName(trial.subject, 'User', label);
      const created = await trial.create('User', name, trial.bodyOf('User', attributes));
      const { id } = requireResource(created, 'The creation of a user');
      const path = `/Users/${encodeURIComponent(String(id))}`;
      const shown = await trial.read({ type: 'User', id: String(id), name, path, label, attributes });
      requireTaken(shown, attributes, created, 'exact');
    },
  },
  {
    id: 'USR-03',
    title: 'creates a user with the least attributes',
    severity: 'must',
    requests: ['POST /Users with userName, active and externalId'],
    criterion: '201',
    why: 'Attributes without a value in the directory are left out of a creation.',
    fix: 'Require userName alone; or tell administrators which attributes need a mapping with a default value.',
    pseudocode: `required = ["userName"]`,
    sources: ['RFC 7643 §4.1', 'Entra "Known issues for application provisioning", null attributes'],
    run: async (trial) => {
      requireCreated(
        trial,
        await createLeast(trial),
        'The creation of a user with userName, active and externalId',
      );
    },
  },
];

/** Creates a user with what the service sends at least. */
async function createLeast(trial: Trial, contentType?: string): Promise<Answered> {
  const label = trial.newLabel();
  const attributes = trial.attributesOf('User', label, { extent: 'least', without: ['displayName'] });
  const headers = contentType === undefined ? {} : { headers: { 'Content-Type': contentType } };
  return trial.create(
    'User',
    ownName(trial.subject, 'User', label),
    trial.bodyOf('User', attributes),
    headers,
  );
}
