import { describe, expect, it } from 'vitest';
import { documentLink } from '../../../src/action/document-link.ts';

const SEE = 'docs/state.md#state-locked';
const ENV = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_ACTION_REPOSITORY: 'octo/tool',
  GITHUB_ACTION_REF: 'v1',
};

describe('documentLink', () => {
  it('leads to the repository of the action, at the version that runs', () => {
    expect(documentLink(SEE, ENV)).toBe(`https://github.com/octo/tool/blob/v1/${SEE}`);
  });

  it.each(['GITHUB_SERVER_URL', 'GITHUB_ACTION_REPOSITORY', 'GITHUB_ACTION_REF'])(
    'names the page alone without %s',
    (name) => {
      expect(documentLink(SEE, { ...ENV, [name]: '' })).toBe(SEE);
      expect(documentLink(SEE, { ...ENV, [name]: undefined })).toBe(SEE);
    },
  );
});
