// What a server's heap and buffers hold once the garbage is gone, asked through Node's inspector: V8
// lets garbage stand up to four times what lives, so resident memory alone says how busy the machine
// was. Only asks; the server runs on.

const MB = 1_048_576;
const USAGE = 'JSON.stringify(process.memoryUsage())';

interface Reply {
  id: number;
  result?: { result?: { value?: string } };
}

export class ServerMemory {
  readonly #socket: WebSocket;
  readonly #open = new Map<number, (reply: Reply) => void>();
  #nextId = 1;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const reply = JSON.parse(String(data)) as Reply;
      this.#open.get(reply.id)?.(reply);
      this.#open.delete(reply.id);
    };
    // Nobody answers any more.
    socket.onclose = () => {
      for (const [id, done] of this.#open) done({ id });
    };
  }

  /** `url` is what Node.js prints when it is started with --inspect. */
  static async connect(url: string): Promise<ServerMemory> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    return new ServerMemory(socket);
  }

  /** Collects, and returns what is left on the heap of the deciding thread and in its buffers. */
  async usedMb(): Promise<number | undefined> {
    await this.#ask('HeapProfiler.collectGarbage');
    const { result } = await this.#ask('Runtime.evaluate', { expression: USAGE });
    const text = result?.result?.value;
    if (text === undefined) return undefined;
    const { heapUsed, external } = JSON.parse(text) as NodeJS.MemoryUsage;
    return (heapUsed + external) / MB;
  }

  close(): void {
    this.#socket.close();
  }

  #ask(method: string, params: object = {}): Promise<Reply> {
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve) => {
      this.#open.set(id, resolve);
      if (this.#socket.readyState === WebSocket.OPEN) {
        this.#socket.send(JSON.stringify({ id, method, params }));
      } else resolve({ id });
    });
  }
}
