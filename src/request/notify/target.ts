/** Defines the notification targets of the input `notify`. */

/** One line of `notify`. A missing setting is not reported while the line is parsed but when the channel is opened. */
export type NotifyTarget = SlackTarget | MailTarget | WebhookTarget;

interface AnyTarget {
  /** The name of the target in warnings, without secrets. */
  readonly label: string;
  /** When true, only failures and the end of a deploy are sent. */
  readonly quiet: boolean;
  /** Texts that must not appear in any output. */
  readonly secrets: readonly string[];
}

export interface SlackTarget extends AnyTarget {
  readonly kind: 'slack';
  /** Name or id of the channel, without `#`. */
  readonly channel: string;
  readonly title: string | undefined;
  readonly url: string | undefined;
  readonly username: string;
  readonly thread: SlackThread;
  /** Address of the Web API. When undefined, the address of Slack is used. */
  readonly apiUrl: string | undefined;
}

/**
 * Where the thread comes from. With `in-file`, the timestamp of the parent message is in the file `.slack-thread-ts` of the
 * bucket. Without the file, messages are not in a thread.
 */
export type SlackThread =
  | { readonly kind: 'none' | 'in-file' }
  | { readonly kind: 'given'; readonly timestamp: string };

export interface MailTarget extends AnyTarget {
  readonly kind: 'mail';
  readonly host: string;
  readonly port: number;
  readonly to: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly from: string | undefined;
  readonly subject: string | undefined;
  /**
   * How the connection uses TLS. With `from-start`, the connection starts with TLS. `none` occurs only when the URL switches
   * TLS off.
   */
  readonly tls: 'upgrade' | 'from-start' | 'none';
}

export interface WebhookTarget extends AnyTarget {
  readonly kind: 'webhook';
  /** The address without its fragment. */
  readonly url: string;
  readonly template: WebhookTemplate;
  /** Key of the signature. When undefined, messages are not signed. */
  readonly secret: string | undefined;
}

export const WEBHOOK_TEMPLATES = ['json', 'teams', 'discord'] as const;
export type WebhookTemplate = (typeof WEBHOOK_TEMPLATES)[number];
