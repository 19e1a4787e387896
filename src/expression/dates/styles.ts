/** .NET's DateTimeStyles, as in FormatDateTime. */
const STYLES = [
  'None',
  'AllowLeadingWhite',
  'AllowTrailingWhite',
  'AllowInnerWhite',
  'AllowWhiteSpaces',
  'NoCurrentDateDefault',
  'AdjustToUniversal',
  'AssumeLocal',
  'AssumeUniversal',
  'RoundtripKind',
] as const;

type Style = (typeof STYLES)[number];

/** How strictly a date is read, and its assumed zone. */
export type DateStyles = ReadonlySet<Style>;

/** @see Entra "Reference for writing expressions for attribute mappings", FormatDateTime: dateTimeStyles */
export const DEFAULT_STYLES: DateStyles = new Set([
  'RoundtripKind',
  'AllowLeadingWhite',
  'AllowTrailingWhite',
]);

const isStyle = (name: string): name is Style => (STYLES as readonly string[]).includes(name);

/** Parses a comma-separated list of styles; or returns its problem. */
export function parseStyles(text: string): DateStyles | { readonly problem: string } {
  const styles = new Set<Style>();
  for (const name of text.split(',').map((each) => each.trim())) {
    if (!isStyle(name))
      return { problem: `There is no date style "${name}"; there are ${STYLES.join(', ')}.` };
    if (name === 'AllowWhiteSpaces')
      for (const each of ['AllowLeadingWhite', 'AllowTrailingWhite', 'AllowInnerWhite'] as const)
        styles.add(each);
    else styles.add(name);
  }
  const zones = (['AssumeLocal', 'AssumeUniversal', 'AdjustToUniversal'] as const).filter((each) =>
    styles.has(each),
  );
  if (styles.has('RoundtripKind') && zones.length > 0)
    return { problem: `The date style RoundtripKind excludes ${zones.join(', ')}.` };
  if (styles.has('AssumeLocal') && styles.has('AssumeUniversal'))
    return { problem: 'The date styles AssumeLocal and AssumeUniversal exclude each other.' };
  return styles;
}
