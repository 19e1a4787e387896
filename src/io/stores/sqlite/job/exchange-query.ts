import type { ExchangeQuery } from '../../job-store.ts';

/** A query of exchanges in SQL. */
export interface ExchangeSql {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

type Filter = readonly [condition: string, values: readonly (string | number | undefined)[]];

/** An exchange belongs to the entries of its object in its cycle: none knows of itself which step it was made for. */
const ofEntries = ({ action, status }: ExchangeQuery): readonly Filter[] => {
  const columns = [
    ['action', action],
    ['status', status],
  ] as const;
  const given = columns.filter(([, value]) => value !== undefined);
  if (given.length === 0) return [];
  const entries = `SELECT cycle_id, object FROM log_entry WHERE ${given.map(([column]) => `${column} = ?`).join(' AND ')}`;
  return [[`(cycle_id, object) IN (${entries})`, given.map(([, value]) => value)]];
};

/** Puts a query of exchanges into SQL; the documents are read only of those that are wanted. */
export function exchangeSql(query: ExchangeQuery): ExchangeSql {
  const { objects, cycle, since, limit } = query;
  const filters: readonly Filter[] = [
    [
      'object IN (SELECT object FROM source_object WHERE source_id IN (SELECT value FROM json_each(?)))',
      [objects === undefined ? undefined : JSON.stringify(objects)],
    ],
    ['cycle_id = ?', [cycle]],
    ['at >= ?', [since === undefined ? undefined : Date.parse(since)]],
    ...ofEntries(query),
  ];
  const given = filters.flatMap(([condition, values]) => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? [] : [{ condition, known }];
  });
  const where = given.length === 0 ? '' : `WHERE ${given.map(({ condition }) => condition).join(' AND ')}`;
  return {
    sql: `SELECT cycle_id, object, document FROM exchange
      WHERE exchange IN (SELECT exchange FROM exchange ${where} ORDER BY exchange DESC LIMIT ?)
      ORDER BY exchange`,
    values: [...given.flatMap(({ known }) => known), limit],
  };
}
