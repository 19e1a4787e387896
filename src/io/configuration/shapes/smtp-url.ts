/**
 * Says what is wrong with the URL of a mail server; null when nothing is. The URL itself is not repeated: it may hold
 * a password.
 */
export function smtpUrlProblem(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '')
    return 'smtpUrl is no smtp or smtps URL with a host; write for instance smtp://localhost:25';
  if (url.search !== '' || url.hash !== '' || !['', '/'].includes(url.pathname))
    return 'smtpUrl has more than a user name, a password, a host and a port; leave the rest out';
  if ((url.username === '') !== (url.password === ''))
    return 'smtpUrl has a user name or a password without the other; give both, or neither';
  return [url.username, url.password].every(isEncoded)
    ? null
    : 'smtpUrl has a user name or password with a % that encodes nothing; write %25 for a percent sign';
}

const isEncoded = (text: string): boolean => {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
};
