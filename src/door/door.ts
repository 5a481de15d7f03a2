/**
 * Masks everything that the program shows to its user: events, results, findings and failures leave the core only
 * through the `Door`. Free text is masked only here. Names and reserved words pass unchanged.
 */
import type { Diagnostic } from '../base/diagnostic.ts';
import { maskFreeText } from '../base/free-text.ts';
import type { Masker, Spared } from '../base/masker.ts';
import { EVENT_WORDING } from '../events/event-wording.ts';
import type { Emit, RolloutEvent } from '../events/rollout-event.ts';
import { DEPLOY_WORDING, type DeployJson } from '../report/deploy-json.ts';
import type { Ending } from '../report/ending.ts';
import { DIAGNOSTIC_WORDING, ENDING_WORDING } from '../report/ending-wording.ts';
import type { CommandResult, Shown } from '../session/face.ts';
import { RESERVED_WORDS } from './reserved-words.ts';

export class Door {
  readonly masker: Masker;
  readonly #hearers: Emit[] = [];

  constructor(masker: Masker) {
    this.masker = masker;
    masker.reserve(RESERVED_WORDS);
  }

  /**
   * Starts to report each secret that is not masked everywhere. Call `open` only after `hear`, because events before
   * the call of `hear` have no receiver.
   */
  open(): void {
    this.masker.onSpared((spared) => this.emit({ type: 'noticed', level: 'warning', message: sparedText(spared) }));
  }

  readonly emit: Emit = (event) => {
    const masked = maskEvent(event, this.text);
    for (const hear of this.#hearers) hear(masked);
  };

  readonly hear = (hearer: Emit): void => {
    this.#hearers.push(hearer);
  };

  readonly text = (text: string): string => this.masker.mask(text);

  findings(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
    return maskFreeText(diagnostics, DIAGNOSTIC_WORDING, this.text);
  }

  ending(ending: Ending): Ending {
    return maskFreeText(ending, ENDING_WORDING, this.text);
  }

  /** Returns what a deploy had done before it was interrupted, with free text masked. */
  progress(json: DeployJson | undefined): DeployJson | undefined {
    return json && maskFreeText(json, DEPLOY_WORDING, this.text);
  }

  result({ show }: CommandResult): Shown {
    return show(this.text);
  }
}

/**
 * Masks an event. `EVENT_WORDING` has an entry for each event type. The compiler cannot infer that the entry fits this
 * event.
 */
function maskEvent(event: RolloutEvent, mask: (text: string) => string): RolloutEvent {
  const wording = EVENT_WORDING[event.type] as (typeof EVENT_WORDING)['noticed'];
  return maskFreeText(event as Extract<RolloutEvent, { type: 'noticed' }>, wording, mask);
}

/** Returns a warning that says where the secret is kept. The warning reveals nothing about the value. */
function sparedText({ origin, likeness }: Spared): string {
  switch (likeness) {
    case 'equal':
      return `${origin} equals a name of this bucket or a word of the log, so it is not masked: choose a value that nobody can guess`;
    case 'part':
      return `${origin} is a part of a name of this bucket or of a word of the log: within such names it is not masked, and no CI system is told to mask it`;
  }
}
