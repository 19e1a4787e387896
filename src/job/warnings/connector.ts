import { counted, spellNames } from '../../model/named.ts';
import { matchedOf, type Planned } from '../../model/pipeline.ts';
import type { CompiledJob } from '../compile.ts';
import type { Finding } from './objects.ts';

/** What a target of a published connector is known to refuse or to leave out. */
export interface ConnectorLimits {
  readonly name: string;
  /** The domain of its SCIM endpoint. */
  readonly domain: string;
  /** Attributes of a user that must be an e-mail address. */
  readonly addresses: readonly string[];
  /** The only e-mail address of a user that it stores. */
  readonly storedEmail: string;
}

/** @see Entra "Configure Leapsome for automatic user provisioning": userName is unique, only the work e-mail is stored */
const CONNECTORS: readonly ConnectorLimits[] = [
  {
    name: 'Leapsome',
    domain: 'leapsome.com',
    addresses: ['emails[type eq "work"].value'],
    storedEmail: 'emails[type eq "work"].value',
  },
];

/** The limits of the connector that a job speaks to; null: none are known. */
export function connectorOf({ schema, settings }: CompiledJob): ConnectorLimits | null {
  const host = hostOf(settings.target.baseUrl);
  return (
    CONNECTORS.find(
      ({ name, domain }) =>
        schema.targetDirectoryName === name || host === domain || host.endsWith(`.${domain}`),
    ) ?? null
  );
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '');

/** Warns of mappings to attributes that the target of a connector does not store. */
export function warnOfConnector(job: CompiledJob): readonly string[] {
  const connector = connectorOf(job);
  const users = job.types.find(({ objectType }) => objectType === 'User');
  if (connector === null || users === undefined) return [];
  const others = users.mapping.attributeMappings
    .map(({ targetAttributeName }) => targetAttributeName)
    .filter((name) => /^emails\b/i.test(name) && name !== connector.storedEmail);
  return others.length === 0
    ? []
    : [
        `${connector.name} stores ${connector.storedEmail} and no other e-mail address; take ${others.join(', ')} out of the mappings`,
      ];
}

/** The users in scope whose e-mail address the target of a connector refuses. */
export function connectorFindings(planned: Planned, connector: ConnectorLimits | null): readonly Finding[] {
  if (connector === null) return [];
  const matched = matchedOf(planned);
  if (matched === null || matched.desired.isSoftDeleted) return [];
  const { object } = matched.desired.scoped;
  if (object.objectType !== 'User') return [];
  return matched.desired.attributes.flatMap(({ mapping, value }): readonly Finding[] => {
    const attribute = mapping.targetAttributeName;
    if (!connector.addresses.includes(attribute) || isAddress(value)) return [];
    return [
      {
        key: `connector:${attribute}`,
        name: object.label,
        tell: (found) =>
          `${connector.name} needs an e-mail address in ${attribute}, which ${counted(found.count, 'user')} in scope ${found.count === 1 ? 'lacks' : 'lack'}: ${spellNames(found)}; fill the source attribute, or map another one`,
      },
    ];
  });
}

/** One @ with something before it, and a name with a dot behind it. */
const isAddress = (value: unknown): boolean =>
  typeof value === 'string' && /^[^\s@]{1,64}@[^\s@.]+(\.[^\s@.]+)+$/.test(value);
