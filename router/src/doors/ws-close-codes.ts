/** Why the router closes a WebSocket, beside the codes of the protocol, which are graphql-ws's. All are in docs/live-events.md. */
export const closeCodes = {
  /** The router stops. Clients come again. */
  goingAway: 1001,
  /** The viewer has too many connections. Clients come again after a while. */
  tryAgainLater: 1013,
  /** No operation ran on it for too long; registered with IANA as a timeout. */
  idle: 3008,
} as const;
