export { openApiDocument } from './document.ts';
export type { OpenApiDocument, OpenApiOptions } from './document.ts';
