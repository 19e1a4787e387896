import { readdirSync, readFileSync } from 'node:fs';
import { describeChange } from '../../src/exporting/describe.ts';
import { DEFAULT_DIALECT, type Dialect, type PatchDialect } from '../../src/model/dialect.ts';
import type { ObjectType } from '../../src/model/directory.ts';
import type { FailureCode } from '../../src/model/failure.ts';
import { attributePath, type SourceId, targetId } from '../../src/model/identifiers.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { MappedValue, ReferenceChange } from '../../src/model/pipeline.ts';
import type { ScimRequest } from '../../src/model/scim.ts';
import { onDemandDialect } from '../../src/scim/on-demand.ts';
import {
  describeFind,
  describePage,
  describeProbe,
  describeRead,
  describeReferenceCheck,
} from '../../src/scim/request.ts';
import { aCreation, aDeletion, aMembership, anUpdate, aReference } from '../exporting/change-builders.ts';
import { changesBetween } from './scim-builders.ts';

/** One exchange of fixtures/wire, as its README explains it. */
export interface WireExchange {
  readonly id: string;
  readonly title: string;
  readonly dialects: readonly PatchDialect[];
  readonly options?: Partial<Dialect>;
  readonly byDefault?: boolean;
  readonly given: Given;
  readonly request:
    | (Omit<ScimRequest, 'body'> & {
        readonly body: JsonObject | null;
        readonly url?: string;
        readonly anyOrder?: boolean;
      })
    | null;
  readonly alsoRight?: readonly JsonObject[];
  readonly answer?: { readonly status: number; readonly body?: Json; readonly headers?: JsonObject };
  readonly failure?: FailureCode;
}

interface Given {
  readonly step: string;
  readonly tenantUrl?: string;
  readonly objectType?: ObjectType;
  readonly path?: string;
  readonly value?: string;
  readonly id?: string;
  readonly attributes?: Readonly<Record<string, MappedValue | null>>;
  readonly before?: Readonly<Record<string, Json>> | string | null;
  readonly after?: Readonly<Record<string, MappedValue | null>> | string | null;
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
  readonly startIndex?: number;
  readonly count?: number;
  readonly onDemand?: boolean;
}

const FOLDER = new URL('../../fixtures/wire/', import.meta.url);

/** Reads every exchange, area by area. */
export const readExchanges = (): readonly (WireExchange & { readonly area: string })[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) =>
      (JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as readonly WireExchange[]).map(
        (exchange) => ({
          ...exchange,
          area: name.replace('.json', ''),
        }),
      ),
    );

const itself = (id: SourceId): string => id;

/** Describes the requests of an exchange, as the program would. */
export function describeExchange(
  { given, options }: WireExchange,
  patch: PatchDialect,
): readonly ScimRequest[] {
  const spoken: Dialect = { ...DEFAULT_DIALECT, ...options, patch };
  const dialect = given.onDemand ? onDemandDialect(spoken) : spoken;
  const { step, objectType = 'User', id = '', path = '', value = '' } = given;
  switch (step) {
    case 'probe':
      return [describeProbe(objectType, attributePath(path), value)];
    case 'find':
      return [
        describeFind(
          objectType,
          attributePath(path),
          value,
          dialect.filterQuotes === 'raw' ? 'raw' : 'escape',
        ),
      ];
    case 'read':
      return [describeRead(objectType, targetId(id))];
    case 'create':
      return describeChange(
        aCreation(objectType, changesBetween({}, given.attributes ?? {})),
        dialect,
        itself,
      );
    case 'update':
      return describeChange(
        anUpdate(objectType, id, changesBetween(asRecord(given.before), asRecord(given.after))),
        dialect,
        itself,
      );
    case 'referenceCheck':
      return [describeReferenceCheck(objectType, id, path, value)];
    case 'discovery':
      return [describePage(objectType, given.startIndex ?? 1, given.count ?? 0)];
    case 'reference':
      return describeChange(referenceOf(given), dialect, itself);
    case 'membership':
      return describeChange(aMembership(id, given.added ?? [], given.removed), dialect, itself);
    case 'delete':
      return describeChange(aDeletion(objectType, id), dialect, itself);
    default:
      throw new Error(`no such step: ${step}`);
  }
}

function referenceOf({ id = '', path = '', before, after }: Given): ReferenceChange {
  const [current, value] = [before, after].map((one) => (typeof one === 'string' ? one : null));
  const change = value === null ? 'remove' : current === null ? 'add' : 'replace';
  return aReference(id, path, change, value ?? null, current ?? null);
}

const asRecord = <Value>(given: Readonly<Record<string, Value>> | string | null | undefined) =>
  typeof given === 'object' && given !== null ? given : {};
