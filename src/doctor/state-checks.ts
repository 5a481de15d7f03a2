/** Converts the inspected state to check results. The functions are pure. */
import { describeLock, type StateCopy, type StatePicture } from '../state/picture.ts';
import { adviceOf } from '../state/stop.ts';
import { checksOf, type DoctorCheck } from './check.ts';

const { ok, warning, failed } = checksOf('state');

export function checksOfState(picture: StatePicture): DoctorCheck[] {
  return [checkVerdict(picture), ...checkCopies(picture.copies), ...checkCache(picture), checkLock(picture)];
}

function checkVerdict({ name, verdict }: StatePicture): DoctorCheck {
  switch (verdict.kind) {
    case 'none':
      return ok('state', `"${name}" has none yet: the first build makes it`);
    case 'proven': {
      const { serial, updateSeq } = verdict.document;
      return ok('state', `serial ${serial}, update ${updateSeq}, proven`);
    }
    case 'stopped':
      return failed('state', verdict.message, adviceOf(verdict));
  }
}

/**
 * Checks the copies on workers and in the cache. The previous document of a state file is ignored, because it is always
 * older.
 */
function checkCopies(copies: readonly StateCopy[]): DoctorCheck[] {
  const found = copies.filter(({ where, status }) => status === 'found' && !where.startsWith('/'));
  if (found.length === 0) return [];
  const top = Math.max(...found.map(({ serial = 0 }) => serial));
  const digests = new Set(found.filter(({ serial }) => serial === top).map(({ digest }) => digest));
  const behind = found
    .filter(({ serial = 0 }) => serial < top)
    .map(({ where, serial }) => `${where} (serial ${serial})`);
  if (behind.length > 0)
    return [warning('copies', `behind serial ${top}: ${behind.join(', ')}`, 'the next run repairs them: maand build')];
  if (digests.size > 1)
    return [failed('copies', `serial ${top} has ${digests.size} different contents`, 'see maand state show')];
  return [ok('copies', `${found.map(({ where }) => where).join(', ')} agree`)];
}

function checkCache({ copies, cacheReadOnly }: StatePicture): DoctorCheck[] {
  const cache = copies.find(({ where }) => where === 'the cache');
  if (!cache) return [];
  if (cache.status === 'unknown' || cache.status === 'refused') {
    return [
      warning(
        'cache',
        cache.problem ?? cache.status,
        'the workers hold the state too, and a run heals the cache when it answers again',
      ),
    ];
  }
  if (cacheReadOnly !== undefined) {
    return [
      warning(
        'cache',
        `it cannot be written: ${cacheReadOnly}`,
        'this run may plan and validate; deploy from a push, schedule or dispatch',
      ),
    ];
  }
  return [
    ok('cache', cache.status === 'found' ? `has serial ${cache.serial}, can be written` : 'answers, can be written'),
  ];
}

function checkLock({ locks }: StatePicture): DoctorCheck {
  const [lock] = locks;
  if (!lock) return ok('lock', 'no run has it');
  return warning(
    'lock',
    `held by ${describeLock(lock)}`,
    `wait for it; if that run is certainly dead: maand state unlock ${lock.token}`,
  );
}
