const GRS80 = '+ellps=GRS80 +towgs84=0,0,0,0,0,0,0';
const METRES = '+units=m +no_defs';

/** PROJ's description of the commonest systems that are not a family; parameters as registered by EPSG. */
const SINGLE: Readonly<Record<number, string>> = {
  4326: '+proj=longlat +datum=WGS84 +no_defs',
  4258: `+proj=longlat ${GRS80} +no_defs`,
  4269: `+proj=longlat ${GRS80} +no_defs`,
  4277: '+proj=longlat +ellps=airy +towgs84=446.448,-125.157,542.06,0.15,0.247,0.842,-20.489 +no_defs',
  4283: `+proj=longlat ${GRS80} +no_defs`,
  7844: `+proj=longlat ${GRS80} +no_defs`,
  3857: `+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +nadgrids=@null ${METRES}`,
  3395: `+proj=merc +lon_0=0 +k=1 +x_0=0 +y_0=0 +datum=WGS84 ${METRES}`,
  // Britain, Ireland
  27700: `+proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy +towgs84=446.448,-125.157,542.06,0.15,0.247,0.842,-20.489 ${METRES}`,
  29901: `+proj=tmerc +lat_0=53.5 +lon_0=-8 +k=1 +x_0=200000 +y_0=250000 +ellps=airy +towgs84=482.5,-130.6,564.6,-1.042,-0.214,-0.631,8.15 ${METRES}`,
  29902: `+proj=tmerc +lat_0=53.5 +lon_0=-8 +k=1.000035 +x_0=200000 +y_0=250000 +a=6377340.189 +rf=299.3249646 +towgs84=482.5,-130.6,564.6,-1.042,-0.214,-0.631,8.15 ${METRES}`,
  29903: `+proj=tmerc +lat_0=53.5 +lon_0=-8 +k=1.000035 +x_0=200000 +y_0=250000 +a=6377340.189 +rf=299.3249646 +towgs84=482.5,-130.6,564.6,-1.042,-0.214,-0.631,8.15 ${METRES}`,
  2157: `+proj=tmerc +lat_0=53.5 +lon_0=-8 +k=0.99982 +x_0=600000 +y_0=750000 ${GRS80} ${METRES}`,
  // Europe
  3034: `+proj=lcc +lat_0=52 +lon_0=10 +lat_1=35 +lat_2=65 +x_0=4000000 +y_0=2800000 ${GRS80} ${METRES}`,
  3035: `+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 ${GRS80} ${METRES}`,
  2154: `+proj=lcc +lat_0=46.5 +lon_0=3 +lat_1=49 +lat_2=44 +x_0=700000 +y_0=6600000 ${GRS80} ${METRES}`,
  28992: `+proj=sterea +lat_0=52.1561605555556 +lon_0=5.38763888888889 +k=0.9999079 +x_0=155000 +y_0=463000 +ellps=bessel +towgs84=565.4171,50.3319,465.5524,1.9342,-1.6677,9.1019,4.0725 ${METRES}`,
  31370: `+proj=lcc +lat_0=90 +lon_0=4.36748666666667 +lat_1=51.1666672333333 +lat_2=49.8333339 +x_0=150000.013 +y_0=5400088.438 +ellps=intl +towgs84=-106.8686,52.2978,-103.7239,-0.3366,0.457,-1.8422,-1.2747 ${METRES}`,
  // Australia, New Zealand
  3577: `+proj=aea +lat_0=0 +lon_0=132 +lat_1=-18 +lat_2=-36 +x_0=0 +y_0=0 ${GRS80} ${METRES}`,
  2193: `+proj=tmerc +lat_0=0 +lon_0=173 +k=0.9996 +x_0=1600000 +y_0=10000000 ${GRS80} ${METRES}`,
  // North America, polar, global equal area
  5070: `+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5 +x_0=0 +y_0=0 ${GRS80} ${METRES}`,
  3413: `+proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45 +x_0=0 +y_0=0 +datum=WGS84 ${METRES}`,
  3031: `+proj=stere +lat_0=-90 +lat_ts=-71 +lon_0=0 +x_0=0 +y_0=0 +datum=WGS84 ${METRES}`,
  6933: `+proj=cea +lat_ts=30 +lon_0=0 +x_0=0 +y_0=0 +datum=WGS84 ${METRES}`,
};

/** Families of UTM zones: first and last code, the code of zone 0, and the rest of the description. */
const UTM: readonly { first: number; last: number; zero: number; rest: string }[] = [
  { first: 32601, last: 32660, zero: 32600, rest: '+datum=WGS84' },
  { first: 32701, last: 32760, zero: 32700, rest: '+south +datum=WGS84' },
  { first: 25828, last: 25838, zero: 25800, rest: GRS80 },
  { first: 26901, last: 26923, zero: 26900, rest: GRS80 },
  { first: 28348, last: 28358, zero: 28300, rest: `+south ${GRS80}` },
  { first: 7846, last: 7859, zero: 7800, rest: `+south ${GRS80}` },
];

/** PROJ's description of an EPSG code, or null when it is not one that is built in. */
export function definitionOf(code: number): string | null {
  const single = SINGLE[code];
  if (single !== undefined) return single;
  const family = UTM.find(({ first, last }) => code >= first && code <= last);
  return family === undefined ? null : `+proj=utm +zone=${code - family.zero} ${family.rest} ${METRES}`;
}
