import {
  lowerIn,
  lowerInvariant,
  properCase,
  properCaseBetween,
  upperIn,
  upperInvariant,
} from '../casing.ts';
import {
  type Arguments,
  assertLength,
  type Call,
  define,
  eager,
  type FunctionDefinition,
  ofText,
  overText,
  textAt,
} from '../definition.ts';
import { normalizeDiacritics } from '../diacritics.ts';
import { bigNumberAt, numberAt } from '../number.ts';
import { isNullOrEmpty } from '../value.ts';

const text = define('text');

/** Null on either side adds nothing, or makes the result null, by option; null on both stays null. */
const append = eager((args, call) => {
  const suffix = textAt(args, 1, call);
  const source = args[0] ?? null;
  const { nullSourceText } = call.options;
  if (nullSourceText === 'nullThroughout' && (source === null || suffix === null)) return null;
  if (source === null) return nullSourceText === 'empty' ? (suffix ?? '') : suffix;
  return overText(source, call, (each) => {
    assertLength(each.length + (suffix?.length ?? 0), call);
    return each + (suffix ?? '');
  });
});

/** Null gives empty text under all options, as in the reference. */
const left = eager((args, call) => {
  const count = numberAt(args, 1, call);
  return overText(args[0] ?? '', call, (source) => (count < 0 ? source : source.slice(0, count)));
});

/** 1-based; a length beyond the end is cut. */
const mid = ofText((source, args, call) => {
  const start = numberAt(args, 1, call);
  const length = numberAt(args, 2, call);
  const givesInput = call.options.midRange === 'input';
  if (start < 1 || length < 0) {
    if (givesInput) return source;
    const [what, argument] =
      start < 1 ? [`start is ${start}; it counts from 1`, 1] : [`length is ${length}`, 2];
    throw call.fail('outOfRange', `The ${what}.`, argument);
  }
  if (givesInput && start > source.length) return source;
  return source.slice(start - 1, start - 1 + length);
});

/** UTF-16 code units, as .NET counts them; null has none, as in the reference. */
const lengthOf = eager((args, call) => {
  const source = args[0] ?? null;
  return isNullOrEmpty(source) ? '0' : overText(source, call, (each) => String(each.length));
});

const defaultDomain = eager((_args, call, context) => {
  const domain = context.defaultDomain?.() ?? null;
  if (domain !== null) return domain;
  throw call.fail(
    'unknownDomain',
    'DefaultDomain() is the default verified domain of the tenant, which is not known here: give it as directory.defaultDomain in the configuration, such as contoso.com.',
  );
});

const word = eager((args, call) => {
  const number = bigNumberAt(args, 1, call);
  const delimiters = new Set(textAt(args, 2, call) ?? '');
  return overText(args[0] ?? '', call, (source) => wordOf(source, number, delimiters, call));
});

const wordOf = (source: string, number: bigint, delimiters: ReadonlySet<string>, call: Call): string => {
  const words: string[] = [''];
  for (const char of source) {
    if (delimiters.has(char)) words.push('');
    else words[words.length - 1] += char;
  }
  if (words.length === 1 && call.options.wordNone === 'empty') return '';
  const counted = call.options.wordEmpty === 'collapse' ? words.filter((each) => each !== '') : words;
  return number < 1n ? '' : (counted[Number(number) - 1] ?? '');
};

const position = eager((args, call) => {
  const [within, sought] = [textAt(args, 0, call) ?? '', textAt(args, 1, call) ?? ''];
  const start = args[2] === undefined ? 1 : numberAt(args, 2, call);
  if (start < 1) throw call.fail('outOfRange', `The start is ${start}; it counts from 1.`, 2);
  const fold = ignoresCase(args, call) ? lowerInvariant : (each: string) => each;
  if (start > within.length) return '0';
  return String(fold(within).indexOf(fold(sought), start - 1) + 1);
});

const COMPARE_TYPES: Readonly<Record<string, boolean>> = {
  vbTextCompare: true,
  '1': true,
  vbBinaryCompare: false,
  '0': false,
};

const ignoresCase = (args: Arguments, call: Call): boolean => {
  if (args[3] === undefined) return call.options.inStrDefault === 'text';
  const known = COMPARE_TYPES[textAt(args, 3, call) ?? ''];
  if (known !== undefined) return known;
  throw call.fail('invalidValue', 'The compare type is vbTextCompare or vbBinaryCompare.', 3);
};

const inCase = (
  invariant: (source: string) => string,
  inCulture: (culture: string, source: string) => string,
): FunctionDefinition['build'] =>
  ofText((source, args, call) => {
    const culture = textAt(args, 1, call) ?? '';
    if (culture === '') return invariant(source);
    try {
      return inCulture(culture, source);
    } catch {
      throw call.fail('invalidValue', `There is no culture "${culture}"; cultures are named like en-US.`, 1);
    }
  });

const inProperCase = ofText((source, args, call) => {
  const separators = textAt(args, 1, call);
  return separators === null
    ? properCase(source, call.options.pcaseApostrophe === 'continues')
    : properCaseBetween(source, separators);
});

/** Several values stay several. */
const asText = eager((args) => args[0] ?? null);

/** Text functions. */
export const TEXT_FUNCTIONS: readonly FunctionDefinition[] = [
  text('Append(source, suffix)', 'The source with the suffix after it.', append),
  text(
    'ConvertToBase64(source)',
    'The UTF-16 bytes of the source in base64.',
    ofText((source) => Buffer.from(source, 'utf16le').toString('base64')),
  ),
  text(
    'ConvertToUTF8Hex(source)',
    'The UTF-8 bytes of the source in hexadecimal.',
    ofText((source) => Buffer.from(source, 'utf8').toString('hex').toUpperCase()),
  ),
  text('CStr(value)', 'The value as text.', asText),
  text(
    'DefaultDomain()',
    'The default verified domain of the tenant: `directory.defaultDomain` of the configuration.',
    defaultDomain,
  ),
  text(
    'InStr(value1, value2, start?, compareType?)',
    'The 1-based place of the second text in the first; 0 when it is not there.',
    position,
  ),
  text('Left(source, numChars)', 'So many characters from the left.', left),
  text('Len(source)', 'The number of characters; 0 without a value.', lengthOf),
  text('Mid(source, start, length)', 'The part of the source that begins at a 1-based place.', mid),
  text(
    'NormalizeDiacritics(source)',
    'The source with letters with diacritics replaced by plain ones, by a fixed table.',
    ofText((source, _args, call) =>
      normalizeDiacritics(call.options.nfdInput === 'compose' ? source.normalize('NFC') : source),
    ),
  ),
  text(
    'PCase(source, wordSeparators?)',
    'The source in proper case: each word with a capital.',
    inProperCase,
  ),
  text(
    'StripSpaces(source)',
    'The source without any blanks.',
    ofText((source) => source.replaceAll(' ', '')),
  ),
  text('ToLower(source, culture?)', 'The source in lower case.', inCase(lowerInvariant, lowerIn)),
  text('ToUpper(source, culture?)', 'The source in upper case.', inCase(upperInvariant, upperIn)),
  text(
    'Trim(source)',
    'The source without white space before and after it.',
    ofText((source) => source.trim()),
  ),
  text(
    'Word(source, wordNumber, delimiters)',
    'The word with a 1-based number; every delimiter separates.',
    word,
  ),
];
