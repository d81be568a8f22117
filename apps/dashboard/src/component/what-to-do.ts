const advice: Readonly<Record<string, string>> = {
  service_error:
    'The service ended with an error of its own: the end of its log says which. Mend its options or inputs, then execute again.',
  refused:
    'The service could not work with what it was given: change its options or inputs, then execute a copy.',
  no_data: 'There is no data for this region and time: choose another region, or other dates.',
  no_output: 'The service ended well but made no output that it promises: its log says what it did.',
  out_of_memory:
    'It needed more memory than it may have: cut the region into smaller slices, or ask for a larger machine.',
  storage_exceeded:
    'It filled its scratch space: cut the region into smaller slices, or ask for more storage.',
  timed_out:
    'It took longer than it may: cut the region into smaller slices, or look in the log where the time went.',
  stopped: 'A user stopped it. Execute again goes on from what had succeeded.',
  cancelled:
    'It was given up since another component of its execution failed. Mend that one, then execute again.',
  transient: 'A passing fault, e.g. of the network, did not pass in time. Execute again.',
  slices_failed: 'Slices that it puts together failed. Execute those again, and this follows by itself.',
  lost: 'Its process was lost, e.g. since the machine went down. Execute again.',
  platform_error:
    'The platform itself failed. Execute again; if it fails again, tell whoever runs the platform.',
};

/** What can be done about a failure, by its kind. */
export const whatToDo = (kind: string | undefined): string =>
  advice[kind ?? ''] ??
  'Look at the end of the log for what it did last, then execute again or change the options.';
