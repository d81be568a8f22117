export const executionsTables = {};
