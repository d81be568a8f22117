import type { AddressInfo } from 'node:net';

import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface Letter {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

/** A mail server that keeps what it is given. */
export interface Mailbox {
  readonly url: string;
  readonly letters: readonly Letter[];
  /** Refuses the next mail, for now. */
  refuseOnce(): void;
  /** Once as many mails as this have come since the start. */
  count(letters: number): Promise<void>;
  close(): Promise<void>;
}

export async function open({ raw }: Letter): Promise<ParsedMail> {
  return await simpleParser(raw);
}

export async function startMailbox(): Promise<Mailbox> {
  const letters: Letter[] = [];
  let refuse = false;
  let waiting: { readonly letters: number; readonly done: () => void }[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, callback) => {
      if (username === 'post' && password === 'Hunter-2') callback(null, { user: username });
      else callback(new Error('wrong password'));
    },
    onData: (stream, { envelope }, callback) => {
      let raw = '';
      stream.setEncoding('utf8').on('data', (text: string) => (raw += text));
      stream.on('end', () => {
        if (refuse) {
          refuse = false;
          callback(Object.assign(new Error('try again later'), { responseCode: 451 }));
          return;
        }
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        letters.push({ from, to: envelope.rcptTo.map(({ address }) => address), raw });
        callback();
        for (const wanted of waiting) if (letters.length >= wanted.letters) wanted.done();
        waiting = waiting.filter((wanted) => letters.length < wanted.letters);
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://post:Hunter-2@127.0.0.1:${port}`,
    letters,
    refuseOnce: () => {
      refuse = true;
    },
    count: async (count) => {
      if (letters.length >= count) return;
      await new Promise<void>((done) => waiting.push({ letters: count, done }));
    },
    close: async () => {
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
