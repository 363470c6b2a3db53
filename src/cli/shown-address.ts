// An engine's address as it may be printed and logged: without the passwords in it.

const HIDDEN = '***';
const SECRET_PARAMETERS = ['password', 'sslpassword'];

/** The same text where there is nothing to hide. */
export function shownAddress(address: string): string {
  if (!/^(postgres(ql)?|rediss?(\+cluster)?):\/\//.test(address)) return address;
  if (!URL.canParse(address)) return address.replace(/\/\/.*@/, '//...@');
  const url = new URL(address);
  const before = url.href;
  if (url.password !== '') url.password = HIDDEN;
  for (const name of SECRET_PARAMETERS) {
    if (url.searchParams.has(name)) url.searchParams.set(name, HIDDEN);
  }
  const wake = url.searchParams.get('wake');
  if (wake !== null) url.searchParams.set('wake', shownAddress(wake));
  return url.href === before ? address : url.href;
}
