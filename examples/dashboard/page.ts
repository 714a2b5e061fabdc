// The dashboard's page: two subscriptions of the generated client, and what becomes of them.
import {
  listenForShopsShopIdOrders,
  listenForSystemLoad,
} from './__gen__/channels/event_source_client'

type ShopId = 'berlin' | 'lisbon' | 'oslo'

const STATES = ['connecting', 'live', 'closed'] as const
const counts = { events: 0, connects: 0, gaps: 0 }
const measured: number[] = []

let subscription = watch('berlin')

element('shop').addEventListener('change', (event) => {
  subscription.close()
  log('note', 'left the shop')
  counts.connects = 0
  element('orders').replaceChildren()
  subscription = watch((event.target as HTMLSelectElement).value as ShopId)
})
for (const name of ['drop', 'restart']) {
  element(name).addEventListener('click', () => void fetch(`/${name}`, { method: 'POST' }))
}

function watch(shopId: ShopId): ReturnType<typeof listenForShopsShopIdOrders> {
  return listenForShopsShopIdOrders(
    (_message, _parameters, error, event) => {
      if (event.cause !== undefined) {
        log('error', `${error ?? ''}${event.cause.retrying ? '; trying again' : ''}`)
        return
      }
      count('events')
      const { number } = event.payload
      if (event.type === 'orderPlaced') {
        addOrder(number, event.payload.item, event.payload.price)
      } else {
        const line = document.getElementById(`order-${number}`)
        if (line?.lastElementChild instanceof HTMLElement) {
          line.lastElementChild.textContent = event.payload.carrier
          line.classList.add('shipped')
        }
      }
    },
    { shopId },
    {
      onOpen: () => {
        count('connects')
        log('good', counts.connects === 1 ? `connected to ${shopId}` : 'connected again')
      },
      onGap: () => {
        count('gaps')
        log('bad', 'gap: the server no longer knows what came before')
      },
    },
  )
}

listenForSystemLoad((message) => {
  if (message === null) return
  measured.push(message.percent)
  if (measured.length > 60) measured.shift()
  const points = measured.map((percent, index) => `${index * 5},${100 - percent}`)
  element('line').setAttribute('points', points.join(' '))
  element('percent').textContent = `${message.percent.toFixed(1)} %`
})

// The state is a property, not an event: it is looked at.
setInterval(() => {
  const state = STATES[subscription.readyState]
  element('state').textContent = state
  element('state').className = state
}, 100)

function addOrder(number: number, item: string, price: number): void {
  const line = document.createElement('li')
  line.id = `order-${number}`
  for (const text of [`#${number}`, item, `€ ${price.toFixed(2)}`, 'packing']) {
    line.append(Object.assign(document.createElement('span'), { textContent: text }))
  }
  prepend('orders', line, 9)
}

function log(kind: string, text: string): void {
  const time = new Date().toTimeString().slice(0, 8)
  prepend(
    'log',
    Object.assign(document.createElement('li'), {
      className: kind,
      textContent: `${time}  ${text}`,
    }),
    9,
  )
}

function prepend(list: string, item: HTMLElement, most: number): void {
  element(list).prepend(item)
  while (element(list).childElementCount > most) element(list).lastElementChild?.remove()
}

function count(name: keyof typeof counts): void {
  counts[name] += 1
  element(name).textContent = String(name === 'connects' ? counts[name] - 1 : counts[name])
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no #${id}`)
  return found
}
