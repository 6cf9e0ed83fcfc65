import { AppError } from "../../common/errors";
import type { JsonSyntaxFault } from "../../common/json-text";

/** What to do about a place at which a file is no JSON. */
export function syntaxReason(fault: JsonSyntaxFault): AppError {
  switch (fault) {
    case "value expected":
      return new AppError(
        "invalid-input",
        "Not valid JSON: a value is missing here, or a text without quotes.",
      );
    case "name expected":
      return new AppError("invalid-input", "Not valid JSON: here belongs a key in double quotes.");
    case "colon expected":
      return new AppError("invalid-input", "Not valid JSON: a colon is missing between a key and its value.");
    case "comma expected":
      return new AppError("invalid-input", "Not valid JSON: a comma or a closing bracket is missing.");
    case "trailing comma":
      return new AppError("invalid-input", "Not valid JSON: remove the comma before the closing bracket.");
    case "comment":
      return new AppError("invalid-input", "Not valid JSON: comments are possible in YAML suites only.");
    case "malformed string":
      return new AppError(
        "invalid-input",
        "Not valid JSON: this text is not closed, or has a line break or a backslash that must be written as \\n or \\\\.",
      );
    case "text after end":
      return new AppError("invalid-input", "Not valid JSON: the suite ended before this.");
    case "too deep":
      return new AppError("invalid-input", "The file is nested too deeply.");
  }
}
