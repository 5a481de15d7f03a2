/**
 * Opens the door of the action. The door masks secrets in free text and makes GitHub mask the same secrets. Names are never
 * masked.
 */
import * as core from '@actions/core';
import { Masker } from '../base/masker.ts';
import { Door } from '../door/door.ts';
import { type InputTexts, secretTexts } from './inputs.ts';

export function openDoor(texts: InputTexts): Door {
  const door = new Door(new Masker((form) => core.setSecret(form)));
  for (const [name, text] of secretTexts(texts)) door.masker.add(text, `the input ${name}`);
  return door;
}
