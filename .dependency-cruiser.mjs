// Who may import whom; CONTRIBUTING.md has the map. Any arrow that these two tables do not name is refused, types included.
import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path/posix';

const rooms = {
  'packages/contract': [],
  'packages/sdk': ['packages/contract'],
  'packages/geo': [],
  'packages/service-kit': [],
  'apps/cli': ['packages/sdk'],
  'apps/dashboard': ['packages/sdk'],
  'apps/platform': ['packages/contract', 'packages/geo'],
  'services/([^/]+)': ['packages/service-kit', 'packages/geo'],
  'sample-archive': ['packages/geo'],
  examples: ['packages/sdk', 'packages/service-kit', 'packages/geo'],
};

/** Folders of the platform. The files beside them put the platform together, and may import every one. */
const subjects = {
  http: ['accounts', 'data', 'catalogue', 'processes', 'executions', 'database', 'objects', 'events'],
  accounts: ['database', 'events'],
  administration: ['accounts', 'database', 'nodes', 'objects'],
  data: ['accounts', 'database', 'objects', 'events'],
  nodes: ['database'],
  catalogue: ['accounts', 'database', 'objects', 'events'],
  processes: ['accounts', 'catalogue', 'data', 'database', 'events'],
  executions: [
    'accounts',
    'processes',
    'catalogue',
    'data',
    'runtimes',
    'database',
    'objects',
    'events',
    'nodes',
  ],
  trial: ['catalogue', 'processes', 'executions', 'data', 'runtimes'],
  runtimes: [],
  database: [],
  objects: [],
  events: ['database'],
};

/**
 * The rooms of the engine. The files beside them put it together and may import every one; a room may import of those only
 * the rows and what it needs of other subjects.
 */
const engineRooms = {
  component: [],
  records: ['component'],
  run: ['component'],
  view: ['component', 'records'],
  cleanup: ['component', 'records', 'run', 'view'],
  driver: ['component', 'records', 'run', 'cleanup'],
  provenance: ['component', 'view'],
  actions: [],
};
const sharedByEngineRooms = ['rows.ts', 'context.ts', 'settings.ts'];

const platform = 'apps/platform/src';
const engine = `${platform}/executions`;
const ours = '^(packages|apps|services|sample-archive|examples|e2e|bench|scripts)/';
/** They drive the whole from outside and from inside. */
const free = '^(e2e|bench|scripts)/';

const files = (pattern) =>
  globSync(pattern, { exclude: (path) => /(^|\/)(node_modules|dist)$/.test(path) }).map((path) =>
    path.replaceAll('\\', '/'),
  );
const forbid = (name, from, to) => ({ name, severity: 'error', from, to });

const workspaces = files('{packages,apps,services}/*/package.json')
  .concat(files('sample-archive/package.json'))
  .map((path) => ({ folder: dirname(path), ...JSON.parse(readFileSync(path, 'utf8')) }));

/** What a workspace imports of ours stands in its package.json, as everything else does. */
const unlistedOfOurs = workspaces.map(({ folder, dependencies = {}, devDependencies = {} }) =>
  forbid(
    `listed-in-${folder}`,
    { path: `^${folder}/` },
    {
      path: ours,
      pathNot: [
        `^${folder}/`,
        ...workspaces
          .filter(({ name }) => name in dependencies || name in devDependencies)
          .map((other) => `^${other.folder}/`),
      ],
    },
  ),
);

/** From outside a workspace only what its package.json exports; from outside a folder only its index.ts. */
const doors = [
  ...workspaces.map(({ folder, exports = {} }) => ({
    folder,
    doors: Object.values(exports).map((door) => `${folder}/${(door['fusion-source'] ?? door).slice(2)}`),
  })),
  ...files('{packages,apps,services}/*/src/*/**/index.ts')
    .concat(files('sample-archive/src/*/**/index.ts'))
    .map((door) => ({ folder: dirname(door), doors: [door] })),
].map(({ folder, doors: open }) =>
  forbid(
    `door-of-${folder}`,
    { pathNot: [`^${folder}/`, free] },
    { path: `^${folder}/`, pathNot: open.map((door) => `^${RegExp.escape(door)}$`) },
  ),
);

export default {
  forbidden: [
    forbid('no-circles', {}, { circular: true }),
    forbid(
      'in-the-table',
      { path: ours, pathNot: [free, ...Object.keys(rooms).map((room) => `^${room}/`)] },
      {},
    ),
    ...Object.entries(rooms).map(([room, allowed]) =>
      forbid(
        `arrows-of-${room}`,
        { path: `^${room}/` },
        {
          path: ours,
          pathNot: [`^${room}/`.replace('([^/]+)', '$1'), ...allowed.map((other) => `^${other}/`)],
        },
      ),
    ),
    forbid(
      'in-the-table-of-the-platform',
      {
        path: `^${platform}/[^/]+/`,
        pathNot: Object.keys(subjects).map((subject) => `^${platform}/${subject}/`),
      },
      {},
    ),
    ...Object.entries(subjects).map(([subject, allowed]) =>
      forbid(
        `arrows-of-platform-${subject}`,
        { path: `^${platform}/${subject}/` },
        {
          path: `^${platform}/`,
          pathNot: [`^${platform}/${subject}/`, ...allowed.map((other) => `^${platform}/${other}/`)],
        },
      ),
    ),
    forbid(
      'in-the-table-of-the-engine',
      {
        path: `^${engine}/[^/]+/`,
        pathNot: Object.keys(engineRooms).map((room) => `^${engine}/${room}/`),
      },
      {},
    ),
    ...Object.entries(engineRooms).map(([room, allowed]) =>
      forbid(
        `arrows-of-engine-${room}`,
        { path: `^${engine}/${room}/` },
        {
          path: `^${engine}/`,
          pathNot: [
            ...sharedByEngineRooms.map((file) => `^${engine}/${RegExp.escape(file)}$`),
            ...[room, ...allowed].map((other) => `^${engine}/${other}/`),
          ],
        },
      ),
    ),
    ...doors,
    ...unlistedOfOurs,
    forbid('listed-in-package.json', {}, { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] }),
    forbid(
      'listed-for-use',
      { path: '/src/' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    forbid('found', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Tests may reach into what they test; the code that the tests of several files share is in test/ or testing/.
    exclude: {
      path: [`${ours}(dist|test|testing)/`, `${ours}.*/(dist|test|testing)/`, '\\.test(-d)?\\.ts$'],
    },
    // Reads types too. The TypeScript compiler would be the default, but version 7 has no API for it yet.
    parser: 'swc',
    enhancedResolveOptions: {
      conditionNames: ['fusion-source', 'node', 'import', 'types', 'default'],
      exportsFields: ['exports'],
    },
  },
};
