/** The part of WebAssembly's JavaScript interface that is used here; TypeScript has it only with the DOM's types. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: ArrayBufferView);
    readonly [Symbol.toStringTag]: string;
  }

  class Instance {
    constructor(module: Module);
    readonly exports: Readonly<Record<string, unknown>>;
  }

  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
}
