import { calls, Organisation as definition } from '@fusion-platform/contract';

import { NotFoundError } from '../errors/index.ts';
import { perform } from '../http/index.ts';
import type { Connection } from '../http/index.ts';
import { filtersOf, found, listOf } from '../lists/index.ts';
import type { Collection, Found } from '../lists/index.ts';
import type { CallOptions } from './base-model.ts';
import { Credit } from './credit.ts';
import { Data } from './data.ts';
import type { NewData } from './data.ts';
import { ProcessServiceExecution } from './component.ts';
import { ProcessExecution } from './execution.ts';
import { listExtension, performExtension } from './extension-call.ts';
import { findServices, listServices } from './find-services.ts';
import type { FindOptions, FindServiceOptions } from './find-services.ts';
import { freeze } from './frozen.ts';
import { modelClass } from './model-class.ts';
import type { ModelClass } from './model-class.ts';
import { Invitation } from './invitation.ts';
import { Member } from './member.ts';
import type { NewMember } from './member.ts';
import { listRuns } from './overview.ts';
import type { PlatformNode, Run, RunDetails, RunsQuery, StateCounts } from './overview.ts';
import { Process } from './process.ts';
import { Service } from './service.ts';
import { ServiceVersion } from './service-version.ts';
import type { NewServiceVersion } from './service-version.ts';
import { Webhook } from './webhook.ts';
import type { NewWebhook } from './webhook.ts';

const Base: ModelClass<typeof definition, 'get' | 'update' | 'delete'> = modelClass({
  definition,
  get: calls.getOrganisation,
  update: calls.updateOrganisation,
  delete: calls.deleteOrganisation,
  params: ({ id }) => ({ organisation_id: id }),
});

/** Owns data, processes, executions and credits. */
export class Organisation extends Base {
  /** @internal */
  static async load(
    connection: Connection,
    id: string,
    signal: AbortSignal | undefined,
  ): Promise<Organisation> {
    const params = { organisation_id: id };
    const { model } = await perform(connection, calls.getOrganisation, { params, signal });
    return new Organisation(connection, model);
  }

  async credit({ signal }: CallOptions = {}): Promise<Credit> {
    const params = { organisation_id: this.id, credit_id: this.id };
    const { model } = await perform(this.connection, calls.getCredit, { params, signal });
    return new Credit(this.connection, { organisation_id: this.id, ...model });
  }

  /** The uploaded data. */
  data(): Collection<Data> {
    return this.#data({});
  }

  async findData({ id, name, search, signal }: FindOptions = {}): Promise<Found<Data>> {
    const filters = filtersOf(['id', 'eq', id], ['name', 'begins_with', name]);
    return await found(this.#data({ filters, ...(search ? { search } : {}) }), signal);
  }

  /**
   * Makes a data item and uploads its files.
   *
   * @example
   * ```ts
   * import { exampleRegions, login } from 'fusion-platform';
   * const { user } = await login({ email: 'ada@example.com', password: 'Secret-1' });
   * const organisation = await user.organisations().first();
   * const region = await organisation?.createData({
   *   name: 'Glasgow',
   *   fileType: 'GeoJSON',
   *   files: [exampleRegions.glasgow],
   *   wait: true,
   * });
   * ```
   */
  async createData(options: NewData): Promise<Data> {
    return await Data.create(this.connection, this.id, options);
  }

  processes(): Collection<Process> {
    return this.#processes({});
  }

  async findProcesses({ id, name, search, signal }: FindOptions = {}): Promise<Found<Process>> {
    const filters = filtersOf(['id', 'eq', id], ['name', 'contains', name]);
    return await found(this.#processes({ filters, ...(search ? { search } : {}) }), signal);
  }

  /** A template of a process, with the inputs, options and defaults of the service. `create` stores it. */
  async newProcess({
    name,
    service,
    signal,
  }: CallOptions & { readonly name: string; readonly service: Service }): Promise<Process> {
    const { model, extras } = await perform(this.connection, calls.newProcess, {
      params: { organisation_id: this.id },
      query: { service_id: service.id },
      signal,
    });
    const available = extras.dispatchers ? { available_dispatchers: extras.dispatchers } : {};
    return new Process(this.connection, { ...model, organisation_id: this.id, ...available, name }, false);
  }

  /** The services that can be run, each in its latest version. */
  services(): Collection<Service> {
    return listServices(this.connection, calls.listLatestServices, this.params());
  }

  /** The organisation's own services, approved or not. */
  ownServices(): Collection<Service> {
    return listServices(this.connection, calls.listOwnServices, this.params());
  }

  async findServices(options: FindServiceOptions = {}): Promise<Found<Service>> {
    return await findServices(this.connection, calls.listLatestServices, this.params(), options);
  }

  /** Dispatchers send outputs somewhere: `process.addDispatcher` takes one on. */
  async findDispatchers(options: FindServiceOptions = {}): Promise<Found<Service>> {
    return await findServices(this.connection, calls.listDispatchers, this.params(), options);
  }

  /**
   * Publishes a version of a service: uploads the archive of its folder, or names an image. It waits for approval.
   * @throws RequestError whose `fields` name what is wrong by line of service.yaml; UnsupportedError where the platform
   * takes no services; PermissionError for who may not publish
   *
   * @example
   * ```ts
   * import { readFile } from 'node:fs/promises';
   * import type { Organisation } from 'fusion-platform';
   * async function publish(organisation: Organisation): Promise<string> {
   *   const serviceFile = await readFile('slope/service.yaml', 'utf8');
   *   const { id } = await organisation.publishService({ serviceFile, archive: 'slope.tar.gz' });
   *   return id;
   * }
   * ```
   */
  async publishService(options: NewServiceVersion): Promise<ServiceVersion> {
    const exists = async (): Promise<unknown> => await this.#exists(options.signal);
    return await ServiceVersion.publish(this.connection, this.id, options, exists);
  }

  /**
   * The versions that were published, oldest first: its own, and for users who approve services those of all. Reading them
   * throws UnsupportedError where the platform takes no services.
   */
  serviceVersions({
    id,
    ssdId,
    name,
    state,
  }: {
    readonly id?: string | undefined;
    readonly ssdId?: string | undefined;
    /** Case-sensitive: the start of the name. */
    readonly name?: string | undefined;
    readonly state?: string | undefined;
  } = {}): Collection<ServiceVersion> {
    const filters = filtersOf(
      ['id', 'eq', id],
      ['ssd_id', 'eq', ssdId],
      ['name', 'begins_with', name],
      ['state', 'eq', state],
    );
    return listExtension(
      this.#exists,
      this.connection,
      calls.listServiceVersions,
      this.params(),
      { filters },
      (version) => new ServiceVersion(this.connection, version, this.id),
    );
  }

  /** A data item by its id, uploaded or made by an execution. @throws NotFoundError */
  async dataItem(id: string, { signal }: CallOptions = {}): Promise<Data> {
    return await Data.load(this.connection, this.id, id, signal);
  }

  /** A process by its id. @throws NotFoundError */
  async process(id: string, { signal }: CallOptions = {}): Promise<Process> {
    return await new Process(this.connection, { id, organisation_id: this.id }).get({ signal });
  }

  /** An execution by its id. @throws NotFoundError */
  async execution(id: string, { signal }: CallOptions = {}): Promise<ProcessExecution> {
    return await new ProcessExecution(this.connection, { id, organisation_id: this.id }).get({ signal });
  }

  /** A component by its id. @throws NotFoundError */
  async component(id: string, { signal }: CallOptions = {}): Promise<ProcessServiceExecution> {
    return await new ProcessServiceExecution(this.connection, { id, organisation_id: this.id }).get({
      signal,
    });
  }

  /** One version of a service by its id, be it the latest or not. @throws NotFoundError */
  async service(id: string, { signal }: CallOptions = {}): Promise<Service> {
    return await new Service(this.connection, { id, organisation_id: this.id }).get({ signal });
  }

  /** The runs of all processes, newest first: a group is one. Reading them throws UnsupportedError where the platform has no such list. */
  runs(query: RunsQuery = {}): Collection<Run> {
    return listRuns(this.connection, this.params(), query, this.#exists);
  }

  /**
   * A run with all its executions and components in one answer, by the id of a group or of an execution that stands alone.
   * @param options.since `as_of` of an earlier answer: gives only the executions that have changed
   * @param options.regions whether to include the region of each execution
   * @throws UnsupportedError where the platform cannot; NotFoundError
   */
  async run(
    id: string,
    {
      since,
      regions,
      signal,
    }: CallOptions & { readonly since?: string | undefined; readonly regions?: boolean } = {},
  ): Promise<RunDetails> {
    const input = { params: { ...this.params(), run_id: id }, query: { since, regions }, signal };
    // A run that is not there and a call that is not there look alike: the counts are there where the call is.
    const known = async (): Promise<unknown> => await this.countExecutions({ signal });
    try {
      return freeze(await perform(this.connection, calls.getRun, input));
    } catch (error) {
      if (error instanceof NotFoundError) await known();
      throw error;
    }
  }

  /**
   * How many executions wait and run, and how many have ended in the last day and how: each execution counted, and each group
   * counted once as `runs`.
   * @throws UnsupportedError where the platform does not count
   */
  async countExecutions({ signal }: CallOptions = {}): Promise<{
    readonly now: StateCounts;
    readonly runs: StateCounts;
  }> {
    const input = { params: this.params(), signal };
    const exists = async (): Promise<unknown> => await this.#exists(signal);
    return freeze(await performExtension(this.connection, calls.countExecutions, input, exists));
  }

  /**
   * The nodes of the platform, in the order in which they started: the state of each, its room for components, and how much
   * of it is taken, by all organisations together.
   * @throws UnsupportedError where the platform does not tell
   */
  async nodes({ signal }: CallOptions = {}): Promise<readonly PlatformNode[]> {
    const input = { params: this.params(), signal };
    const exists = async (): Promise<unknown> => await this.#exists(signal);
    const { nodes } = await performExtension(this.connection, calls.listNodes, input, exists);
    return freeze(nodes);
  }

  /** The executions of all processes, newest first. Reading them throws UnsupportedError where the platform has no such list. */
  executions({
    processId,
    groupId,
    search,
  }: {
    readonly processId?: string | undefined;
    readonly groupId?: string | undefined;
    readonly search?: string | undefined;
  } = {}): Collection<ProcessExecution> {
    const filters = filtersOf(['process_id', 'eq', processId], ['group_id', 'eq', groupId]);
    const query = { reverse: true, filters, ...(search ? { search } : {}) };
    return listExtension(
      this.#exists,
      this.connection,
      calls.listAllExecutions,
      this.params(),
      query,
      (execution) => {
        return new ProcessExecution(this.connection, execution);
      },
    );
  }

  /**
   * Who belongs to the organisation, and what each may do there, in the order in which they joined. Reading them
   * throws UnsupportedError where the platform has no such list; `users` has their addresses and roles there too.
   */
  members(): Collection<Member> {
    return listExtension(this.#exists, this.connection, calls.listMembers, this.params(), {}, (member) => {
      return new Member(this.connection, member);
    });
  }

  /**
   * Makes a member of somebody who is one of another organisation of the user who asks. Anybody else is invited.
   * @throws NotFoundError for anybody else, whether they have an account or not; ConflictError for who is a member already;
   * PermissionError for who does not manage the organisation, or gives a role that they lack themselves; UnsupportedError
   */
  async addMember(options: NewMember): Promise<Member> {
    const list = async (): Promise<unknown> => await this.members().first({ signal: options.signal });
    return await Member.add(this.connection, this.id, options, list);
  }

  /**
   * Makes a link by which somebody becomes a member: `url`, to be handed over to them and to nobody else. It serves once, for
   * a week, takes the place of an earlier one to the same address, and is told only here.
   * @throws ConflictError for who is a member already; PermissionError for who does not manage the organisation, or gives a
   * role that they lack themselves; UnsupportedError where the platform has no invitations
   *
   * @example
   * ```ts
   * import type { Organisation } from 'fusion-platform';
   * async function invite(organisation: Organisation): Promise<string | undefined> {
   *   const roles = ['view_processing_chains', 'create_and_execute_processing_chains'] as const;
   *   const { url } = await organisation.invite({ email: 'grace@example.com', roles });
   *   return url; // only told here
   * }
   * ```
   */
  async invite(options: NewMember): Promise<Invitation> {
    const exists = async (): Promise<unknown> => await this.#exists(options.signal);
    return await Invitation.create(this.connection, this.id, options, exists);
  }

  /** The invitations that are open. Reading them throws UnsupportedError where the platform has none, PermissionError for who does not manage the organisation. */
  invitations(): Collection<Invitation> {
    return listExtension(
      this.#exists,
      this.connection,
      calls.listInvitations,
      this.params(),
      {},
      (invitation) => {
        return new Invitation(this.connection, invitation);
      },
    );
  }

  /** Its webhooks. Listing them throws UnsupportedError where the platform has none. */
  webhooks(): Collection<Webhook> {
    return listExtension(this.#exists, this.connection, calls.listWebhooks, this.params(), {}, (webhook) => {
      return new Webhook(this.connection, webhook);
    });
  }

  /**
   * Creates a webhook: an address that is called when one of its events happens, signed as Standard Webhooks specifies.
   * @throws StateError where no events are named; UnsupportedError where the platform has no webhooks; PermissionError for who does not manage the organisation
   *
   * @example
   * ```ts
   * import type { Organisation } from 'fusion-platform';
   * async function listen(organisation: Organisation): Promise<string | undefined> {
   *   const events = ['execution.ended', 'execution.failed'] as const;
   *   const { secret } = await organisation.createWebhook({ url: 'https://example.com/fusion', events });
   *   return secret; // only told here
   * }
   * ```
   */
  async createWebhook(options: NewWebhook): Promise<Webhook> {
    const exists = async (): Promise<unknown> => await this.#exists(options.signal);
    return await Webhook.create(this.connection, this.id, options, exists);
  }

  /** What the extensions ask that a platform lacks: when the organisation is there, it is the call that is not. */
  readonly #exists = async (signal: AbortSignal | undefined): Promise<unknown> =>
    await Organisation.load(this.connection, this.id, signal);

  #data(query: Parameters<typeof listOf>[3]): Collection<Data> {
    return listOf(this.connection, calls.listUploadedData, this.params(), query, (data) => {
      return new Data(this.connection, data);
    });
  }

  #processes(query: Parameters<typeof listOf>[3]): Collection<Process> {
    return listOf(this.connection, calls.listProcesses, this.params(), query, (process) => {
      return new Process(this.connection, process);
    });
  }
}
