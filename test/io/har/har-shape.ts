import { z } from 'zod';

/** An instant as ISO 8601 has it. */
const instant = z.iso.datetime();
const size = z.int().min(-1);
const pair = z.strictObject({ name: z.string(), value: z.string(), comment: z.string().optional() });
const optionalTime = z.number().refine((ms) => ms === -1 || ms >= 0);
const time = z.number().min(0);

const request = z.strictObject({
  method: z.string().min(1),
  url: z.url(),
  httpVersion: z.string(),
  cookies: z.array(pair),
  headers: z.array(pair),
  queryString: z.array(pair),
  postData: z
    .strictObject({ mimeType: z.string(), text: z.string(), comment: z.string().optional() })
    .optional(),
  headersSize: size,
  bodySize: size,
});

const response = z.strictObject({
  status: z.int().min(0).max(999),
  statusText: z.string(),
  httpVersion: z.string(),
  cookies: z.array(pair),
  headers: z.array(pair),
  content: z.strictObject({
    size: z.int().min(0),
    mimeType: z.string(),
    text: z.string().optional(),
    comment: z.string().optional(),
  }),
  redirectURL: z.string(),
  headersSize: size,
  bodySize: size,
  _error: z.string().optional(),
});

/** An entry, with the members that HTTP Archive 1.2 asks for and none that it does not know. */
export const HAR_ENTRY = z
  .strictObject({
    startedDateTime: instant,
    time,
    request,
    response,
    cache: z.strictObject({}),
    timings: z.strictObject({
      blocked: optionalTime,
      dns: optionalTime,
      connect: optionalTime,
      ssl: optionalTime,
      send: time,
      wait: time,
      receive: time,
    }),
    _sourceId: z.string().min(1).optional(),
    _cycleId: z.guid().optional(),
    _changeIds: z.array(z.guid()).optional(),
  })
  .refine(({ time: sum, timings: { blocked, connect, send, wait, receive } }) => {
    const parts = [blocked, connect, send, wait, receive].filter((ms) => ms >= 0);
    return Math.abs(parts.reduce((total, ms) => total + ms, 0) - sum) < 0.01;
  }, 'time is not the sum of its parts');

/** A whole archive. */
export const HAR = z.strictObject({
  log: z.strictObject({
    version: z.literal('1.2'),
    creator: z.strictObject({ name: z.literal('entrain'), version: z.string().min(1) }),
    entries: z.array(HAR_ENTRY),
  }),
});
