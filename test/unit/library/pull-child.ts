// Pulls in a process of its own, so that a test can kill it: tsx pull-child.ts ENDPOINT MODELS REPO FILE
import { silentLogger } from "../../../src/common/logger";
import { freeSpaceOf } from "../../../src/library/free-space";
import { HubClient } from "../../../src/library/hub-client";
import { pull, type PullContext } from "../../../src/library/pull";

async function main([
  endpoint = "",
  modelsFolder = "",
  repoId = "",
  primaryFile = "",
]: string[]): Promise<void> {
  const context: PullContext = {
    modelsFolder,
    client: new HubClient({ endpoint, token: undefined }),
    freeSpace: freeSpaceOf,
    now: () => performance.now(),
    logger: silentLogger,
    memoryBytes: 1e9,
    describe: ({ name, kind }) => ({ name, kind }),
  };
  for await (const progress of pull({ repoId, primaryFile }, context, new AbortController().signal)) {
    console.log(`${progress.phase} ${progress.doneBytes}`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.log(`error ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
