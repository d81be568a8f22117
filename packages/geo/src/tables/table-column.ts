import { Column } from '../findings/index.ts';
import type { SelectorAnalysis } from '../findings/index.ts';
import { booleanOf, isDecimalComma, isMissing, numberOf } from './values.ts';

/** A column of a table, read with decimal points, and with decimal commas too until it is known which of them it has. */
export class TableColumn {
  readonly #points: Column;
  readonly #commas: Column | null;
  #sure = false;

  /** @param commas whether commas may be part of a number, not being what parts the columns */
  constructor(name: string, commas: boolean) {
    this.#points = new Column(name);
    this.#commas = commas ? new Column(name) : null;
  }

  add(text: string): void {
    const trimmed = text.trim();
    if (isMissing(trimmed)) return;
    this.#points.add(typed(trimmed, '.'), trimmed);
    this.#commas?.add(typed(trimmed, ','), trimmed);
    if (this.#commas !== null) this.#sure ||= isDecimalComma(trimmed);
  }

  get numeric(): boolean {
    return this.#chosen.numeric;
  }

  addToHistogram(text: string): void {
    const value = isMissing(text) ? null : numberOf(text, this.#chosen === this.#commas ? ',' : '.');
    if (value !== null) this.#chosen.addToHistogram(value);
  }

  selector(): SelectorAnalysis {
    return this.#chosen.selector();
  }

  get #chosen(): Column {
    const commas = this.#commas;
    return !this.#points.numeric && commas?.numeric === true && this.#sure ? commas : this.#points;
  }
}

function typed(text: string, decimal: '.' | ','): string | number | boolean {
  return booleanOf(text) ?? numberOf(text, decimal) ?? text;
}
