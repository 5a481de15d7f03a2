/** Creates the first document of a state, before anything is deployed. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createSecretBox, type SecretBox } from '../kv/secrets.ts';
import type { StateDocument } from './document.ts';

/** Returns an unsaved document for a bucket that has no state yet. */
export function newDocument(name: string, box: SecretBox, hashKey = randomBytes(32).toString('hex')): StateDocument {
  return {
    format: 2,
    name,
    bucketId: randomUUID(),
    serial: 0,
    updateSeq: 0,
    builtDigest: '',
    hashKey: box.seal(hashKey),
    workers: {},
    ports: {},
    allocations: [],
    trees: {},
    postDeployPending: [],
    hostKeys: {},
    kv: {},
  };
}

/** Returns an empty document for runs that have no state. */
export function blankDocument(box: SecretBox = createSecretBox([randomBytes(32)])): StateDocument {
  return { ...newDocument('', box, '00000000000000000000000000000000'), bucketId: NO_BUCKET };
}

const NO_BUCKET = '00000000-0000-0000-0000-000000000000';
