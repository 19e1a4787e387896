import { readdirSync, readFileSync } from 'node:fs';
import { describeChange } from '../../src/exporting/describe.ts';
import type { ObjectType } from '../../src/model/directory.ts';
import type { FailureCode } from '../../src/model/failure.ts';
import { attributePath, type SourceId, targetId } from '../../src/model/identifiers.ts';
import { DEFAULT_DIALECT, type Dialect, type PatchDialect } from '../../src/model/job.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';
import type { MappedValue } from '../../src/model/pipeline.ts';
import type { ScimRequest } from '../../src/model/scim.ts';
import { describeFind, describeProbe, describeRead } from '../../src/scim/request.ts';
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
  const dialect: Dialect = { ...DEFAULT_DIALECT, ...options, patch };
  const { step, objectType = 'User', id = '', path = '', value = '' } = given;
  switch (step) {
    case 'probe':
      return [describeProbe(objectType, attributePath(path), value)];
    case 'find':
      return [describeFind(objectType, attributePath(path), value)];
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
    case 'reference':
      return describeChange(
        aReference(id, path, given.before === null ? 'add' : 'replace', String(given.after)),
        dialect,
        itself,
      );
    case 'membership':
      return describeChange(aMembership(id, given.added ?? [], given.removed), dialect, itself);
    case 'delete':
      return describeChange(aDeletion(objectType, id), dialect, itself);
    default:
      throw new Error(`no such step: ${step}`);
  }
}

const asRecord = <Value>(given: Readonly<Record<string, Value>> | string | null | undefined) =>
  typeof given === 'object' && given !== null ? given : {};
