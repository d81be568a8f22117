const NAMES = new Set([
  'pan',
  'coastal',
  'blue',
  'green',
  'green05',
  'yellow',
  'red',
  'rededge',
  'rededge071',
  'rededge075',
  'rededge078',
  'nir',
  'nir08',
  'nir09',
  'cirrus',
  'swir16',
  'swir22',
  'lwir',
  'lwir11',
  'lwir12',
]);

/** What the public archives of Sentinel-2 call its bands at 705, 740 and 783 nm. */
const ALIASES: Readonly<Record<string, string>> = {
  rededge1: 'rededge071',
  rededge2: 'rededge075',
  rededge3: 'rededge078',
};

/** The part of the spectrum that a band's name says, as STAC's electro-optical extension names it. */
export function commonNameOf(name: string): string | null {
  const plain = name.trim().toLowerCase();
  return NAMES.has(plain) ? plain : (ALIASES[plain] ?? null);
}
