/** The targets of notifications, as `notify` writes them. */

/** One line of `notify`. Settings that are missing are found when the channel is opened. */
export type NotifyTarget = SlackTarget | MailTarget | WebhookTarget;

interface AnyTarget {
  /** How warnings name it; holds no secret. */
  readonly label: string;
  /** Only what needs somebody: failures and the end of a deploy. */
  readonly quiet: boolean;
  /** Must not be seen anywhere. */
  readonly secrets: readonly string[];
}

export interface SlackTarget extends AnyTarget {
  readonly kind: 'slack';
  /** Name or id, without `#`. */
  readonly channel: string;
  readonly title: string | undefined;
  readonly url: string | undefined;
  readonly username: string;
  readonly thread: SlackThread;
  /** Undefined: Slack's own. */
  readonly apiUrl: string | undefined;
}

/** `in-file`: the parent's timestamp is in `.slack-thread-ts` of the bucket, if there is one. */
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
  /** `from-start`: before the first word; `none`: only where the URL says so. */
  readonly tls: 'upgrade' | 'from-start' | 'none';
}

export interface WebhookTarget extends AnyTarget {
  readonly kind: 'webhook';
  /** Without its fragment. */
  readonly url: string;
  readonly template: WebhookTemplate;
  /** Key of the signature. */
  readonly secret: string | undefined;
}

export const WEBHOOK_TEMPLATES = ['json', 'teams', 'discord'] as const;
export type WebhookTemplate = (typeof WEBHOOK_TEMPLATES)[number];
