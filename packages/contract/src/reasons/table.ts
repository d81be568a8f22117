/** What a piece of evidence is measured in; `time` is ISO 8601, `id` and `text` are strings, all others are numbers. */
export type Unit = 'credits' | 'count' | 'MB' | 'GB' | 'bytes' | 's' | 'code' | 'time' | 'id' | 'text';

export type ReasonKind = 'waiting' | 'failing' | 'trying_again' | 'not_reused' | 'stopped';

/** Whose move is next: `platform` means that nobody has to do anything. */
export type Whose = 'user' | 'operator' | 'platform';

interface ReasonEntry {
  readonly kind: ReasonKind;
  /** Names in braces are keys of the evidence. */
  readonly sentence: string;
  /** At least one key; one that ends in `?` is there where it is known. */
  readonly evidence: Readonly<Record<string, Unit>>;
  readonly next: { readonly whose: Whose; readonly what: string };
}

/** Refuses an entry without evidence when it is compiled. */
const define = <const T extends Readonly<Record<string, ReasonEntry>>>(
  entries: T & { readonly [C in keyof T]: keyof T[C]['evidence'] extends never ? never : T[C] },
): T => entries;

const platform = (what: string) => ({ whose: 'platform', what }) as const;
const user = (what: string) => ({ whose: 'user', what }) as const;
const operator = (what: string) => ({ whose: 'operator', what }) as const;

/** All reasons that a platform gives, by code. */
export const reasonTable = define({
  credits: {
    kind: 'waiting',
    sentence: 'It costs {price} credits, and there are not enough: it begins once there are',
    evidence: { price: 'credits' },
    next: user('Get credits for the organisation'),
  },
  start_time: {
    kind: 'waiting',
    sentence: 'It begins at {starts_at}',
    evidence: { starts_at: 'time' },
    next: platform('Begins it at that time'),
  },
  group: {
    kind: 'waiting',
    sentence: 'At most {limit} executions of a group run at once',
    evidence: { limit: 'count' },
    next: platform('Begins it when another execution of the group has ended'),
  },
  slices: {
    kind: 'waiting',
    sentence: 'It puts all slices together, of which {open} of {slices} have not ended',
    evidence: { open: 'count', slices: 'count' },
    next: platform('Begins it when all slices have ended'),
  },
  component: {
    kind: 'waiting',
    sentence: 'It takes what {components} makes',
    evidence: { components: 'text' },
    next: platform('Begins it when its inputs are stored'),
  },
  slot: {
    kind: 'waiting',
    sentence: 'All {slots} slots are taken: it begins as soon as one is free',
    evidence: { slots: 'count', busy: 'count' },
    next: platform('Begins it when a slot is free'),
  },
  turn: {
    kind: 'waiting',
    sentence: 'It is about to begin',
    evidence: { slots: 'count', busy: 'count' },
    next: platform('Begins it at once'),
  },
  memory: {
    kind: 'waiting',
    sentence: 'It needs {needed} MiB of memory, and {free} MiB of {total} MiB are free',
    evidence: { needed: 'MB', free: 'MB', total: 'MB' },
    next: platform('Begins it when enough memory is free'),
  },
  node: {
    kind: 'waiting',
    sentence: 'No node runs its service: none of the {nodes} that are alive has it',
    evidence: { service: 'id', nodes: 'count' },
    next: operator('Start a node that has the service in its folders, or publish the service'),
  },
  node_silent: {
    kind: 'waiting',
    sentence: 'Its node has been silent since {since}',
    evidence: { node: 'id', since: 'time', 'until?': 'time' },
    next: platform('Lets another node go on with it when its lease is over'),
  },
  queue: {
    kind: 'waiting',
    sentence: 'It is in the queue of the cluster',
    evidence: { runtime: 'text', 'behind?': 'count', 'cluster_reason?': 'text', 'job?': 'id' },
    next: platform('Runs it when the cluster starts its job'),
  },
  unschedulable: {
    kind: 'waiting',
    sentence: 'The cluster will not start its job as things are: {cluster_reason}',
    evidence: { runtime: 'text', cluster_reason: 'text', 'job?': 'id' },
    next: operator('Change what the cluster allows, or stop it and ask for less'),
  },
  image: {
    kind: 'waiting',
    sentence: 'The image {image} of its service is being pulled',
    evidence: { image: 'text', 'done?': 'bytes', 'total?': 'bytes' },
    next: platform('Runs it when the image is here'),
  },
  staging: {
    kind: 'waiting',
    sentence: 'Its inputs are being brought to where it runs: {done} of {total} bytes are there',
    evidence: { done: 'bytes', total: 'bytes' },
    next: platform('Runs it when its inputs are there'),
  },
  retry: {
    kind: 'waiting',
    sentence: 'It is tried again at {retry_at}',
    evidence: { retry_at: 'time', 'faults?': 'count', 'why?': 'text' },
    next: platform('Tries it again at that time'),
  },
  analysis: {
    kind: 'waiting',
    sentence: 'Its outputs are being analysed: {analysed} of {files} files are done',
    evidence: { analysed: 'count', files: 'count' },
    next: platform('Ends it when all files are analysed'),
  },
  service_error: {
    kind: 'failing',
    sentence: 'The service failed',
    evidence: { exit_type: 'text', 'exit_code?': 'code', 'signal?': 'text' },
    next: user('Read the end of the log, then mend the options or the inputs'),
  },
  no_output: {
    kind: 'failing',
    sentence: 'It ended well but did not write all of its outputs',
    evidence: { outputs: 'count', 'exit_code?': 'code', 'missing?': 'text' },
    next: user('Tell the author of the service'),
  },
  signalled: {
    kind: 'failing',
    sentence: 'The service was ended by {signal}',
    evidence: { signal: 'text' },
    next: user('Read the end of the log, then tell the author of the service'),
  },
  ended_outside: {
    kind: 'failing',
    sentence: 'It was ended from outside the platform: no user stopped it',
    evidence: { runtime: 'text' },
    next: operator('See who ended it on the machine or in the cluster'),
  },
  outcome_invalid: {
    kind: 'failing',
    sentence: 'What the service says of its end, in outcome.json, cannot be read: {message}',
    evidence: { message: 'text', 'exit_code?': 'code' },
    next: user('Tell the author of the service'),
  },
  command_not_found: {
    kind: 'failing',
    sentence: 'The command of the service, {command}, is not there',
    evidence: { command: 'text', 'message?': 'text' },
    next: user('Tell the author of the service'),
  },
  cannot_start: {
    kind: 'failing',
    sentence: 'It could not be launched: {message}',
    evidence: { runtime: 'text', message: 'text' },
    next: operator('See why commands cannot be launched there'),
  },
  no_sandbox: {
    kind: 'failing',
    sentence: 'The sandbox that services run in could not be made: {message}',
    evidence: { message: 'text' },
    next: operator(
      'Run fusion-platform doctor on its machine: it says what keeps bubblewrap from making one',
    ),
  },
  image_unavailable: {
    kind: 'failing',
    sentence: 'Its image {image} cannot be had: {message}',
    evidence: { image: 'text', message: 'text', 'host?': 'text' },
    next: operator('See that the image is there and that its registry can be reached, then try again'),
  },
  input_unavailable: {
    kind: 'failing',
    sentence: 'Its input {input} cannot be had: {message}',
    evidence: { input: 'text', 'file?': 'text', message: 'text', 'host?': 'text', 'status?': 'code' },
    next: operator('See that the object store has the file and can be reached, then try again'),
  },
  memory_on_no_node: {
    kind: 'failing',
    sentence: 'No node has the {needed} MiB of memory that it needs: {message}',
    evidence: { needed: 'MB', message: 'text' },
    next: user('Choose a smaller region, or ask for less memory for the service'),
  },
  service_gone: {
    kind: 'failing',
    sentence: 'The folder of its service {service}, version {version}, is gone from where it was to run',
    evidence: { service: 'text', version: 'count' },
    next: operator(
      'Put the folder back, or start the platform again with the service in FUSION_SERVICES, then try again',
    ),
  },
  not_accepted: {
    kind: 'failing',
    sentence: 'It can never run here: {message}',
    evidence: { runtime: 'text', message: 'text' },
    next: operator('Change what the runtime allows, or the description of the service'),
  },
  out_of_memory: {
    kind: 'failing',
    sentence: 'It used more than its {limit} MiB of memory',
    evidence: { limit: 'MB', 'peak?': 'bytes' },
    next: user('Choose a smaller region, or ask for more memory for the service'),
  },
  timed_out: {
    kind: 'failing',
    sentence: 'It took longer than it may',
    evidence: { ran: 's', 'limit?': 's' },
    next: user('Choose a smaller region, or ask for a longer time limit'),
  },
  storage_exceeded: {
    kind: 'failing',
    sentence: 'It wrote more than its {limit} GB of storage',
    evidence: { limit: 'GB', 'peak?': 'bytes' },
    next: user('Choose a smaller region, or ask for more storage for the service'),
  },
  cancelled: {
    kind: 'failing',
    sentence: 'Another component of the chain failed',
    evidence: { execution: 'id' },
    next: user('See why the other component failed'),
  },
  transient: {
    kind: 'failing',
    sentence: 'It met a fault that may pass, as often as it was tried',
    evidence: { 'exit_code?': 'code', 'attempts?': 'count' },
    next: user('Try it again later'),
  },
  component_failed: {
    kind: 'failing',
    sentence: 'One of its components failed',
    evidence: { execution: 'id', exit_type: 'text' },
    next: user('See the reasons of the component that failed'),
  },
  slices_failed: {
    kind: 'failing',
    sentence: 'Some of its slices failed',
    evidence: { execution: 'id', 'group?': 'id' },
    next: user('See why the slices failed, and execute those again: it follows by itself'),
  },
  lost: {
    kind: 'failing',
    sentence: 'It was lost with its machine, as often as it was tried',
    evidence: { 'attempts?': 'count', 'signal?': 'text', 'node?': 'id' },
    next: operator('See what happened to the machine of that node, then try again'),
  },
  platform_error: {
    kind: 'failing',
    sentence: 'The platform could not run it or store what it made',
    evidence: { execution: 'id' },
    next: operator('Read the log of the platform, mend what it says, then try again'),
  },
  again_lost: {
    kind: 'trying_again',
    sentence: 'Attempt {attempt} was lost: {why}',
    evidence: { attempt: 'count', why: 'text', 'signal?': 'text', 'node?': 'id' },
    next: platform('Tries it again as it was'),
  },
  again_out_of_memory: {
    kind: 'trying_again',
    sentence: 'Attempt {attempt} ran out of its {limit} MiB of memory: tried again with {memory} MiB',
    evidence: { attempt: 'count', limit: 'MB', memory: 'MB', 'peak?': 'bytes' },
    next: platform('Tries it again with more memory'),
  },
  again_transient: {
    kind: 'trying_again',
    sentence: 'Attempt {attempt} met a fault that may pass: {why}',
    evidence: { attempt: 'count', why: 'text', 'exit_code?': 'code' },
    next: platform('Tries it again after a while'),
  },
  not_reused: {
    kind: 'not_reused',
    sentence: 'Nothing is taken over',
    evidence: { service: 'id' },
    next: platform('Runs it'),
  },
  reuse_service: {
    kind: 'not_reused',
    sentence: 'Its service ran in version {was}, and this is version {now}',
    evidence: { earlier: 'id', was: 'text', now: 'text' },
    next: platform('Runs it'),
  },
  reuse_image: {
    kind: 'not_reused',
    sentence: 'The image of its service is another one',
    evidence: { earlier: 'id', 'was?': 'text', 'now?': 'text' },
    next: platform('Runs it'),
  },
  reuse_option: {
    kind: 'not_reused',
    sentence: 'Option {option} has another value',
    evidence: { earlier: 'id', option: 'text', 'was?': 'text', 'now?': 'text' },
    next: platform('Runs it'),
  },
  reuse_input: {
    kind: 'not_reused',
    sentence: 'Input {input} holds other data',
    evidence: { earlier: 'id', input: 'text', 'was?': 'id', 'now?': 'id' },
    next: platform('Runs it'),
  },
  reuse_region: {
    kind: 'not_reused',
    sentence: 'The region is another one',
    evidence: { earlier: 'id', 'was?': 'id', 'now?': 'id' },
    next: platform('Runs it'),
  },
  reuse_description: {
    kind: 'not_reused',
    sentence: 'The description of its service has changed, and its version has not',
    evidence: { earlier: 'id' },
    next: platform('Runs it'),
  },
  stopped: {
    kind: 'stopped',
    sentence: 'The process was stopped',
    evidence: { execution: 'id', 'at?': 'time', 'by?': 'id', 'name?': 'text' },
    next: user('Try it again if it is still wanted'),
  },
});

export type ReasonTable = typeof reasonTable;
export type ReasonCode = keyof ReasonTable;
