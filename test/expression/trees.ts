import fc from 'fast-check';
import { FUNCTION_CATALOGUE } from '../../src/expression/catalogue.ts';
import { parameterAt, parseSignature } from '../../src/expression/signature.ts';
import {
  type ArgumentNode,
  COMPARISON_OPERATORS,
  childrenOf,
  type ExpressionNode,
  type SingleNode,
  WORDS,
} from '../../src/expression/tree.ts';

const span = { start: 0, end: 0 };

/** Names of source attributes, SCIM paths with brackets and quotes among them. */
const attributeName = fc.oneof(
  fc.constantFrom('mail', 'list', 'date', 'number', 'empty', 'missing', 'emails[type eq "work"].value'),
  fc.constantFrom('urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber', 'a.b c'),
);

/** Constants that functions can do something with, and any other text. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('d', 'yyyy', 'M/d/yyyy h:mm:ss tt', '2021-08-24', 'True', '(a)|b*', '$1$&$_', '\\d', ','),
);

const leaf: fc.Arbitrary<SingleNode> = fc.oneof(
  attributeName.map((name) => ({ kind: 'attribute', name, span }) as const),
  text.map((value) => ({ kind: 'text', value, span }) as const),
  fc.constantFrom('0', '1', '-14', '1.9', '&HF7', '129699324000000000').map((each) => ({
    kind: 'number' as const,
    text: each,
    span,
  })),
  fc.constantFrom(...WORDS).map((word) => ({ kind: 'word', word, span }) as const),
);

const blank: ArgumentNode = { kind: 'blank', span };

/** A call with as many arguments as the function takes; those that may be blank sometimes are. */
const call = (argument: fc.Arbitrary<ArgumentNode>): fc.Arbitrary<ExpressionNode> =>
  fc
    .constantFrom(
      ...FUNCTION_CATALOGUE.filter(({ name }) => name !== 'SelectUniqueValue' && name !== 'Replace'),
    )
    .chain(({ name, signature }) => {
      const parsed = parseSignature(signature);
      const most = Math.min(parsed.maximum, parsed.minimum + 3);
      return fc
        .integer({ min: Math.max(parsed.minimum, name === 'Switch' ? 4 : 0), max: Math.max(most, 4) })
        .map((count) => Math.min(count - (name === 'Switch' ? count % 2 : 0), parsed.maximum))
        .chain((count) =>
          fc.tuple(
            ...Array.from({ length: count }, (_, index) =>
              parameterAt(parsed, index)?.isRequired === false
                ? fc.oneof(fc.constant(blank), argument)
                : argument,
            ),
          ),
        )
        .map((made) => ({ kind: 'call', name, arguments: made, nameSpan: span, span }) as const);
    });

/** A Replace in one of its modes: which arguments are written says which. */
const replace = (argument: fc.Arbitrary<ArgumentNode>): fc.Arbitrary<ExpressionNode> =>
  fc
    .tuple(
      fc.constantFrom('1100100', '1100001', '1010100', '1011100', '1011010'),
      fc.array(argument, { minLength: 7, maxLength: 7 }),
    )
    .map(([mode, parts]) => ({
      kind: 'call',
      name: 'Replace',
      arguments: parts.map((part, index) => (mode.charAt(index) === '1' ? part : blank)),
      nameSpan: span,
      span,
    }));

const comparison = (operand: fc.Arbitrary<SingleNode>): fc.Arbitrary<ExpressionNode> =>
  fc
    .tuple(operand, fc.constantFrom(...COMPARISON_OPERATORS), operand)
    .map(([left, operator, right]) => ({ kind: 'comparison', operator, left, right, span }) as const);

/** Trees of valid expressions, up to four functions deep. */
export const aTree = (depth = 4): fc.Arbitrary<ExpressionNode> =>
  depth === 0
    ? leaf
    : fc.oneof(
        leaf,
        comparison(leaf),
        call(aTree(depth - 1)),
        call(aTree(depth - 1)),
        replace(aTree(depth - 1)),
      );

/** A tree without its places in the text, which printing changes. */
export const withoutPlaces = (node: ArgumentNode): unknown => {
  const { span: _span, ...rest } = node;
  const children = childrenOf(node).map(withoutPlaces);
  return 'nameSpan' in rest
    ? { kind: rest.kind, name: rest.name, children }
    : children.length > 0
      ? { kind: rest.kind, operator: 'operator' in rest ? rest.operator : '&', children }
      : rest;
};
