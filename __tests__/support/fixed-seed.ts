/** Property tests run the same cases every time, so that a red build is about the change. `FC_SEED=random` looks for new ones. */
import fc from 'fast-check';

const { FC_SEED: wanted } = process.env;
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted ?? 20_261_127) });
