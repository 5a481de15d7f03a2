/** Reads requests of hooks and writes the responses (docs/runtime-api.md "Calling it"). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission, Admissions } from './admissions.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;

export type Method = 'GET' | 'PUT' | 'DELETE' | 'POST';

/**
 * The response of a route. `json` and `text` are sent with a line break at the end. Without both, the body is empty.
 */
export interface ApiAnswer {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
}

/** Ends a request with an error response that gives the reason. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Fields of the body, or of the query when the method has no body. */
export type Fields = Readonly<Record<string, unknown>>;

export interface ApiRequest {
  readonly admission: Admission;
  readonly fields: Fields;
  /** Aborted when the caller closes the connection before the response is sent. */
  readonly gone: AbortSignal;
  /** Registers a function that is called when the response could not be delivered. */
  readonly onUndelivered: (undo: () => void) => void;
}

const INVALID_TOKEN = 'Missing or invalid token: send Authorization: Bearer $HOOK_API_TOKEN';

/**
 * Returns the process that the token belongs to. The headers `X-ALLOCATION-ID`, `EVENT`, `HOOK` and `COMMAND` of older
 * clients are optional, but must match the token.
 */
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

/** Returns the fields of a request, or `undefined` when the request has no fields. */
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
      // the rest is read but dropped, because the client would otherwise get no response
      if (sizeBytes <= BODY_LIMIT_BYTES) chunks.push(chunk);
    }
  } catch {
    throw new ApiRefusal(400, 'Failed to read request body'); // the connection broke
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

/** Returns a text field, or '' when the field is missing. */
export function textField(fields: Fields, name: string): string {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw new ApiRefusal(400, `Invalid JSON format: "${name}" must be a string`);
  return value;
}

/** Returns a number field, or 0 when the field is missing. */
export function numberField(fields: Fields, name: string): number {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number') throw new ApiRefusal(400, `Invalid JSON format: "${name}" must be a number`);
  return value;
}

/** Sends the response. Must be called exactly once for each request. */
export function sendAnswer(response: ServerResponse, answer: ApiAnswer): void {
  const body = answer.json === undefined ? (answer.text ?? '') : JSON.stringify(answer.json);
  const type = answer.json === undefined ? 'text/plain; charset=utf-8' : 'application/json';
  const bytes = Buffer.from(body === '' ? '' : `${body}\n`);
  const headers = { 'Content-Length': bytes.length, ...(body === '' ? {} : { 'Content-Type': type }) };
  response.writeHead(answer.status, headers).end(bytes);
}
