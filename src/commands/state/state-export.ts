/** `maand state export`: prints the state document as JSON. Secrets and private keys in it stay sealed. */
import { replaceFile } from '../../base/durable-file.ts';
import { Failure, messageOf } from '../../base/failure.ts';
import { type CommandResult, resultOf } from '../../session/face.ts';
import { readDocument } from '../../session/state-store.ts';
import { openKeys } from '../../session/which-state/state-key.ts';
import type { ReadBucket } from '../../session/with-bucket.ts';
import { toStored } from '../../state/formats/stored-document.ts';
import { stopFailure } from '../../state/stop.ts';

const SEALED = 'secrets and private keys in it are sealed; hosts, users and variables are in clear';

export async function exportState(input: ReadBucket): Promise<CommandResult> {
  const { face, request } = input;
  const document = await readDocument(input, await openKeys(input));
  if (!document)
    throw stopFailure({
      code: 'state-missing',
      message: 'there is no state to export',
      hint: 'the first build makes it',
      exitCode: 2,
    });
  const { outPath: path } = request;
  const stored = toStored(document);
  const text = `${JSON.stringify(stored, null, 1)}\n`;
  if (path !== undefined) {
    await replaceFile(path, text).catch((thrown: unknown) => {
      throw new Failure(`cannot write ${path}: ${messageOf(thrown)}`, { exitCode: 1, cause: thrown });
    });
    return resultOf({
      exitCode: 0,
      data: { ok: true, file: path, serial: document.serial },
      wording: 'name',
      show: (json) => ({ json, text: `serial ${json.serial} is in ${path}; ${SEALED}\n` }),
    });
  }
  face.emit({ type: 'noticed', level: 'info', message: SEALED });
  const inLog = `serial ${document.serial} is in the file of the output result\n`;
  return resultOf({
    exitCode: 0,
    data: stored,
    wording: 'name', // programs read the export back, so it is not masked; its secrets are sealed
    show: (json) => ({ json, text: face.audience === 'log' ? inLog : text }),
  });
}
