type Method<Result> = (...given: never[]) => Result;

/**
 * A port as an engine that waits for nothing carries it out: values instead of promises, iterables instead of async
 * ones.
 */
export type Synchronous<Port> = {
  readonly [Name in keyof Port]: Port[Name] extends (...given: infer Given) => AsyncIterable<infer Item>
    ? (...given: Given) => Iterable<Item>
    : Port[Name] extends (...given: infer Given) => Promise<infer Result>
      ? (...given: Given) => Result
      : Port[Name];
};

/** The methods of a port that answer in pages. */
type PagedName<Port> = {
  [Name in keyof Port]: Port[Name] extends Method<AsyncIterable<unknown>> ? Name : never;
}[keyof Port];

/** The methods of a port that answer at once. */
type PromisedName<Port> = {
  [Name in keyof Port]: Port[Name] extends Method<Promise<unknown>> ? Name : never;
}[keyof Port];

/**
 * Makes a port of a synchronous engine: a method that answers at once runs when it is called, so that calls keep
 * their order; what it throws becomes a rejection.
 * @param paged the methods that answer in pages; each page, the first included, is read when it is asked for
 */
export function asynchronous<Port>(
  engine: Pick<Synchronous<Port>, PagedName<Port> | PromisedName<Port>>,
  paged: Readonly<Record<PagedName<Port>, true>>,
): Pick<Port, PagedName<Port> | PromisedName<Port>> {
  const methods = Object.entries(engine as Record<string, (...given: unknown[]) => unknown>);
  return Object.fromEntries(
    methods.map(([name, method]) => [name, name in paged ? inPages(method) : promised(method)]),
  ) as Pick<Port, PagedName<Port> | PromisedName<Port>>;
}

const promised =
  (method: (...given: unknown[]) => unknown) =>
  async (...given: unknown[]): Promise<unknown> =>
    method(...given);

const inPages = (method: (...given: unknown[]) => unknown) =>
  async function* (...given: unknown[]): AsyncGenerator<unknown> {
    yield* method(...given) as Iterable<unknown>;
  };
