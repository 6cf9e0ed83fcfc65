interface TabsProps<Id extends string> {
  /** Accessible name. */
  label: string;
  tabs: readonly { id: Id; text: string }[];
  value: Id;
  /** Of the element that the tabs exchange. */
  panelId: string;
  onChange: (id: Id) => void;
}

/** A tab list as the ARIA practices describe it: arrow keys choose, one tab stop. */
export function Tabs<Id extends string>({ label, tabs, value, panelId, onChange }: TabsProps<Id>) {
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex(({ id }) => id === value);
    const last = tabs.length - 1;
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
    const tab = next === undefined ? undefined : tabs.at(next % tabs.length);
    if (tab && event.currentTarget instanceof HTMLElement) {
      event.preventDefault();
      event.currentTarget.querySelector<HTMLElement>(`[data-tab="${tab.id}"]`)?.focus();
      onChange(tab.id);
    }
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map(({ id, text }) => (
        <button
          key={id}
          type="button"
          role="tab"
          class="tab"
          data-tab={id}
          aria-selected={id === value}
          aria-controls={panelId}
          tabIndex={id === value ? 0 : -1}
          onClick={() => onChange(id)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
