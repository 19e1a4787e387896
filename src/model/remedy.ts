/** A form of the wire that some servers do not take. */
export type SentForm =
  | 'bareManager'
  | 'booleanText'
  | 'activeText'
  | 'integerText'
  | 'entryPath'
  | 'partPath'
  | 'flatKey'
  | 'memberAddition'
  | 'membersByValue'
  | 'membersByFilter'
  | 'removedManager'
  | 'clearedByRemove'
  | 'clearedByText'
  | 'oneOfSeveral';

/**
 * How a target replied to what was sent: scimTypes of 400, a refusal without one (400, 422, 501), a conflict (409), a
 * fault of its own (500), or success without effect.
 * @see RFC 7644 §3.12, table 9
 */
export type Reply =
  | 'noTarget'
  | 'invalidPath'
  | 'invalidValue'
  | 'invalidSyntax'
  | 'refused'
  | 'conflict'
  | 'failed'
  | 'untaken';

/** The option that helps where a target does not take a form. */
export interface Remedy {
  readonly on: readonly Reply[];
  /** How it was sent, after the name of the attribute and a comma. */
  readonly sent: string;
  /** Its name in the configuration, with the value that helps. */
  readonly option: string;
  /** What the option does, after its name. */
  readonly effect: string;
}

const VALUE: readonly Reply[] = ['invalidValue', 'invalidSyntax', 'refused', 'failed', 'untaken'];
const PATH: readonly Reply[] = ['noTarget', 'invalidPath', 'refused', 'failed', 'untaken'];
const ANY: readonly Reply[] = [...new Set([...VALUE, ...PATH])];

const TYPED: Omit<Remedy, 'sent'> = {
  on: VALUE,
  option: 'target.dialect.legacyScalars: typed',
  effect: 'sends booleans and integers of their own type',
};

const WHOLE: Omit<Remedy, 'on' | 'sent'> = {
  option: 'target.dialect.complexAttributes: whole',
  effect: 'sends the complex attribute as one object',
};

/**
 * From what was sent and what was replied to the options that help, the more likely first. Messages of refused writes and
 * of values that did not take are made from it.
 * @see Entra "Known issues and resolutions with SCIM 2.0 protocol compliance"
 */
export const REMEDIES: Readonly<Record<SentForm, readonly Remedy[]>> = {
  bareManager: [
    {
      on: ANY,
      sent: 'sent as a bare id',
      option: 'target.dialect.managerValue: object',
      effect: 'sends it as an object with the id as its value',
    },
  ],
  activeText: [
    {
      on: VALUE,
      sent: 'sent as text',
      option: 'target.dialect.activeAsBoolean: true',
      effect: 'sends it as a boolean, and target.dialect.legacyScalars: typed every boolean and integer',
    },
  ],
  booleanText: [{ ...TYPED, sent: 'sent as text' }],
  integerText: [{ ...TYPED, sent: 'sent as text' }],
  entryPath: [
    {
      on: PATH,
      sent: 'sent by a path with a filter',
      option: 'target.dialect.absentValuePath: object',
      effect: 'adds the entry as an object where the target lacks it',
    },
    { ...WHOLE, on: ['invalidPath'], sent: 'sent by a path with a filter' },
  ],
  partPath: [{ ...WHOLE, on: PATH, sent: 'sent by the path of a part' }],
  flatKey: [
    { ...WHOLE, on: PATH, sent: 'sent as a flat key' },
    {
      on: [...PATH, 'invalidSyntax'],
      sent: 'sent as a flat key',
      option: 'target.dialect.pathlessKeys: nested',
      effect: 'sends nested objects',
    },
  ],
  memberAddition: [
    {
      on: ['conflict'],
      sent: 'extended by members that the target may hold already',
      option: 'target.dialect.referenceCheck: true',
      effect: 'asks the target for a member before it is added',
    },
  ],
  membersByValue: [
    {
      on: ANY,
      sent: 'removed by a list of values',
      option: 'target.dialect.memberRemoval: filter',
      effect: 'removes each member by a path with a filter',
    },
  ],
  membersByFilter: [
    {
      on: ANY,
      sent: 'removed by a path with a filter',
      option: 'target.dialect.memberRemoval: value',
      effect: 'removes members by a list of values',
    },
  ],
  removedManager: [
    {
      on: ANY,
      sent: 'removed',
      option: 'target.dialect.managerRemoval',
      effect: 'has other forms (remove, filter, emptyText, emptyObject)',
    },
  ],
  clearedByRemove: [
    {
      on: ANY,
      sent: 'cleared by a remove operation',
      option: 'target.dialect.clearValues: empty',
      effect: 'writes the empty text',
    },
  ],
  clearedByText: [
    {
      on: VALUE,
      sent: 'cleared by the empty text',
      option: 'target.dialect.clearValues: remove',
      effect: 'removes it by its path',
    },
  ],
  oneOfSeveral: [
    {
      on: ['noTarget', 'invalidPath', 'invalidValue', 'invalidSyntax', 'refused', 'conflict'],
      sent: 'sent in one PATCH',
      option: 'target.dialect.splitRefused: true',
      effect: 'sends each by itself then, and names what is refused',
    },
  ],
};

/** The options that help against a reply to a form; empty: none is known. */
export function remediesOf(form: SentForm, reply: Reply): readonly Remedy[] {
  return REMEDIES[form].filter(({ on }) => on.includes(reply));
}
