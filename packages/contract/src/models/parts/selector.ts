import * as z from 'zod';

import { decimal, integer, listOf, string } from '../../fields/index.ts';

/** A band of a raster, or a column or geometry of a vector or CSV file, as analysis found it. */
export const Selector = z
  .object({
    selector: string({ title: 'Selector', description: 'The name of the band, column or geometry.' }),
    category: string({
      title: 'Category',
      description: 'What the selector stands for, e.g. elevation.',
      nullable: true,
    }),
    data_type: string({
      title: 'Data type',
      description: 'The type of its values: one of the data types of options.',
      nullable: true,
    }),
    unit: string({
      title: 'Unit',
      description: 'The unit of its values. Null when they have none.',
      nullable: true,
    }),
    validation: string({
      title: 'Validation',
      description: 'How its values are written, e.g. the format of dates.',
      nullable: true,
    }),
    area: decimal({
      title: 'Area',
      description: 'The area that it covers, in square metres. Null for points, lines and plain columns.',
      nullable: true,
    }),
    length: decimal({
      title: 'Length',
      description: 'The length of its lines or outlines, in metres. Null when it has none.',
      nullable: true,
    }),
    points: integer({
      title: 'Points',
      description: 'How many points it has. Null for a raster.',
      nullable: true,
    }),
    lines: integer({
      title: 'Lines',
      description: 'How many lines it has. Null for a raster.',
      nullable: true,
    }),
    polygons: integer({
      title: 'Polygons',
      description: 'How many polygons it has. Null for a raster.',
      nullable: true,
    }),
    initial_values: listOf(z.string(), {
      title: 'First values',
      description: 'Its first few values as text, to show what it is like.',
      nullable: true,
    }),
    minimum: decimal({ title: 'Minimum', description: 'The least value, without nodata.', nullable: true }),
    maximum: decimal({
      title: 'Maximum',
      description: 'The greatest value, without nodata.',
      nullable: true,
    }),
    mean: decimal({ title: 'Mean', description: 'The mean of all values, without nodata.', nullable: true }),
    sd: decimal({
      title: 'Standard deviation',
      description: 'The standard deviation of all values, without nodata.',
      nullable: true,
    }),
    histogram_minimum: decimal({
      title: 'Histogram from',
      description: 'The lower edge of the first bin.',
      nullable: true,
    }),
    histogram_maximum: decimal({
      title: 'Histogram to',
      description: 'The upper edge of the last bin.',
      nullable: true,
    }),
    histogram: listOf(z.number(), {
      title: 'Histogram',
      description: 'How many values fall in each bin. All bins are equally wide.',
      nullable: true,
    }),
    nodata: string({
      title: 'No data',
      description: 'The stored number of a band that stands for no value, or nan. Null when none does.',
      nullable: true,
      extension: true,
    }),
    scale: decimal({
      title: 'Scale',
      description:
        'What a stored number of a band is multiplied by to give its value. Null when nothing is said.',
      nullable: true,
      extension: true,
    }),
    offset: decimal({
      title: 'Offset',
      description: 'What is added then. Null when nothing is said.',
      nullable: true,
      extension: true,
    }),
    colours: listOf(z.string(), {
      title: 'Colours',
      description:
        'The colour of each stored number of a band from 0 on, as #rrggbb. Null without a table of colours.',
      nullable: true,
      extension: true,
    }),
  })
  .meta({ id: 'Selector', title: 'Selector' });
