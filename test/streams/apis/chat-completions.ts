import { unnamed, type ScriptedDocument, type ScriptedEvent } from './api'

// APIs whose streams have no names on the wire, and end with the sentinel of OpenAI.

const chunk = (
  delta: object,
  finish_reason: string | null = null,
  object = 'chat.completion.chunk',
) => ({
  id: 'c-1',
  object,
  created: 1_781_913_600,
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
})

const chat = (name = 'ChatCompletionChunk'): ScriptedEvent[] =>
  unnamed(
    [name, chunk({ role: 'assistant', content: '' })],
    [name, chunk({ content: 'Hél' })],
    [name, chunk({ content: 'lo\n\n' })],
    [name, chunk({}, 'stop')],
  )

const messages = [{ role: 'user', content: 'Say hello' }]
const done = { end: '[DONE]', hasEnd: true } as const

export const together: ScriptedDocument = {
  file: 'together-ai',
  streams: [
    {
      name: 'ChatCompletions',
      method: 'POST',
      path: '/chat/completions',
      body: { model: 'm', messages, stream: true },
      events: chat(),
      ...done,
    },
    {
      name: 'Completions',
      method: 'POST',
      path: '/completions',
      body: { model: 'm', prompt: 'Say hello', stream: true },
      events: unnamed(
        [
          'CompletionChunk',
          { id: '1', object: 'completion.chunk', created: 1, choices: [{ index: 0, text: 'Hel' }] },
        ],
        [
          'CompletionChunk',
          { id: '1', object: 'completion.chunk', created: 1, choices: [], finish_reason: 'eos' },
        ],
      ),
      ...done,
    },
    {
      name: 'AudioSpeech',
      method: 'POST',
      path: '/audio/speech',
      body: { model: 'm', input: 'Hello', voice: 'v', stream: true },
      events: unnamed(
        ['AudioSpeechChunk', { object: 'audio.tts.chunk', model: 'm', b64: 'AAEC' }],
        ['AudioSpeechChunk', { object: 'audio.tts.chunk', model: 'm', b64: '' }],
      ),
      ...done,
    },
  ],
}

export const requesty: ScriptedDocument = {
  file: 'requesty',
  streams: [
    {
      name: 'ChatCompletions',
      method: 'POST',
      path: '/chat/completions',
      body: { model: 'openai/gpt', messages, stream: true },
      events: [
        ...chat(),
        ...unnamed([
          'ChatCompletionChunk',
          { ...chunk({}, 'stop'), usage: { prompt_tokens: 1, total_tokens: 2, cost: 0.1 } },
        ]),
      ],
      ...done,
    },
  ],
}

/** `event` fields are the property `type` of the payload; the first letters of the document's names differ. */
const response = (message: string, type: string, more: object = {}): ScriptedEvent => ({
  text: `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: 1, ...more })}`,
  message,
})

export const perplexity: ScriptedDocument = {
  file: 'perplexity',
  streams: [
    {
      name: 'ChatCompletions',
      method: 'POST',
      path: '/chat/completions',
      body: { model: 'sonar', messages, stream: true },
      events: chat(),
      ...done,
    },
    {
      name: 'V1Sonar',
      method: 'POST',
      path: '/v1/sonar',
      body: { model: 'sonar', messages, stream: true, stream_mode: 'concise' },
      events: unnamed(
        ['SonarChatReasoning', chunk({ role: 'assistant' }, null, 'chat.reasoning')],
        ['SonarChatReasoningDone', { object: 'chat.reasoning.done', search_results: [] }],
        ['ChatCompletionChunk', chunk({ content: 'Hi' })],
        ['SonarChatCompletionDone', { object: 'chat.completion.done', message: { content: 'Hi' } }],
      ),
      ...done,
    },
    {
      name: 'V1Agent',
      method: 'POST',
      path: '/v1/agent',
      body: { model: 'm', input: 'Say hello', stream: true },
      events: [
        response('AgentResponseCreated', 'response.created', { response: { id: 'r' } }),
        response('AgentResponseInProgress', 'response.in_progress', { response: { id: 'r' } }),
        response('AgentReasoningStarted', 'response.reasoning.started'),
        response('AgentReasoningSearchQueries', 'response.reasoning.search_queries', {
          queries: ['q'],
        }),
        response('AgentReasoningSearchResults', 'response.reasoning.search_results', {
          results: [],
        }),
        response('AgentReasoningFetchUrlQueries', 'response.reasoning.fetch_url_queries', {
          urls: ['https://a.test/'],
        }),
        response('AgentReasoningFetchUrlResults', 'response.reasoning.fetch_url_results', {
          contents: [],
        }),
        response('AgentReasoningStopped', 'response.reasoning.stopped'),
        response('AgentOutputItemAdded', 'response.output_item.added', {
          item: {},
          output_index: 0,
        }),
        response('AgentOutputTextDelta', 'response.output_text.delta', {
          item_id: 'i',
          output_index: 0,
          content_index: 0,
          delta: 'Hi',
        }),
        response('AgentOutputTextDone', 'response.output_text.done', {
          item_id: 'i',
          output_index: 0,
          content_index: 0,
          text: 'Hi',
        }),
        response('AgentOutputItemDone', 'response.output_item.done', { item: {}, output_index: 0 }),
        response('AgentResponseCompleted', 'response.completed', {
          response: { id: 'r', status: 'completed' },
        }),
      ],
    },
  ],
  leftOut: {
    V1AsyncSonar: 'it answers with one JSON object: only the prose says that it is no stream',
  },
}
