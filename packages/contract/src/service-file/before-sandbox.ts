/**
 * Variables by which a shell, or the loader of programs and what it loads, finds code or does more than it is told. A
 * component's environment is there already when a shell and bubblewrap make its sandbox: these would work outside of it.
 * Those of interpreters (`NODE_OPTIONS`, `PYTHONPATH`) are read within it, by the service alone.
 */
const names =
  /^(LD_|DYLD_|GLIBC_|MALLOC_|BASH|GCONV_PATH$|LOCPATH$|NLSPATH$|ENV$|IFS$|PATH$|SHELLOPTS$|PS4$|PROMPT_COMMAND$|ZDOTDIR$|FPATH$|CDPATH$|GLOBIGNORE$|POSIXLY_CORRECT$)/;

/** Whether a variable would change what starts the sandbox of a component. */
export const worksBeforeSandbox = (name: string): boolean => names.test(name);
