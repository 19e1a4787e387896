import type { Authentication, Configuration } from '../../model/job.ts';

/** Every secret that a configuration holds: no log may show them. */
export const secretsOf = ({ jobs, endpoint, mail }: Configuration): readonly string[] => [
  ...jobs.flatMap(({ target }) => authenticationSecrets(target.auth)),
  ...(endpoint?.token ? [endpoint.token] : []),
  ...(mail === null ? [] : passwordsIn(mail.smtpUrl)),
];

const authenticationSecrets = (auth: Authentication): readonly string[] => {
  switch (auth.type) {
    case 'bearer':
      return [auth.secretToken];
    case 'basic':
      return [auth.password];
    case 'oauth2':
      return [auth.clientSecret];
  }
};

/** The password of a URL as it stands there, and as it is meant. */
const passwordsIn = (url: string): readonly string[] => {
  const { password } = new URL(url);
  return password === '' ? [] : [password, decodeURIComponent(password)];
};
