export const processesTables = {};
