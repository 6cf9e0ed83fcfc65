import createDOMPurify from "dompurify";

const purifier = createDOMPurify(window);

const textTags = ["p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre", "blockquote"];
const listTags = ["ul", "ol", "li", "a"];
const tableTags = ["table", "thead", "tbody", "tr", "th", "td"];
/** Of the code block's frame, which the page's own renderer writes. */
const frameTags = ["div", "span", "button"];

const textAttributes = ["class", "title", "dir", "start", "type", "data-action", "aria-label", "aria-hidden"];

/** The second barrier against hostile text: only what the page's Markdown renderer can produce passes. */
export function sanitize(html: string): DocumentFragment {
  return purifier.sanitize(html, {
    ALLOWED_TAGS: [...textTags, ...listTags, ...tableTags, ...frameTags],
    ALLOWED_ATTR: ["href", ...textAttributes],
    // Every other attribute's value has to look like an address that may be opened.
    ADD_URI_SAFE_ATTR: textAttributes,
    ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:)/i,
    ALLOW_ARIA_ATTR: false,
    ALLOW_DATA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
}
