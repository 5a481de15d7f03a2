/**
 * Holds the product to its word about secrets that hooks make: what a hook was told is kept, or found in the store, lies on a
 * majority at that moment, and is the only secret of that name ever after.
 */
import type { SecretBox } from '../../src/kv/secrets.ts';
import type { StateDocument } from '../../src/state/document.ts';
import { boxOf } from '../../src/state/keys.ts';
import type { HookWord } from './hook-ear.ts';
import { KEEPER } from './simulated-bucket.ts';

/** A state that a run was told is durable. */
export interface SavedState {
  readonly runId: string;
  readonly document: StateDocument;
  /** Another run has been in the place of this one meanwhile. */
  readonly isOld: boolean;
}

/** Host → what it holds. */
export type Copies = ReadonlyMap<string, StateDocument>;

export interface WitnessedWorld {
  readonly copies: () => Promise<Copies>;
  /** Every key that was ever used. */
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

  /** `isOld`: another run has taken the speaker's place, so it may believe what was true before. */
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

  /** Undefined when there is none. */
  #secretIn({ kv }: StateDocument, name: string): string | undefined {
    const rows = kv[NAMESPACE]?.[name];
    const value = rows?.at(-1)?.value;
    return value && this.#openBox().open(value);
  }

  /** One for as long as the keys are the same: it remembers what it has opened. */
  #openBox(): SecretBox {
    const keys = this.#world.stateKeys();
    if (this.#box?.keys !== keys.length) {
      this.#box = { keys: keys.length, box: boxOf(keys.map((key) => Buffer.from(key, 'hex'))) };
    }
    return this.#box.box;
  }

  /** In the order in which states became durable: a secret that is there stays, as the first and only version. */
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

  /** Whatever was done on workers was done with the secret that was kept. `uses`: as the bucket's jobs note them. */
  judgeUses(uses: readonly string[]): void {
    for (const use of uses) {
      const [run, name = '', secret, by] = use.split(' ');
      if (this.#kept.get(name) !== secret) this.faults.push(`run ${run} used another ${name} (${by})`);
    }
  }
}
