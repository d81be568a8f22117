export const dataTables = {};
