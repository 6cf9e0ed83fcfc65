import assert from "node:assert/strict";
import { silentLogger } from "../../src/common/logger";
import { GraphicsProbe } from "../../src/engine/graphics";
import { enginePath, isAlive, until } from "../support/engines";

describe("the graphics devices of this machine", () => {
  let pids: number[];
  let probe: GraphicsProbe;

  beforeEach(() => {
    pids = [];
    const info = (message: string) => {
      const pid = /engine process (\d+) started/.exec(message)?.[1];
      if (pid !== undefined) {
        pids.push(Number(pid));
      }
    };
    probe = new GraphicsProbe({ enginePath, logger: { ...silentLogger, info } });
  });

  afterEach(() => probe.dispose());

  it("are asked for in one process, which ends, and are remembered", async () => {
    assert.equal(probe.known, undefined);
    const [graphics, same] = await Promise.all([probe.ask(), probe.ask()]);
    assert.equal(same, graphics);
    assert.equal(probe.known, graphics);
    assert.equal(pids.length, 1);
    assert.ok(!isAlive(pids[0]!));
    // Holds on a machine with a graphics device and on one without.
    assert.equal(graphics.deviceNames.length > 0, graphics.backend !== undefined);
    assert.equal(graphics.totalMemoryBytes > 0, graphics.backend !== undefined);
    assert.ok(graphics.freeMemoryBytes <= graphics.totalMemoryBytes);
    await probe.ask();
    assert.equal(pids.length, 2);
  });

  it("are not waited for when VS Code closes", async () => {
    const asked = assert.rejects(probe.ask(), { code: "aborted" });
    await until(() => pids.length === 1, "the process to start");
    await probe.dispose();
    await asked;
    assert.ok(!isAlive(pids[0]!));
    await assert.rejects(probe.ask(), { code: "aborted" });
    assert.equal(pids.length, 1);
  });

  it("that cannot be asked for are told so, and asked for again", async () => {
    const asked = probe.ask();
    process.kill(pids[0]!, "SIGSEGV");
    await assert.rejects(asked, { code: "engine-crashed" });
    assert.equal(probe.known, undefined);
    await probe.ask();
  });
});
