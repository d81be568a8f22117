import type { WebhookEvent } from '@fusion-platform/contract';
import { DateTime } from 'luxon';

import type { NewsPayload } from './news.ts';

export interface Reader {
  readonly given_name: string;
  /** IANA name. */
  readonly time_zone: string;
  readonly organisation: string;
}

/** A mail as plain text. No value can add a header or a line of its own. */
export function mailText(
  event: WebhookEvent,
  payload: NewsPayload,
  { given_name: name, time_zone: zone, organisation }: Reader,
  publicUrl: string,
): { readonly subject: string; readonly text: string } {
  const { process_name: process, execution_id: execution, group_id: group } = payload;
  const title = `"${oneLine(process, 150)}"`;
  const { subject, lead } = told(event, title, payload, zone);
  const facts: readonly (readonly [string, string | null | undefined])[] = [
    ['Organisation', oneLine(organisation, 150)],
    ['Process', payload.process_id],
    group ? ['Group', group] : ['Execution', execution],
    ['Started', momentText(payload.started_at, zone)],
    ['Ended', momentText(payload.ended_at, zone)],
    ['Platform', publicUrl],
  ];
  const lines = facts.flatMap(([label, value]) => (value ? [`${label}: ${value}`] : []));
  return {
    subject,
    text: [
      // A dash stands for a name that was not given.
      name === '-' ? 'Hello,' : `Hello ${oneLine(name, 100)},`,
      ...lead,
      lines.join('\n'),
      'You are told by e-mail because your account asks for it: notification_processing_chain holds "email".',
    ].join('\n\n'),
  };
}

function told(
  event: WebhookEvent,
  title: string,
  { reason, group_id: group, delete_expiry: expiry }: NewsPayload,
  zone: string,
): { readonly subject: string; readonly lead: readonly string[] } {
  const why = reason ? [oneLine(reason, 1000)] : [];
  const run = group ? 'all executions of a run' : 'an execution';
  switch (event) {
    case 'execution.ended':
      return {
        subject: `Process ${title} has ended`,
        lead: [`${upper(run)} of the process ${title} ended well. The outputs are ready.`, ...why],
      };
    case 'execution.failed':
      return {
        subject: `Process ${title} has failed`,
        lead: [`A run of the process ${title} failed.`, ...why],
      };
    case 'execution.expiring':
      return {
        subject: `Outputs of process ${title} will be deleted`,
        lead: [
          `${upper(run)} of the process ${title}, and the outputs, will be deleted on ${momentText(expiry, zone) ?? 'the day set for it'}. Download or copy what you need, or set a later date.`,
        ],
      };
    case 'process.waiting':
      return {
        subject: `Process ${title} is waiting`,
        lead: [`The process ${title} could not start yet. It starts by itself once it can.`, ...why],
      };
  }
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What people and services write, as one line without control characters, and not endless. */
export function oneLine(text: string, longest: number): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest).toWellFormed()}…` : line;
}

function momentText(moment: string | null | undefined, zone: string): string | undefined {
  if (!moment) return undefined;
  const utc = DateTime.fromISO(moment, { zone: 'utc' });
  const local = utc.setZone(zone);
  return (local.isValid ? local : utc).setLocale('en-GB').toFormat('d MMMM yyyy, HH:mm (z)');
}
