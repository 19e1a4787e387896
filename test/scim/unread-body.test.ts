import { describe, expect, test } from 'vitest';
import { hintOnUnreadBody } from '../../src/scim/unread-body.ts';
import { anAnswer, aTextAnswer } from './scim-builders.ts';

const SENT = { body: { schemas: ['x'], userName: 'ann@contoso.com', displayName: 'Ann', active: true } };

const hintOn = (said: string, status = 400): string | null =>
  hintOnUnreadBody(SENT, anAnswer(status, { detail: said }));

describe('a body that was probably not read', () => {
  test.each([
    'userName is required',
    'User Name is a required field',
    'user_name: missing',
    '"userName" must be provided',
    "Username can't be blank",
    'displayName cannot be null',
    'Missing required attribute: userName',
    'required property userName',
    "Cannot read properties of undefined (reading 'userName')",
  ])('is the likely cause of: %s', (said) => {
    expect(hintOn(said)).toMatch(/^the request did hold \w+; .*application\/scim\+json/);
  });

  test.each([
    'request body is empty',
    'Unexpected end of JSON input',
    'req.body is undefined',
    "'NoneType' object has no attribute 'get'",
  ])('is the likely cause of: %s', (said) => {
    expect(hintOn(said)).toMatch(/^the request did have a body; /);
  });

  test.each([
    'userName must contain an @',
    'displayName must have at most 20 characters',
    'userName: expected a valid e-mail address',
    'Invalid userName: blank characters are not allowed',
    'userName ann already exists; it is required to be unique',
    'emails is required',
    'title is required; userName ann@contoso.com was not created',
    'manager.value is required',
  ])('is not the cause of: %s', (said) => {
    expect(hintOn(said)).toBeNull();
  });

  test('is the cause of 415 whatever the target says', () => {
    expect(hintOnUnreadBody(SENT, aTextAnswer(415, 'no', 'text/plain'))).toMatch(
      /does not take the content type/,
    );
  });

  test('is not looked for behind a success or a conflict', () => {
    expect(hintOn('userName is required', 200)).toBeNull();
    expect(hintOn('userName is required', 409)).toBeNull();
  });
});
