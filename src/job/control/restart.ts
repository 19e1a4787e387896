import type { RestartScope } from '../../model/control.ts';

/** What `restart` may be asked for. */
const ALLOWED: readonly RestartScope[] = [
  'Watermark',
  'Escrows',
  'QuarantineState',
  'ConnectorDataStore',
  'Full',
  'ForceDeletes',
  'None',
];

/** What the portal's Restart forgets; links stay. @see Graph synchronizationJobRestartCriteria */
const PORTAL: readonly RestartScope[] = ['QuarantineState', 'Watermark', 'Escrows'];

/** Reads a comma-separated list of reset scopes; an empty one means what the portal's Restart means. */
export function parseRestartScopes(
  text: string,
):
  | { readonly scopes: readonly RestartScope[] }
  | { readonly unknown: string; readonly allowed: readonly RestartScope[] } {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) return { scopes: PORTAL };
  const scopes: RestartScope[] = [];
  for (const name of names) {
    const scope = ALLOWED.find((one) => one.toLowerCase() === name.toLowerCase());
    if (scope === undefined) return { unknown: name, allowed: ALLOWED };
    scopes.push(scope);
  }
  return { scopes };
}
