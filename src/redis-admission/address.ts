// Where servers share what stands before the sales, as `--admission` and HOLDFAST_ADMISSION say it: a Redis, and a
// name that tells several shops in it apart. Opens nothing.

export interface AdmissionAddress {
  /** As the driver takes it. */
  url: string;
  name: string;
}

const NAME = /^[A-Za-z0-9_.:-]{1,64}$/;
const NAME_DEFAULT = 'holdfast';

/** @throws RangeError with what is wrong. */
export function parseAdmission(text: string): AdmissionAddress {
  if (!/^rediss?:\/\//.test(text) || !URL.canParse(text)) {
    throw new RangeError('it must be an address such as redis://127.0.0.1:6379/0?name=shop');
  }
  const url = new URL(text);
  const name = url.searchParams.get('name') ?? NAME_DEFAULT;
  url.searchParams.delete('name');
  if (!NAME.test(name)) {
    throw new RangeError(`"${name}" is no name: 1 to 64 of A-Z a-z 0-9 _ . : -`);
  }
  return { url: url.href, name };
}
