import { compilePattern } from './regex/compile-pattern.ts';
import { PatternProblem } from './regex/pattern-tree.ts';
import {
  type ArgumentNode,
  attributesOf,
  type CallNode,
  childrenOf,
  type ExpressionNode,
  nodesOf,
  type Span,
} from './tree.ts';

/** A valid construct that will probably surprise. */
interface Lint {
  readonly span: Span;
  readonly message: string;
}

const NULL_TESTS: ReadonlySet<string> = new Set(['IsNull', 'IsNullOrEmpty', 'IsPresent']);

/** Yields valid constructs that will probably surprise. */
export function* lintsOf(tree: ExpressionNode): Iterable<Lint> {
  for (const node of nodesOf(tree)) {
    if (node.kind !== 'call') continue;
    if (node.name === 'IIF') {
      yield* nullConditionLints(node);
      yield* ignoringConditionLints(node);
    }
    if (node.name === 'Switch') yield* nullSourceLints(node);
    if (node.name === 'Replace') yield* patternLints(node);
  }
  yield* defaultLints(tree);
}

/**
 * A condition on an empty attribute.
 * @see Entra "Reference for writing expressions for attribute mappings", IIF: listed there as not supported
 */
function* nullConditionLints(node: CallNode): Iterable<Lint> {
  const [condition] = node.arguments;
  if (condition === undefined || !testsForNull(condition)) return;
  const [name] = attributesOf(condition);
  if (name === undefined) return;
  yield {
    span: condition.span,
    message: `The reference says that IIF fails when its condition reads an attribute without a value; here it is evaluated. IgnoreFlowIfNullOrEmpty(Switch([${name}], [${name}], "", …)) is safe in both.`,
  };
}

const testsForNull = (condition: ArgumentNode): boolean => {
  if (condition.kind === 'call') return NULL_TESTS.has(condition.name);
  if (condition.kind !== 'comparison') return false;
  return [condition.left, condition.right].some((side) => side.kind === 'text' && side.value === '');
};

/**
 * IgnoreFlowIfNullOrEmpty in a condition, where it decides nothing.
 * @see Entra "Reference for writing expressions for attribute mappings", IgnoreFlowIfNullOrEmpty
 */
function* ignoringConditionLints(node: CallNode): Iterable<Lint> {
  const [condition] = node.arguments;
  for (const inner of condition === undefined ? [] : nodesOf(condition))
    if (inner.kind === 'call' && inner.name === 'IgnoreFlowIfNullOrEmpty')
      yield {
        span: inner.nameSpan,
        message:
          'IgnoreFlowIfNullOrEmpty is not supported in the condition of IIF; put it outermost: IgnoreFlowIfNullOrEmpty(IIF(…)).',
      };
}

/**
 * A Switch with a default value, the outermost where they are nested, unless IgnoreFlowIfNullOrEmpty is around it.
 * @see Entra "Reference for writing expressions for attribute mappings", Switch: a target attribute set to null
 */
function* defaultLints(node: ArgumentNode): Iterable<Lint> {
  if (node.kind === 'call' && node.name === 'Switch' && node.arguments.length > 2) {
    const byDefault = node.arguments[1];
    if (byDefault !== undefined && byDefault.kind !== 'blank') {
      yield {
        span: node.nameSpan,
        message:
          'The reference warns that a Switch with a default value can set the target attribute to null when Entra ID is the source; here it is evaluated as written. Write IIF in its place, or, where the default is an attribute, IgnoreFlowIfNullOrEmpty(Switch(…)).',
      };
      return;
    }
  }
  for (const child of childrenOf(node)) {
    const isIgnored = node.kind === 'call' && node.name === 'IgnoreFlowIfNullOrEmpty';
    if (isIgnored && child.kind === 'call' && child.name === 'Switch') continue;
    yield* defaultLints(child);
  }
}

/** @see Entra "Reference for writing expressions for attribute mappings", Switch: no null tests in its source */
function* nullSourceLints(node: CallNode): Iterable<Lint> {
  const [source] = node.arguments;
  if (source?.kind !== 'call' || !NULL_TESTS.has(source.name)) return;
  yield {
    span: source.span,
    message: `The reference advises against ${source.name} as the source of Switch; the key "" matches an attribute without a value.`,
  };
}

/** A constant pattern that fails for every object. */
function* patternLints(node: CallNode): Iterable<Lint> {
  const pattern = node.arguments[2];
  if (pattern?.kind !== 'text') return;
  try {
    compilePattern(pattern.value);
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error;
    yield { span: pattern.span, message: error.message };
  }
}
