/**
 * Sends messages about a deploy without delaying the deploy. Each channel receives its messages in order. A message that
 * cannot be delivered becomes a warning, because notifications never fail a deploy.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { anySignal, newAbort, timeoutSignal } from '../base/abort.ts';
import { messageOf } from '../base/failure.ts';
import { maskFreeText } from '../base/free-text.ts';
import type { Masker } from '../base/masker.ts';
import { NOTICE_WORDING, type Notice } from '../report/notice.ts';
import type { NotifyTarget } from '../request/notify/target.ts';
import type { Channel, ChannelSurroundings, MessageOutcome, Unusable } from './channel.ts';
import { ErrorLimit } from './error-limit.ts';

const ATTEMPTS = 3;

export interface NotifierOptions {
  readonly channels: readonly Channel[];
  readonly masker: Masker;
  readonly warn: (message: string) => void;
  /** Time limit of one attempt. */
  readonly attemptMs?: number;
}

export interface CloseLimits {
  readonly limitMs: number;
  /** Time limit in milliseconds after a cancellation. It also applies when the cancellation happens during the wait. */
  readonly cancelledMs: number;
  readonly signal: AbortSignal;
}

export class Notifier {
  readonly #options: NotifierOptions;
  readonly #errors = new ErrorLimit();
  readonly #queues = new Map<Channel, Promise<void>>();
  readonly #closing = newAbort();

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** Queues a message and returns at once. Failures become warnings. */
  send(notice: Notice): void {
    const due = this.#due(notice);
    if (due === undefined) return;
    // the text is masked before it is cut, because the masker would not recognise half a secret
    const masked = maskFreeText(due, NOTICE_WORDING, (text) => this.#options.masker.mask(text));
    for (const channel of this.#options.channels) {
      if (channel.quiet && isNoise(due)) continue;
      const earlier = this.#queues.get(channel) ?? Promise.resolve();
      this.#queues.set(
        channel,
        earlier.then(() => this.#deliver(channel, masked)),
      );
    }
  }

  /**
   * Waits for messages that are being sent, up to the limit that applies. The remaining messages are dropped with a warning.
   */
  async close({ limitMs, cancelledMs, signal }: CloseLimits): Promise<void> {
    const giveUp = (): void => this.#closing.abort(new Error('there was no more time for it'));
    const timers = [setTimeout(giveUp, limitMs)];
    const hurry = (): void => void timers.push(setTimeout(giveUp, cancelledMs));
    if (signal.aborted) hurry();
    signal.addEventListener('abort', hurry, { once: true });
    await Promise.all(this.#queues.values());
    signal.removeEventListener('abort', hurry);
    for (const timer of timers) clearTimeout(timer);
  }

  /** Counts errors and returns the notice to send. Returns undefined when nothing is to be sent. */
  #due(notice: Notice): Notice | undefined {
    switch (notice.event) {
      case 'deploy-failed': {
        const text = this.#errors.report(notice.text);
        return text === undefined ? undefined : { ...notice, text };
      }
      case 'deploy-succeeded':
        this.#errors.reset();
        return notice;
      case 'hook-failed':
        return notice; // always sent, because no other message reports this event
      case 'deploy-started':
      case 'hook-succeeded':
        return this.#errors.isFailing ? undefined : notice;
    }
  }

  async #deliver(channel: Channel, notice: Notice): Promise<void> {
    const problem = await this.#attempts(channel, notice);
    if (problem === undefined) return;
    const { warn } = this.#options;
    const what = notice.hook === undefined ? channel.failure.message : channel.failure.hook;
    warn(`${what}: ${channel.label}: ${problem}`);
  }

  async #attempts(channel: Channel, notice: Notice): Promise<string | undefined> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#attempt(channel, notice);
      if (answer.kind === 'sent') return undefined;
      const tries = attempt === 1 ? '' : ` (${attempt} attempts)`;
      if (answer.again === undefined || attempt === ATTEMPTS) return `${answer.problem}${tries}`;
      const rested = await this.#rest(answer.again * attempt);
      if (!rested) return `${answer.problem}${tries}; there was no more time for another attempt`;
    }
  }

  async #attempt(channel: Channel, notice: Notice): Promise<MessageOutcome> {
    const { attemptMs = 10_000 } = this.#options;
    if (this.#closing.signal.aborted) return { kind: 'failed', problem: messageOf(this.#closing.signal.reason) };
    const limit = anySignal(this.#closing.signal, timeoutSignal(attemptMs));
    const answer = await channel.send(notice, limit).catch((thrown: unknown): MessageOutcome => {
      return { kind: 'failed', problem: `unexpected error: ${messageOf(thrown)}` };
    });
    if (answer.kind === 'sent' || !limit.aborted || this.#closing.signal.aborted) return answer;
    return { ...answer, problem: `no answer within ${attemptMs / 1000} s` };
  }

  async #rest(pauseMs: number): Promise<boolean> {
    try {
      await delay(pauseMs, undefined, { signal: this.#closing.signal });
      return true;
    } catch {
      return false;
    }
  }
}

/** Returns true when quiet mode drops the notice. Quiet mode keeps notices that need action, and the end of a deploy. */
function isNoise({ event }: Notice): boolean {
  return event === 'deploy-started' || event === 'hook-succeeded';
}

export interface NotifierRequest extends ChannelSurroundings {
  readonly targets: readonly NotifyTarget[];
  readonly masker: Masker;
  readonly warn: (message: string) => void;
}

/** Opens the channels of all targets. A target that cannot be used causes a warning. */
export async function openNotifier({ targets, masker, warn, ...surroundings }: NotifierRequest): Promise<Notifier> {
  const channels: Channel[] = [];
  for (const target of targets) {
    const channel = await openChannel(target, surroundings);
    if ('problem' in channel) warn(`Notification error: ${target.label}: ${channel.problem}; nothing is sent there`);
    else channels.push(channel);
  }
  return new Notifier({ channels, masker, warn });
}

/** Opens a channel. Each library is loaded only when a target needs it. */
async function openChannel(target: NotifyTarget, surroundings: ChannelSurroundings): Promise<Channel | Unusable> {
  switch (target.kind) {
    case 'slack':
      return (await import('./slack.ts')).openSlack(target, surroundings);
    case 'mail':
      return (await import('./mail.ts')).openMail(target, surroundings);
    case 'webhook':
      return (await import('./webhook.ts')).openWebhook(target, surroundings);
  }
}
