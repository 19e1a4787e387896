/**
 * How expressions are read where the documentation of the service leaves a choice. Each option's doc line names
 * its default, the reading that the published expressions speak for.
 */
export interface ExpressionOptions {
  /** What `&` between operands is. Default `reject`: only the page of another product shows it. */
  readonly ampersand: 'reject' | 'concatenate';
  /** How Not, IIF and CBool read `true`. Default `insensitive`; Switch always compares case-sensitively. */
  readonly boolCase: 'insensitive' | 'sensitive';
  /** What an empty text is to Coalesce. Default `value`. */
  readonly coalesceEmpty: 'value' | 'skip';
  /** How DateDiff counts `yyyy` and `m`. Default `calendar`: by the fields of the date. */
  readonly dateDiffCalendar: 'calendar' | 'elapsed';
  /** How DateDiff counts `d`. Default `elapsed`: whole days of 24 hours. */
  readonly dateDiffDay: 'elapsed' | 'midnights';
  /** How RemoveDuplicates compares. Default `sensitive`. */
  readonly dedupeCase: 'sensitive' | 'insensitive';
  /** What FormatDateTime does with three arguments, its former signature. Default `reject`. */
  readonly formatDateTimeThreeArguments: 'reject' | 'accept';
  /** What Replace puts in place of a group. Default `span`: the matched place; else all equal text. */
  readonly groupReplace: 'span' | 'everyOccurrence';
  /** How text is compared in a condition. Default `sensitive`. */
  readonly iifCase: 'sensitive' | 'insensitive';
  /** What a condition does with an attribute without a value. Default `logical`: evaluates; `strict`: fails. */
  readonly iifNullCondition: 'logical' | 'strict';
  /** How InStr compares when not told. Default `binary`: case-sensitive. */
  readonly inStrDefault: 'binary' | 'text';
  /** How DateAdd and DateDiff read their interval. Default `sensitive`. */
  readonly intervalCase: 'sensitive' | 'insensitive';
  /** Which empty values of a Join vanish with their separator. Default `everywhere`. */
  readonly joinSkip: 'everywhere' | 'leading';
  /** What Mid gives outside of the text. Default `empty`: `""` past the end, else an error; `input`: the source. */
  readonly midRange: 'empty' | 'input';
  /** What a text function does with several values. Default `map`: each of them. */
  readonly multiIntoScalar: 'map' | 'first' | 'reject';
  /** Whether NormalizeDiacritics composes letters first. Default `asIs`. */
  readonly nfdInput: 'asIs' | 'compose';
  /** What a date function does without a value. Default `rejectExceptFormat`: FormatDateTime gives null. */
  readonly nullDate: 'rejectExceptFormat' | 'null' | 'reject';
  /**
   * What a text function gives for null. Default `null`, but Append, Join and the template of Replace take null
   * for nothing; `nullThroughout`: of these only Join does.
   */
  readonly nullSourceText: 'null' | 'empty' | 'nullThroughout';
  /** What FormatDateTime does with an offset. Default `utc`: converts; else keeps the clock's reading. */
  readonly offsetConversion: 'utc' | 'keepClock';
  /** What an apostrophe is to PCase. Default `continues` the word. */
  readonly pcaseApostrophe: 'continues' | 'separates';
  /** Whether DateAdd and DateDiff take text that did not pass CDate. Default `accept`. */
  readonly rawDateString: 'accept' | 'reject';
  /** What SingleAppRoleAssignment calls the role's name. Default `displayName`. */
  readonly roleName: 'displayName' | 'value';
  /** What Split does with empty pieces. Default `drop`. */
  readonly splitEmpty: 'drop' | 'keep';
  /** The last year that two digits can mean. Default 2029, as on .NET Framework. */
  readonly twoDigitYear: 2029 | 2049;
  /** What adjacent delimiters are to Word. Default `collapse`: one. */
  readonly wordEmpty: 'collapse' | 'keep';
  /** What Word makes of text without a delimiter. Default `whole`: one word. */
  readonly wordNone: 'whole' | 'empty';
}

/** The choices of every option, its default first. */
export const EXPRESSION_CHOICES: {
  readonly [Name in keyof ExpressionOptions]: readonly ExpressionOptions[Name][];
} = {
  ampersand: ['reject', 'concatenate'],
  boolCase: ['insensitive', 'sensitive'],
  coalesceEmpty: ['value', 'skip'],
  dateDiffCalendar: ['calendar', 'elapsed'],
  dateDiffDay: ['elapsed', 'midnights'],
  dedupeCase: ['sensitive', 'insensitive'],
  formatDateTimeThreeArguments: ['reject', 'accept'],
  groupReplace: ['span', 'everyOccurrence'],
  iifCase: ['sensitive', 'insensitive'],
  iifNullCondition: ['logical', 'strict'],
  inStrDefault: ['binary', 'text'],
  intervalCase: ['sensitive', 'insensitive'],
  joinSkip: ['everywhere', 'leading'],
  midRange: ['empty', 'input'],
  multiIntoScalar: ['map', 'first', 'reject'],
  nfdInput: ['asIs', 'compose'],
  nullDate: ['rejectExceptFormat', 'null', 'reject'],
  nullSourceText: ['null', 'empty', 'nullThroughout'],
  offsetConversion: ['utc', 'keepClock'],
  pcaseApostrophe: ['continues', 'separates'],
  rawDateString: ['accept', 'reject'],
  roleName: ['displayName', 'value'],
  splitEmpty: ['drop', 'keep'],
  twoDigitYear: [2029, 2049],
  wordEmpty: ['collapse', 'keep'],
  wordNone: ['whole', 'empty'],
};

/** The reading that the published expressions speak for. */
export const DEFAULT_EXPRESSION_OPTIONS: ExpressionOptions = {
  ampersand: 'reject',
  boolCase: 'insensitive',
  coalesceEmpty: 'value',
  dateDiffCalendar: 'calendar',
  dateDiffDay: 'elapsed',
  dedupeCase: 'sensitive',
  formatDateTimeThreeArguments: 'reject',
  groupReplace: 'span',
  iifCase: 'sensitive',
  iifNullCondition: 'logical',
  inStrDefault: 'binary',
  intervalCase: 'sensitive',
  joinSkip: 'everywhere',
  midRange: 'empty',
  multiIntoScalar: 'map',
  nfdInput: 'asIs',
  nullDate: 'rejectExceptFormat',
  nullSourceText: 'null',
  offsetConversion: 'utc',
  pcaseApostrophe: 'continues',
  rawDateString: 'accept',
  roleName: 'displayName',
  splitEmpty: 'drop',
  twoDigitYear: 2029,
  wordEmpty: 'collapse',
  wordNone: 'whole',
};
