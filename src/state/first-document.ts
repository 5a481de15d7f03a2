/** What a state holds before anything was deployed. */
import { randomBytes, randomUUID } from 'node:crypto';
import { createSecretBox, type SecretBox } from '../kv/secrets.ts';
import type { StateDocument } from './document.ts';

/** A document for a bucket that has no state yet; not saved. */
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

/** A document that stands for none. */
export function blankDocument(box: SecretBox = createSecretBox([randomBytes(32)])): StateDocument {
  return { ...newDocument('', box, '00000000000000000000000000000000'), bucketId: NO_BUCKET };
}

const NO_BUCKET = '00000000-0000-0000-0000-000000000000';
