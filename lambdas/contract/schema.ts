/** Table and index attribute names both sides need. What is stored under them: docs/architecture.md and `adapters/dynamodb`. */
export const TABLE_KEYS = { partition: 'pk', sort: 'sk', ttl: 'expires' } as const;

export const CONFIG_INDEXES = {
  /** Endpoints by owner, newest first. */
  byOwner: { name: 'by_owner', partition: 'owner_pk', sort: 'sk' },
} as const;

export const LOG_INDEXES = {
  /** Sparse: only deliveries that wait. Carries what a delivery task needs, so that a drain reads no rows. */
  backlog: {
    name: 'backlog',
    partition: 'backlog_pk',
    sort: 'backlog_sk',
    carries: ['prj', 'owner', 'type'],
  },
} as const;
