import fc from 'fast-check';
import { describe, expect, it, test, vi } from 'vitest';
import { isWeakSecret } from '../../../src/io/secrets/needles.ts';
import { createSecrets, secretsInUrl, secretsOfAuthentication } from '../../../src/io/secrets/secrets.ts';

const TOKEN = 'aZ3+/k=9_Q-7.x~T0ken';

const percent = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

const jsonEscaped = (text: string): string =>
  [...text].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const FORMS: readonly (readonly [name: string, form: string])[] = [
  ['as it is', TOKEN],
  ['in upper case', TOKEN.toUpperCase()],
  ['in lower case', TOKEN.toLowerCase()],
  ['percent-encoded', encodeURIComponent(TOKEN)],
  [
    'percent-encoded with small hex digits',
    encodeURIComponent(TOKEN).replace(/%../g, (hex) => hex.toLowerCase()),
  ],
  ['percent-encoded twice', encodeURIComponent(encodeURIComponent(TOKEN))],
  ['percent-encoded character by character', percent(TOKEN)],
  ['as a value of a form', new URLSearchParams({ '': TOKEN }).toString().slice(1)],
  ['as a form decodes it', TOKEN.replaceAll('+', ' ')],
  ['with a solidus that JSON escapes', TOKEN.replaceAll('/', '\\/')],
  ['with a plus sign that JSON escapes', TOKEN.replaceAll('+', '\\u002B')],
  ['escaped by JSON character by character', jsonEscaped(TOKEN)],
  ['escaped by JSON twice', JSON.stringify(jsonEscaped(TOKEN)).slice(1, -1)],
  ['escaped by JavaScript', TOKEN.replaceAll('+', '\\x2b').replaceAll('/', '\\u{2f}')],
  ['percent-encoded, then escaped by JSON', jsonEscaped(percent(TOKEN))],
  ['escaped by JSON, then percent-encoded', percent(jsonEscaped(TOKEN))],
  ['with references of HTML', TOKEN.replace(/[^a-z0-9]/gi, (one) => `&#${one.charCodeAt(0)};`)],
  [
    'with named references of HTML',
    TOKEN.replaceAll('+', '&plus;').replaceAll('/', '&sol;').replaceAll('=', '&equals;'),
  ],
  ['over two lines', `${TOKEN.slice(0, 9)}\r\n${TOKEN.slice(9)}`],
  ['over two lines of a JSON text', `${TOKEN.slice(0, 9)}\\n${TOKEN.slice(9)}`],
  ...['200b', 'fe0f', '034f', '3164', '180e', 'e0001', 'e0100', 'ffa0', 'fffd', '110bd'].map(
    (code): readonly [string, string] => [
      `with U+${code.toUpperCase()} between its characters`,
      TOKEN.split('').join(String.fromCodePoint(Number.parseInt(code, 16))),
    ],
  ),
  ['in base64', base64(TOKEN)],
  ['in base64 behind an id', base64(`id:${TOKEN}`)],
  ['in base64 behind a longer id', base64(`client-id:${TOKEN}`)],
  ['in base64 of a URL', Buffer.from(`ab:${TOKEN}`).toString('base64url')],
  ['behind a percent sign', `%${TOKEN}`],
  ['behind a backslash', `\\${TOKEN}`],
];

describe('a secret is masked', () => {
  const { mask } = createSecrets([TOKEN]);

  test.each(FORMS)('%s', (_, form) => {
    const clean = mask(`before ${form} behind`);
    expect(clean).toMatch(/^before [%\\]?\*\*\* behind$/);
  });

  test.each(FORMS)('in a value of JSON, %s, and the document stays one', (_, form) => {
    const clean = JSON.parse(
      mask(JSON.stringify({ schemas: ['urn:x'], id: '7', nested: [{ value: form }] })),
    );
    expect(clean).toMatchObject({ schemas: ['urn:x'], id: '7' });
    expect(clean.nested[0].value).toMatch(/^[%\\]?\*\*\*$/);
  });

  it('in the names of members too', () => {
    expect(mask(`{"${TOKEN}":true}`)).toBe('{"***":true}');
  });

  it('as a number', () => {
    expect(createSecrets(['4711471147']).mask('{"id":4711471147,"n":47}')).toBe('{"id":"***","n":47}');
  });

  it('in each place, and nothing else is', () => {
    expect(mask(`a ${TOKEN} b ${encodeURIComponent(TOKEN)} c`)).toBe('a *** b *** c');
  });

  it('when it is issued later, and the last issued ones stay masked', () => {
    const secrets = createSecrets();
    secrets.learnIssued('first-issued');
    secrets.learnIssued('then-issued');
    expect(secrets.mask('first-issued then-issued')).toBe('*** ***');
  });

  it('with the longest first where one contains another', () => {
    expect(createSecrets(['hush-hush', 'hush-hush-now']).mask('hush-hush-now')).toBe('***');
  });
});

describe('a secret with letters beyond ASCII', () => {
  const SECRET = 'Zo\u00eb-stra\u00dfe 4711\u00e9';
  const { mask } = createSecrets([SECRET]);
  const form = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);

  it.each([
    ['as it is', SECRET],
    ['with its accents apart', SECRET.normalize('NFD')],
    ['percent-encoded', encodeURIComponent(SECRET)],
    ['percent-encoded with its accents apart', encodeURIComponent(SECRET.normalize('NFD'))],
    [
      'percent-encoded in Latin-1',
      form(SECRET).replace(
        /%C3%([0-9A-F])(.)/g,
        (_, high, low) => `%${(Number.parseInt(high, 16) + 4).toString(16)}${low}`,
      ),
    ],
    ['in base64', base64(`id:${SECRET}`)],
    ['in base64 with its accents apart', base64(`id:${SECRET.normalize('NFD')}`)],
    ['in base64 of Latin-1', Buffer.from(`id:${SECRET}`, 'latin1').toString('base64')],
    ['in base64 of a form', base64(`${form('my id')}:${form(SECRET)}`)],
    ['in base64 of a URI', base64(`id:${encodeURIComponent(SECRET)}`)],
  ])('is masked %s', (_, text) => {
    expect(mask(`before ${text} behind`)).toBe('before *** behind');
  });

  it('is masked as it is where it was given with its accents apart', () => {
    expect(createSecrets([SECRET.normalize('NFD')]).mask(`<${SECRET}>`)).toBe('<***>');
  });

  it('is masked in the header of a short password as well', () => {
    const { mask: masked } = createSecrets(
      secretsOfAuthentication({ type: 'basic', username: 'j\u00f6b', password: 'p\u00e9 w' }),
    );
    for (const header of [
      base64('j\u00f6b:p\u00e9 w'),
      Buffer.from('j\u00f6b:p\u00e9 w', 'latin1').toString('base64'),
      base64(`${form('j\u00f6b')}:${form('p\u00e9 w')}`),
    ])
      expect(masked(`Basic ${header}`)).toBe('Basic ***');
  });
});

describe('a long answer with a secret is masked, however it is made', () => {
  const { mask } = createSecrets([TOKEN]);
  const KIB = 1024;
  const filled = (part: string, kib: number): string => part.repeat((kib * KIB) / part.length);
  const hit = base64(TOKEN).replaceAll('=', '');

  it.each([
    ['base64 of it again and again', filled(hit, 512), '***'],
    ['it again and again', filled(`${TOKEN} `, 512), filled(`${TOKEN} `, 512).replaceAll(TOKEN, '***')],
    ['a run of base64 behind it', `${hit}${filled('a', 512)} end`, '*** end'],
    [
      'percent signs that are escaped again and again',
      `${TOKEN}%${filled('25', 1024)}`,
      `***%${filled('25', 1024)}`,
    ],
    ['backslashes', `${TOKEN}${filled('\\', 1024)}`, `***${filled('\\', 1024)}`],
    ['invisible characters', `${TOKEN}${filled('\u200b', 512)}`, `***${filled('\u200b', 512)}`],
    [
      'a letter that is longer in lower case',
      `${TOKEN}\u0130${filled('x', 512)}`,
      `***\u0130${filled('x', 512)}`,
    ],
  ])('%s', (_, text, clean) => {
    expect(mask(text) === clean).toBe(true);
  });

  it('and no character of a run of base64 is looked at for each of the secrets in it', () => {
    let looks = 0;
    const test = RegExp.prototype.test;
    const counted = vi.spyOn(RegExp.prototype, 'test').mockImplementation(function (this: RegExp, text) {
      looks += 1;
      return test.call(this, text);
    });
    const text = filled(hit, 16);
    expect(mask(text)).toBe('***');
    counted.mockRestore();
    expect(looks).toBeLessThan(100 * text.length);
  });
});

describe('a secret that looks like any word', () => {
  it.each(['user', 'id', 'secret', 'Operations', 'userName', '1234'])(
    'leaves messages of the protocol alone: %s',
    (word) => {
      const body = JSON.stringify({
        schemas: ['urn:secret:user'],
        Operations: [{ op: 'add', path: 'userName', value: '1234' }],
      });
      expect(createSecrets([word]).mask(body)).toBe(body);
      expect(isWeakSecret(word)).toBe(true);
    },
  );

  it.each(['user', 'Operations', 'x1'])('is masked after an authentication scheme: %s', (word) => {
    expect(createSecrets([word]).mask(`got Authorization: Bearer ${word}, no`)).toBe(
      'got Authorization: Bearer ***, no',
    );
  });

  it('is masked as a word of its own where it has letters and digits', () => {
    expect(createSecrets(['s3cret']).mask('no such secret: S3CRET; s3crets stay')).toBe(
      'no such secret: ***; s3crets stay',
    );
  });
});

describe('the secrets of a job', () => {
  it('are a password and the header that it makes; the name stays', () => {
    const { mask } = createSecrets(
      secretsOfAuthentication({ type: 'basic', username: 'job', password: 'pass-w0rd' }),
    );
    expect(mask(`job failed with pass-w0rd in Basic ${base64('job:pass-w0rd')}`)).toBe(
      'job failed with *** in Basic ***',
    );
  });

  it('are the header of a short password as well', () => {
    const { mask } = createSecrets(
      secretsOfAuthentication({ type: 'basic', username: 'job', password: 'pw' }),
    );
    expect(mask(`Basic ${base64('job:pw')}`)).toBe('Basic ***');
  });

  it('are the password of a URL, encoded and decoded', () => {
    const { mask } = createSecrets(secretsInUrl('smtp://me:h%40sh-hush@mail.contoso.com'));
    expect(mask('h%40sh-hush, h@sh-hush')).toBe('***, ***');
    expect(mask(`AUTH PLAIN ${base64('\0me\0h@sh-hush')}`)).toBe('AUTH PLAIN ***');
  });

  it('are none where nothing is given', () => {
    expect(createSecrets(['']).mask('abc')).toBe('abc');
    expect(secretsInUrl('no url')).toEqual([]);
  });
});

const VISIBLE =
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=!$%&\'()*,:;@"\\<>#[]{}|^`?';
const secretText = fc
  .array(fc.constantFrom(...VISIBLE), { minLength: 12, maxLength: 60 })
  .map((parts) => parts.join(''))
  .filter((text) => !isWeakSecret(text) && /[a-z0-9]{3}/i.test(text));

const ENCODINGS: readonly ((text: string) => string)[] = [
  (text) => text,
  percent,
  encodeURIComponent,
  jsonEscaped,
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  (text) => [...text].map((one) => `&#x${one.charCodeAt(0).toString(16)};`).join(''),
  (text) => new URLSearchParams({ '': text }).toString().slice(1),
];

const encoding = fc.array(fc.constantFrom(...ENCODINGS), { maxLength: 3 });

test.each([1, 2, 3])('a secret that looks encoded itself is found within %i layers of JSON', (layers) => {
  const secret = '%aaaaaaaaa\\`\\';
  let form = secret;
  for (let layer = 0; layer < layers; layer += 1) form = JSON.stringify(form).slice(1, -1);
  expect(createSecrets([secret]).mask(`<${form}>`)).toBe('<***>');
});

describe('whatever the secret and however it is encoded', () => {
  it('nothing of it is left, and the text around it stays', () => {
    fc.assert(
      fc.property(secretText, encoding, (secret, layers) => {
        const form = layers.reduce((text, encode) => encode(text), secret);
        const clean = createSecrets([secret]).mask(`<${form}>`);
        expect(clean).not.toContain(form);
        expect(clean).toContain('***');
        expect(createSecrets([secret]).mask(clean)).toBe(clean);
      }),
      { numRuns: 2_000 },
    );
  });

  it('a document of JSON with it stays one', () => {
    fc.assert(
      fc.property(secretText, encoding, (secret, layers) => {
        const value = layers.reduce((text, encode) => encode(text), secret);
        const clean = JSON.parse(createSecrets([secret]).mask(JSON.stringify({ id: '1', value })));
        expect(clean).toMatchObject({ id: '1' });
        expect(clean.value).not.toContain(value);
      }),
      { numRuns: 1_000 },
    );
  });

  it('a text without it is given back as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.uuid(), (text, secret) => {
        const { mask } = createSecrets([secret]);
        expect(mask(text)).toBe(text);
      }),
    );
  });

  it('two secrets side by side leave no third behind', () => {
    fc.assert(
      fc.property(secretText, secretText, (one, other) => {
        const { mask } = createSecrets([one, other]);
        const clean = mask(`${one}${other}${one.slice(0, 5)}${other}${one.slice(5)}`);
        expect(mask(clean)).toBe(clean);
        for (const secret of [one, other]) expect(clean.toLowerCase()).not.toContain(secret.toLowerCase());
      }),
    );
  });
});
