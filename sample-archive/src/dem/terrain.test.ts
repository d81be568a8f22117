import { expect, test } from 'vitest';

import { createTerrain } from '../land/index.ts';
import { gridOf, tiles } from './tiles.ts';
import type { Tile } from './tiles.ts';

function tile(west: number, south: number): Tile {
  const found = tiles.find((one) => one.west === west && one.south === south);
  if (!found) throw new Error(`There is no tile at ${west} ${south}`);
  return found;
}

/** The height of one sample of a tile; columns and rows may lie beyond its edges. */
function heightAt(place: { longitude: number; latitude: number }, of: Tile): number {
  const grid = gridOf(of);
  const row = new Float32Array(grid.width);
  createTerrain(grid)(Math.round((grid.north - place.latitude) / grid.stepY), row);
  return row[Math.round((place.longitude - grid.west) / grid.stepX)] ?? Number.NaN;
}

test('tiles meet without a seam: a step over the border is like any other', () => {
  const [west, east] = [gridOf(tile(-4, 54)), gridOf(tile(-3, 54))];
  const [left, right] = [createTerrain(west), createTerrain(east)];
  const [leftRow, rightRow] = [new Float32Array(west.width), new Float32Array(east.width)];
  let over = 0;
  let beside = 0;
  for (let row = 0; row < west.height; row += 40) {
    left(row, leftRow);
    right(row, rightRow);
    over += Math.abs((rightRow[0] ?? 0) - (leftRow.at(-1) ?? 0));
    beside += Math.abs((leftRow.at(-1) ?? 0) - (leftRow.at(-2) ?? 0));
  }
  expect(over).toBeGreaterThan(0);
  expect(over).toBeLessThan(1.5 * beside);
});

test('a place has one height, whichever grid it is computed on', () => {
  const { west, south } = tile(-4, 54);
  const whole = gridOf({ id: '', west, south });
  const part = { ...whole, west: west + 1200 * whole.stepX, width: 200 };
  const [wide, narrow] = [new Float32Array(whole.width), new Float32Array(200)];
  for (const row of [0, 1801, 3599]) {
    createTerrain(whole)(row, wide);
    createTerrain(part)(row, narrow);
    expect([...narrow]).toEqual([...wide.subarray(1200, 1400)]);
  }
});

test.each([
  { name: 'the Firth of Clyde', longitude: -4.95, latitude: 55.4, of: tile(-5, 55), low: 0, high: 0 },
  { name: 'the Irish Sea', longitude: -3.9, latitude: 54.3, of: tile(-4, 54), low: 0, high: 0 },
  { name: 'Windermere', longitude: -2.95, latitude: 54.34, of: tile(-3, 54), low: 39, high: 39 },
  { name: 'the middle of Glasgow', longitude: -4.25, latitude: 55.87, of: tile(-5, 55), low: 1, high: 150 },
  { name: 'the central fells', longitude: -3.22, latitude: 54.46, of: tile(-4, 54), low: 250, high: 1000 },
])('$name is from $low to $high metres high', ({ longitude, latitude, of, low, high }) => {
  const height = heightAt({ longitude, latitude }, of);
  expect(height).toBeGreaterThanOrEqual(low);
  expect(height).toBeLessThanOrEqual(high);
});
