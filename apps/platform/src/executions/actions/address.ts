import { namesIn } from '../../catalogue/index.ts';

/** An address that a value would turn into another one than its author meant. */
export class AddressError extends Error {
  readonly code = 'wrong_address';

  constructor(message: string) {
    super(message);
    this.name = 'AddressError';
  }
}

/**
 * An address with the values that it names in braces, each encoded; where there is no value, empty text stands.
 * @param texts the values by name
 * @throws AddressError for values such as `..`, which would climb to another path
 */
export function fillIn(template: string, texts: ReadonlyMap<string, string | null>): URL {
  const filled = (text: (name: string) => string): URL =>
    new URL(template.replaceAll(/\{([^{}]*)\}/g, (_, name: string) => encodeURIComponent(text(name))));
  const address = filled((name) => texts.get(name) ?? '');
  if (depth(address) !== depth(filled(() => 'x')))
    throw new AddressError('the values in its address lead to another path');
  return address;
}

/**
 * The address that an action calls: with the values that it names in braces, or, when it names none, with all of those
 * that are there as parameters of the query.
 * @throws AddressError
 */
export function addressOf(template: string, texts: ReadonlyMap<string, string | null>): URL {
  const address = fillIn(template, texts);
  if (namesIn(template).length > 0) return address;
  for (const [name, text] of texts) if (text !== null) address.searchParams.append(name, text);
  return address;
}

const depth = ({ pathname }: URL): number => pathname.split('/').length;
