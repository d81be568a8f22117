import type {
  Analysis,
  AnalyseOptions,
  AnalysisErrorCode,
  AnalysisLimits,
  Ingester,
  IngesterFinding,
} from '../findings/index.ts';
import type { CoveredGround } from '../vector/index.ts';

/** What the child is told. */
export type ChildTask =
  | {
      readonly kind: 'analyse';
      readonly path: string;
      readonly options: Omit<AnalyseOptions, 'signal'>;
    }
  /** The regions of files, one a line. */
  | { readonly kind: 'join'; readonly path: string }
  | {
      readonly kind: 'extend';
      readonly path: string;
      readonly fileName: string;
      readonly ingesters: readonly Ingester[];
      readonly limits: AnalysisLimits;
    };

/** What the child says: of an extension as many findings as there are, before it is done. */
export type ChildAnswer =
  | { readonly kind: 'analysed'; readonly analysis: Analysis }
  | { readonly kind: 'found'; readonly finding: IngesterFinding }
  | { readonly kind: 'joined'; readonly ground: CoveredGround }
  | { readonly kind: 'extended' }
  | { readonly kind: 'refused'; readonly code: AnalysisErrorCode; readonly message: string }
  /** With the code of what the system refused, `ENOSPC` for one. */
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | undefined };
