import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Page } from 'playwright-core';

const run = promisify(execFile);

/** A COG of 200 by 200 pixels of 30 m in UTM zone 30 north around Glasgow, every one of them 42. */
export async function rasterInUtm(folder: string): Promise<string> {
  const path = join(folder, 'utm.tif');
  const corners = ['420000', '6194000', '426000', '6188000'];
  const options = [
    '-of',
    'COG',
    '-ot',
    'Int16',
    '-outsize',
    '200',
    '200',
    '-burn',
    '42',
    '-a_srs',
    'EPSG:32630',
  ];
  await run('gdal_create', [...options, '-a_ullr', ...corners, path]);
  return path;
}

/** How many different colours a map shows, of a sample of its pixels: more than those of the base alone. */
export async function pixelsOf(page: Page, label: string): Promise<number> {
  return await page.getByLabel(label).evaluate((map) => {
    const seen = new Map<string, number>();
    let most = 0;
    for (const canvas of map.querySelectorAll('canvas')) {
      const context = canvas.getContext('2d')!;
      for (let x = 0; x < canvas.width; x += 4)
        for (let y = 0; y < canvas.height; y += 16) {
          const colour = context.getImageData(x, y, 1, 1).data.join();
          seen.set(colour, (seen.get(colour) ?? 0) + 1);
        }
      most = Math.max(most, seen.size);
    }
    return most;
  });
}
