import * as z from 'zod';

import { boolean, decimal, integer, json, listOf, string, uuid } from '../fields/index.ts';
import { model } from './model.ts';
import type { ModelValue } from './model.ts';
import { Selector, stamps } from './parts/index.ts';

const found = { nullable: true, readOnly: true } as const;

/** A file of a data item. */
export const DataFile = model(
  'DataFile',
  'Data file',
  'One file of a data item, with what analysis has found in it so far. A field is absent until it is known.',
  {
    ...stamps('record of the file'),
    organisation_id: uuid({
      title: 'Organisation',
      description: 'The id of the organisation that owns the file.',
      ...found,
    }),
    data_id: uuid({
      title: 'Data',
      description: 'The id of the data item that it is part of.',
      readOnly: true,
    }),
    file_id: uuid({
      title: 'File',
      description: 'The id of the file itself, by which it is downloaded.',
      readOnly: true,
    }),
    preview_file_id: uuid({
      title: 'Preview',
      description: 'The id of the preview image. Absent when there is none.',
      ...found,
    }),
    file_type: string({
      title: 'File type',
      description: 'One of the file types, e.g. GeoTIFF.',
      readOnly: true,
    }),
    file_name: string({
      title: 'File name',
      description: 'The name of the file, without folders.',
      ...found,
    }),
    resolution: integer({
      title: 'Resolution',
      description:
        'The size of a pixel on the ground, in whole metres, 1 at least; `gsd` of the STAC item has the fraction. Absent for what is no raster.',
      ...found,
    }),
    crs: string({
      title: 'CRS',
      description: 'The coordinate reference system, e.g. EPSG:4326. Absent when it has none.',
      ...found,
    }),
    bounds: listOf(z.number(), {
      title: 'Bounds',
      description: 'West, south, east and north, in degrees (CRS84). Absent when it has no place on Earth.',
      ...found,
    }),
    area: decimal({ title: 'Area', description: 'The area that it covers, in square metres.', ...found }),
    length: decimal({
      title: 'Length',
      description: 'The length of its lines or outlines, in metres.',
      ...found,
    }),
    points: integer({ title: 'Points', description: 'How many points a vector file has.', ...found }),
    lines: integer({
      title: 'Lines',
      description: 'How many lines a vector file has; for a text file, its lines of text.',
      ...found,
    }),
    polygons: integer({ title: 'Polygons', description: 'How many polygons a vector file has.', ...found }),
    size: integer({
      title: 'Size',
      description: 'The size in bytes. Absent until the file has arrived.',
      ...found,
    }),
    error: boolean({
      title: 'Error',
      description:
        'True when the file cannot be used: it is not what its type says. Absent while that is not known.',
      ...found,
    }),
    publishable: boolean({
      title: 'Publishable',
      description: 'True when analysis found the file usable. Absent while that is not known.',
      ...found,
    }),
    alternative: uuid({
      title: 'Alternative',
      description: 'The id of a file with the same content in another form. Absent when there is none.',
      ...found,
    }),
    source: uuid({
      title: 'Source',
      description:
        'The id of the file that this one was made from. Absent when it was uploaded or made by a service.',
      ...found,
    }),
    selectors: listOf(Selector, {
      title: 'Selectors',
      description: 'Its bands, columns and geometries, with their statistics.',
      ...found,
    }),
    number_of_ingesters: integer({
      title: 'Number of ingesters',
      description: 'How many steps the extended analysis has.',
      ...found,
    }),
    ingesters: json({
      title: 'Ingesters',
      description:
        'The steps of the extended analysis that have ended, by name. All have when it holds as many as `number_of_ingesters`.',
      ...found,
    }),
    downloads: integer({
      title: 'Downloads',
      description: 'How often the file has been downloaded.',
      ...found,
    }),
    geojson: string({
      title: 'Outline',
      description: 'What the file covers, as the text of a GeoJSON object (CRS84).',
      ...found,
    }),
    title: string({ title: 'Title', description: 'What to call the file in front of people.', ...found }),
    description: string({
      title: 'Description',
      description: 'What the file holds; with `error`, why it cannot be used.',
      ...found,
    }),
    stac_item: json({
      title: 'STAC item',
      description: 'The STAC item that describes the file. Absent when it has no place on Earth.',
      nullable: true,
    }),
    stac_item_file: string({
      title: 'Name of the STAC item',
      description: 'The file name under which the STAC item is kept beside the file.',
      nullable: true,
    }),
  },
);
export type DataFile = ModelValue<typeof DataFile>;
