import type { SelectorAnalysis } from './analysis.ts';
import { HISTOGRAM_BINS, selectorOf } from './selector.ts';
import { Histogram, mergeMoments, momentsOf, noMoments, standardDeviation } from './statistics.ts';

export const INITIAL_VALUES = 10;
const LONGEST_INITIAL_VALUE = 200;
const FORMATS = [
  { pattern: /^\d{4}-\d\d-\d\d$/, format: '%Y-%m-%d' },
  { pattern: /^\d{4}\/\d\d\/\d\d$/, format: '%Y/%m/%d' },
  { pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/, format: '%Y-%m-%dT%H:%M:%S' },
  { pattern: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/, format: '%Y-%m-%d %H:%M:%S' },
] as const;
const BATCH = 4096;

/**
 * Learns what a column holds, value by value and in little memory: its data type and, of numbers, their statistics.
 * The histogram needs their ends: it comes of a second round over the same values.
 */
export class Column {
  readonly name: string;
  readonly #initial: string[] = [];
  readonly #moments = noMoments();
  readonly #batch = new Float64Array(BATCH);
  #batched = 0;
  #numeric = true;
  #boolean = true;
  #formats: readonly (typeof FORMATS)[number][] = FORMATS;
  #any = false;
  #histogram: Histogram | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /**
   * Null stands for no value.
   * @param text as which it is shown: the digits of a long number are more than a number here can hold
   */
  add(value: string | number | boolean | null, text = String(value)): void {
    if (value === null) return;
    this.#any = true;
    if (this.#initial.length < INITIAL_VALUES) this.#initial.push(text.slice(0, LONGEST_INITIAL_VALUE));
    this.#boolean &&= typeof value === 'boolean';
    this.#formats =
      typeof value === 'string' && this.#formats.length > 0
        ? this.#formats.filter(({ pattern }) => pattern.test(value))
        : [];
    this.#numeric &&= typeof value === 'number';
    if (!this.#numeric || typeof value !== 'number') return;
    this.#batch[this.#batched++] = value;
    if (this.#batched === BATCH) this.#merge();
  }

  /** Of all values, once every one was added. */
  get numeric(): boolean {
    return this.#any && this.#numeric;
  }

  addToHistogram(value: number): void {
    if (this.#batched > 0) this.#merge();
    this.#histogram ??= new Histogram(HISTOGRAM_BINS, this.#moments.minimum, this.#moments.maximum);
    if (Number.isFinite(value)) this.#histogram.add(value);
  }

  selector(): SelectorAnalysis {
    const common = {
      selector: this.name,
      category: 'property',
      initial_values: this.#initial.length === 0 ? null : this.#initial,
    };
    if (!this.#any) return selectorOf(common);
    if (this.#boolean) return selectorOf({ ...common, data_type: 'boolean' });
    const [format] = this.#formats;
    if (format !== undefined)
      return selectorOf({ ...common, data_type: 'datetime', validation: `format=${format.format}` });
    if (!this.#numeric) return selectorOf({ ...common, data_type: 'string' });
    if (this.#batched > 0) this.#merge();
    const { count, minimum, maximum, mean } = this.#moments;
    if (count === 0) return selectorOf({ ...common, data_type: 'numeric' });
    return selectorOf({
      ...common,
      data_type: 'numeric',
      minimum,
      maximum,
      mean,
      sd: standardDeviation(this.#moments),
      histogram_minimum: minimum,
      histogram_maximum: maximum,
      histogram: this.#histogram?.counts ?? null,
    });
  }

  #merge(): void {
    mergeMoments(this.#moments, momentsOf(this.#batch.subarray(0, this.#batched)));
    this.#batched = 0;
  }
}
