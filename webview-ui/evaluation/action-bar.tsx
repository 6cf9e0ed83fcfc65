import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { EvaluationAction, EvaluationLine } from "../../src/protocol/evaluation-view";
import { Icon } from "../shared/icon";
import { strings } from "./strings";
import { actionsFor } from "./view-state";

const icons: Record<EvaluationAction, string> = {
  cancel: "debug-stop",
  resume: "play",
  retryFailed: "refresh",
  reset: "discard",
  judge: "law",
  comparePairs: "arrow-swap",
  rerun: "debug-restart",
  export: "export",
  openSuite: "go-to-file",
  showOutput: "output",
  delete: "trash",
};

/** Shown as buttons; the others are in a menu. */
const direct: readonly EvaluationAction[] = ["cancel", "resume", "retryFailed", "judge", "export"];

interface ActionBarProps {
  line: EvaluationLine;
  onAct: (action: EvaluationAction) => void;
}

/** What can be done with an evaluation. */
export function ActionBar({ line, onAct }: ActionBarProps) {
  const actions = actionsFor(line);
  const rest = actions.filter((action) => !direct.includes(action));
  return (
    <div class="action-bar" role="toolbar" aria-label={line.name}>
      {actions
        .filter((action) => direct.includes(action))
        .map((action) => (
          <button
            key={action}
            type="button"
            class="action"
            title={strings.action(action)}
            onClick={() => onAct(action)}
          >
            <Icon name={icons[action]} />
            <span class="action-text">{strings.action(action)}</span>
          </button>
        ))}
      <ActionMenu actions={rest} onAct={onAct} />
    </div>
  );
}

function ActionMenu({ actions, onAct }: { actions: EvaluationAction[]; onAct: ActionBarProps["onAct"] }) {
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => keepInside(box.current?.querySelector<HTMLElement>("[role=menu]")), [isOpen]);
  useEffect(() => {
    if (!isOpen) {
      return undefined;
    }
    box.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    const onPointerDown = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) {
        setOpen(false);
      }
    };
    window.addEventListener("pointerdown", onPointerDown);
    return () => window.removeEventListener("pointerdown", onPointerDown);
  }, [isOpen]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(box.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") {
      setOpen(false);
    } else if (next !== undefined) {
      event.preventDefault();
      items.at(next % items.length)?.focus();
    }
  };
  return (
    <div class="action-menu" ref={box}>
      <button
        type="button"
        class="action"
        ref={button}
        title={strings.moreActions()}
        aria-label={strings.moreActions()}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="ellipsis" />
      </button>
      {isOpen && (
        <div class="menu" role="menu" aria-label={strings.moreActions()} onKeyDown={onKeyDown}>
          {actions.map((action) => (
            <button
              key={action}
              type="button"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                close();
                onAct(action);
              }}
            >
              <Icon name={icons[action]} />
              {strings.action(action)}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

/** Pixels between the menu and the page's edge. */
const edge = 4;

/** Moves the menu where it would leave the page, and above its button where there is no room below. */
function keepInside(menu: HTMLElement | null | undefined): void {
  const button = menu?.parentElement?.getBoundingClientRect();
  if (!menu || !button) {
    return;
  }
  const { left, bottom, height } = menu.getBoundingClientRect();
  const right = Math.max(0, edge - left);
  const isBelow = bottom + edge <= window.innerHeight || button.top < height;
  menu.style.translate = `${right}px ${isBelow ? 0 : -(height + button.height + edge)}px`;
}
