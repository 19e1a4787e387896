import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { streamRegular } from '../regular-file.ts';

/** Attributes in JSON: numbers become text, null means no value. */
export const ATTRIBUTES = z.record(
  z.string(),
  z.union([z.string(), z.boolean(), z.number().transform(String), z.array(z.string()), z.null()]),
);

const LINE = z.strictObject({
  expression: z.string(),
  attributes: ATTRIBUTES.default({}),
  now: z.iso.datetime({ offset: true }).optional(),
  existing: z.array(z.string()).default([]),
});

/** One line of a batch: an evaluation, or the problem of the line. */
type BatchLine = z.output<typeof LINE> | { readonly problem: string };

/**
 * Reads a batch from a file, or from standard input for `-`; skips empty lines.
 * @throws {ConfigurationError} when the file cannot be read
 */
export async function* batchLines(file: string): AsyncGenerator<BatchLine> {
  const lines = createInterface({ input: openInput(file), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) if (line.trim() !== '') yield readLine(line);
}

/** Bytes read at once. */
const PIECE_BYTES = 64 * 1024;

function openInput(file: string): Readable {
  return file === '-'
    ? process.stdin
    : streamRegular(
        file,
        PIECE_BYTES,
        'a batch that comes through a pipe is read from standard input, with -',
      );
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
