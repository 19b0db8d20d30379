/** How much of a text stands on the page itself. Sizes in bytes of UTF-8. */
export interface PageLimits {
  /** A result, a tool's input, a paste. */
  inline: number;
  /** The whole page: above it, the largest texts leave it first. */
  page: number;
  /** Lines shown of a text that stands in an attachment. */
  head: number;
  tail: number;
}

export const defaultLimits: PageLimits = { inline: 8 * 1024, page: 256 * 1024, head: 12, tail: 6 };
