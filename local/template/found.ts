/** One resource with its properties resolved. */
export interface Found {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}
