/** Semaphore routes of the hook API (docs/runtime-api.md "Semaphores"). */
import { type ApiAnswer, ApiRefusal, type ApiRequest, numberField, textField } from './api-request.ts';
import type { SemaphoreName, Semaphores } from './semaphores.ts';

const DEFAULT_TIMEOUT_S = 600;
const LONGEST_TIMEOUT_S = 3600;
const REFUSED = 'Semaphore acquire or release failed';

export async function acquireSemaphore(semaphores: Semaphores, request: ApiRequest): Promise<ApiAnswer> {
  const semaphore = readSemaphore(request);
  const { admission: holder, gone } = request;
  const { allocationId } = holder.caller;
  const capacity = numberField(request.fields, 'capacity');
  if (!Number.isInteger(capacity)) throw new ApiRefusal(400, 'Invalid JSON format: "capacity" must be a whole number');
  const timeoutMs = timeoutSeconds(numberField(request.fields, 'timeout_seconds')) * 1000;
  const outcome = await semaphores.acquire({ semaphore, holder, capacity, timeoutMs, gone });
  switch (outcome.kind) {
    case 'acquired':
      request.onUndelivered(() => semaphores.release(semaphore, allocationId));
      return acquired(semaphore, allocationId, outcome.capacity);
    case 'held':
      return acquired(semaphore, allocationId, outcome.capacity);
    case 'timed-out':
      return { status: 408, text: 'Timed out waiting for semaphore' };
    case 'refused':
      return { status: 409, text: `${REFUSED}: ${outcome.reason}` };
  }
}

function acquired({ name }: SemaphoreName, allocationId: string, capacity: number): ApiAnswer {
  return { status: 200, json: { name, allocation_id: allocationId, capacity, acquired: true } };
}

export function releaseSemaphore(semaphores: Semaphores, request: ApiRequest): ApiAnswer {
  const semaphore = readSemaphore(request);
  const released = semaphores.release(semaphore, request.admission.caller.allocationId);
  return released ? { status: 200 } : { status: 409, text: REFUSED };
}

export function semaphoreStatus(semaphores: Semaphores, request: ApiRequest): ApiAnswer {
  const semaphore = readSemaphore(request);
  return { status: 200, json: { name: semaphore.name, ...semaphores.status(semaphore) } };
}

function readSemaphore({ admission, fields }: ApiRequest): SemaphoreName {
  const name = textField(fields, 'name');
  if (name === '') throw new ApiRefusal(400, 'Both namespace and key are required');
  const { job, event } = admission.caller;
  return { job, event, name };
}

function timeoutSeconds(asked: number): number {
  return asked > 0 ? Math.min(asked, LONGEST_TIMEOUT_S) : DEFAULT_TIMEOUT_S;
}
