import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type {
  EvaluationOutline,
  PromptPlace,
  Reading as ReadingData,
  ReadResponse,
} from "../../../src/protocol/evaluation-view";
import { IconButton } from "../../shared/button";
import { Field, NativeSelect, Toggle } from "../../shared/fields";
import { Loading } from "../../shared/loading";
import type { EvaluationClient } from "../client";
import { strings } from "../strings";
import { useAnswer } from "../use-source";
import type { ChosenSide } from "../view-state";
import { Legend } from "./legend";
import { MarkedText, MergedText } from "./marked-text";

interface ReadingProps {
  client: EvaluationClient;
  /** Of the first side; its prompts are those to choose from. */
  outline: EvaluationOutline;
  first: ChosenSide;
  second: ChosenSide;
  /** Of both models, for people. */
  names: readonly [string, string];
  place: PromptPlace;
  onPlace: (place: PromptPlace) => void;
}

/** Both responses to one prompt, with what differs marked. */
export function Reading({ client, outline, first, second, names, place, onPlace }: ReadingProps) {
  const [isMarked, setMarked] = useState(true);
  const [isMerged, setMerged] = useState(false);
  const request = { first, second, place };
  const answer = useAnswer(JSON.stringify(request), 0, (signal) =>
    client.request("read", request, { signal }),
  );
  return (
    <>
      <div class="reading-tools">
        <PromptPicker outline={outline} place={place} onPlace={onPlace} />
        <div class="reading-toggles">
          <Toggle label={strings.inOneText()} isOn={isMerged} onToggle={() => setMerged(!isMerged)} />
          {!isMerged && (
            <Toggle
              label={strings.showsDifferences()}
              isOn={isMarked}
              onToggle={() => setMarked(!isMarked)}
            />
          )}
        </div>
      </div>
      {answer.value ? (
        <Both reading={answer.value} names={names} isMarked={isMarked} isMerged={isMerged} />
      ) : (
        <Loading
          text={strings.loadingPart()}
          failure={strings.notOpened()}
          error={answer.error}
          onRetry={answer.retry}
          onShowLog={() => void client.call("showLog", null)}
        />
      )}
    </>
  );
}

function PromptPicker({ outline, place, onPlace }: Pick<ReadingProps, "outline" | "place" | "onPlace">) {
  const places = outline.sequences.flatMap(({ name, prompts }) =>
    prompts.map((prompt): PromptPlace => ({ sequence: name, prompt })),
  );
  const at = places.findIndex(
    ({ sequence, prompt }) => sequence === place.sequence && prompt === place.prompt,
  );
  const goTo = (index: number) => {
    const next = places[index];
    if (next) {
      onPlace(next);
    }
  };
  return (
    <>
      <Field label={strings.prompt()}>
        <NativeSelect
          options={places.map(({ sequence, prompt }, index) => ({
            value: String(index),
            label: strings.sequenceAndPrompt(sequence, prompt),
          }))}
          value={String(at)}
          onChange={(value) => goTo(Number(value))}
        />
      </Field>
      <IconButton
        icon="chevron-left"
        label={strings.previousPrompt()}
        disabled={at <= 0}
        onClick={() => goTo(at - 1)}
      />
      <IconButton
        icon="chevron-right"
        label={strings.nextPrompt()}
        disabled={at < 0 || at >= places.length - 1}
        onClick={() => goTo(at + 1)}
      />
    </>
  );
}

interface BothProps extends Pick<ReadingProps, "names"> {
  reading: ReadingData;
  isMarked: boolean;
  isMerged: boolean;
}

function Both({ reading, names, isMarked, isMerged }: BothProps) {
  const { first, second } = reading;
  // An empty response has nothing to compare.
  const parts = first?.text === "" || second?.text === "" ? null : reading.parts;
  const prompts = [...new Set([first, second].flatMap((side) => (side ? [side.promptText] : [])))];
  return (
    <>
      {prompts.map((text) => (
        <details key={text} class="reading-prompt" open={prompts.length === 1 && text.length < 400}>
          <summary>{strings.prompt()}</summary>
          <div class="plain-text prompt-text" dir="auto">
            {text}
          </div>
        </details>
      ))}
      {parts && (isMarked || isMerged) && <Legend parts={parts} isMerged={isMerged} />}
      {parts && isMerged ? (
        <article class="read" aria-label={strings.inOneText()}>
          <MergedText parts={parts} />
        </article>
      ) : (
        <div class="reading">
          <Side label={strings.first()} name={names[0]} side={first}>
            {parts && isMarked && <MarkedText parts={parts} side="first" />}
          </Side>
          <Side label={strings.second()} name={names[1]} side={second}>
            {parts && isMarked && <MarkedText parts={parts} side="second" />}
          </Side>
        </div>
      )}
    </>
  );
}

interface SideProps {
  label: string;
  name: string;
  side: ReadResponse | null;
  /** Its text with marks; without, the text is shown as it is. */
  children: ComponentChildren;
}

function Side({ label, name, side, children }: SideProps) {
  return (
    <article class="read" aria-label={label}>
      <header class="read-head">
        <b>{name}</b>
        <span class="hint">{side && strings.andThen(factsOf(side))}</span>
      </header>
      <div>
        {side && side.status !== "ok" && (
          <p class="item-error">{side.error ?? strings.responseStatus(side.status)}</p>
        )}
        {!side ? (
          <p class="hint">{strings.notThere()}</p>
        ) : side.text === "" ? (
          <p class="hint">{strings.emptyResponse()}</p>
        ) : (
          children || (
            <div class="plain-text" dir="auto">
              {side.text}
            </div>
          )
        )}
      </div>
    </article>
  );
}

function factsOf({ score, checksPassed, checksTold, generatedTokens }: ReadResponse): string[] {
  return [
    ...(score === null ? [] : [strings.meanScore(score)]),
    ...(checksTold === 0 ? [] : [strings.checksPassed(checksPassed, checksTold)]),
    ...(generatedTokens === null ? [] : [strings.tokenCount(generatedTokens)]),
  ];
}
