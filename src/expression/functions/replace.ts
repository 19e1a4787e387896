import {
  type Arguments,
  type ArgumentsCheck,
  type Call,
  define,
  eager,
  type FunctionDefinition,
  overText,
  textAt,
} from '../definition.ts';
import type { ExpressionError } from '../error.ts';
import { type CompiledPattern, compilePattern } from '../regex/compile-pattern.ts';
import { findGroup } from '../regex/groups.ts';
import { type Match, MatchingStopped, matchAll, placeOf } from '../regex/match.ts';
import { PatternProblem } from '../regex/pattern-tree.ts';
import { expandReplacement, parseReplacement, textAtPlace } from '../regex/replacement.ts';
import { inOrder, replaceLiterally, splice } from '../splice.ts';
import type { ArgumentNode } from '../tree.ts';
import { isNullOrEmpty, type Plain } from '../value.ts';

/** The positions of Replace's arguments. */
const AT = { source: 0, old: 1, pattern: 2, group: 3, replacement: 4, attribute: 5, template: 6 } as const;

type Mode = (args: Arguments, call: Call, patterns: PatternCache) => Plain;

/** Caches the last pattern of a call: nearly always the same constant. */
interface PatternCache {
  compile(text: string, call: Call): CompiledPattern;
}

const patternCache = (): PatternCache => {
  let last: { readonly text: string; readonly pattern: CompiledPattern } | null = null;
  return {
    compile: (text, call) => {
      if (last?.text === text) return last.pattern;
      const pattern = guarded(call, () => compilePattern(text));
      last = { text, pattern };
      return pattern;
    },
  };
};

/** Converts errors of the regular expression engine. */
const guarded = <Result>(call: Call, run: () => Result): Result => {
  try {
    return run();
  } catch (error) {
    throw patternError(error, call);
  }
};

const patternError = (error: unknown, call: Call): ExpressionError => {
  if (error instanceof PatternProblem) return call.fail('invalidPattern', error.message, AT.pattern);
  if (error instanceof MatchingStopped && error.isTimeout)
    return call.fail(
      'patternTimeout',
      'The pattern takes too long on this value; make it less ambiguous.',
      AT.pattern,
    );
  return call.fail('invalidPattern', 'The pattern is too complex for this value.', AT.pattern);
};

const oldText = (args: Arguments, call: Call): string => {
  const old = textAt(args, AT.old, call);
  if (old !== null && old !== '') return old;
  throw call.fail('invalidValue', 'The old value is empty, so there is nothing to replace.', AT.old);
};

const inSource: Mode = (args, call) =>
  overText(args[AT.source] ?? null, call, (source) =>
    replaceLiterally(source, oldText(args, call), textAt(args, AT.replacement, call) ?? '', call),
  );

/** Replaces every old value in the template by the source; a null source removes it. */
const inTemplate: Mode = (args, call) => {
  const template = textAt(args, AT.template, call) ?? '';
  const held = args[AT.source] ?? null;
  if (held === null && call.options.nullSourceText === 'nullThroughout') return null;
  return overText(held ?? '', call, (source) =>
    replaceLiterally(template, oldText(args, call), source, call),
  );
};

const byPattern: Mode = (args, call, patterns) => {
  const pattern = patterns.compile(textAt(args, AT.pattern, call) ?? '', call);
  const pieces = parseReplacement(textAt(args, AT.replacement, call) ?? '', pattern.groups);
  return overText(args[AT.source] ?? null, call, (source) => {
    const matches = guarded(call, () => matchAll(pattern, source));
    const places = function* () {
      for (const match of matches) {
        const [start, end] = match[0] ?? [0, 0];
        yield { start, end, by: expandReplacement(pieces, match, source) };
      }
    };
    return splice(source, places(), call);
  });
};

/** Replaces only the match of the group; an unknown group matches nothing. */
const byGroup: Mode = (args, call, patterns) => {
  const pattern = patterns.compile(textAt(args, AT.pattern, call) ?? '', call);
  const group = findGroup(pattern.groups, textAt(args, AT.group, call) ?? '');
  const replacement = textAt(args, AT.replacement, call) ?? '';
  return overText(args[AT.source] ?? null, call, (source) => {
    if (group === undefined) return source;
    const matches = guarded(call, () => matchAll(pattern, source));
    const captured = matches.map((match) => placeOf(match, group)).filter((place) => place !== null);
    if (call.options.groupReplace === 'span')
      return splice(
        source,
        inOrder(captured).map(([start, end]) => ({ start, end, by: [replacement] })),
        call,
      );
    const texts = new Set(captured.map((place) => textAtPlace(source, place)).filter((text) => text !== ''));
    return [...texts].reduce((text, old) => replaceLiterally(text, old, replacement, call), source);
  });
};

/** Keeps a source with a value; else takes the match of the group in another attribute. */
const fromAttribute: Mode = (args, call, patterns) => {
  const source = args[AT.source] ?? null;
  const pattern = patterns.compile(textAt(args, AT.pattern, call) ?? '', call);
  if (!isNullOrEmpty(source)) return source;
  const other = textAt(args, AT.attribute, call);
  const group = findGroup(pattern.groups, textAt(args, AT.group, call) ?? '');
  if (other === null || group === undefined) return null;
  const [first]: readonly Match[] = guarded(call, () => matchAll(pattern, other));
  const place = first === undefined ? null : placeOf(first, group);
  return place === null ? null : textAtPlace(other, place);
};

/** Modes by written arguments, in the names of `AT`. */
const MODES: readonly (readonly [written: string, mode: Mode])[] = [
  ['old replacement', inSource],
  ['old template', inTemplate],
  ['pattern replacement', byPattern],
  ['pattern group replacement', byGroup],
  ['pattern group attribute', fromAttribute],
];

/** The mode depends on which arguments are written, not on their values. */
const modeOf = (args: readonly ArgumentNode[]): Mode | undefined => {
  const written = Object.entries(AT)
    .filter(([name, index]) => name !== 'source' && (args[index]?.kind ?? 'blank') !== 'blank')
    .map(([name]) => name)
    .join(' ');
  return MODES.find(([names]) => names === written)?.[1];
};

const checkMode: ArgumentsCheck = (args) =>
  args.length > Object.keys(AT).length || modeOf(args) !== undefined
    ? undefined
    : 'These arguments of Replace do not go together. It takes oldValue with replacementValue or template; or regexPattern with replacementValue, with regexGroupName and replacementValue, or with regexGroupName and replacementAttributeName.';

const build: FunctionDefinition['build'] = (call, parts) => {
  const mode = modeOf(call.node.arguments) ?? inSource;
  const patterns = patternCache();
  return eager((args) => mode(args, call, patterns))(call, parts);
};

/** Replace, with five modes. */
export const REPLACE_FUNCTIONS: readonly FunctionDefinition[] = [
  define('text')(
    'Replace(source, oldValue?, regexPattern?, regexGroupName?, replacementValue?, replacementAttributeName?, template?)',
    'The source with text replaced: literally, by a regular expression, in a template, or from another attribute.',
    build,
    {
      checkArguments: checkMode,
      keys: [
        'source',
        'Find',
        'RegularExpression',
        'RegularExpressionGroupName',
        'Replacement',
        'ReplacementPropertyName',
        'Template',
      ],
    },
  ),
];
