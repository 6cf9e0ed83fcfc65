import { useState } from "preact/hooks";
import type { EvaluationOutline } from "../../../src/protocol/evaluation-view";
import { responseStatuses, type ResponseFilter } from "../../../src/protocol/store-evaluations";
import { IconButton } from "../../shared/button";
import { Field, NativeSelect, Toggle } from "../../shared/fields";
import { SearchField } from "../../shared/search-field";
import { strings } from "../strings";
import { changeFilter, isFiltered, sortNames, type TableQuery } from "../view-state";
import { useFindKey } from "./use-find-key";

/** Value of the choice that filters nothing. */
const all = "";

interface FilterBarProps {
  outline: EvaluationOutline;
  query: TableQuery;
  /** Rows that pass; null before that is known. */
  total: number | null;
  onChange: (query: TableQuery, isTyping?: boolean) => void;
}

export function FilterBar({ outline, query, total, onChange }: FilterBarProps) {
  const { filter, sort, isDescending } = query;
  const [cleared, setCleared] = useState(0);
  // The button that clears goes away with what it clears, and must not take the focus along.
  const focusRequest = useFindKey() + cleared;
  const change = (changed: ResponseFilter, isTyping = false) =>
    onChange({ ...query, filter: changeFilter(filter, changed) }, isTyping);
  const { models, sequences, runs } = outline;
  return (
    <section class="filter-bar" aria-label={strings.filters()}>
      <SearchField
        label={strings.contains()}
        placeholder={strings.contains()}
        value={filter.contains ?? ""}
        focusRequest={focusRequest}
        onInput={(contains) => change({ contains }, true)}
      >
        {isFiltered(filter) && (
          <IconButton
            icon="clear-all"
            label={strings.clearFilters()}
            onClick={() => {
              setCleared(cleared + 1);
              onChange({ ...query, filter: {} });
            }}
          />
        )}
      </SearchField>
      <div class="filter-choices">
        {models.length > 1 && (
          <IndexFilter
            label={strings.model()}
            names={models.map(({ name }) => name)}
            value={filter.model}
            onChange={(model) => change({ model })}
          />
        )}
        {sequences.length > 1 && (
          <IndexFilter
            label={strings.sequence()}
            names={sequences.map(({ name }) => name)}
            value={filter.sequence}
            onChange={(sequence) => change({ sequence })}
          />
        )}
        {runs > 1 && (
          <Field label={strings.run()}>
            <NativeSelect
              options={[
                { value: all, label: strings.all() },
                ...Array.from({ length: runs }, (_, index) => ({
                  value: String(index + 1),
                  label: strings.tokens(index + 1),
                })),
              ]}
              value={filter.run === undefined ? all : String(filter.run)}
              onChange={(value) => change({ run: value === all ? undefined : Number(value) })}
            />
          </Field>
        )}
        <Field label={strings.statusLabel()}>
          <NativeSelect
            options={[
              { value: all, label: strings.all() },
              ...responseStatuses.map((status) => ({ value: status, label: strings.responseStatus(status) })),
            ]}
            value={filter.status ?? all}
            onChange={(value) => change({ status: responseStatuses.find((each) => each === value) })}
          />
        </Field>
        <span class="sort-choice">
          <Field label={strings.sort()}>
            <NativeSelect
              options={sortNames.map((each) => ({ value: each, label: strings.sortName(each) }))}
              value={sort}
              onChange={(value) =>
                onChange({ ...query, sort: sortNames.find((each) => each === value) ?? "position" })
              }
            />
          </Field>
          <IconButton
            icon={isDescending ? "arrow-down" : "arrow-up"}
            label={isDescending ? strings.descending() : strings.ascending()}
            onClick={() => onChange({ ...query, isDescending: !isDescending })}
          />
        </span>
        <Toggle
          label={strings.failedChecks()}
          isOn={filter.hasFailedCheck === true}
          onToggle={() => change({ hasFailedCheck: filter.hasFailedCheck ? undefined : true })}
        />
        <span class="filter-total hint" role="status">
          {total !== null && strings.responses(total)}
        </span>
      </div>
    </section>
  );
}

interface IndexFilterProps {
  label: string;
  names: readonly string[];
  value: number | undefined;
  onChange: (index: number | undefined) => void;
}

function IndexFilter({ label, names, value, onChange }: IndexFilterProps) {
  return (
    <Field label={label}>
      <NativeSelect
        options={[
          { value: all, label: strings.all() },
          ...names.map((name, index) => ({ value: String(index), label: name })),
        ]}
        value={value === undefined ? all : String(value)}
        onChange={(chosen) => onChange(chosen === all ? undefined : Number(chosen))}
      />
    </Field>
  );
}
