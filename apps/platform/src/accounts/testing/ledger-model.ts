/**
 * The ledger once more, as plainly as can be: whole millionths of a credit in a map, and for each reference a list of what
 * was taken from where. It shares no code with the real one.
 */
export class LedgerModel {
  readonly purses = new Map<string, bigint>();
  readonly #taken = new Map<string, { readonly purse: string; readonly month: string; micro: bigint }[]>();
  readonly #written = new Set<string>();
  readonly #storage: { readonly month: string; readonly micro: bigint }[] = [];

  grant(idempotencyKey: string, purse: string, micro: bigint): void {
    if (micro === 0n || this.#written.has(idempotencyKey)) return;
    this.#written.add(idempotencyKey);
    this.#add(purse, micro);
  }

  /** @returns whether there were enough credits */
  reserve(
    idempotencyKey: string,
    order: readonly string[],
    parts: readonly { readonly reference: string; readonly micro: bigint }[],
    month: string,
  ): boolean {
    const total = parts.reduce((sum, { micro }) => sum + micro, 0n);
    if (total === 0n || this.#written.has(idempotencyKey)) return true;
    const there = order.reduce((sum, purse) => sum + this.of(purse), 0n);
    if (there < total) return false;
    this.#written.add(idempotencyKey);
    for (const { reference, micro } of parts) this.#take(order, micro, reference, month);
    return true;
  }

  /** @returns how much was given back */
  refund(idempotencyKey: string, reference: string, micro: bigint): bigint {
    if (this.#written.has(idempotencyKey)) return 0n;
    const lots = this.#taken.get(reference) ?? [];
    let open = micro;
    for (let lot = lots.at(-1); lot && open > 0n; lot = lots.at(-1)) {
      const back = lot.micro < open ? lot.micro : open;
      lot.micro -= back;
      open -= back;
      this.#add(lot.purse, back);
      if (lot.micro === 0n) lots.pop();
    }
    if (open < micro) this.#written.add(idempotencyKey);
    return micro - open;
  }

  /** Takes what a day costs, or what there is. */
  storage(month: string, micro: bigint): void {
    let open = micro;
    for (const purse of ['cloud_storage', 'any']) {
      const taken = this.of(purse) < open ? this.of(purse) : open;
      this.#add(purse, -taken);
      open -= taken;
    }
    if (open < micro) this.#storage.push({ month, micro: micro - open });
  }

  of(purse: string): bigint {
    return this.purses.get(purse) ?? 0n;
  }

  spentOn(reference: string): bigint {
    return (this.#taken.get(reference) ?? []).reduce((sum, { micro }) => sum + micro, 0n);
  }

  spend(): Map<string, bigint> {
    const months = new Map<string, bigint>();
    for (const { month, micro } of [...this.#taken.values(), this.#storage].flat())
      months.set(month, (months.get(month) ?? 0n) + micro);
    return months;
  }

  #take(order: readonly string[], micro: bigint, reference: string, month: string): void {
    const lots = this.#taken.get(reference) ?? [];
    this.#taken.set(reference, lots);
    let open = micro;
    for (const purse of order) {
      const taken = this.of(purse) < open ? this.of(purse) : open;
      if (taken === 0n) continue;
      this.#add(purse, -taken);
      open -= taken;
      lots.push({ purse, month, micro: taken });
    }
  }

  #add(purse: string, micro: bigint): void {
    this.purses.set(purse, this.of(purse) + micro);
  }
}
