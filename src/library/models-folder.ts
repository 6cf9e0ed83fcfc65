import * as fs from "node:fs/promises";
import * as path from "node:path";
import { errnoCode } from "../common/errors";
import { ensureFolderInside, hubFolder, makeFolder, toFileError } from "./cache-layout";
import { pullsFolder } from "./pull-record";

const gitIgnore = `# Model weights are large and come from a hub: they are pulled, not committed.
/hub/
/.pulls/
`;

/** Makes the folders that downloads need, and keeps weights out of git. @throws AppError */
export async function prepareModelsFolder(modelsFolder: string): Promise<void> {
  const hub = hubFolder(modelsFolder);
  try {
    await makeFolder(hub);
  } catch (error) {
    throw toFileError(error, hub);
  }
  await ensureFolderInside(modelsFolder, pullsFolder(modelsFolder));
  const ignoreFile = path.join(modelsFolder, ".gitignore");
  try {
    await fs.writeFile(ignoreFile, gitIgnore, { flag: "wx" });
  } catch (error) {
    // Whoever wrote the one that is there knows better.
    if (errnoCode(error) !== "EEXIST") {
      throw toFileError(error, ignoreFile);
    }
  }
}
