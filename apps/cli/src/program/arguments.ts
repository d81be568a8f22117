/**
 * The arguments with long options spelt as the help has them: `--input_list`, as the Python command writes it, means
 * `--input-list`. What stands after `--` is left alone.
 */
export function normaliseArguments(args: readonly string[]): string[] {
  if (args[0] === 'help' && args.length > 1) return normaliseArguments([...args.slice(1), '--help']);
  const end = args.indexOf('--');
  return args.map((argument, i) => {
    if (end !== -1 && i >= end) return argument;
    const match = /^(--[a-z][a-z_-]*)(=.*)?$/s.exec(argument);
    return match ? match[1]!.replaceAll('_', '-') + (match[2] ?? '') : argument;
  });
}
