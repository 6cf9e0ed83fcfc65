/** A process with onnxruntime-node and nothing of ours: what the whole stack is measured against. */
import { InferenceSession, Tensor } from "onnxruntime-node";

export interface BareStart {
  modelFile: string;
  threads: number;
}

export interface BareTensor {
  type: "int64" | "float32";
  data: BigInt64Array | Float32Array;
  dims: number[];
}

export interface BareRequest {
  /** Of one inference, by the names of the graph's inputs; those it does not have are left out. */
  inputs: Record<string, BareTensor>;
  runs: number;
}

export interface BareResult {
  elapsedMs: number;
  cpuSeconds: number;
}

process.once("disconnect", () => process.exit());
const start = JSON.parse(process.argv[2] ?? "") as BareStart;
const session = await InferenceSession.create(start.modelFile, {
  intraOpNumThreads: start.threads,
});

process.on("message", (request) => {
  void measure(request as BareRequest).then((result) => process.send?.(result));
});
process.send?.("ready");

async function measure({ inputs, runs }: BareRequest): Promise<BareResult> {
  const feeds = Object.fromEntries(
    Object.entries(inputs)
      .filter(([name]) => session.inputNames.includes(name))
      .map(([name, { type, data, dims }]) => [
        name,
        type === "int64"
          ? new Tensor(type, data as BigInt64Array, dims)
          : new Tensor(type, data as Float32Array, dims),
      ]),
  );
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  for (let run = 0; run < runs; run++) {
    await session.run(feeds);
  }
  const elapsedMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  return { elapsedMs, cpuSeconds: (user + system) / 1e6 };
}
