/** Receives messages of running hook scripts. Each script continues after its message was handled. */
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * A message of a script. `saw`: the script read the secret from the store (empty when missing). `made`: it generated a
 * secret. `kept`: the store reported that the secret is durable.
 */
export interface HookWord {
  readonly run: string;
  readonly word: 'saw' | 'made' | 'kept';
  readonly name: string;
  readonly secret: string;
}

/** Handles a message and returns whether the script continues. A script that waits is ended from outside. */
export type Hearing = (word: HookWord) => Promise<'go on' | 'wait'>;

export class HookEar implements AsyncDisposable {
  readonly path: string;
  readonly #server: Server;
  readonly #speakers = new Set<Socket>();

  private constructor(path: string, server: Server) {
    this.path = path;
    this.#server = server;
  }

  /** Opens the server. `path` is the path of its socket. */
  static async open(path: string, hear: Hearing): Promise<HookEar> {
    const server = createServer();
    const ear = new HookEar(path, server);
    server.on('connection', (socket) => ear.#listenTo(socket, hear));
    await new Promise<void>((listening) => server.listen(path, listening));
    return ear;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#speakers) socket.destroy();
    await new Promise((closed) => this.#server.close(closed));
  }

  #listenTo(socket: Socket, hear: Hearing): void {
    this.#speakers.add(socket);
    socket.on('close', () => this.#speakers.delete(socket));
    socket.on('error', () => {}); // the connection of a script that was killed
    createInterface({ input: socket }).on('line', (line) => {
      void hear(JSON.parse(line) as HookWord).then((answer) => {
        if (answer === 'go on') socket.write('go on\n');
      });
    });
  }
}

/**
 * Returns a typical script of a user: when a secret is missing, the script generates and stores it. Then one allocation at a
 * time uses the secret on its worker. `journal` is the file on the worker that records each use.
 */
export const keeperScript = (
  names: readonly string[],
  journal: string,
): string => `import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import * as maand from './maand.js';

const socket = connect(process.env.HOOK_EAR);
const answers = createInterface({ input: socket })[Symbol.asyncIterator]();
const say = async (word, name, secret) => {
  socket.write(JSON.stringify({ run: process.env.RUN, word, name, secret }) + '\\n');
  if ((await answers.next()).done) process.exit(1);
};
const acquired = await maand.acquireSemaphore('keeper');
if (!acquired.ok) process.exit(1);
const uses = [];
for (const name of ${JSON.stringify(names)}) {
  let secret = await maand.kv.get('secrets/job/' + maand.jobName(), name, '');
  await say('saw', name, secret);
  if (secret === '') {
    secret = randomBytes(16).toString('hex');
    await say('made', name, secret);
    await maand.kv.putSecret(name, secret);
    await say('kept', name, secret);
  }
  uses.push('echo "$RUN ' + name + ' ' + secret + ' hook" >>${journal}');
}
await maand.runSsh(maand.allocationIp(), uses.join('\\n'));
process.exit(0);
`;
