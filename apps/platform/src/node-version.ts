const oldest = 24;

/** What is wrong with that version of Node.js for the platform, and what to do: absent where it will do. */
export function nodeFault(version: string): string | undefined {
  if (Number.parseInt(version, 10) >= oldest) return undefined;
  return `The platform needs Node.js ${oldest} or later, and this is ${version}: start it with the one that comes with the repository, node_modules/.bin/node`;
}
