/**
 * Checks the promises of maand about secrets that hooks make. When a hook learned that its secret is durable, or found the
 * secret in the store, a majority of workers holds it at that moment. No other secret of that name appears later.
 */
import type { SecretBox } from '../../src/kv/secrets.ts';
import type { StateDocument } from '../../src/state/document.ts';
import { boxOf } from '../../src/state/keys.ts';
import type { HookWord } from './hook-ear.ts';
import { KEEPER } from './simulated-bucket.ts';

/** A saved state that was reported to a run as durable. */
export interface SavedState {
  readonly runId: string;
  readonly document: StateDocument;
  /** Whether another run has taken over from this run in the meantime. */
  readonly isOld: boolean;
}

/** The state that each host holds. */
export type Copies = ReadonlyMap<string, StateDocument>;

export interface WitnessedWorld {
  readonly copies: () => Promise<Copies>;
  /** Returns every key that was ever used. */
  readonly stateKeys: () => readonly string[];
}

const NAMESPACE = `secrets/job/${KEEPER}`;

export class SecretWitness {
  readonly faults: string[] = [];
  readonly #world: WitnessedWorld;
  readonly #kept = new Map<string, string>();
  #box: { readonly keys: number; readonly box: SecretBox } | undefined;
  /** Number of messages of each kind. */
  readonly heard = { saw: 0, made: 0, kept: 0 };

  constructor(world: WitnessedWorld) {
    this.#world = world;
  }

  /** Handles a message. `isOld` means that another run has taken over from the sender, so the sender may use old data. */
  async hear(said: HookWord, isOld: boolean): Promise<void> {
    const { run, word, name, secret } = said;
    this.heard[word]++;
    if (word === 'kept' || (word === 'saw' && secret !== '')) return this.#mustBeKept(said);
    if (!isOld && this.#kept.has(name))
      this.faults.push(`run ${run} ${word === 'saw' ? 'did not find' : 'made another'} ${name}, which was kept before`);
  }

  async #mustBeKept({ run, word, name, secret }: HookWord): Promise<void> {
    const first = this.#kept.get(name);
    if (first !== undefined) {
      if (first !== secret) this.faults.push(`run ${run} ${word} another ${name} than the one that was kept`);
      return;
    }
    this.#kept.set(name, secret);
    const { hosts, isMajority } = await this.#holdersOf(name, secret);
    if (!isMajority) this.faults.push(`run ${run} ${word} ${name}, and only ${hosts.join(', ') || 'nobody'} has it`);
  }

  async #holdersOf(name: string, secret: string): Promise<{ hosts: string[]; isMajority: boolean }> {
    const holding = [...(await this.#world.copies())]
      .filter(([, document]) => this.#secretIn(document, name) === secret)
      .sort(([, a], [, b]) => b.serial - a.serial);
    const hosts = holding.map(([host]) => host);
    const holders = holding[0]?.[1].holders ?? [];
    const voices = holders.filter((host) => hosts.includes(host));
    const isHalfWithFirst = voices.length * 2 === holders.length && voices[0] === holders[0];
    return { hosts, isMajority: voices.length > 0 && (voices.length * 2 > holders.length || isHalfWithFirst) };
  }

  /** Returns the secret, or undefined when it is missing. */
  #secretIn({ kv }: StateDocument, name: string): string | undefined {
    const rows = kv[NAMESPACE]?.[name];
    const value = rows?.at(-1)?.value;
    return value && this.#openBox().open(value);
  }

  /**
   * Returns a box for the present keys. The same box is used as long as the keys stay the same, because it caches what it has
   * opened.
   */
  #openBox(): SecretBox {
    const keys = this.#world.stateKeys();
    if (this.#box?.keys !== keys.length) {
      this.#box = { keys: keys.length, box: boxOf(keys.map((key) => Buffer.from(key, 'hex'))) };
    }
    return this.#box.box;
  }

  /**
   * Checks the states in the order in which they became durable. A secret that exists must stay as the first and only
   * version.
   */
  judgeSaved(saved: readonly SavedState[]): void {
    const before = new Map<string, string>();
    for (const { runId, document } of saved) {
      const at = `serial ${document.serial} of run ${runId}`;
      for (const [name, secret] of before) {
        if (this.#secretIn(document, name) !== secret) this.faults.push(`${at} has another ${name}, or none`);
      }
      for (const [name, rows] of Object.entries(document.kv[NAMESPACE] ?? {})) {
        if (rows.length !== 1) this.faults.push(`${at} has ${rows.length} versions of ${name}`);
        before.set(name, this.#secretIn(document, name) ?? '');
      }
    }
    for (const [name, secret] of this.#kept) {
      if (before.get(name) !== secret) this.faults.push(`${name} was kept, and the newest state has another`);
    }
  }

  /** Checks that workers only used the secret that was kept. `uses` are the lines that the jobs of the bucket wrote. */
  judgeUses(uses: readonly string[]): void {
    for (const use of uses) {
      const [run, name = '', secret, by] = use.split(' ');
      if (this.#kept.get(name) !== secret) this.faults.push(`run ${run} used another ${name} (${by})`);
    }
  }
}
