import { MIN_ID } from '../event-ids'
import { RedisError, type RedisConnection } from './connection'
import {
  parseEpochs,
  parsePosition,
  parseRecords,
  type StreamKeys,
  type StreamPosition,
} from './stream'
import { LOCATE_SCRIPT, newMark } from './stream-scripts'

/** Reads the position of a hub, and begins an epoch if one is due and allowed. */
export async function readPosition(
  connection: RedisConnection,
  { stream, tails }: StreamKeys,
  timeout: number,
): Promise<StreamPosition> {
  const command = ['EVAL', LOCATE_SCRIPT, '2', stream, tails, newMark()]
  try {
    return parsePosition(await connection.command(command, timeout))
  } catch (error) {
    // Scripts are not allowed now (OOM), or never for this user (NOPERM): reading works without a new epoch.
    if (!(error instanceof RedisError && /\b(OOM|NOPERM)\b/.test(error.message))) throw error
  }
  const saved = await connection.command(['HMGET', tails, 'head', 'epochs'], timeout)
  const [head, epochs] = Array.isArray(saved) ? (saved as unknown[]) : []
  const [newest] =
    typeof head === 'string'
      ? []
      : parseRecords(
          await connection.command(['XREVRANGE', stream, '+', '-', 'COUNT', '1'], timeout),
        )
  return {
    head: typeof head === 'string' ? head : (newest?.id ?? MIN_ID),
    epochs: parseEpochs(epochs),
    time: Date.now(),
  }
}

/** Reads an id that is not older than the newest event of an address; undefined if Redis has neither it nor `floor`. */
export async function readNewestId(
  connection: RedisConnection,
  { tails }: StreamKeys,
  address: string,
  timeout: number,
): Promise<string | undefined> {
  const reply = await connection.command(['HMGET', tails, `:${address}`, 'floor'], timeout)
  const [newest, floor] = Array.isArray(reply) ? (reply as unknown[]) : []
  const id = newest ?? floor
  return typeof id === 'string' ? id : undefined
}
