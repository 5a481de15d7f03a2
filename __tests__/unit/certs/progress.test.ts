import { expect, it } from 'vitest';
import { Progress } from '../../../src/certs/progress.ts';

it('reports every two seconds, but not the last certificate', () => {
  const said: string[] = [];
  let nowMs = 0;
  const progress = new Progress(
    5,
    (message) => said.push(message),
    () => nowMs,
  );
  for (const at of [1999, 2000, 3999, 4000, 9000]) {
    nowMs = at;
    progress.step();
  }
  expect(said).toEqual(['certificates: 2 of 5 made', 'certificates: 4 of 5 made']);
});
