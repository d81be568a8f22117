export type TypedArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** The nodata value as it comes out of an array of this kind: -3.4e38 is another number in 32 bits. */
export function asStored(nodata: number, array: TypedArray): number {
  return array instanceof Float32Array ? Math.fround(nodata) : nodata;
}
