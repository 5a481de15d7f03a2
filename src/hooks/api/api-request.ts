/** Reads requests of hooks and writes the answers (docs/runtime-api.md "Calling it"). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission, Admissions } from './admissions.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;

export type Method = 'GET' | 'PUT' | 'DELETE' | 'POST';

/** What the routes answer. `json` and `text` are sent with a line end; neither: an empty body. */
export interface ApiAnswer {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
}

/** A request that ends here with an answer that says why. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Fields of the body, or of the query where the method has no body of its own. */
export type Fields = Readonly<Record<string, unknown>>;

export interface ApiRequest {
  readonly admission: Admission;
  readonly fields: Fields;
  /** Aborted when the caller hangs up before it is answered. */
  readonly gone: AbortSignal;
  /** Calls back when the answer could not be handed over. */
  readonly onUndelivered: (undo: () => void) => void;
}

const INVALID_TOKEN = 'Missing or invalid token: send Authorization: Bearer $HOOK_API_TOKEN';

/** The process behind the token; the older headers may be sent and must say the same. */
export function authorize(request: IncomingMessage, admissions: Admissions): Admission {
  const [, token] = /^Bearer ([\w-]+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const admission = token === undefined ? undefined : admissions.find(token);
  if (!admission) throw new ApiRefusal(401, INVALID_TOKEN);
  const { allocationId, hook, event } = admission.caller;
  const claims = { 'X-ALLOCATION-ID': allocationId, EVENT: event, HOOK: hook, COMMAND: hook };
  for (const [header, value] of Object.entries(claims)) {
    const claimed = request.headers[header.toLowerCase()];
    if (claimed !== undefined && claimed !== value) {
      throw new ApiRefusal(403, `${header} does not agree with the token, which belongs to ${value}`);
    }
  }
  return admission;
}

/** The fields of a request; undefined when none were sent at all. */
export async function readFields(request: IncomingMessage, query: URLSearchParams): Promise<Fields | undefined> {
  const body = await readBody(request);
  if (body !== '') {
    checkContentType(request.headers['content-type']);
    return parseObject(body);
  }
  const queried = request.method === 'GET' || request.method === 'DELETE';
  return queried && query.size > 0 ? Object.fromEntries(query) : undefined;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (sizeBytes <= BODY_LIMIT_BYTES) chunks.push(chunk); // the rest is read all the same, else nobody gets the answer
    }
  } catch {
    throw new ApiRefusal(400, 'Failed to read request body'); // it broke off
  }
  if (sizeBytes > BODY_LIMIT_BYTES) throw new ApiRefusal(413, 'Request body is larger than 1 MiB');
  return Buffer.concat(chunks).toString('utf8').trim();
}

function checkContentType(type: string | undefined): void {
  if (type === undefined || /^application\/json\s*(;|$)/i.test(type)) return;
  throw new ApiRefusal(415, 'Content-Type must be application/json');
}

function parseObject(body: string): Fields {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new ApiRefusal(400, 'Invalid JSON format');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ApiRefusal(400, 'Invalid JSON format');
  }
  return parsed as Fields;
}

/** A text field; '' when it is missing. */
export function textField(fields: Fields, name: string): string {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new ApiRefusal(400, `Invalid JSON format: "${name}" must be a string`);
  return value;
}

/** A number field; 0 when it is missing. */
export function numberField(fields: Fields, name: string): number {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number') throw new ApiRefusal(400, `Invalid JSON format: "${name}" must be a number`);
  return value;
}

/** Sends an answer, once. */
export function sendAnswer(response: ServerResponse, answer: ApiAnswer): void {
  const body = answer.json === undefined ? (answer.text ?? '') : JSON.stringify(answer.json);
  const type = answer.json === undefined ? 'text/plain; charset=utf-8' : 'application/json';
  const bytes = Buffer.from(body === '' ? '' : `${body}\n`);
  const headers = { 'Content-Length': bytes.length, ...(body === '' ? {} : { 'Content-Type': type }) };
  response.writeHead(answer.status, headers).end(bytes);
}
