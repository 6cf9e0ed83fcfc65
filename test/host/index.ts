import { runTestsIn } from "../support/run-in-host";

/** VS Code calls this in its extension host; the tests lie beside the bundle. */
export function run(): Promise<void> {
  return runTestsIn(__dirname);
}
