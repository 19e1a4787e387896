import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Attributes } from '../../model/directory.ts';
import { ConfigurationError, issueOf } from '../../model/errors.ts';

/** Attributes as they are given in JSON: numbers become text, null is no value. */
export const ATTRIBUTES = z
  .record(
    z.string(),
    z.union([z.string(), z.boolean(), z.number().transform(String), z.array(z.string()), z.null()]),
  )
  .transform(
    (given) => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)) as Attributes,
  );

const LINE = z.strictObject({
  expression: z.string(),
  attributes: ATTRIBUTES.default({}),
  now: z.iso.datetime({ offset: true }).optional(),
  existing: z.array(z.string()).default([]),
});

/** One line of a batch: what is to be evaluated, or what is wrong with the line. */
export type BatchLine = z.output<typeof LINE> | { readonly problem: string };

/** Reads a batch line by line from a file, or from standard input for `-`; empty lines are left out. */
export async function* batchLines(file: string): AsyncGenerator<BatchLine> {
  const lines = createInterface({ input: await openInput(file), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) if (line.trim() !== '') yield readLine(line);
}

function openInput(file: string): Promise<Readable> {
  if (file === '-') return Promise.resolve(process.stdin);
  const stream = createReadStream(file, 'utf8');
  return new Promise((resolve, reject) => {
    stream.once('open', () => resolve(stream));
    stream.once('error', (error) =>
      reject(new ConfigurationError([issueOf(file, `the batch cannot be read: ${error.message}`)])),
    );
  });
}

function readLine(text: string): BatchLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'the line is not JSON; one object {"expression", "attributes"} a line was expected' };
  }
  const read = LINE.safeParse(value);
  if (read.success) return read.data;
  const [first] = read.error.issues;
  return { problem: `${first?.path.join('.') || 'the line'}: ${first?.message ?? 'not as expected'}` };
}
