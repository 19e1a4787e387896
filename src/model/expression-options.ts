/**
 * How expressions are read where the documentation of the service leaves a choice: the values of each option, its
 * default first. The default is the reading that the published expressions speak for.
 */
export const EXPRESSION_CHOICES = {
  /** What `&` between operands is. Default `reject`: only the page of another product shows it. */
  ampersand: ['reject', 'concatenate'],
  /** How Not, IIF and CBool read `true`. Default `insensitive`; Switch always compares case-sensitively. */
  boolCase: ['insensitive', 'sensitive'],
  /** What an empty text is to Coalesce. Default `value`. */
  coalesceEmpty: ['value', 'skip'],
  /** How DateDiff counts `yyyy` and `m`. Default `calendar`: by the fields of the date. */
  dateDiffCalendar: ['calendar', 'elapsed'],
  /** How DateDiff counts `d`. Default `elapsed`: whole days of 24 hours. */
  dateDiffDay: ['elapsed', 'midnights'],
  /** How RemoveDuplicates compares. Default `sensitive`. */
  dedupeCase: ['sensitive', 'insensitive'],
  /** What FormatDateTime does with three arguments, its former signature. Default `reject`. */
  formatDateTimeThreeArguments: ['reject', 'accept'],
  /** What Replace puts in place of a group. Default `span`: the matched place; else all equal text. */
  groupReplace: ['span', 'everyOccurrence'],
  /** How text is compared in a condition. Default `sensitive`. */
  iifCase: ['sensitive', 'insensitive'],
  /** What a condition does with an attribute without a value. Default `logical`: evaluates; `strict`: fails. */
  iifNullCondition: ['logical', 'strict'],
  /** How InStr compares when not told. Default `binary`: case-sensitive. */
  inStrDefault: ['binary', 'text'],
  /** How DateAdd and DateDiff read their interval. Default `sensitive`. */
  intervalCase: ['sensitive', 'insensitive'],
  /** Which empty values of a Join vanish with their separator. Default `everywhere`. */
  joinSkip: ['everywhere', 'leading'],
  /** What Mid gives outside of the text. Default `empty`: `""` past the end, else an error; `input`: the source. */
  midRange: ['empty', 'input'],
  /** What a text function does with several values. Default `map`: each of them. */
  multiIntoScalar: ['map', 'first', 'reject'],
  /** Whether NormalizeDiacritics composes letters first. Default `asIs`. */
  nfdInput: ['asIs', 'compose'],
  /** What a date function does without a value. Default `rejectExceptFormat`: FormatDateTime gives null. */
  nullDate: ['rejectExceptFormat', 'null', 'reject'],
  /**
   * What a text function gives for null. Default `null`, but Append, Join and the template of Replace take null
   * for nothing; `nullThroughout`: of these only Join does.
   */
  nullSourceText: ['null', 'empty', 'nullThroughout'],
  /** What FormatDateTime does with an offset. Default `utc`: converts; else keeps the clock's reading. */
  offsetConversion: ['utc', 'keepClock'],
  /** What an apostrophe is to PCase. Default `continues` the word. */
  pcaseApostrophe: ['continues', 'separates'],
  /** Whether DateAdd and DateDiff take text that did not pass CDate. Default `accept`. */
  rawDateString: ['accept', 'reject'],
  /** What SingleAppRoleAssignment calls the role's name. Default `displayName`. */
  roleName: ['displayName', 'value'],
  /** What Split does with empty pieces. Default `drop`. */
  splitEmpty: ['drop', 'keep'],
  /** The last year that two digits can mean. Default 2029, as on .NET Framework. */
  twoDigitYear: [2029, 2049],
  /** What adjacent delimiters are to Word. Default `collapse`: one. */
  wordEmpty: ['collapse', 'keep'],
  /** What Word makes of text without a delimiter. Default `whole`: one word. */
  wordNone: ['whole', 'empty'],
} as const;

type Choices = typeof EXPRESSION_CHOICES;

/** A value for each option of the table. */
export type ExpressionOptions = { readonly [Name in keyof Choices]: Choices[Name][number] };

/** The first value of each option. */
export const DEFAULT_EXPRESSION_OPTIONS = Object.fromEntries(
  Object.entries(EXPRESSION_CHOICES).map(([name, [byDefault]]) => [name, byDefault]),
) as unknown as ExpressionOptions;
