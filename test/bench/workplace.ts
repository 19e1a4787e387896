import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Ended, type Endpoint, runEntrain, startEndpoint } from './child.ts';

/** How a job of the bench sends. */
export interface Sending {
  readonly concurrency: number;
  /** 0: as many as the target bears. */
  readonly requestsPerSecond: number;
  readonly delayMs: number;
}

/** What one run of the program printed that is measured. */
export interface CycleFigures {
  readonly requests: number;
  readonly durationMs: number;
}

/** A configured job, with an endpoint to send to. */
export interface Workplace {
  readonly folder: string;
  readonly endpoint: Endpoint;
  entrain(...args: string[]): Promise<Ended>;
  /** Runs one cycle. */
  cycle(): Promise<Ended & CycleFigures>;
  importDocument(document: unknown): Promise<Ended>;
  close(): void;
}

const configuration = ({ concurrency, requestsPerSecond }: Sending): string => `directory: ./directory.db
jobs:
  - id: scim
    schema: ./scim.schema.json
    scope: assigned
    target:
      tenantUrl: \${SCIM_TENANT_URL}
      auth: { type: bearer, secretToken: bench }
      requestsPerSecond: ${requestsPerSecond}
      concurrency: ${concurrency}
    stateFile: ./state.db
`;

/** Sets up a job in a folder of its own. @param main the program of another build; absent: that of this one */
export async function openWorkplace(sending: Sending, main?: string): Promise<Workplace> {
  const folder = mkdtempSync(join(tmpdir(), 'entrain-bench-'));
  const schema = fileURLToPath(new URL('../../config/scim.schema.json', import.meta.url));
  copyFileSync(schema, join(folder, 'scim.schema.json'));
  writeFileSync(join(folder, 'entrain.yaml'), configuration(sending));
  const endpoint = await startEndpoint(sending.delayMs);
  const entrain: Workplace['entrain'] = (...args) => runEntrain(args, folder, endpoint.baseUrl, main);
  return {
    folder,
    endpoint,
    entrain,
    cycle: async () => {
      const ended = await entrain('run', '--json');
      const { requests, durationMs } = JSON.parse(ended.stdout) as CycleFigures;
      return { ...ended, requests, durationMs };
    },
    importDocument: async (document) => {
      const file = join(folder, 'changes.json');
      writeFileSync(file, JSON.stringify(document));
      return entrain('directory', 'import', file);
    },
    close: () => {
      endpoint.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
