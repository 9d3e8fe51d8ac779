// The engine as a WebAssembly module: JSON in, JSON out (apps/wasm/engine.cpp). No figure is computed outside it.

import { ProblemError, type Problem } from '../lib/api';

interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  reserve(bytes: number): number;
  release(at: number): void;
  answer_bytes(): number;
  answer_failed(): number;
  quick_cases(): number;
  quick(request: number, bytes: number): number;
  quick_explain(request: number, bytes: number, figure: number, figureBytes: number): number;
}

const BAD_DESCRIPTOR = 8;

/** The module's library asks for a few system calls, for its standard output only: there is none. */
const SYSTEM: WebAssembly.ModuleImports = new Proxy({}, { get: () => (): number => BAD_DESCRIPTOR });

export class EngineModule {
  private readonly encoder = new TextEncoder();
  private readonly decoder = new TextDecoder();

  private constructor(private readonly engine: Exports) {}

  static async start(compiled: WebAssembly.Module): Promise<EngineModule> {
    const instance = await WebAssembly.instantiate(compiled, { wasi_snapshot_preview1: SYSTEM });
    const engine = instance.exports as unknown as Exports;
    engine._initialize();
    return new EngineModule(engine);
  }

  cases<T>(): T {
    return this.answer<T>(this.engine.quick_cases());
  }

  quick<T>(question: unknown): T {
    return this.withText(JSON.stringify(question), (at, bytes) => this.answer<T>(this.engine.quick(at, bytes)));
  }

  explain<T>(question: unknown, figure: string): T {
    return this.withText(JSON.stringify(question), (at, bytes) =>
      this.withText(figure, (name, nameBytes) => this.answer<T>(this.engine.quick_explain(at, bytes, name, nameBytes))),
    );
  }

  private withText<T>(text: string, use: (at: number, bytes: number) => T): T {
    const bytes = this.encoder.encode(text);
    const at = this.engine.reserve(bytes.length);
    try {
      new Uint8Array(this.engine.memory.buffer, at, bytes.length).set(bytes);
      return use(at, bytes.length);
    } finally {
      this.engine.release(at);
    }
  }

  private answer<T>(at: number): T {
    const text = this.decoder.decode(new Uint8Array(this.engine.memory.buffer, at, this.engine.answer_bytes()));
    const body: unknown = JSON.parse(text);
    if (this.engine.answer_failed() !== 0) throw new ProblemError(body as Problem);
    return body as T;
  }
}
