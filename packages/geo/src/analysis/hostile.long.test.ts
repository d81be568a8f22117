import { execFile } from 'node:child_process';
import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { crc32, deflateRawSync, deflateSync } from 'node:zlib';

import { strToU8, zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';

import { temporaryFolder } from '../../test/support/files.ts';
import { nativeAbsent } from '../../test/support/gdal.ts';
import { dbf, polygonShp } from '../../test/support/shapefile.ts';
import { terrain } from '../../test/support/terrain.ts';
import { writeGeoTiff } from '../raster/index.ts';
import { analyse, analyseInChild } from './index.ts';

const file = temporaryFolder();
const run = promisify(execFile);

const options = (fileType: string) => ({
  fileName: 'hostile',
  fileType,
  previewPath: file('preview.png'),
  alternativePath: file('alternative'),
});

/** Why a file is refused, in words that it takes a moment to find. */
async function refusal(fileType: string, bytes: Uint8Array | string): Promise<string> {
  await writeFile(file('hostile'), bytes);
  return await wordsOf(analyse(file('hostile'), options(fileType)));
}

/** The same of one that is a burden on whoever reads it: in a process of its own, within little memory. */
async function refusalApart(fileType: string, bytes?: Uint8Array | string): Promise<string> {
  if (bytes !== undefined) await writeFile(file('hostile'), bytes);
  const limits = { scratchFolder: file('.'), timeoutSeconds: 60, memoryMb: 400, diskMb: 200 };
  return await wordsOf(analyseInChild(file('hostile'), { ...options(fileType), ...limits }));
}

async function wordsOf(analysing: Promise<unknown>): Promise<string> {
  const error = await analysing.catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: 'AnalysisError' });
  // Nothing is left.
  expect((await readdir(file('.'))).filter((name) => !/^(hostile|sound)/.test(name))).toEqual([]);
  const { code, message } = error as { code: string; message: string };
  return `${code}: ${message}`;
}

/** A member of a ZIP archive as its two headers tell of it. */
function member(name: string, content: Buffer, sizes: { declared: number; crc: number }, offset: number) {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(8, 4);
  fields.writeUInt32LE(sizes.crc, 10);
  fields.writeUInt32LE(content.length, 14);
  fields.writeUInt32LE(sizes.declared, 18);
  fields.writeUInt16LE(name.length, 22);
  const central = Buffer.alloc(18);
  central.writeUInt32LE(offset, 14);
  return {
    local: Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, Buffer.from(name), content]),
    central: Buffer.concat([
      Buffer.from('PK\u0001\u0002\u0014\0'),
      fields,
      central.subarray(4),
      Buffer.from(name),
    ]),
  };
}

/** An archive whose names all stand for the same packed bytes. */
function sharing(names: readonly string[], unpacked: Buffer): Buffer {
  const [content, sizes] = [deflateRawSync(unpacked), { declared: unpacked.length, crc: crc32(unpacked) }];
  const [first = ''] = names;
  const { local } = member(first, content, sizes, 0);
  const central = Buffer.concat(names.map((name) => member(name, content, sizes, 0).central));
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  for (const at of [8, 10]) end.writeUInt16LE(names.length, at);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

describe('an archive', () => {
  const kml = strToU8('<kml><Placemark><Point><coordinates>1,2</coordinates></Point></Placemark></kml>');

  test.each<[string, string, () => Uint8Array, RegExp]>([
    [
      'that unpacks to a thousand times its size',
      'KMZ',
      () => sharing(['doc.kml'], Buffer.alloc(2.8e8)),
      /^too_large: .*unpacks to more than 256 MiB/,
    ],
    [
      'whose members share their bytes',
      'ESRI Shapefile',
      () => sharing(['a.shp', 'a.dbf', 'a.prj'], Buffer.alloc(1.4e8)),
      /^(too_large|damaged): /,
    ],
    [
      'of archives',
      'KMZ',
      () => zipSync({ 'a.zip': zipSync({ 'doc.kml': new Uint8Array(1e6) }) }),
      /^wrong_type: .*holds no \.kml file, but a\.zip/,
    ],
    [
      'with a name that leads out of it',
      'KMZ',
      () => zipSync({ '../../escape.kml': kml }),
      /^invalid: .*leads outside of the archive/,
    ],
    [
      'with the name of a file of the machine',
      'KMZ',
      () => zipSync({ '/etc/escape.kml': kml }),
      /^invalid: .*leads outside of the archive/,
    ],
    [
      'of 10,100 files',
      'KMZ',
      () =>
        zipSync(Object.fromEntries(Array.from({ length: 10_100 }, (_, at) => [`${at}`, new Uint8Array()]))),
      /^too_large: .*more than 10000 files/,
    ],
  ])('%s is refused', async (_name, fileType, bytes, reason) => {
    expect(await refusalApart(fileType, bytes())).toMatch(reason);
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('escape'))).toEqual([]);
  });
});

describe('XML', () => {
  const body =
    '<kml><Placemark><name>&x;</name><Point><coordinates>1,2</coordinates></Point></Placemark></kml>';

  test.each<[string, string, RegExp]>([
    [
      'with entities that grow tenfold each',
      `<!DOCTYPE kml [<!ENTITY w "ha"><!ENTITY x "&w;&w;&w;&w;&w;&w;&w;&w;&w;&w;">]>${body}`,
      /^invalid: .*declares XML entities/,
    ],
    [
      'with an entity that is a file of the machine',
      `<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]>${body}`,
      /^invalid: .*declares XML entities/,
    ],
    ['nested without end', '<Folder>'.repeat(200_000), /^\w+: hostile /],
  ])('%s is refused', async (_name, text, reason) => {
    expect(await refusalApart('KML', text.startsWith('<F') ? `<kml>${text}` : text)).toMatch(reason);
  });
});

describe('coordinates', () => {
  test.each<[string, string, RegExp]>([
    ['that are no numbers', '{"type":"Point","coordinates":[NaN,1]}', /^wrong_type: .*column 32/],
    [
      'beyond all numbers',
      '{"type":"Point","coordinates":[1,-1e999]}',
      /^invalid: .*has \[1,-Infinity\] where/,
    ],
    [
      'nested without end',
      `{"type":"Polygon","coordinates":${'['.repeat(2_000_000)}`,
      /^invalid: .*nested too deeply/,
    ],
    [
      'of collections in collections',
      `${'{"type":"GeometryCollection","geometries":['.repeat(3000)}${']}'.repeat(3000)}`,
      /^invalid: .*more than 16 deep/,
    ],
    [
      'of more positions than are accepted',
      `{"type":"MultiPoint","coordinates":[${'[1,2],'.repeat(5_000_000)}[1,2]]}`,
      /^too_large: /,
    ],
  ])('%s are refused', async (_name, text, reason) => {
    expect(await refusalApart('GeoJSON', text)).toMatch(reason);
  });

  test('of a Shapefile that declares billions of positions, or no numbers, are refused', async () => {
    const square = [
      [0, 0],
      [0, 1],
      [1, 1],
      [0, 0],
    ] as const;
    const record = { rings: [square], name: 'a', height: 1, seen: '20240203' };
    const pack = (change: (shp: Buffer) => void): Uint8Array => {
      const shp = polygonShp([record]);
      change(shp);
      return zipSync({ 'a.shp': shp, 'a.dbf': dbf([record]) });
    };
    // The counts of rings and of positions follow on the box of the first record.
    for (const at of [144, 148])
      expect(
        await refusal(
          'ESRI Shapefile',
          pack((shp) => shp.writeInt32LE(0x7fffffff, at)),
        ),
      ).toMatch(/^damaged: /);
    expect(
      await refusal(
        'ESRI Shapefile',
        pack((shp) => shp.writeInt32BE(0x7fffffff, 24)),
      ),
    ).toMatch(/cut off/);
    const noNumber = pack((shp) => shp.writeDoubleLE(Number.NaN, 156));
    expect(await refusal('ESRI Shapefile', noNumber)).toMatch(/^invalid: .*has \[NaN,0\] where a position/);
  });
});

describe('a raster', () => {
  let sound: Buffer;

  beforeAll(async () => {
    await writeGeoTiff(file('sound.tif'), terrain(300, 200));
    sound = await readFile(file('sound.tif'));
  });

  /** The offset of the value of a tag in the first directory. */
  const valueOf = (bytes: Buffer, tag: number): number =>
    Array.from({ length: bytes.readUInt16LE(8) }, (_, index) => 10 + 12 * index).find(
      (at) => bytes.readUInt16LE(at) === tag,
    )! + 8;

  test('whose directories lead in a circle is read at once as GDAL reads it: its first image', async () => {
    const circular = Buffer.from(sound);
    circular.writeUInt32LE(8, 10 + 12 * circular.readUInt16LE(8));
    await writeFile(file('hostile'), circular);
    const [read, right] = [
      await analyse(file('hostile'), options('GeoTIFF')),
      await analyse(file('sound.tif'), options('GeoTIFF')),
    ];
    expect(read.selectors).toEqual(right.selectors);
    expect(read.bounds).toEqual(right.bounds);
  });

  test('of complex numbers is refused, and not called damaged', async () => {
    const complex = Buffer.from(sound);
    complex.writeUInt16LE(6, valueOf(complex, 339));
    expect(await refusal('GeoTIFF', complex)).toMatch(/^unsupported: .*holds complex numbers/);
  });

  test('that declares what it cannot hold is refused', async () => {
    const wide = Buffer.from(sound);
    for (const tag of [256, 257]) wide.writeUInt32LE(0xfffffff0, valueOf(wide, tag));
    expect(await refusal('GeoTIFF', wide)).toMatch(/^(too_large|damaged): /);
    expect(await refusal('GeoTIFF', sound.subarray(0, 5000))).toMatch(/^damaged: .*cut off/);
  });

  test.skipIf(nativeAbsent)(
    'whose one strip unpacks to more than it may take of memory is refused (skipped without gdal_translate)',
    async () => {
      await run('gdal_translate', [
        '-q',
        '-co',
        'COMPRESS=DEFLATE',
        '-co',
        'BLOCKYSIZE=200',
        file('sound.tif'),
        file('sound-deflate.tif'),
      ]);
      const packed = await readFile(file('sound-deflate.tif'));
      const bomb = deflateSync(Buffer.alloc(6e8), { level: 1 });
      packed.writeUInt32LE(packed.length, valueOf(packed, 273));
      packed.writeUInt32LE(bomb.length, valueOf(packed, 279));
      expect(await refusalApart('GeoTIFF', Buffer.concat([packed, bomb]))).toMatch(/^(too_large|damaged): /);
    },
  );

  test('in a PNG of nothing but zeros, 144 million of them, is refused', async () => {
    const chunk = (type: string, data: Buffer): Buffer => {
      const head = Buffer.alloc(4);
      head.writeUInt32BE(data.length);
      const named = Buffer.concat([Buffer.from(type), data]);
      const tail = Buffer.alloc(4);
      tail.writeUInt32BE(crc32(named));
      return Buffer.concat([head, named, tail]);
    };
    const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
    for (const at of [0, 4]) header.writeUInt32BE(12_000, at);
    const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const png = [
      signature,
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(Buffer.alloc(12_001 * 12_000))),
      chunk('IEND', Buffer.alloc(0)),
    ];
    expect(await refusalApart('PNG', Buffer.concat(png))).toMatch(
      /^too_large: .*times its size, 12000 x 12000/,
    );
  });

  test.skipIf(nativeAbsent)(
    'in a JPEG that ends too early is refused (skipped without gdal_translate)',
    async () => {
      await run('gdal_translate', ['-q', '-of', 'JPEG', '-ot', 'Byte', file('sound.tif'), file('sound.jpg')]);
      const whole = await readFile(file('sound.jpg'));
      expect(await refusal('JPEG', whole.subarray(0, whole.length - 500))).toMatch(
        /^damaged: .*cut off before its end/,
      );
    },
  );

  test.skipIf(nativeAbsent)(
    'in a JPEG 2000 with a tile of 2^62 pixels is refused (skipped without gdal_translate)',
    async () => {
      await run('gdal_translate', [
        '-q',
        '-of',
        'JP2OpenJPEG',
        '-ot',
        'Byte',
        file('sound.tif'),
        file('sound.jp2'),
      ]);
      const image = await readFile(file('sound.jp2'));
      const size = image.indexOf(Buffer.from([0xff, 0x4f, 0xff, 0x51]));
      for (const at of [8, 12, 24, 28]) image.writeUInt32BE(0x7fffffff, size + at);
      expect(await refusal('JPEG2000', image)).toMatch(/^too_large: .*2147483647 x 2147483647 pixels/);
    },
  );
});

describe('a table', () => {
  test('of one line of 2 GB is refused', async () => {
    const path = file('hostile');
    await writeFile(path, `a,b\n1,${'2'.repeat(8000)}`);
    const handle = await open(path, 'r+');
    // Sparse: it takes no room.
    await handle.truncate(2 ** 31);
    await handle.close();
    expect(await refusalApart('CSV')).toMatch(/^too_large: .*a row of more than 1048576 characters/);
  });

  test('of a million columns is refused', async () => {
    expect(await refusal('CSV', `${'c,'.repeat(500_000)}c\n`)).toMatch(/^too_large: .*500001 columns/);
    expect(await refusal('CSV', `${'c,'.repeat(1_000_000)}c\n`)).toMatch(/^too_large: /);
  });
});
