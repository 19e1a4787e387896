import { describe, expect, it } from 'vitest';
import { type Alter, type AlteredAnswer, scimError } from '../../support/altered-target.ts';
import { outcomeOf, verifyAltered } from '../../support/verify-altered.ts';

const DISCOVERY = ['DISC-01', 'DISC-02', 'DISC-03', 'DISC-04', 'DISC-05', 'DISC-06'];

/** A document of discovery, as far as the tests change it. */
interface Document {
  schemas: string[];
  Resources: { id: string; endpoint: string; description: string | null; attributes: Attribute[] }[];
  [name: string]: unknown;
}

interface Attribute {
  name: string;
  type: string;
  required: boolean;
  subAttributes?: Attribute[];
}

/** Changes what one endpoint answers. */
const changing =
  (endpoint: string, change: (document: Document) => void): Alter =>
  async ({ path }, pass) => {
    const answer: AlteredAnswer = await pass();
    if (path === endpoint) change(answer.body as Document);
    return answer;
  };

const attribute = ({ Resources }: Document, schema: string, name: string): Attribute =>
  Resources.find(({ id }) => id.endsWith(schema))?.attributes.find((one) => one.name === name) as Attribute;

const without =
  (name: string) =>
  (document: Document): void => {
    for (const schema of document.Resources)
      schema.attributes = schema.attributes.filter((one) => one.name !== name);
  };

const outcome = async (id: string, alter: Alter) => outcomeOf(await verifyAltered(alter, [id]));

describe('the checks of discovery', () => {
  it('pass for a target that declares what is mapped', async () => {
    const results = await verifyAltered((_request, pass) => pass(), DISCOVERY);
    expect(results.map((one) => outcomeOf([one]))).toEqual(DISCOVERY.map(() => 'pass'));
    expect(results[3]?.notes).toEqual(['declared: emails.display and emails.primary']);
  });

  it('skip what compares schemas where there are none', async () => {
    const alter: Alter = ({ path }, pass) => (path === '/Schemas' ? scimError(404, 'no schemas') : pass());
    const results = await verifyAltered(alter, DISCOVERY);
    expect(results.map((one) => outcomeOf([one]))).toEqual([
      'warn: GET /Schemas is answered 404 (no schemas); expected 200',
      'skip: DISC-01 failed',
      'skip: DISC-01 failed',
      'skip: DISC-01 failed',
      'pass',
      'pass',
    ]);
  });

  it('fail in the profile of the gallery where there are no schemas', async () => {
    const alter: Alter = ({ path }, pass) => (path === '/Schemas' ? scimError(404) : pass());
    const [result] = await verifyAltered(alter, ['DISC-01'], { request: { profile: 'gallery' } });
    expect(result).toMatchObject({ state: 'fail', severity: 'must' });
  });

  it.each<[string, (document: Document) => void, string]>([
    [
      'is no ListResponse',
      (document) => {
        document.schemas = [];
      },
      'warn: GET /Schemas is answered with a list that is no ListResponse',
    ],
    [
      'shows null',
      ({ Resources: [schema] }) => {
        if (schema !== undefined) schema.description = null;
      },
      'warn: GET /Schemas shows null at Resources[0].description',
    ],
  ])('warn where the list of schemas %s', async (_what, change, expected) => {
    expect(await outcome('DISC-01', changing('/Schemas', change))).toBe(expected);
  });

  it('name the schemas that are not listed', async () => {
    const change = (document: Document): void => {
      document.Resources = document.Resources.filter(({ id }) => id.endsWith('core:2.0:User'));
    };
    expect(await outcome('DISC-02', changing('/Schemas', change))).toBe(
      'warn: GET /Schemas does not list urn:ietf:params:scim:schemas:core:2.0:Group, urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    );
  });

  it.each<[string, (document: Document) => void, string]>([
    ['an attribute', without('title'), 'title is not declared'],
    [
      'a sub-attribute',
      (document) => {
        attribute(document, 'core:2.0:User', 'name').subAttributes = [];
      },
      'name.givenName is not declared; name.familyName is not declared; name.formatted is not declared',
    ],
    [
      'an attribute of an extension',
      without('department'),
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department is not declared',
    ],
    ['the members of groups', without('members'), 'members is not declared'],
    [
      'another type',
      (document) => {
        attribute(document, 'core:2.0:User', 'active').type = 'string';
      },
      'active is declared as string, and mapped as Boolean',
    ],
  ])('warn where %s is not declared as it is mapped', async (_what, change, expected) => {
    expect(await outcome('DISC-03', changing('/Schemas', change))).toBe(`warn: ${expected}`);
  });

  it('take names of attributes in any case', async () => {
    const change = (document: Document): void => {
      attribute(document, 'core:2.0:User', 'title').name = 'TITLE';
    };
    expect(await outcome('DISC-03', changing('/Schemas', change))).toBe('pass');
  });

  it('warn where a password is required', async () => {
    const change = (document: Document): void => {
      attribute(document, 'core:2.0:User', 'password').required = true;
    };
    expect(await outcome('DISC-04', changing('/Schemas', change))).toBe(
      'warn: password is declared as required',
    );
  });

  it('name what a configuration does not say', async () => {
    const change = (document: Document): void => {
      document.patch = { supported: false };
      document.authenticationSchemes = [];
    };
    expect(await outcome('DISC-05', changing('/ServiceProviderConfig', change))).toBe(
      'warn: In /ServiceProviderConfig patch.supported is not true, authenticationSchemes has no entry',
    );
  });

  it('compare the endpoints of resource types', async () => {
    const moved = (document: Document): void => {
      for (const type of document.Resources) type.endpoint = type.endpoint.replace('/Groups', '/Teams');
    };
    expect(await outcome('DISC-06', changing('/ResourceTypes', moved))).toBe(
      'warn: /ResourceTypes shows the endpoint /Teams instead of /Groups',
    );
  });
});
