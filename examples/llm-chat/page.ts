// The chat's page: starts a run, shows its tokens, and continues after a reload the run that its address names.
import { EventSourceError } from './__gen__'
import { streamChatCompletions } from './__gen__/channels/event_source_client'

type State = 'connecting' | 'streaming' | 'done' | 'stopped' | 'failed'

/** The stream that the page shows. */
let shown: ReturnType<typeof streamChatCompletions> | undefined

element('form').addEventListener('submit', (event) => {
  event.preventDefault()
  const content = prompt().value.trim()
  if (content === '') return
  prompt().value = ''
  void show(content, {
    body: { messages: [{ role: 'user', content }] },
    // The request is repeated after a lost response; it then joins the run that it has started.
    idempotencyKey: crypto.randomUUID(),
  })
})
prompt().addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey) return
  event.preventDefault()
  element<HTMLFormElement>('form').requestSubmit()
})
element('stop').addEventListener('click', () => {
  const location = shown?.location
  if (location !== undefined) void fetch(location, { method: 'DELETE' })
})
for (const name of ['drop', 'kill']) {
  element(name).addEventListener('click', () => {
    fetch(`/${name}`, { method: 'POST' }).catch(() => undefined)
  })
}

// The part of the address after # has the run. A reload, a bookmark and another tab continue it.
const address = new URLSearchParams(location.hash.slice(1))
const run = address.get('run')
if (run !== null) {
  prompt().value = ''
  void show(address.get('question') ?? '', { resume: { location: run } })
}

/** Shows the events of one run to its end. */
async function show(
  question: string,
  options: Parameters<typeof streamChatCompletions>[0],
): Promise<void> {
  void shown?.return()
  const answer = element('answer')
  element('question').textContent = question
  answer.textContent = ''
  for (const each of [element('question'), answer]) each.hidden = false
  note('')
  let isComplete = false
  const events = streamChatCompletions({
    ...options,
    reconnect: { initialDelay: 300, maxDelay: 3000 },
    onStateChange(state) {
      if (events !== shown || state === 'closed') return
      setState(state === 'open' ? 'streaming' : 'connecting')
    },
    onOpen: () => remember(question),
    onError: (error) => {
      const isRetrying = error instanceof EventSourceError && error.retrying
      if (events === shown && isRetrying) note('The connection was lost. Connecting again …')
    },
  })
  shown = events
  setState('connecting')
  try {
    for await (const { type, payload } of events) {
      if (type === 'token') {
        note('')
        answer.append(payload.text)
      } else {
        isComplete = true
        note(`${payload.tokens} tokens`)
      }
    }
    if (events !== shown) return
    setState(isComplete ? 'done' : 'stopped')
    if (!isComplete) note('The answer was stopped.')
  } catch (error) {
    if (events !== shown) return
    setState('failed')
    note(reasonOf(error), 'bad')
  }
}

/** Writes the run into the address of the page. */
function remember(question: string): void {
  if (shown?.location === undefined) return
  const { pathname } = new URL(shown.location)
  history.replaceState(null, '', `#${new URLSearchParams({ run: pathname, question })}`)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof EventSourceError)) return String(error)
  if (error.status === 404) {
    return 'The server no longer has this answer. Runs in memory end with their process; with Redis they do not.'
  }
  if (error.code === 'incomplete') {
    return 'The answer ended early: the process that produced it has failed.'
  }
  return error.message
}

function setState(state: State): void {
  element('state').dataset['state'] = state
  element('state').textContent = state
  const isOpen = state === 'connecting' || state === 'streaming'
  element('answer').classList.toggle('open', isOpen)
  element('stop').hidden = !isOpen
  element('send').hidden = isOpen
}

function note(text: string, kind = ''): void {
  element('note').textContent = text
  element('note').className = kind
  element('note').hidden = text === ''
}

function prompt(): HTMLTextAreaElement {
  return element<HTMLTextAreaElement>('prompt')
}

function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no #${id}`)
  return found as T
}
