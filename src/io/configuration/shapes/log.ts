import { z } from 'zod';
import { DEFAULT_LOG } from '../../../model/job.ts';

/** What the provisioning log of a job keeps besides its entries. */
export const LOG = z.strictObject({
  exchanges: z
    .enum(['none', 'failed', 'all'])
    .default(DEFAULT_LOG.exchanges)
    .describe(
      'HTTP exchanges with the target that are kept, without secrets, for `entrain logs --har`: none, those that failed, or all',
    ),
  exchangeLimit: z
    .int()
    .min(1)
    .max(10_000_000)
    .default(DEFAULT_LOG.exchangeLimit)
    .describe(
      `exchanges that are kept at most, ${DEFAULT_LOG.exchangeLimit} when not given; the oldest go first, and after 30 days all do`,
    ),
});
