import { describe, expect, it } from 'vitest';
import type { ScimAnswer } from '../../src/model/scim.ts';
import { bodyText, quoteDetail, readDetail } from '../../src/scim/quote.ts';
import { anAnswer, aTextAnswer } from './scim-builders.ts';

/** What is quoted of an answer that says it is HTML. */
const quoted = (text: string): string | null =>
  quoteDetail({ contentType: 'text/html', text, body: undefined } as ScimAnswer);

const LENGTH = 1024 * 1024;
const again = (part: string): string => part.repeat(LENGTH / part.length);

describe('an answer in HTML', () => {
  it.each([
    ['a text', 'no &lt;user&gt; <b>here</b>', '"no <user> here"'],
    ['a page', '<!-- x --><html><pre class="e">Error: <i>no</i></pre> end', '"Error: no"'],
    ['a page that says nothing', '<html><p>Welcome', null],
  ])('is quoted: %s', (_, text, shown) => {
    expect(quoted(text)).toBe(shown);
  });

  it.each([
    ['comments', again('<!--')],
    ['tags', again('<')],
    ['preformatted text', `<html>${again('<pre')}`],
    ['declarations', again('<?xml ')],
  ])('is read in one pass where %s begin again and again, and never end', (_, text) => {
    expect((quoted(text) ?? '').length).toBeLessThan(400);
  });
});

describe('an answer that may repeat redacted values', () => {
  const redacted = { ...anAnswer(400, { detail: 'ssn 078-05-1120 is taken' }), isRedacted: true } as const;

  it('is neither quoted nor kept', () => {
    expect(quoteDetail(redacted)).toBe('[Redact]');
    expect(bodyText(redacted)).toBe('[Redact]');
  });

  it('is searched for what it names', () => {
    expect(readDetail(redacted)).toContain('ssn');
  });

  it('says nothing where it has no body', () => {
    const silent = { ...anAnswer(400), isRedacted: true } as const;
    expect([quoteDetail(silent), bodyText(silent)]).toEqual([null, '']);
  });
});

describe('secrets that an answer repeats', () => {
  it.each([
    ['{"user":{"userPassword":"hunter2"}}'],
    ['{"clientSecret":"hunter2","title":"t"}'],
    ['{"urn:example:2.0:User:apiKey":"hunter2"}'],
    ['{"Operations":[{"op":"add","path":"urn:example:2.0:User:newPassword","value":"hunter2"}]}'],
  ])('are not kept with its body: %s', (text) => {
    expect(bodyText(anAnswer(400, JSON.parse(text)))).toContain('***');
    expect(bodyText(anAnswer(400, JSON.parse(text)))).not.toContain('hunter2');
    expect(bodyText(aTextAnswer(400, text.slice(0, -1)))).not.toContain('hunter2"');
  });

  it.each([
    'cannot take {"password": "hunter2", "title": "t"}',
    'password=hunter2&title=t',
    "login_password = 'hunter2' was refused",
    'Authorization: Bearer hunter2hunter2hunter2',
  ])('are not quoted: %s', (detail) => {
    expect(quoteDetail(anAnswer(400, { detail }))).toContain('***');
    expect(quoteDetail(anAnswer(400, { detail }))).not.toContain('hunter2');
  });

  it('leave words about them as they are', () => {
    const detail = 'password: must have 8 characters; passwordPolicies = strict';
    expect(quoteDetail(anAnswer(400, { detail }))).toBe(`"${detail}"`);
  });
});
