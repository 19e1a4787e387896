import { type ArgumentsCheck, define, eager, type FunctionDefinition, textAt } from '../definition.ts';
import { isDirective, isNullOrEmpty } from '../value.ts';

const flow = define('flow');

/** Tries the rules in order; skips one without a value. */
const selectUnique: FunctionDefinition['build'] = (call, rules) => (context) => {
  const tried: string[] = [];
  for (const rule of rules) {
    const value = rule?.(context) ?? null;
    if (isDirective(value)) return value;
    const text = textAt([value], 0, call);
    if (text === null || text === '') continue;
    if (context.isTaken?.(text) !== true) return text;
    tried.push(text.slice(0, 100));
  }
  const seen = tried.length === 0 ? 'none has a value' : `the target already holds ${tried.join(', ')}`;
  return { kind: 'escrow', message: `No rule of SelectUniqueValue gives an unused value: ${seen}.` };
};

/** Requires a second rule: one leaves nothing to select. */
const checkRules: ArgumentsCheck = ({ length: count }) =>
  count < 2 ? `SelectUniqueValue takes at least 2 rules; here is ${count}.` : undefined;

/** Flow functions. */
export const FLOW_FUNCTIONS: readonly FunctionDefinition[] = [
  flow(
    'IgnoreFlowIfNullOrEmpty(expression)',
    'The value; without one the attribute is left out of the flow.',
    eager((args) => {
      const value = args[0] ?? null;
      return isNullOrEmpty(value) ? { kind: 'ignoreAttribute' } : value;
    }),
  ),
  flow(
    'Redact(value)',
    'The value itself; the provisioning log shows [Redact] in its place.',
    eager((args) => args[0] ?? null),
  ),
  flow('SelectUniqueValue(rule…)', 'The first value that the target does not hold yet.', selectUnique, {
    checkArguments: checkRules,
  }),
];
