import { expect } from 'vitest';
import { createScimClient } from '../../../src/io/scim-client/scim-client.ts';
import { openScratch } from '../../../src/io/stores/sqlite/scratch.ts';
import { provisionOnDemand } from '../../../src/job/on-demand/provision.ts';
import type { OnDemandResult } from '../../../src/job/on-demand/result.ts';
import { ConfigurationError } from '../../../src/model/errors.ts';
import type { ScimRequest } from '../../../src/model/scim.ts';
import { compareHappenings, entriesOf } from './check-cycle.ts';
import type { ExpectedProvision } from './scenario.ts';
import { learnNames, type Stage } from './stage.ts';

/** Provisions an object on demand, and compares all that happened with what is expected. */
export async function checkProvision(
  expected: ExpectedProvision,
  where: string,
  stage: Stage,
): Promise<void> {
  const already = stage.target.requests().length;
  if (expected.refused !== undefined) {
    const refusal: unknown = await provision(expected, stage).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refusal, `${where}: the refusal`).toBeInstanceOf(ConfigurationError);
    expect((refusal as Error).message, `${where}: the refusal`).toContain(expected.refused);
    expect(stage.target.requests().length, `${where}: requests of what is refused`).toBe(already);
    return;
  }
  const sent: ScimRequest[] = [];
  const { cycleId } = await provision(expected, stage, sent);
  learnNames(stage);
  compareHappenings(expected, sent.filter(isNoProbe), entriesOf(cycleId, stage), where, stage);
}

/** A filter for a bare GUID is the probe. */
const isNoProbe = ({ query }: ScimRequest): boolean =>
  !/%22[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}%22$/.test(query);

async function provision(
  { object, members }: ExpectedProvision,
  { lab, clock }: Stage,
  sent: ScimRequest[] = [],
): Promise<OnDemandResult> {
  const client = createScimClient(lab.job.settings.target, clock);
  const scratch = openScratch();
  const noted = <Request extends ScimRequest>(request: Request): Request => {
    sent.push(request);
    return request;
  };
  try {
    return await provisionOnDemand(
      {
        job: lab.job,
        directory: lab.directory,
        state: lab.state,
        store: lab.state,
        target: { read: (request) => client.read(noted(request)) },
        writer: { write: (request) => client.write(noted(request)) },
        scratch,
        world: clock,
        signal: new AbortController().signal,
        initiator: { id: '', displayName: 'Administrator' },
      },
      {
        objectId: lab.directory.named(object).id,
        members: members.map((member) => lab.directory.named(member).id),
      },
    );
  } finally {
    scratch.close();
    client.close();
  }
}
