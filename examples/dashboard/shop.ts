import { useRef } from 'react'
import { useShopsShopIdOrders, useSystemLoad } from './__gen__/channels/event_source_react'
import { shareTabs } from './__gen__/runtime/share'

/** All tabs use one connection for each stream. */
const share = shareTabs({ scope: 'everybody' })

export function useShop(shopId: ShopId, tab: number) {
  const opened = useRef({ number: 0, openedAt: 0, isAfterGap: false })
  return useShopsShopIdOrders(
    { shopId },
    {
      share,
      headers: () => ({ 'X-Tab': String(tab) }),
      onOpen() {
        const number = opened.current.number + 1
        opened.current = { number, openedAt: Date.now(), isAfterGap: false }
      },
      onGap() {
        opened.current = { ...opened.current, isAfterGap: true }
      },
      initial: { streams: [], orders: [] } as Shop,
      reduce({ streams, orders }, { type, payload }) {
        const { number, openedAt } = opened.current
        const isReplayed = number > 1 && Date.parse(payload.at) < openedAt
        return {
          streams: countEvent(streams, opened.current, isReplayed),
          orders:
            type === 'orderPlaced'
              ? [{ ...payload, stream: number, isReplayed }, ...orders].slice(0, 12)
              : orders.map((order) =>
                  order.number === payload.number
                    ? { ...order, carrier: payload.carrier, isShippingReplayed: isReplayed }
                    : order,
                ),
        }
      },
    },
  )
}

export function useLoad(tab: number) {
  return useSystemLoad({
    share,
    headers: () => ({ 'X-Tab': String(tab) }),
    initial: [] as number[],
    reduce: (percents, { payload }) => [...percents, payload.percent].slice(-60),
  })
}

/** Adds an event to the last connection; a connection that is not among them is new. */
function countEvent(streams: Stream[], opened: Opened, isReplayed: boolean): Stream[] {
  const last = streams.at(-1)
  const isNew = last?.number !== opened.number
  const { replayed, live } = isNew ? { replayed: 0, live: 0 } : last
  const stream = {
    ...opened,
    lastAt: Date.now(),
    replayed: isReplayed ? replayed + 1 : replayed,
    live: isReplayed ? live : live + 1,
  }
  return [...streams.slice(0, isNew ? undefined : -1), stream]
}

export type ShopId = 'berlin' | 'lisbon' | 'oslo'

interface Shop {
  streams: Stream[]
  orders: Order[]
}

interface Opened {
  number: number
  openedAt: number
  /** The server no longer has the events before. */
  isAfterGap: boolean
}

/** A connection, and the events that arrived on it. */
export interface Stream extends Opened {
  /** Time of the last event. */
  lastAt: number
  /** Number of events that were published before a connection was open again. */
  replayed: number
  live: number
}

export interface Order {
  number: number
  item: string
  price: number
  /** Number of the connection on which it arrived. */
  stream: number
  isReplayed: boolean
  carrier?: string
  isShippingReplayed?: boolean
}
