import { expect } from 'vitest';
import { create, type FaultCases, FOUND, type Meets, retitle, userNames } from './fault-case.ts';

const isHtml =
  (status: number): Meets =>
  async (target) => {
    const answer = await target.ask('POST', '/Users', { userName: 'b@x' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain('</html>');
    expect(userNames(target)).toEqual(['a@x']);
  };

const reset: Meets = async (target) => {
  await expect(create(target)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
};

/** What the faults of the connection do. */
export const CONNECTION_CASES: FaultCases = {
  slow: async (target) => {
    // The clock's part is tested with a clock of its own.
    target.fault('slow=1');
    expect((await retitle(target)).body.title).toBe('New');
  },
  stall: async (target) => {
    const answer = await target.ask('POST', '/Users', { userName: 'b@x' });
    expect(answer.status).toBe(201);
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(20);
    expect(userNames(target)).toEqual(['a@x', 'b@x']);
    const deleted = await target.ask('DELETE', '/Users/u-1');
    expect([deleted.status, deleted.headers.get('content-length')]).toEqual([200, '2']);
    const broken = [answer, deleted].map((one) => expect(one.text()).rejects.toThrow());
    await target.stop();
    await Promise.all(broken);
  },
  'reset-after-write': async (target) => {
    await reset(target);
    expect(userNames(target)).toEqual(['a@x', 'b@x']);
    expect(target.requests().at(-1)).toMatchObject({ method: 'POST', status: 201, delivery: 'reset' });
  },
  reset: async (target) => {
    await reset(target);
    expect(userNames(target)).toEqual(['a@x']);
    expect(target.requests().at(-1)).toMatchObject({ method: 'POST', status: 0, delivery: 'reset' });
  },
  truncate: async (target) => {
    const answer = await target.ask('POST', '/Users', { userName: 'b@x' });
    expect(answer.status).toBe(201);
    await expect(answer.text()).rejects.toThrow();
    expect(userNames(target)).toEqual(['a@x', 'b@x']);
    await expect(target.send('DELETE', '/Users/u-1')).rejects.toThrow();
    expect(userNames(target)).toEqual(['b@x']);
  },
  'not-http': async (target) => {
    await expect(create(target)).rejects.toThrow();
    expect(userNames(target)).toEqual(['a@x']);
  },
  huge: async (target) => {
    const endless = await target.ask('GET', FOUND);
    await endless.body?.cancel();
    target.fault('huge=1');
    const text = await (await target.ask('GET', FOUND)).text();
    expect(text.length).toBeGreaterThan(1024 * 1024);
    expect(text.length).toBeLessThan(1024 * 1024 + 2000);
    expect(JSON.parse(text).totalResults).toBe(1);
    expect(JSON.parse(await (await target.ask('DELETE', '/Users/u-1')).text())).toEqual({});
  },
  html: isHtml(200),
  '502': isHtml(502),
  redirect: async (target) => {
    const answer = await target.ask('GET', FOUND);
    const location = new URL(answer.headers.get('location') ?? '');
    const { port, pathname } = new URL(target.baseUrl);
    expect([answer.status, location.hostname, location.port]).toEqual([307, 'localhost', port]);
    expect([location.pathname, location.searchParams.get('filter')]).toEqual([
      `${pathname}/Users`,
      'userName eq "a@x"',
    ]);
    expect((await target.ask('POST', '/Users', { userName: 'b@x' })).status).toBe(307);
    expect(userNames(target)).toEqual(['a@x']);
  },
  'bad-json': async (target) => {
    const answer = await target.ask('POST', '/Users', { userName: 'b@x' });
    expect(answer.headers.get('content-type')).toMatch(/^application\/scim\+json/);
    const text = await answer.text();
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(userNames(target)).toEqual(['a@x', 'b@x']);
  },
  'bad-content-type': async (target) => {
    const { headers, body } = await create(target);
    expect([headers.get('content-type'), body.userName]).toEqual(['text/plain; charset=utf-8', 'b@x']);
  },
};
