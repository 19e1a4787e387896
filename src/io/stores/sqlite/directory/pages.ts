import type { Connection } from './database.ts';

/** The values of a statement's named parameters. */
export type Values = Readonly<Record<string, string | number>>;

/** Goes through a statement page by page, by row number: it takes `@after`, and its rows hold `row`. */
export function* pagesByRow<Row extends { readonly row: number }>(
  db: Connection,
  sql: string,
  values: Values,
): Generator<readonly Row[], void, void> {
  const page = db.prepare(sql);
  for (let after = 0; ; ) {
    const rows = page.all({ ...values, after }) as Row[];
    const end = rows.at(-1);
    if (end === undefined) return;
    yield rows;
    after = end.row;
  }
}

/**
 * Goes through members page by page, by object id: `listSql` lists them once in `temp.listed` under `@reader`, and
 * `pageSql` takes `@after`.
 */
export function* pagesOfListed<Row extends { readonly id: string }>(
  db: Connection,
  reader: number,
  listSql: string,
  pageSql: string,
  values: Values,
): Generator<readonly Row[], void, void> {
  try {
    db.prepare(listSql).run({ ...values, reader });
    const page = db.prepare(pageSql);
    for (let after = ''; ; ) {
      const rows = page.all({ ...values, reader, after }) as Row[];
      const end = rows.at(-1);
      if (end === undefined) return;
      yield rows;
      after = end.id;
    }
  } finally {
    db.prepare('DELETE FROM temp.listed WHERE reader = ?').run(reader);
  }
}
