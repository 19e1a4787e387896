import { describe, expect, it } from 'vitest';
import { type LoggerOptions, openLogger } from '../../../src/io/logger.ts';
import { createSecrets } from '../../../src/io/secrets/secrets.ts';

const open = (options: Partial<LoggerOptions> = {}) => {
  const lines: string[] = [];
  const logger = openLogger({
    format: 'json',
    level: 'info',
    write: (line) => lines.push(line),
    mask: (line) => line,
    ...options,
  });
  return { logger, lines };
};

describe('the log', () => {
  it('is one document of JSON a line, with an instant and a level in words', () => {
    const { logger, lines } = open();
    logger.info({ job: 'it', requests: 7 }, 'cycle ended');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      job: 'it',
      requests: 7,
      msg: 'cycle ended',
    });
  });

  it('is text for people, with the facts behind the message', () => {
    const { logger, lines } = open({ format: 'text' });
    logger.warn({ job: 'it', file: 'a b.csv', count: 3 }, 'not imported');
    expect(lines[0]).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d WARN {2}\[it\] not imported {2}file="a b.csv" {2}count=3\n$/,
    );
  });

  it('shows no secret, under its name, inside a text, or as JSON escapes it', () => {
    const { mask } = createSecrets(['hush-hush', 'qu"ote-4711']);
    for (const format of ['json', 'text'] as const) {
      const { logger, lines } = open({ format, mask });
      logger.info({ token: 'by name', target: { secretToken: 'nested' } }, 'with names');
      logger.info({ reason: 'the server said hush-hush' }, 'Bearer qu"ote-4711, then HUSH%2Dhush');
      const all = lines.join('');
      for (const secret of ['by name', 'nested', 'hush', 'HUSH', 'ote-4711'])
        expect(all).not.toContain(secret);
      expect(all).toContain('***');
    }
  });

  it('asks for the secrets at each line, as a reload changes them', () => {
    const secrets = createSecrets();
    const { logger, lines } = open({ mask: secrets.mask });
    secrets.learn(['new-secret']);
    logger.info('it is new-secret');
    expect(lines[0]).not.toContain('new-secret');
  });

  it('cannot be made to move the cursor of a terminal, or to begin a line of its own', () => {
    const { logger, lines } = open({ format: 'text' });
    logger.info('\u001b[2Jcleared\r2026-01-01 00:00:00 INFO  forged\nsecond');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(lines[0]).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(lines[0]?.split('\n').slice(1)).toEqual(['    second', '']);
  });

  it('keeps what is below its level to itself', () => {
    const { logger, lines } = open({ level: 'warn' });
    logger.info('chatter');
    logger.warn('trouble');
    expect(lines).toHaveLength(1);
  });
});
