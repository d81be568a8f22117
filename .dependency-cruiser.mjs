// Who may import whom. The house's map is in CONTRIBUTING.md.
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
  examples: ['packages/sdk'],
};

const subjects = {
  http: ['accounts', 'data', 'catalogue', 'processes', 'executions', 'database', 'objects', 'events'],
  accounts: ['database', 'events'],
  data: ['accounts', 'database', 'objects', 'events'],
  catalogue: ['accounts', 'database', 'events'],
  processes: ['accounts', 'catalogue', 'data', 'database', 'events'],
  executions: ['accounts', 'processes', 'catalogue', 'data', 'runtimes', 'database', 'objects', 'events'],
  runtimes: [],
  database: [],
  objects: [],
  events: ['database'],
};

const platform = 'apps/platform/src';

export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `arrows-of-${room}`,
      severity: 'error',
      from: { path: `^${room}/` },
      to: {
        path: '^(packages|apps|services|sample-archive|examples|e2e|bench)/',
        pathNot: [`^${room}/`.replace('([^/]+)', '$1'), ...allowed.map((other) => `^${other}/`)],
      },
    })),
    ...Object.entries(subjects).map(([subject, allowed]) => ({
      name: `arrows-of-platform-${subject}`,
      severity: 'error',
      from: { path: `^${platform}/${subject}/`, pathNot: '\\.test\\.ts$' },
      to: {
        path: `^${platform}/`,
        pathNot: [`^${platform}/${subject}/`, ...allowed.map((other) => `^${platform}/${other}/`)],
      },
    })),
    {
      name: 'through-the-door-only',
      comment: "a folder's index is its only door",
      severity: 'error',
      from: { path: `^${platform}/([^/]+)/`, pathNot: '\\.test\\.ts$' },
      to: { path: `^${platform}/([^/]+)/`, pathNot: [`^${platform}/$1/`, `^${platform}/[^/]+/index\\.ts$`] },
    },
    {
      name: 'no-unlisted-dependency',
      severity: 'error',
      from: { pathNot: '\\.test\\.ts$|^(e2e|bench|examples)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|test|testing)/|\\.test(-d)?\\.ts$' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: {
      conditionNames: ['fusion-source', 'node', 'import', 'types', 'default'],
      exportsFields: ['exports'],
    },
  },
};
