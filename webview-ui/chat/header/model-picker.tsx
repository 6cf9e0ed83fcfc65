import type { ChatViewState } from "../../../src/protocol/chat-view";
import { Select, type SelectOption } from "../../shared/select";
import { selectedModel } from "../selected-model";
import { strings } from "../strings";

interface ModelPickerProps {
  view: ChatViewState;
  onSelect: (modelId: string) => void;
  onDeploy: () => void;
}

const none = "";
/** No model has this id: theirs are `org/name/file`. */
const deploy = "deploy";

/** The running chat models, and beneath a line the way to another one. */
export function ModelPicker({ view, onSelect, onDeploy }: ModelPickerProps) {
  const selected = selectedModel(view);
  const placeholder = view.models.length > 0 ? strings.chooseModel() : strings.noModel();
  const text = selected?.name ?? placeholder;
  const options: SelectOption[] = view.models.map(({ id, name, isDemo, contextLength }) => ({
    value: id,
    label: strings.modelOption(isDemo ? strings.demoOption(name) : name, contextLength),
  }));
  if (!selected) {
    options.unshift({ value: none, label: placeholder });
  }
  options.push({
    value: deploy,
    label: strings.deploy(),
    disabled: !view.canDeploy,
    separated: true,
  });
  return (
    <div class="model-picker">
      <Select
        label={strings.modelNamed(text)}
        text={text}
        options={options}
        value={selected?.id ?? none}
        onChange={(value) => (value === deploy ? onDeploy() : onSelect(value))}
      />
    </div>
  );
}
