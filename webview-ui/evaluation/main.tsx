import { render } from "preact";
import { connectHost, readEmbeddedJson } from "../shared/host";
import { setLanguage, setTranslations } from "../shared/l10n";
import { App } from "./app";
import { EvaluationClient } from "./client";
import { parseSavedState } from "./saved-state";

function main(): void {
  setLanguage(document.documentElement.lang);
  setTranslations(readEmbeddedJson("l10n"));
  const host = connectHost();
  const client = new EvaluationClient(host.transport, (error) => console.error(error, error.detail));
  const root = document.createElement("div");
  root.id = "evaluation";
  document.body.append(root);
  const saved = parseSavedState(host.loadState());
  render(<App client={client} saved={saved} onSave={(state) => host.saveState(state)} />, root);
  void client.load();
}

main();
