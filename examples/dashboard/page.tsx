// The page of the dashboard. What it shows is the state of two stores, in shop.ts.
import { Fragment, StrictMode, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Source } from './source'
import { useLoad, useShop, type Order, type ShopId, type Stream } from './shop'
import { findTabs, takeTabNumber } from './tabs'

const SHOPS: ShopId[] = ['berlin', 'lisbon', 'oslo']

function Dashboard({ tab }: { tab: number }) {
  const [shopId, setShopId] = useState<ShopId>('berlin')
  return (
    <>
      <header>
        <h1>Shop Dashboard</h1>
        <select
          id="shop"
          aria-label="Shop"
          value={shopId}
          onChange={({ target }) => setShopId(target.value as ShopId)}
        >
          {SHOPS.map((id) => (
            <option key={id}>{id}</option>
          ))}
        </select>
        <div className="buttons">
          <button id="offline" onClick={() => post('/offline')}>
            Offline for 5 s
          </button>
          <button id="restart" onClick={() => post('/restart')}>
            Restart the server
          </button>
          <button id="open" onClick={() => window.open(location.href)}>
            Open another tab
          </button>
        </div>
      </header>
      <main>
        <Shop key={shopId} shopId={shopId} tab={tab} />
        <Load tab={tab} />
        <Source />
      </main>
    </>
  )
}

function Shop({ shopId, tab }: { shopId: ShopId; tab: number }) {
  const { status, data } = useShop(shopId, tab)
  const { streams, orders } = data
  const sum = (count: (stream: Stream) => number): number =>
    streams.reduce((total, stream) => total + count(stream), 0)
  return (
    <>
      <section className="figures">
        <Figure id="events" value={sum(({ replayed, live }) => replayed + live)} />
        <Figure id="replayed" value={sum(({ replayed }) => replayed)} />
        <Figure id="reconnects" value={Math.max(0, streams.length - 1)} />
        <Figure id="gaps" value={sum(({ isAfterGap }) => Number(isAfterGap))} />
      </section>
      <section className="streams">
        <h2>
          Connections
          <span id="status" className={status} role="status">
            {status}
          </span>
        </h2>
        <ol id="streams">
          {streams
            .map((stream) => (
              <StreamLine
                key={stream.number}
                stream={stream}
                isOpen={status === 'open' && stream === streams.at(-1)}
              />
            ))
            .reverse()}
        </ol>
      </section>
      <section className="orders">
        <h2>
          Orders <span>↻ replayed after a reconnect</span>
        </h2>
        <ol id="orders">
          {orders.map((order, index) => {
            const next = orders[index - 1]?.stream ?? order.stream
            return (
              <Fragment key={order.number}>
                {next !== order.stream && (
                  <Break stream={streams.find(({ number }) => number === next)} />
                )}
                <OrderLine order={order} />
              </Fragment>
            )
          })}
        </ol>
      </section>
    </>
  )
}

function Figure({ id, value }: { id: string; value: number }) {
  return (
    <div>
      <b id={id}>{value}</b>
      {id}
    </div>
  )
}

function StreamLine({ stream, isOpen }: { stream: Stream; isOpen: boolean }) {
  const { number, openedAt, lastAt, replayed, live, isAfterGap } = stream
  return (
    <li className={isOpen ? 'open' : ''}>
      <span>{number}</span>
      <span>
        {time(openedAt)} – {isOpen ? 'now' : time(lastAt)}
      </span>
      <span>
        {isAfterGap && <em>after gap </em>}
        {replayed > 0 && `${replayed} replayed`}
      </span>
      <span>{live} live</span>
    </li>
  )
}

/** The line between the orders of two connections. */
function Break({ stream }: { stream: Stream | undefined }) {
  return stream?.isAfterGap === true ? (
    <li className="break gap">gap: the events in between are lost</li>
  ) : (
    <li className="break">connection {stream?.number}</li>
  )
}

function OrderLine({ order }: { order: Order }) {
  const { number, item, price, carrier, isReplayed, isShippingReplayed } = order
  return (
    <li id={`order-${number}`} className={carrier === undefined ? '' : 'shipped'}>
      <span>#{number}</span>
      <span>
        {item} {isReplayed && <i title="replayed">↻</i>}
      </span>
      <span>€ {price.toFixed(2)}</span>
      <span>
        {isShippingReplayed && <i title="replayed">↻</i>} {carrier ?? 'packing'}
      </span>
    </li>
  )
}

function Load({ tab }: { tab: number }) {
  const { data: percents, event } = useLoad(tab)
  const [tabs, setTabs] = useState([tab])
  useEffect(() => void findTabs().then(setTabs), [event])
  const points = percents.map((percent, index) => `${index * 5},${100 - percent}`)
  const connections = event?.payload.connections ?? []
  return (
    <>
      <section className="load">
        <h2>
          Load of the server <span>{percents.at(-1)?.toFixed(1) ?? '–'} %</span>
        </h2>
        <svg viewBox="0 0 295 100" preserveAspectRatio="none" aria-hidden="true">
          <polyline points={points.join(' ')} />
        </svg>
      </section>
      <section className="sharing">
        <h2>
          Sharing <span>as the server sees it</span>
        </h2>
        <p>
          <span id="tabs">{count(tabs.length, 'tab')}</span>,{' '}
          <span id="connections">{count(connections.length, 'connection')}</span>. This is tab {tab}
          .
        </p>
        <ul id="sharing">
          {connections.map(({ path, tab: owner }, index) => (
            <li key={index} className={owner === tab ? 'own' : ''}>
              <code>{path}</code>
              <span>{owner === tab ? 'this tab' : `tab ${owner}`}</span>
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}

function time(ms: number): string {
  return new Date(ms).toTimeString().slice(0, 8)
}

function post(path: string): void {
  void fetch(path, { method: 'POST' })
}

const tab = await takeTabNumber()
document.title = `Tab ${tab} – Shop Dashboard`
const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <Dashboard tab={tab} />
  </StrictMode>,
)
