export interface SetupFlags {
  readonly url?: string;
  readonly organization?: string;
  readonly name: string;
  readonly file: string;
  readonly port?: string;
  readonly json?: true;
}
