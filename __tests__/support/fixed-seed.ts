/**
 * Makes property tests run the same cases every time, so that a failure is caused by a change of the code. `FC_SEED=random`
 * runs new cases.
 */
import fc from 'fast-check';

const { FC_SEED: wanted } = process.env;
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted ?? 20_261_127) });
