import { describe, expect, it } from 'vitest';
import { createSecretBox } from '../../../src/kv/secrets.ts';
import { newDocument } from '../../../src/state/first-document.ts';
import { parseDocument, toStored } from '../../../src/state/formats/stored-document.ts';
import { Ledger } from '../../../src/state/ledger.ts';

const document = newDocument('n', createSecretBox([Buffer.alloc(32, 1)]));
const certificates = {
  authority: { certificate: 'PEM', sealedKey: 'enc:v1:x' },
  issuedBy: 'AB:CD',
  jobs: { api: 'd' },
};

describe('certificates in the state', () => {
  it('may be absent, as in the states of older versions, and stay absent', async () => {
    expect(await parseDocument(JSON.stringify(toStored(document)))).toEqual(document);
    const ledger = new Ledger(document, { nowSeconds: () => 0, save: async () => {} });
    expect(ledger.toDocument(1)).not.toHaveProperty('certificates');
  });

  it('are kept', async () => {
    const parsed = await parseDocument(JSON.stringify({ ...toStored(document), certificates }));
    const ledger = new Ledger(parsed, { nowSeconds: () => 0, save: async () => {} });
    expect(ledger.toDocument(1).certificates).toEqual(certificates);
  });

  it.each([
    ['a text', 'x'],
    ['without a CA', { ...certificates, authority: undefined }],
    ['without a key', { ...certificates, authority: { certificate: 'PEM' } }],
    ['with a number for a digest', { ...certificates, jobs: { api: 1 } }],
    ['without the CA of the last build', { ...certificates, issuedBy: undefined }],
  ])('are refused when they are %s', async (_what, damaged) => {
    const text = JSON.stringify({ ...toStored(document), certificates: damaged });
    await expect(parseDocument(text)).rejects.toThrow('it is damaged: certificates');
  });
});
