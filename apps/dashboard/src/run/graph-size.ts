// Apart from what works out the layout, which is loaded in a worker alone.

export const nodeSize = { width: 256, height: 100 } as const;

export interface LayoutAsked {
  readonly nodes: readonly string[];
  readonly edges: readonly (readonly [string, string])[];
  /** From left to right, or from top to bottom. */
  readonly down: boolean;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The middle of each node. */
  readonly places: Readonly<Record<string, { readonly x: number; readonly y: number }>>;
}
