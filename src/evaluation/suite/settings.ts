import type { EvaluationSettings } from "../../protocol/store-evaluations";
import { defaultSettings, flagFields, settingFields } from "./defaults";
import type { Fields } from "./fields";
import type { SuiteSettings } from "./suite";

/** As they are called in files. */
export const settingKeys: readonly string[] = [...settingFields, ...flagFields].map(({ key }) => key);

/**
 * The settings of a file, with the defaults of those that are left out. `null` leaves one out that has no fixed
 * default; with `mayAllBeNull` any.
 */
export function readSettings(fields: Fields | undefined, mayAllBeNull = false): SuiteSettings {
  const settings = { ...defaultSettings };
  if (!fields) {
    return settings;
  }
  const isLeftOut = (key: string, mayBeNull: true | undefined) =>
    (mayBeNull ?? mayAllBeNull) && fields.get(key)?.value === null;
  for (const { key, name, mayBeNull, ...range } of settingFields) {
    const value = isLeftOut(key, mayBeNull) ? undefined : fields.number(key, range);
    if (value !== undefined) {
      settings[name] = value;
    }
  }
  for (const { key, name, mayBeNull } of flagFields) {
    const value = isLeftOut(key, mayBeNull) ? undefined : fields.flag(key);
    if (value !== undefined) {
      settings[name] = value;
    }
  }
  return settings;
}

/** What is stored of an evaluation, under the names that files have. */
export function settingsAsWritten(settings: EvaluationSettings): EvaluationSettings {
  const keys = new Map([...settingFields, ...flagFields].map(({ name, key }) => [name as string, key]));
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [keys.get(name) ?? name, value]));
}

/** As they stand in a file; those without a value are left out. */
export function settingsToJson(settings: SuiteSettings): Record<string, number | boolean> {
  return Object.fromEntries(
    [...settingFields, ...flagFields].flatMap(({ key, name }) => {
      const value = settings[name];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}
