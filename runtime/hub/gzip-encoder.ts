import { constants, crc32, deflateRawSync } from 'node:zlib'
import type { StreamEncoder } from '../server/connection'
import { Frame, HEARTBEAT_COMMENT, concatBytes, encodeUtf8 } from '../server/sse'
import { connectionTimer, monotonicNow, type Tickable } from '../server/timers'
import { shiftCrc32 } from './crc32'
import type { RoomEncoder, RoomEncoderOptions } from './types'

/*
 * All clients of a room share compressed events. The decoder of a client resolves references into the last 32 KiB of its
 * own stream (RFC 1951 §3.2.3). Therefore each event is compressed with the end of the room's stream as dictionary, and a
 * client receives the result once its own stream ends with the same bytes. Before that it receives the event as stored
 * blocks (§3.2.4), which contain no references.
 */

/** Bytes of the room's stream that an event can refer to; more for larger events, so that they can refer to the last one. */
const MIN_DICTIONARY = 8 * 1024
/** The window of deflate. */
const MAX_DICTIONARY = 32 * 1024

/** Level 6 takes up to twice the time, and saves 2 to 7 % of the compressed bytes. */
const LEVEL = 3
/** For bytes of one client: compressed fast, and only if they are many. */
const SINGLE_LEVEL = 1
const MIN_SINGLE_SIZE = 1024

/** Maximum size of a stored block. */
const MAX_STORED = 0xffff

/** RFC 1952 §2.3: deflate, no name, no time, unknown system. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff)
/** An empty stored block, which Z_SYNC_FLUSH writes too: Go's decoder delivers what it has only after such a block. */
const EMPTY_BLOCK = Uint8Array.of(0, 0, 0, 0xff, 0xff)
/** An empty last block. */
const LAST_BLOCK = Uint8Array.of(3, 0)

/** Clients share the frames of a snapshot. */
const largeFrames = new WeakMap<Frame, Frame>()

const NO_BYTES = new Uint8Array(0)

function compress(bytes: Uint8Array, level: number, dictionary?: Uint8Array): Uint8Array {
  return deflateRawSync(bytes, {
    level,
    // The blocks end at a byte, so that the client can decode all of them.
    finishFlush: constants.Z_SYNC_FLUSH,
    // The buffer of the result; zlib adds more if needed.
    chunkSize: Math.max(64, bytes.length),
    ...(dictionary === undefined || dictionary.length === 0 ? {} : { dictionary }),
  })
}

/** Bytes as blocks without compression. */
function store(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = []
  for (let start = 0; start < bytes.length; start += MAX_STORED) {
    const part = bytes.subarray(start, start + MAX_STORED)
    const { length } = part
    const header = Uint8Array.of(
      0,
      length & 0xff,
      length >> 8,
      ~length & 0xff,
      (~length >> 8) & 0xff,
    )
    parts.push(header, part)
  }
  parts.push(EMPTY_BLOCK)
  return concatBytes(parts)
}

/** New bytes of a room's stream, for all its clients. */
class RoomFrame extends Frame {
  /** Position of the first byte in the room's stream. */
  readonly start: number
  readonly end: number
  /** CRC-32 of the room's stream before and after these bytes. */
  readonly crcBefore: number
  readonly crcAfter: number
  /** The end of the room's stream before these bytes. */
  readonly dictionary: Uint8Array
  encodedCount = 0
  encodedBytes = 0
  #compressed: Frame | undefined
  #stored: Frame | undefined

  constructor(bytes: Uint8Array, start: number, crcBefore: number, dictionary: Uint8Array) {
    super(bytes)
    this.start = start
    this.end = start + bytes.length
    this.crcBefore = crcBefore
    this.crcAfter = crc32(bytes, crcBefore)
    this.dictionary = dictionary
  }

  /** @param hasDictionary whether the client's stream ends with the dictionary */
  encode(hasDictionary: boolean): Frame {
    const frame = hasDictionary
      ? (this.#compressed ??= new Frame(compress(this.bytes, LEVEL, this.dictionary)))
      : (this.#stored ??= new Frame(store(this.bytes)))
    this.encodedCount++
    this.encodedBytes += frame.bytes.length
    return frame
  }
}

/** The stream of a room: all bytes that are sent to all its clients. */
export class GzipRoomEncoder implements RoomEncoder, Tickable {
  readonly interval: number
  readonly #sendToAll: RoomEncoderOptions['sendToAll']
  #heartbeatDue: number
  #position = 0
  #crc = 0
  /** The last bytes of the stream, at least `MAX_DICTIONARY` if the stream is as long. */
  #recent: Uint8Array[] = []
  #recentSize = 0

  constructor({ heartbeat, sendToAll }: RoomEncoderOptions) {
    this.interval = heartbeat
    this.#sendToAll = sendToAll
    this.#heartbeatDue = monotonicNow() + heartbeat
    if (heartbeat > 0) connectionTimer.add(this)
  }

  encode(bytes: Uint8Array): RoomFrame {
    const size = Math.min(Math.max(2 * bytes.length, MIN_DICTIONARY), MAX_DICTIONARY)
    const frame = new RoomFrame(bytes, this.#position, this.#crc, this.#lastBytes(size))
    this.#position = frame.end
    this.#crc = frame.crcAfter
    this.#addRecent(bytes)
    return frame
  }

  onTick(time: number): void {
    if (time < this.#heartbeatDue) return
    this.#heartbeatDue = time + this.interval
    this.#sendToAll(this.encode(encodeUtf8(HEARTBEAT_COMMENT)))
  }

  close(): void {
    connectionTimer.delete(this)
  }

  #lastBytes(size: number): Uint8Array {
    const parts: Uint8Array[] = []
    let missing = size
    for (let index = this.#recent.length - 1; index >= 0 && missing > 0; index--) {
      const part = this.#recent[index] ?? NO_BYTES
      parts.unshift(part.subarray(Math.max(0, part.length - missing)))
      missing -= part.length
    }
    return concatBytes(parts)
  }

  #addRecent(bytes: Uint8Array): void {
    this.#recent.push(bytes)
    this.#recentSize += bytes.length
    let dropped = 0
    for (const { length } of this.#recent) {
      if (this.#recentSize - length < MAX_DICTIONARY) break
      this.#recentSize -= length
      dropped++
    }
    if (dropped > 0) this.#recent.splice(0, dropped)
  }
}

/** The part of the room's stream with which the stream of a client ends. */
interface Run {
  readonly start: number
  /** CRC-32 of the room's stream before the part. */
  readonly crcBefore: number
  end: number
  /** CRC-32 of the room's stream including the part. */
  crcAfter: number
}

/** The stream of one client. */
export class GzipEncoder implements StreamEncoder {
  readonly coding = 'gzip'
  #isBegun = false
  /** CRC-32 and length of the client's bytes before `#run`. */
  #crc = 0
  #length = 0
  #run: Run | undefined

  get sharesRoomStream(): boolean {
    return this.#run !== undefined
  }

  encode(frame: Frame): Frame {
    const encoded =
      frame instanceof RoomFrame ? this.#encodeShared(frame) : this.#encodeSingle(frame)
    if (this.#isBegun) return encoded
    this.#isBegun = true
    return new Frame(concatBytes([HEADER, encoded.bytes]))
  }

  finish(): Frame {
    this.#endRun()
    const trailer = new Uint8Array(8)
    const view = new DataView(trailer.buffer)
    view.setUint32(0, this.#crc, true)
    // The length modulo 2^32.
    view.setUint32(4, this.#length, true)
    return new Frame(concatBytes([...(this.#isBegun ? [] : [HEADER]), LAST_BLOCK, trailer]))
  }

  #encodeShared(frame: RoomFrame): Frame {
    const { start, end, crcBefore, crcAfter } = frame
    if (this.#run?.end !== start) {
      this.#endRun()
      this.#run = { start, crcBefore, end, crcAfter }
    }
    const run = this.#run as Run
    run.end = end
    run.crcAfter = crcAfter
    return frame.encode(start - run.start >= frame.dictionary.length)
  }

  #encodeSingle(frame: Frame): Frame {
    const { bytes } = frame
    this.#endRun()
    this.#crc = crc32(bytes, this.#crc)
    this.#length += bytes.length
    if (bytes.length < MIN_SINGLE_SIZE) return new Frame(store(bytes))
    const encoded = largeFrames.get(frame) ?? new Frame(compress(bytes, SINGLE_LEVEL))
    largeFrames.set(frame, encoded)
    return encoded
  }

  #endRun(): void {
    const run = this.#run
    if (run === undefined) return
    const length = run.end - run.start
    this.#crc = (shiftCrc32(this.#crc ^ run.crcBefore, length) ^ run.crcAfter) >>> 0
    this.#length += length
    this.#run = undefined
  }
}
