export { decodeOption, encodeOption } from './value.ts';
export type { OptionType, OptionValue } from './value.ts';
