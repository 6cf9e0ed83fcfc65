import { render } from "preact";
import { connectHost, readEmbeddedJson } from "../shared/host";
import { setLanguage, setTranslations } from "../shared/l10n";
import { App } from "./app";
import { ChatClient } from "./client";
import { parseSavedState } from "./saved-state";

function main(): void {
  setLanguage(document.documentElement.lang);
  setTranslations(readEmbeddedJson("l10n"));
  const host = connectHost();
  const client = new ChatClient(host.transport, {
    schedule: (callback) => requestAnimationFrame(callback),
    report: (error) => console.error(error, error.detail),
  });
  const root = document.createElement("div");
  root.id = "chat";
  document.body.append(root);
  render(
    <App
      client={client}
      saved={parseSavedState(host.loadState())}
      onSave={(state) => host.saveState(state)}
    />,
    root,
  );
  void client.load();
}

main();
