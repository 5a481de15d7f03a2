/** Derives the ids of jobs, labels and allocations from their names, so that every build computes the same ids. */
import { createHash } from 'node:crypto';

/** Returns the id of a name: MD5 of its UTF-8 bytes in the form of a version 3 UUID. */
export function nameId(name: string): string {
  const bytes = createHash('md5').update(name, 'utf8').digest();
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x30, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export function allocationId(job: string, host: string): string {
  return nameId(`${job}|${host}`);
}
