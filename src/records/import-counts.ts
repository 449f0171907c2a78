/** How many staged rows do what. */
export interface RowCounts {
  /** New signatures, and revoked ones that were signed again. */
  readonly added: number;
  /** Ended by an earlier replace, and active again. */
  readonly restored: number;
  /** Imported earlier with another date. */
  readonly changed: number;
  readonly unchanged: number;
  /** Unchanged: signed on the page or in a comment, with another date than the file's. */
  readonly kept: number;
  /** Skipped: the person was revoked after the file's date. */
  readonly revoked: number;
  /** Skipped: without a time or a zone, the date may be before the person's revocation. */
  readonly unclear: number;
}

/** The counts of an import that decide whether a replace may be done. */
export interface ImportCounts extends RowCounts {
  /** Skipped: the account was erased. */
  readonly erased: number;
  /** Imported earlier and ended now: the rows say that the person revoked them. */
  readonly ended: number;
  /** With `replace`: known signatures that are not in the file; they no longer count. */
  readonly removed: number;
  /** With `replace`: how many signatures and roster places of the agreement counted before; otherwise 0. */
  readonly held: number;
}
