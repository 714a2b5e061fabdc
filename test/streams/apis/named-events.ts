import { event, named, unnamed, type ScriptedDocument } from './api'

// APIs whose event names are those of the payload, or of the document.

export const anthropic: ScriptedDocument = {
  file: 'anthropic',
  streams: [
    {
      name: 'Messages',
      method: 'POST',
      path: '/messages',
      body: { model: 'm', max_tokens: 10, messages: [], stream: true },
      events: named(
        'type',
        [
          'message_start',
          {
            type: 'message_start',
            message: {
              id: 'm1',
              type: 'message',
              role: 'assistant',
              content: [],
              model: 'm',
              stop_reason: null,
              stop_sequence: null,
              usage: { input_tokens: 25, output_tokens: 1 },
            },
          },
        ],
        [
          'content_block_start',
          { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
        ],
        ['ping', { type: 'ping' }],
        [
          'content_block_delta',
          { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hé' } },
        ],
        ['content_block_stop', { type: 'content_block_stop', index: 0 }],
        [
          'message_delta',
          {
            type: 'message_delta',
            delta: { stop_reason: 'end_turn', stop_sequence: null },
            usage: { output_tokens: 15 },
          },
        ],
        ['error', { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }],
        ['message_stop', { type: 'message_stop' }],
      ),
    },
  ],
}

export const cohere: ScriptedDocument = {
  file: 'cohere',
  streams: [
    {
      name: 'V2Chat',
      method: 'POST',
      path: '/v2/chat',
      body: { model: 'command', messages: [], stream: true },
      events: named(
        'type',
        [
          'messageStart',
          { type: 'message-start', id: '1', delta: { message: { role: 'assistant' } } },
        ],
        ['contentStart', { type: 'content-start', index: 0 }],
        [
          'contentDelta',
          { type: 'content-delta', index: 0, delta: { message: { content: { text: 'Hi' } } } },
        ],
        ['contentEnd', { type: 'content-end', index: 0 }],
        ['toolPlanDelta', { type: 'tool-plan-delta', delta: { message: { tool_plan: 'I' } } }],
        ['toolCallStart', { type: 'tool-call-start', index: 0 }],
        ['toolCallDelta', { type: 'tool-call-delta', index: 0 }],
        ['toolCallEnd', { type: 'tool-call-end', index: 0 }],
        ['citationStart', { type: 'citation-start', index: 0 }],
        ['citationEnd', { type: 'citation-end', index: 0 }],
        ['debug', { type: 'debug', prompt: 'p' }],
        ['messageEnd', { type: 'message-end', id: '1', delta: { finish_reason: 'COMPLETE' } }],
      ),
    },
    {
      // The first version of the API sends the name in the payload only.
      name: 'V1Chat',
      method: 'POST',
      path: '/v1/chat',
      body: { message: 'Hi', stream: true },
      events: unnamed(
        ['streamStart', { event_type: 'stream-start' }],
        [
          'searchQueriesGeneration',
          { event_type: 'search-queries-generation', search_queries: [] },
        ],
        ['searchResults', { event_type: 'search-results', search_results: [], documents: [] }],
        ['textGeneration', { event_type: 'text-generation', text: 'Hi' }],
        ['citationGeneration', { event_type: 'citation-generation', citations: [] }],
        ['toolCallsChunk', { event_type: 'tool-calls-chunk', text: 'x' }],
        ['toolCallsGeneration', { event_type: 'tool-calls-generation', tool_calls: [] }],
        ['chatDebug', { event_type: 'debug' }],
        ['streamEnd', { event_type: 'stream-end', finish_reason: 'COMPLETE', response: {} }],
      ),
    },
    {
      name: 'V1Generate',
      method: 'POST',
      path: '/v1/generate',
      body: { prompt: 'Hi', stream: true },
      events: unnamed(
        ['generateChunk', { text: 'Hi', index: 0, is_finished: false }],
        [
          'generateFinalChunk',
          { is_finished: true, finish_reason: 'COMPLETE', response: { id: '1', generations: [] } },
        ],
      ),
    },
  ],
}

export const couchdb: ScriptedDocument = {
  file: 'apache-couchdb',
  streams: [
    {
      name: 'DbChanges',
      method: 'GET',
      // The client sends the defaults of the document.
      path:
        '/db/_changes?feed=eventsource&since=now&include_docs=false&attachments=false&att_encoding_info=false' +
        '&conflicts=false&descending=false&style=main_only',
      parameters: { db: 'db' },
      options: { query: { since: 'now' } },
      events: [
        // CouchDB sends no name for rows, although the document has one.
        {
          text: 'data: {"seq":"1-g1","id":"a","changes":[{"rev":"1-x"}]}\nid: 1-g1',
          message: 'change',
        },
        {
          text: 'event: change\ndata: {"seq":"2-g1","id":"b","changes":[],"deleted":true}\nid: 2-g1',
          message: 'change',
        },
        // An event without data is not dispatched (WHATWG HTML §9.2.6).
        { text: 'event: heartbeat\ndata: ', message: null },
      ],
    },
  ],
}

export const replicate: ScriptedDocument = {
  file: 'replicate',
  streams: [
    {
      name: 'PredictionsStream',
      method: 'GET',
      path: '/v1/files/abc',
      // The API hands out the URL of each stream; only its prose defines `done` as the end.
      options: { url: '/v1/files/abc', endOn: ['done'] },
      events: [
        { text: 'event: output\nid: 1\ndata: Once upon', message: 'output' },
        { text: 'event: output\nid: 2\ndata:  a time,\ndata: ', message: 'output' },
        event('error', { detail: 'out of memory' }, 'error'),
        event('done', {}, 'done'),
      ],
    },
  ],
}

export const keiko: ScriptedDocument = {
  file: 'keiko',
  streams: [
    {
      name: 'EventsAgentAgentIdStream',
      method: 'GET',
      path: '/events/agent/agent_1/stream',
      parameters: { agent_id: 'agent_1' },
      events: [
        event('AgentEvent', {
          event_id: 'e1',
          event_type: 'agent.status_changed',
          agent_id: 'agent_1',
          timestamp: '2026-01-01T00:00:00Z',
          data: {},
        }),
        // Against the pattern of the document.
        event(null, {
          event_id: 'e2',
          event_type: 'agent.created',
          agent_id: '1',
          timestamp: 't',
          data: {},
        }),
      ],
    },
  ],
}

export const zilla: ScriptedDocument = {
  file: 'zilla-sse-kafka',
  streams: [
    {
      name: 'Events',
      method: 'GET',
      path: '/events',
      events: [
        { text: 'id: AQIAAQ==\ndata: {"id":1,"name":"a","tag":"t"}', message: 'Event' },
        { text: 'id: AQIAAg==\ndata: {"id":2}', message: 'Event' },
      ],
    },
  ],
}

export const ably: ScriptedDocument = {
  file: 'ably',
  streams: [
    {
      name: 'Sse',
      method: 'GET',
      path: '/sse?channels=room&v=1.2',
      options: { url: '/sse?channels=room&v=1.2' },
      // The payload of the document is the frame, with `data` as an object; the API sends the object itself.
      events: [
        {
          text: 'id: a@1\nevent: message\ndata: {"id":"1","name":"n","data":"hello","timestamp":1}',
          message: null,
        },
      ],
    },
  ],
  leftOut: {
    connection: 'its server speaks wss',
    channel: 'its server speaks wss',
  },
}
