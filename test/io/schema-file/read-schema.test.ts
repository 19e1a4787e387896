import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assembleSchema } from '../../../src/io/schema-file/assemble.ts';
import { schemaExpressions, schemaPatterns } from '../../../src/io/schema-file/expressions.ts';
import { readSchema, schemaWarnings } from '../../../src/io/schema-file/read-schema.ts';
import { parseSchema, readSchemaFile } from '../../../src/io/schema-file/read-schema-file.ts';
import { ConfigurationError } from '../../../src/model/errors.ts';
import type { JsonObject } from '../../../src/model/json.ts';
import { issuesOf } from '../configuration/issues-of.ts';

const file = (name: string): string => new URL(`../../../${name}`, import.meta.url).pathname;
const fixture = (name: string): string => file(`fixtures/schemas/${name}.schema.json`);

// biome-ignore lint/suspicious/noExplicitAny: tests break documents at will
type Breakable = any;

const broken = (change: (document: Breakable, user: Breakable, group: Breakable) => void): JsonObject => {
  const document: Breakable = JSON.parse(readFileSync(fixture('customappsso'), 'utf8'));
  const [group, user] = document.synchronizationRules[0].objectMappings;
  change(document, user, group);
  return document;
};
const mappingOf = (objectMapping: Breakable, target: string): Breakable =>
  objectMapping.attributeMappings.find((mapping: Breakable) => mapping.targetAttributeName === target);
const messages = (document: unknown) =>
  issuesOf(() => readSchema(document, 'schema')).map(({ message }) => message);
const filter = (...clauses: Breakable[]): Breakable => ({ groups: [{ name: 'f', clauses }] });

describe('a schema as Entra exports it', () => {
  test.each([
    ['fixtures/schemas/customappsso.schema.json', 22, 3],
    ['fixtures/schemas/leapsome.schema.json', 10, 3],
    ['fixtures/schemas/scoping-filters.schema.json', 27, 3],
    ['config/scim.schema.json', 22, 3],
    ['config/leapsome.schema.json', 10, 3],
  ])('%s loads, and is kept unchanged', (name, users, groups) => {
    const schema = readSchemaFile(file(name));
    expect(schema.user?.attributeMappings).toHaveLength(users);
    expect(schema.group?.attributeMappings).toHaveLength(groups);
    expect(schema.document).toEqual(JSON.parse(readFileSync(file(name), 'utf8')));
  });

  test.each([
    ['config/scim.schema.json', 'customappsso'],
    ['config/leapsome.schema.json', 'leapsome'],
  ])('%s maps what the exported schema maps', (name, exported) => {
    const ours = readSchemaFile(file(name));
    const theirs = readSchemaFile(fixture(exported));
    expect([ours.user, ours.group]).toEqual([theirs.user, theirs.group]);
    expect(ours.sourceAttributes).toEqual(theirs.sourceAttributes);
  });

  test('gives each mapping the definition of its target attribute', () => {
    const { user, group } = readSchemaFile(fixture('customappsso'));
    const targets = [...(user?.attributeMappings ?? []), ...(group?.attributeMappings ?? [])].map(
      ({ target }) => target,
    );
    expect(targets.find(({ name }) => name === 'active')).toMatchObject({
      type: 'Boolean',
      multivalued: false,
    });
    expect(targets.find(({ name }) => name === 'members')).toMatchObject({
      type: 'Reference',
      multivalued: true,
    });
  });

  test('is read with every flow type, action and filter it has', () => {
    const { user, group } = readSchemaFile(fixture('scoping-filters'));
    expect(user?.actions).toEqual({ create: true, update: true, delete: false });
    expect(new Set(user?.attributeMappings.map(({ flowType }) => flowType)).size).toBe(5);
    expect(user?.attributeMappings.find(({ source }) => source === null)?.defaultValue).toBe('Europe/Berlin');
    expect(user?.scope?.groups).toHaveLength(5);
    expect(user?.scope?.inputFilterGroups).toHaveLength(1);
    expect(group?.scope?.groups[0]?.clauses[1]).toEqual({
      operatorName: 'IS TRUE',
      sourceOperandName: 'securityEnabled',
      values: [],
    });
  });

  test('says when the cloud service would not filter as asked', () => {
    const { document } = readSchemaFile(fixture('scoping-filters'));
    expect(schemaWarnings(assembleSchema(document), 's').map(({ message }) => message)).toEqual([
      'the cloud service does not filter on userType',
    ]);
  });

  test('lists its expressions and patterns with their places', () => {
    const { document } = readSchemaFile(fixture('scoping-filters'));
    const expressions = schemaExpressions(assembleSchema(document));
    expect(expressions).toHaveLength(29);
    expect(expressions[0]).toMatchObject({
      path: 'synchronizationRules[0].objectMappings[0].attributeMappings[0].source.expression',
      objectType: 'Group',
      expression: '[displayName]',
    });
    expect(schemaPatterns(assembleSchema(document)).map(({ pattern }) => pattern)).toContain(
      '^(svc|test)-.*',
    );
  });
});

describe('a schema that went through other hands', () => {
  test('has enumerations in any case, and flow types with blanks', () => {
    const document = broken((_, user) => {
      user.flowTypes = 'add, UPDATE';
      mappingOf(user, 'title').flowType = 'objectaddonly';
    });
    const { user } = readSchema(document, 's');
    expect(user?.actions).toEqual({ create: true, update: true, delete: false });
    expect(user?.attributeMappings[3]?.flowType).toBe('ObjectAddOnly');
  });

  test('has empty flow types: all of them, with a warning', () => {
    const document = broken((_, user) => {
      user.flowTypes = '';
    });
    expect(readSchema(document, 's').user?.actions).toEqual({ create: true, update: true, delete: true });
    expect(schemaWarnings(assembleSchema(document), 's')[0]).toMatchObject({
      path: 'synchronizationRules[0].objectMappings[1].flowTypes',
      message: expect.stringContaining('flowTypes is empty'),
    });
    const none = broken((_, user) => {
      user.flowTypes = 'None';
    });
    expect(readSchema(none, 's').user?.actions).toEqual({ create: false, update: false, delete: false });
  });

  test('lacks what has a default, and the declarations of its attributes', () => {
    const document = {
      synchronizationRules: [
        {
          sourceDirectoryName: 'Azure Active Directory',
          targetDirectoryName: 'app',
          objectMappings: [
            {
              enabled: true,
              sourceObjectName: 'user',
              targetObjectName: 'x',
              attributeMappings: [
                {
                  targetAttributeName: 'userName',
                  matchingPriority: 1,
                  source: { name: 'userPrincipalName' },
                },
                { targetAttributeName: 'manager', source: { name: 'manager' } },
              ],
            },
          ],
        },
      ],
    };
    const { user, group, document: kept } = readSchema(document, 's');
    expect(group).toBeNull();
    expect(user?.actions).toEqual({ create: true, update: true, delete: true });
    expect(user?.attributeMappings[0]).toMatchObject({
      source: { type: 'Attribute', expression: '[userPrincipalName]' },
      flowType: 'Always',
      flowBehavior: 'FlowWhenChanged',
      defaultValue: null,
      matchingPriority: 1,
      target: { type: 'String', caseExact: false },
    });
    expect(user?.attributeMappings[1]?.target).toMatchObject({ type: 'Reference', multivalued: false });
    expect(schemaWarnings(assembleSchema(kept), 's').map(({ message }) => message)).toEqual([
      expect.stringContaining('name it urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager'),
    ]);
  });

  test('has its rules in any order: the lowest priority that flows out of Entra runs', () => {
    const document = broken((root) => {
      const [rule] = root.synchronizationRules;
      root.synchronizationRules = [
        { ...rule, id: 'later', priority: 2 },
        {
          ...rule,
          id: 'inbound',
          priority: 0,
          sourceDirectoryName: 'HR',
          targetDirectoryName: 'Microsoft Entra ID',
        },
        { ...rule, id: 'first', priority: 1 },
        { ...rule, id: 'off', priority: 0, objectMappings: [] },
      ];
    });
    expect(readSchema(document, 's').ruleId).toBe('first');
  });

  test('has a group mapping that is switched off: it is kept and skipped, mistakes and all', () => {
    const document = broken((_, __, group) => {
      group.enabled = false;
      group.attributeMappings = [];
    });
    expect(readSchema(document, 's').group).toBeNull();
  });
});

describe('a wrong schema', () => {
  test('tells everything at once, with JSON path, line and column', () => {
    const text = readFileSync(fixture('customappsso'), 'utf8')
      .replace('"targetAttributeName": "title"', '"targetAttributeName": "id"')
      .replace('"flowType": "Always"', '"flowType": "Alway"');
    expect(issuesOf(() => parseSchema(text, 's.json'))).toMatchObject([
      {
        source: 's.json',
        line: 38,
        column: 27,
        path: 'synchronizationRules[0].objectMappings[0].attributeMappings[0].flowType',
        excerpt: { text: '"flowType": "Alway",', offset: 12 },
      },
      {
        line: 210,
        path: 'synchronizationRules[0].objectMappings[1].attributeMappings[3].targetAttributeName',
      },
    ]);
  });

  test.each<[string, (user: Breakable, group: Breakable) => void, string]>([
    [
      'no matching attribute',
      (user) => {
        mappingOf(user, 'userName').matchingPriority = 0;
      },
      'no attribute is a matching attribute',
    ],
    [
      'two matching attributes of one priority',
      (user) => {
        mappingOf(user, 'title').matchingPriority = 1;
      },
      'matching priority 1 is that of attributeMappings[0]',
    ],
    [
      'an attribute mapped twice',
      (user) => {
        mappingOf(user, 'title').targetAttributeName = 'UserName';
      },
      'is mapped by attributeMappings[0] already',
    ],
    [
      'the anchor as a target',
      (user) => {
        mappingOf(user, 'title').targetAttributeName = 'id';
      },
      'id is the anchor',
    ],
    [
      'a reference computed by an expression',
      (_, group) => {
        mappingOf(group, 'members').source.expression = 'Join(",", [members])';
      },
      'members is a Reference, so it takes a reference as it is',
    ],
    [
      'a reference mapped to a text',
      (user) => {
        mappingOf(user, 'title').source.expression = '[manager]';
      },
      'title is declared String: declare it as Reference',
    ],
    [
      'roles mapped directly',
      (user) => {
        mappingOf(user, 'title').source.expression = '[appRoleAssignments]';
      },
      'SingleAppRoleAssignment',
    ],
    [
      'a function without expression',
      (user) => {
        mappingOf(user, 'active').source.expression = '';
      },
      'the source has no expression',
    ],
    [
      'a matching attribute without source',
      (user) => {
        mappingOf(user, 'userName').source = null;
      },
      'is a matching attribute and has no source',
    ],
    [
      'an unknown flow type',
      (user) => {
        user.flowTypes = 'Add,Remove';
      },
      '"Remove" is none of the flow types',
    ],
  ])('has %s', (_, change, message) => {
    expect(messages(broken((__, user, group) => change(user, group)))).toEqual([
      expect.stringContaining(message),
    ]);
  });

  test.each<[Breakable, string]>([
    [
      { operatorName: 'EQUAL', sourceOperandName: 'city', targetOperand: { values: ['x'] } },
      'did you mean EQUALS?',
    ],
    [{ operatorName: 'IsMemberOf', sourceOperandName: 'city' }, 'the operators are &, !&, ENDS_WITH'],
    [
      { operatorName: 'EQUALS', sourceOperandName: 'city', targetOperand: null },
      'EQUALS compares with a value',
    ],
    [
      { operatorName: 'Greater_Than', sourceOperandName: 'city', targetOperand: { values: ['1.5'] } },
      'whole numbers',
    ],
    [{ operatorName: 'IS NULL', sourceOperandName: 'manager' }, 'a filter cannot be about manager'],
    [
      { operatorName: 'IS NULL', sourceOperandName: 'appRoleAssignments' },
      'cannot be about appRoleAssignments',
    ],
    [{ operatorName: 'IS NULL', sourceOperandName: 'otherMails' }, 'which has several values'],
    [{ operatorName: 'IS NULL', sourceOperandName: 'Department' }, 'did you mean department?'],
  ])('filters with %j', (clause, message) => {
    const document = broken((_, user) => {
      user.scope = filter(clause);
    });
    expect(messages(document)).toEqual([expect.stringContaining(message)]);
  });

  test.each(['is null', 'IS_NULL', 'Is Not Null', 'regex_match', 'GREATER THAN OR EQUALS'])(
    'may spell an operator as %s',
    (operatorName) => {
      const document = broken((_, user) => {
        user.scope = filter({
          operatorName,
          sourceOperandName: 'employeeId',
          targetOperand: { values: ['1'] },
        });
      });
      expect(readSchema(document, 's').user?.scope?.groups[0]?.clauses).toHaveLength(1);
    },
  );

  test('has a filter on the members of groups', () => {
    const document = broken((_, __, group) => {
      group.scope = filter({ operatorName: 'IS NOT NULL', sourceOperandName: 'members' });
    });
    expect(messages(document)).toEqual([expect.stringContaining('a filter cannot be about members')]);
  });

  test('has a filter group that every object passes', () => {
    const document = broken((_, user) => {
      user.scope = filter();
    });
    expect(messages(document)).toEqual([expect.stringContaining('lets every object pass')]);
  });

  test('maps one type of objects twice', () => {
    const document = broken((root, user) => {
      root.synchronizationRules[0].objectMappings.push(structuredClone(user));
    });
    expect(messages(document)).toEqual([
      expect.stringContaining('User is mapped by objectMappings[1] already'),
    ]);
  });

  const FLOW_TYPES = 'Always, ObjectAddOnly, MultiValueAddOnly, ValueAddOnly, AttributeAddOnly';

  test.each<[key: string, value: Breakable, message: string]>([
    ['matchingPriority', 'x', 'matchingPriority must be a whole number, 0 or more, not "x"'],
    ['matchingPriority', -1, 'matchingPriority must be a whole number, 0 or more, not -1'],
    ['matchingPriority', [1], 'matchingPriority must be a whole number, 0 or more, not [1]'],
    ['flowType', 'Sometimes', `flowType must be one of ${FLOW_TYPES}, not "Sometimes"`],
    ['flowType', 'Alway', `flowType must be one of ${FLOW_TYPES}, not "Alway"; did you mean Always?`],
    ['flowType', 'y'.repeat(9999), `flowType must be one of ${FLOW_TYPES}, not "${'y'.repeat(199)}…`],
    ['flowBehavior', 7, 'flowBehavior must be one of FlowWhenChanged, FlowAlways, not 7'],
    ['defaultValue', 7, 'defaultValue must be text, not 7'],
    ['source', 'x', 'source must be an object, not "x"'],
  ])('says the limit of %s and the value found, %j', (key, value, message) => {
    const document = broken((_, user) => {
      mappingOf(user, 'title')[key] = value;
    });
    expect(messages(document)).toEqual([message]);
  });

  test.each<[Breakable, string]>([
    ['x', 'values must be a list, not "x": it is a list of texts'],
    [['x', 7], 'values[1] must be text, not 7: it is a list of texts'],
  ])('compares with the values %j: reported once', (values, message) => {
    const document = broken((_, user) => {
      user.scope = filter({ operatorName: 'EQUALS', sourceOperandName: 'city', targetOperand: { values } });
    });
    expect(messages(document)).toEqual([message]);
  });

  test.each<[string, (user: Breakable) => void, readonly string[]]>([
    [
      'flow types that are no text',
      (user) => {
        user.flowTypes = ['Add'];
      },
      ['flowTypes must be text, not a list'],
    ],
    [
      'texts where there are none',
      (user) => {
        user.enabled = ['true'];
        mappingOf(user, 'title').flowType = ['Always'];
        mappingOf(user, 'title').matchingPriority = 1.5;
      },
      [
        'enabled must be true or false, not a list',
        'flowType must be one of Always, ObjectAddOnly, MultiValueAddOnly, ValueAddOnly, AttributeAddOnly, not ["Always"]',
        'matchingPriority must be a whole number, 0 or more, not 1.5',
      ],
    ],
    [
      'mappings that name nothing, or are none',
      (user) => {
        mappingOf(user, 'title').targetAttributeName = ' ';
        user.attributeMappings.push(7);
      },
      [
        'attributeMappings[22] must be an object, not 7',
        'targetAttributeName must not be empty: every attribute mapping names its target attribute',
      ],
    ],
  ])('has %s', (_, change, said) => {
    expect(messages(broken((__, user) => change(user)))).toEqual(said);
  });

  test.each([
    [null, 'the document is no object'],
    [[], 'the document is no object'],
    [{}, 'there are no synchronizationRules'],
    [{ synchronizationRules: {} }, 'synchronizationRules must be a list, not an object'],
    [{ synchronizationRules: [{ sourceDirectoryName: 'HR' }] }, 'no rule flows out of Entra'],
    [
      {
        synchronizationRules: [
          {
            sourceDirectoryName: 'Microsoft Entra ID',
            targetDirectoryName: 'x',
            objectMappings: [{ enabled: false, sourceObjectName: 'User' }],
          },
        ],
      },
      'no rule has a mapping of User or Group objects switched on',
    ],
  ])('is %j', (document, message) => {
    expect(messages(document)[0]).toContain(message);
  });

  test('is no JSON: the position of the error is reported', () => {
    expect(
      issuesOf(() => parseSchema('{\n  "synchronizationRules": []\n  "b": 1\n}', 's.json'))[0],
    ).toMatchObject({
      line: 3,
    });
  });

  test.each(['root:$6$salt$hash:19000:0:99999:7:::', '{"token": "hash"}', 'token: hash\n  bad: ['])(
    'is another file: nothing of it is quoted, %j',
    (text) => {
      const issues = issuesOf(() => parseSchema(text, 's.json'));
      expect(issues).toMatchObject([{ line: null, excerpt: null }]);
      expect(issues[0]?.message).toMatch(
        /^this is not a synchronization schema: .*; export it in the Entra admin center/,
      );
      expect(JSON.stringify(issues)).not.toMatch(/hash|root/);
    },
  );

  test('never breaks the reader, with any value anywhere', () => {
    const places = [
      (document: Breakable) => [document, 'synchronizationRules'],
      (document: Breakable) => [document, 'directories'],
      (document: Breakable) => [document.directories[0], 'objects'],
      (document: Breakable) => [document.directories[0].objects[0].attributes, 0],
      (document: Breakable) => [document.synchronizationRules[0], 'objectMappings'],
      (document: Breakable) => [document.synchronizationRules[0].objectMappings[1], 'flowTypes'],
      (document: Breakable) => [document.synchronizationRules[0].objectMappings[1], 'scope'],
      (document: Breakable) => [document.synchronizationRules[0].objectMappings[1].attributeMappings, 2],
      (document: Breakable) => [
        document.synchronizationRules[0].objectMappings[1].attributeMappings[2],
        'source',
      ],
    ] as const;
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue(), (place, value) => {
        const document = broken((root) => {
          const [parent, key] = place(root);
          parent[key as string] = value;
        });
        try {
          expect(readSchema(document, 's').document).toBe(document);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigurationError);
          expect((error as ConfigurationError).issues.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('the name of a target attribute', () => {
  const warningsOf = (name: string): readonly string[] => {
    const document = broken((_, user, group) => {
      group.enabled = false;
      mappingOf(user, 'title').targetAttributeName = name;
    });
    return schemaWarnings(assembleSchema(document), 's')
      .filter(({ message }) => message.includes('neither a core attribute'))
      .map(({ message }) => message);
  };

  test.each([
    ['custom:country', 'urn:ietf:params:scim:schemas:extension:custom:2.0:User:country'],
    ['country', 'urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User:country'],
    ['urn:contoso:country', 'urn:ietf:params:scim:schemas:extension:CustomExtensionName:2.0:User:country'],
    ['costCenter', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter'],
  ])('%s is neither a core attribute nor has it a URN: the warning names the right form', (name, right) => {
    expect(warningsOf(name)).toEqual([
      `${name} is neither a core attribute of SCIM nor named by the URN of an extension: name it ${right}, as the target declares it; dialect.unqualifiedNames decides whether a creation sends it`,
    ]);
  });

  test.each([
    'nickName',
    'NICKNAME',
    'entitlements[primary eq "True"].value',
    'urn:ietf:params:scim:schemas:core:2.0:User:nickName',
    'urn:ietf:params:scim:schemas:extension:contoso:2.0:User:tag',
    'urn:ietf:params:scim:schemas:extension:contoso:crm:2.0:User:tag',
  ])('%s is of the right form', (name) => {
    expect(warningsOf(name)).toEqual([]);
  });
});

describe('a mapping of an unknown source type', () => {
  const withWorkflow = (type: unknown = 'LifecycleWorkflow') =>
    broken((_, user) => {
      mappingOf(user, 'title').source = { type, name: 'Title workflow', inputs: [{ alias: 'upn' }] };
    });

  test('is named, kept in the document, and left out of what is evaluated', () => {
    const document = withWorkflow();
    const schema = readSchema(document, 's');
    expect(schema.leftOut).toEqual([
      { objectType: 'User', targetAttributeName: 'title', sourceType: 'LifecycleWorkflow' },
    ]);
    expect(schema.document).toBe(document);
    expect(schema.user?.attributeMappings.map((one) => one.targetAttributeName)).not.toContain('title');
    expect(schema.user?.attributeMappings).toHaveLength(21);
    const [warning, ...others] = schemaWarnings(assembleSchema(document), 's');
    expect(others).toEqual([]);
    expect(warning?.message).toContain('"LifecycleWorkflow"');
    expect(warning?.message).toContain('LCW extensibility workflow');
    expect(warning?.path).toMatch(/attributeMappings\[\d+\]\.source\.type$/);
  });

  test('moves no other mapping away from its place', () => {
    const paths = (document: JsonObject) =>
      schemaExpressions(assembleSchema(document)).map(({ path, expression }) => `${path} ${expression}`);
    const all = paths(broken(() => {}));
    expect(paths(withWorkflow())).toEqual(all.filter((one) => !one.endsWith(' [jobTitle]')));
  });

  test('is an error where a known type is misspelled', () => {
    expect(messages(withWorkflow('Atribute'))[0]).toContain('Attribute');
  });
});

describe('a role function', () => {
  const SINGLE = 'SingleAppRoleAssignment([appRoleAssignments])';
  const writtenBy = (expression: string, ...targets: readonly string[]) => {
    const document = broken((_, user) => {
      for (const targetAttributeName of targets)
        user.attributeMappings.push({
          ...mappingOf(user, 'title'),
          targetAttributeName,
          source: { type: 'Function', expression, name: '' },
        });
    });
    const { user } = readSchema(document, 's');
    return user?.attributeMappings.slice(22).map((one) => one.targetAttributeName);
  };
  const [VALUE, TYPE, DISPLAY] = ['value', 'type', 'display'].map(
    (part) => `roles[primary eq "True"].${part}`,
  );

  test.each([
    [SINGLE, [VALUE], [VALUE]],
    [SINGLE, [TYPE], [VALUE]],
    [SINGLE, [DISPLAY, TYPE, VALUE], [DISPLAY, VALUE]],
    [SINGLE, [VALUE, TYPE], [VALUE]],
    [SINGLE, ['roles'], ['roles']],
    ['AppRoleAssignmentsComplex([appRoleAssignments])', [VALUE], ['roles']],
    ['AppRoleAssignmentsComplex([appRoleAssignments])', [DISPLAY, TYPE, VALUE], ['roles']],
    ['AssertiveAppRoleAssignmentsComplex([appRoleAssignments])', [TYPE], ['roles']],
    ['[jobTitle]', [TYPE], [TYPE]],
  ])('%s mapped to %j writes %j', (expression, targets, written) => {
    expect(writtenBy(expression, ...(targets as readonly string[]))).toEqual(written);
  });
});
