export { isLeftOut, judgeOptions } from './judge-options.ts';
export type { JudgeableOption, JudgedOption } from './judge-options.ts';
export { isEmpty, readOption } from './option-value.ts';
export type { TypedValue } from './option-value.ts';
export { isMasked, isSecret, secretMask } from './secrets.ts';
export { readValidation } from './validation-text.ts';
