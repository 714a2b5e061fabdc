/** ms after which a run without a sign of life of its producer counts as failed. */
export const LEASE = 2000
/** ms without a byte after which a client reconnects. */
export const IDLE = 1200
