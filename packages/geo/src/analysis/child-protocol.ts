import type { Analysis, AnalyseOptions, AnalysisErrorCode } from '../findings/index.ts';

/** What the child is told. */
export interface ChildTask {
  readonly path: string;
  readonly options: Omit<AnalyseOptions, 'signal'>;
}

/** What the child says. */
export type ChildAnswer =
  | { readonly kind: 'done'; readonly analysis: Analysis }
  | { readonly kind: 'refused'; readonly code: AnalysisErrorCode; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };
