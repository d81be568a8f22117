import type { Database } from '../../database/index.ts';
import type { Events } from '../events.ts';

export interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface NotificationSettings {
  /** E.g. `smtps://user:password@mail.example.com`; nobody is written to without it. */
  readonly smtpUrl?: string | undefined;
  /** The sender: an address, or a name and an address in angle brackets. */
  readonly smtpFrom: string;
  /** Whether webhooks may call addresses of this machine and of private networks. */
  readonly allowPrivateAddresses: boolean;
  /** Where users reach the platform, without a slash at its end; empty while that is not known. */
  readonly publicUrl: () => string;
}

export interface Context {
  readonly database: Database;
  readonly events: Events;
  readonly log: Logger;
  readonly settings: NotificationSettings;
}
