/** Describes the current position of a run in one line. The position is computed from the events of the run. */
import type { RolloutEvent } from '../events/rollout-event.ts';

export class RunStatus {
  #waves: readonly number[] = [];
  #wave: number | undefined;
  #job = '';
  #phase = '';
  #running = 0;
  #attempt = '';
  #done = 0;
  #total = 0;

  add(event: RolloutEvent): void {
    switch (event.type) {
      case 'plan-made':
        this.#waves = event.plan.waves.filter(({ jobs }) => jobs.length > 0).map(({ seq }) => seq);
        this.#total = event.plan.waves
          .flatMap(({ jobs }) => jobs.flatMap(({ steps }) => steps))
          .filter(({ action }) => action !== 'skip' && action !== 'stop').length;
        return;
      case 'wave-started':
        this.#wave = event.seq;
        return;
      case 'job-started':
        this.#enter(event.job, '');
        return;
      case 'shell-hook-started':
        this.#enter('', event.hook);
        return;
      case 'shell-hook-finished':
        this.#enter('', '');
        return;
      case 'phase-started':
        this.#enter(event.job, event.phase);
        this.#running++;
        return;
      case 'phase-finished':
        this.#running = Math.max(0, this.#running - 1);
        return;
      case 'health-retried':
        this.#attempt = `attempt ${event.attempt} of ${event.attempts}`;
        return;
      case 'allocation-promoted':
        this.#done++;
        return;
      case 'batch-started':
      case 'output':
      case 'shell-hook-output':
      case 'hook-finished':
      case 'job-finished':
      case 'reconciled':
      case 'reconcile-failed':
      case 'noticed':
        return;
    }
  }

  /**
   * Returns a line such as `wave 1 (2 of 3) · api · restart, 3 running · 12/50 allocations`. Returns an empty string before
   * the first wave.
   */
  text(): string {
    const running = this.#running > 1 ? `, ${this.#running} running` : '';
    const done = Math.min(this.#done, this.#total);
    const parts = [
      this.#waveText(),
      this.#job,
      this.#phase === '' ? '' : `${this.#phase}${running}`,
      this.#attempt,
      this.#total === 0 ? '' : `${done}/${this.#total} allocations`,
    ];
    return parts.filter((part) => part !== '').join(' · ');
  }

  #enter(job: string, phase: string): void {
    if (job !== this.#job) this.#running = 0;
    if (job !== this.#job || phase !== this.#phase) this.#attempt = '';
    this.#job = job;
    this.#phase = phase;
  }

  #waveText(): string {
    if (this.#wave === undefined) return '';
    const at = this.#waves.indexOf(this.#wave);
    return at === -1 ? `wave ${this.#wave}` : `wave ${this.#wave} (${at + 1} of ${this.#waves.length})`;
  }
}
