import { hasFrames, readFrames, type Frame } from './tab-frames'
import { createLeader, type Leader, type Outcome } from './tab-leader'
import { createTabLock } from './tab-lock'
import { createTabResponse, lost } from './tab-response'
import type { JoinMessage, LeaderMessage } from './tab-messages'

/** Maximum number of frames of the leader that are kept until the tab follows it. */
const MAX_AHEAD = 1000

/** Maximum number of bytes that wait for the consumer of a tab that follows the leader. */
const MAX_WAITING = 1_000_000

/** Time in which the position of a tab appears in the stream of a new leader, which starts at the lowest position, ms. */
const SETTLE_TIME = 1000

/** How long the own stream of a tab that has no event must be silent before the tab takes part, ms. */
const SILENCE = 2000

/**
 * Minimum time between two checks that the leader responds, ms. At the second silent check a visible tab requests a reply;
 * at the third it takes the lock. A hidden tab does not check.
 */
const CHECK_INTERVAL = 2000

export interface MemberOptions {
  /** Name of the lock and the channel. */
  readonly name: string
  /** Id of the event after which the stream starts; empty: from the start. */
  readonly lastEventId: string
  /** Maximum size of an event, bytes. */
  readonly limit: number
  /** Ends the stream of this tab. */
  readonly signal: AbortSignal
  /** Sends the request of this tab. */
  send(lastEventId: string, signal: AbortSignal): Promise<Response>
}

/**
 * Takes part in the connection of all tabs with one name. It resolves with a response whose body is the stream, or with
 * the response of a failed request. It rejects like `send`, or when the signal aborts.
 *
 * A tab follows the leader while it receives all frames of the leader. Otherwise it reads a stream of its own, until that stream
 * has an event that the leader's stream has too.
 */
export function joinTabs({
  name,
  lastEventId,
  limit,
  signal,
  send,
}: MemberOptions): Promise<Response> {
  const self = crypto.randomUUID()
  const page = new AbortController()
  const output = createTabResponse(close)
  let isAlone = false

  let channel: BroadcastChannel | undefined
  // A leader that another tab has replaced waits again.
  const lock = createTabLock(name, lead, stopLeading)
  let leader: Leader | undefined
  /** The request of this tab: that of the leader for all tabs, or its own. */
  let request: AbortController | undefined
  let settleTimer: ReturnType<typeof setTimeout> | undefined
  let silenceTimer: ReturnType<typeof setTimeout> | undefined
  let checkTimer: ReturnType<typeof setInterval> | undefined
  let silentChecks = 0

  let term = 0
  /** Number of frames of the leader. */
  let sequence = 0
  let isFollowing = false
  /** The last term in which this tab had all frames, up to `followedSequence`. */
  let followedTerm = 0
  let followedSequence = 0
  /** The last event ID that the consumer has or will have. */
  let received = lastEventId
  /** While the tab does not follow the leader: frames of the leader, and the last event ID before them. */
  let ahead: Frame[] = []
  let base: string | undefined
  let heartbeat: string | null = null

  /** Ends the stream of this tab. The client reconnects by its policy. */
  function end(outcome: Outcome): void {
    close()
    output.end(outcome)
  }

  function append(frames: readonly Frame[]): void {
    for (const { id } of frames) received = id ?? received
    output.write(frames.map((frame) => frame.text).join(''))
  }

  // The group

  function joinGroup(): void {
    if (channel || isAlone || page.signal.aborted) return
    channel = new BroadcastChannel(name)
    channel.onmessage = ({ data }: MessageEvent<JoinMessage | LeaderMessage>) => {
      if (data.type === 'join') leader?.receive(data)
      else receive(data)
    }
    silentChecks = 1
    // Tabs that replace a leader at the same moment would replace each other.
    checkTimer = setInterval(check, CHECK_INTERVAL * (1 + Math.random() / 2))
    join()
    lock.request()
  }

  /** Leaves lock and channel. */
  function leaveGroup(releaseLock = lock.release): void {
    clearInterval(checkTimer)
    releaseLock()
    stopFollowing()
    channel?.close()
    channel = undefined
  }

  function pause(): void {
    stopRequest()
    leaveGroup()
  }

  function close(): void {
    page.abort()
    pause()
  }

  function stopRequest(): void {
    clearTimeout(silenceTimer)
    request?.abort()
    leader = request = undefined
  }

  function position(): JoinMessage {
    return {
      type: 'join',
      from: self,
      id: received,
      term: followedTerm,
      sequence: followedSequence,
    }
  }

  function join(): void {
    channel?.postMessage(position())
  }

  function check(): void {
    if (leader || document.hidden) return
    silentChecks++
    if (silentChecks > 2) {
      silentChecks = 0
      lock.steal()
    } else if (silentChecks > 1) join()
  }

  // Leading

  function lead(): void {
    stopRequest()
    stopFollowing()
    // The clock is that of all tabs, so a leader without knowledge of the others has a newer term too.
    const led = (term = Math.max(term + 1, Date.now()))
    const created = (leader = createLeader(position(), (message) => {
      if (leader !== created) return
      const complete = { ...message, term: led }
      channel?.postMessage(complete)
      receive(complete)
    }))
    void connect()
  }

  /** Stops leading, and waits for the lock again. */
  function stopLeading(): void {
    stopRequest()
    lock.release()
    lock.request()
  }

  // The leader's stream

  function receive(message: LeaderMessage): void {
    if (message.term < term) return
    silentChecks = 0
    if (message.term > term) {
      if (leader) stopLeading()
      term = message.term
      stopFollowing()
      join()
    }
    if (message.type === 'state') receiveState(message)
    else if (message.type === 'frames') receiveFrames(message)
    else if (!leader) receiveEnd(message)
  }

  function receiveEnd({ status, retryAfter }: LeaderMessage & { type: 'end' }): void {
    if (status === 200) {
      if (isFollowing) end({})
    } else if (!request) {
      const headers = new Headers({ 'Retry-After': retryAfter ?? '' })
      end(status ? { response: new Response(null, { status, headers }) } : { error: lost() })
    }
  }

  function receiveState(state: LeaderMessage & { type: 'state' }): void {
    const { id } = state
    if (isFollowing || base !== undefined || id === undefined) return
    heartbeat ??= state.heartbeat
    sequence = state.sequence
    base = id
    if (received === id) follow([])
    // The stream of a new leader starts at the lowest position, so that of this tab follows.
    else if (sequence === 0 && received !== '') settleTimer = setTimeout(startOwn, SETTLE_TIME)
    else startOwn()
  }

  function receiveFrames({ sequence: start, frames }: LeaderMessage & { type: 'frames' }): void {
    if (base === undefined && !isFollowing) return
    if (start !== sequence) {
      stopFollowing()
      return join()
    }
    sequence += frames.length
    if (isFollowing) {
      append(frames)
      followedSequence = sequence
    } else {
      ahead.push(...frames)
      const place = received === '' ? -1 : ahead.map(({ id }) => id).indexOf(received)
      if (place >= 0) follow(ahead.slice(place + 1))
      else for (const { id } of ahead.splice(0, ahead.length - MAX_AHEAD)) base = id ?? base
    }
    // Tabs cannot share an event that has no id.
    if (frames.some(({ isAnonymous }) => isAnonymous)) continueAlone()
    // A slow consumer reads a stream of its own, which TCP slows down.
    else if (isFollowing && output.size() > MAX_WAITING) {
      stopFollowing()
      base = received
      keepStream()
    }
  }

  function follow(frames: readonly Frame[]): void {
    if (!leader) stopRequest()
    stopFollowing()
    isFollowing = true
    followedTerm = term
    followedSequence = sequence
    append(frames)
    output.open(heartbeat ?? '')
    lock.request()
  }

  function stopFollowing(): void {
    clearTimeout(settleTimer)
    isFollowing = false
    base = undefined
    ahead = []
  }

  // The stream of this tab

  /** Reads the stream without the other tabs. */
  function continueAlone(): void {
    isAlone = true
    // A tab that receives the lock before the frames would lead, and ignore them.
    leaveGroup(leader && (() => setTimeout(lock.release, SETTLE_TIME)))
    leader = undefined
    startOwn()
  }

  /** The stream of a leader becomes that of this tab only; another tab starts its own. */
  function keepStream(): void {
    if (leader) lock.release()
    leader = undefined
    startOwn()
  }

  function startOwn(): void {
    followedTerm = 0
    if (leader) end({ error: lost() })
    else if (!request) void connect()
  }

  /** Sends the request of this tab, and passes its stream to all tabs or to this one only. */
  async function connect(): Promise<void> {
    const controller = (request = new AbortController())
    const { signal: own } = controller
    const read = async (): Promise<Outcome> => {
      const current = leader
      if (!current) await output.drained()
      const start = current ? await current.choosePosition(lock.countWaiting) : received
      // Another tab must lead.
      if (start === undefined) stopLeading()
      if (start === undefined || own.aborted) return {}
      const response = await send(start, own)
      if (own.aborted || !hasFrames(response)) return { response }
      heartbeat ??= response.headers.get('EventSource-Heartbeat')
      if (leader) leader.open(start, heartbeat)
      else {
        output.open(heartbeat ?? '')
        waitForSilence()
      }
      await readFrames(response, limit, own, (frames) =>
        leader ? leader.publish(frames) : receiveOwn(frames),
      )
      return {}
    }
    const outcome = await read().catch((error: unknown) => ({ error }))
    if (own.aborted) return
    leader?.end(outcome)
    end(outcome)
  }

  function receiveOwn(frames: readonly Frame[]): Promise<void> | undefined {
    const ids = [base, ...ahead.map(({ id }) => id)]
    for (const [index, { id }] of frames.entries()) {
      const place = id ? ids.indexOf(id) : -1
      if (place < 0) continue
      append(frames.slice(0, index + 1))
      follow(ahead.slice(place))
      return undefined
    }
    append(frames)
    waitForSilence()
    return output.drained()
  }

  /** Without an event id, only a pause shows that the server has sent its first events. */
  function waitForSilence(): void {
    clearTimeout(silenceTimer)
    if (received !== '' || isAlone) return
    silenceTimer = setTimeout(() => {
      if (base === undefined) return waitForSilence()
      follow([...(base === '' ? [] : [{ text: `id: ${base}\n\n`, id: base }]), ...ahead])
    }, SILENCE)
  }

  signal.addEventListener('abort', () => end({ error: signal.reason }))
  const listen = (target: EventTarget, type: string, listener: () => void): void =>
    target.addEventListener(type, listener, { signal: page.signal })
  const hide = (): void => {
    if (channel) pause()
  }
  // Locks and channels keep a page out of the back/forward cache.
  listen(globalThis, 'pagehide', hide)
  listen(globalThis, 'pageshow', joinGroup)
  listen(document, 'freeze', hide)
  listen(document, 'resume', joinGroup)
  listen(document, 'visibilitychange', check)
  joinGroup()
  return output.response
}
