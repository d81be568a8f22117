import { preparedFolder } from './prepared-folder.ts';

// Before all tests: otherwise the first files, which run side by side, would each make the same databases.
await preparedFolder('database');
await preparedFolder('empty');
