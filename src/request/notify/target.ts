/** Defines the targets of notifications that the input `notify` can set. */

/** One line of `notify`. Missing settings are reported when the channel is opened. */
export type NotifyTarget = SlackTarget | MailTarget | WebhookTarget;

interface AnyTarget {
  /** The name of the target in warnings, without secrets. */
  readonly label: string;
  /** Send only failures and the end of a deploy. */
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
  /** Address of the Web API; undefined for Slack's own. */
  readonly apiUrl: string | undefined;
}

/** `in-file`: the timestamp of the parent message is read from the file `.slack-thread-ts` of the bucket, if it exists. */
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
  /** `from-start`: the connection starts with TLS. `none`: only when the URL says so. */
  readonly tls: 'upgrade' | 'from-start' | 'none';
}

export interface WebhookTarget extends AnyTarget {
  readonly kind: 'webhook';
  /** The address without its fragment. */
  readonly url: string;
  readonly template: WebhookTemplate;
  /** Key of the signature; undefined for unsigned messages. */
  readonly secret: string | undefined;
}

export const WEBHOOK_TEMPLATES = ['json', 'teams', 'discord'] as const;
export type WebhookTemplate = (typeof WEBHOOK_TEMPLATES)[number];
