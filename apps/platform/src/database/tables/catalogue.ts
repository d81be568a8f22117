export const catalogueTables = {};
