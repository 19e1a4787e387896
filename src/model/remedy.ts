import type { Dialect } from './dialect.ts';

/** A form of the wire that some servers do not take. */
export type SentForm =
  | 'operationNames'
  | 'bareManager'
  | 'booleanText'
  | 'activeText'
  | 'integerText'
  | 'entryPath'
  | 'partPath'
  | 'flatKey'
  | 'extensionKey'
  | 'memberAddition'
  | 'membersByValue'
  | 'membersByFilter'
  | 'removedManager'
  | 'clearedByRemove'
  | 'clearedByText'
  | 'oneOfSeveral'
  | 'patch';

/**
 * How a target replied to what was sent: scimTypes of 400, a refusal without one (400, 422, 501), a method that it does
 * not take (405, 501), a conflict (409), a fault of its own (500), words about the name of an
 * operation, or success without effect.
 * @see RFC 7644 §3.12, table 9
 */
export type Reply =
  | 'noTarget'
  | 'invalidPath'
  | 'invalidValue'
  | 'invalidSyntax'
  | 'refused'
  | 'unsupported'
  | 'conflict'
  | 'failed'
  | 'unknownOperation'
  | 'untaken';

/** The option that helps where a target does not take a form. */
export interface Remedy {
  readonly on: readonly Reply[];
  /** How it was sent, after the name of the attribute and a comma. */
  readonly sent: string;
  readonly option: keyof Dialect;
  /** The value that helps; absent: one of several. */
  readonly value?: string | boolean;
  /** What the option does, after its name. */
  readonly effect: string;
}

const VALUE: readonly Reply[] = ['invalidValue', 'invalidSyntax', 'refused', 'failed', 'untaken'];
const PATH: readonly Reply[] = ['noTarget', 'invalidPath', 'refused', 'failed', 'untaken'];
const ANY: readonly Reply[] = [...new Set([...VALUE, ...PATH])];

const TYPED: Omit<Remedy, 'sent'> = {
  on: VALUE,
  option: 'legacyScalars',
  value: 'typed',
  effect: 'sends booleans and integers of their own type',
};

const NESTED: Remedy = {
  on: ['noTarget', 'invalidPath', 'invalidSyntax', 'refused', 'failed', 'untaken'],
  sent: 'sent as a flat key',
  option: 'pathlessKeys',
  value: 'nested',
  effect: 'sends nested objects',
};

const WHOLE: Omit<Remedy, 'on' | 'sent'> = {
  option: 'complexAttributes',
  value: 'whole',
  effect: 'sends the complex attribute as one object',
};

/**
 * From what was sent and what was replied to the options that help, the more likely first. Messages of refused writes and
 * of values that did not take are made from it.
 * @see Entra "Known issues and resolutions with SCIM 2.0 protocol compliance"
 */
export const REMEDIES: Readonly<Record<SentForm, readonly Remedy[]>> = {
  operationNames: [
    {
      on: ['unknownOperation', 'untaken'],
      sent: 'sent by operations with a capital letter (Add, Replace, Remove)',
      option: 'patch',
      value: 'aadOptscim062020',
      effect: 'or ?aadOptscim062020 in the tenant URL sends them in lower case, in cycles and not on demand',
    },
  ],
  bareManager: [
    {
      on: ANY,
      sent: 'sent as a bare id',
      option: 'managerValue',
      value: 'object',
      effect: 'sends it as an object with the id as its value',
    },
  ],
  activeText: [
    {
      on: VALUE,
      sent: 'sent as text',
      option: 'activeAsBoolean',
      value: true,
      effect: 'sends it as a boolean, and target.dialect.legacyScalars: typed every boolean and integer',
    },
  ],
  booleanText: [{ ...TYPED, sent: 'sent as text' }],
  integerText: [{ ...TYPED, sent: 'sent as text' }],
  entryPath: [
    {
      on: PATH,
      sent: 'sent by a path with a filter',
      option: 'absentValuePath',
      value: 'object',
      effect: 'adds the entry as an object where the target lacks it',
    },
    { ...WHOLE, on: ['invalidPath'], sent: 'sent by a path with a filter' },
  ],
  partPath: [{ ...WHOLE, on: PATH, sent: 'sent by the path of a part' }],
  flatKey: [{ ...WHOLE, on: PATH, sent: 'sent as a flat key' }, NESTED],
  extensionKey: [NESTED],
  memberAddition: [
    {
      on: ['conflict'],
      sent: 'extended by members that the target may hold already',
      option: 'referenceCheck',
      value: true,
      effect: 'asks the target for a member before it is added',
    },
  ],
  membersByValue: [
    {
      on: ANY,
      sent: 'removed by a list of values',
      option: 'memberRemoval',
      value: 'filter',
      effect: 'removes each member by a path with a filter',
    },
  ],
  membersByFilter: [
    {
      on: ANY,
      sent: 'removed by a path with a filter',
      option: 'memberRemoval',
      value: 'value',
      effect: 'removes members by a list of values',
    },
  ],
  removedManager: [
    {
      on: ANY,
      sent: 'removed',
      option: 'managerRemoval',
      effect: 'has other forms (remove, filter, emptyText, emptyObject)',
    },
  ],
  clearedByRemove: [
    {
      on: ANY,
      sent: 'cleared by a remove operation',
      option: 'clearValues',
      value: 'empty',
      effect: 'writes the empty text',
    },
  ],
  clearedByText: [
    {
      on: VALUE,
      sent: 'cleared by the empty text',
      option: 'clearValues',
      value: 'remove',
      effect: 'removes it by its path',
    },
  ],
  oneOfSeveral: [
    {
      on: ['noTarget', 'invalidPath', 'invalidValue', 'invalidSyntax', 'refused', 'conflict'],
      sent: 'sent in one PATCH',
      option: 'splitRefused',
      value: true,
      effect: 'sends each by itself then, and names what is refused',
    },
  ],
  patch: [
    {
      on: ['unsupported'],
      sent: 'sent by PATCH',
      option: 'updateMethod',
      value: 'put',
      effect: 'reads the resource and sends it back whole, with the change in it',
    },
  ],
};

/** The options that help against a reply to a form, without those that are set; empty: none is known. */
export function remediesOf(form: SentForm, reply: Reply, dialect: Dialect): readonly Remedy[] {
  return REMEDIES[form].filter(
    ({ on, option, value }) => on.includes(reply) && (value === undefined || dialect[option] !== value),
  );
}

/** An option as the configuration has it: `target.dialect.managerValue: object`. */
export function spellOption({ option, value }: Pick<Remedy, 'option' | 'value'>): string {
  return `target.dialect.${option}${value === undefined ? '' : `: ${value}`}`;
}
