import { plan } from '../../../pipeline/generate'
import { parseDocument } from '../../support/document'

/** The alternatives of each channel, as ids of their schemes, with the kind and the place of each scheme. */
async function alternativesOf(security: readonly (readonly object[])[]): Promise<string[][]> {
  const keys = security.map((_, index) => `c${index}`)
  const document = await parseDocument({
    asyncapi: '3.0.0',
    info: { title: 'Rooms', version: '1.0.0' },
    channels: Object.fromEntries(
      keys.map((key) => [key, { address: key, messages: { m: { payload: { type: 'string' } } } }]),
    ),
    operations: Object.fromEntries(
      keys.map((key, index) => [
        key,
        { action: 'send', channel: { $ref: `#/channels/${key}` }, security: security[index] },
      ]),
    ),
    components: { securitySchemes: { 'X-Key': { type: 'userPassword' } } },
  })
  const { view } = plan({ document, parameters: {} })
  return view.channels.map(({ auth }) =>
    (auth?.alternatives ?? []).map(({ schemes }) =>
      schemes.map((one) => `${one.id}: ${one.kind.text} ${one.in ?? ''}`.trim()).join(', '),
    ),
  )
}

const flows = {
  clientCredentials: { tokenUrl: 'https://a.example/t', availableScopes: { a: 'b' } },
}

describe('security schemes without a name of their own', () => {
  test.each([
    [
      'of one type',
      [
        { type: 'http', scheme: 'bearer' },
        { type: 'http', scheme: 'basic' },
      ],
      ['http: bearer', 'http2: basic'],
    ],
    [
      'of one name',
      [
        { type: 'httpApiKey', in: 'header', name: 'X-Key' },
        { type: 'httpApiKey', in: 'query', name: 'X-Key' },
      ],
      ['X-Key2: apiKey header', 'X-Key3: apiKey query'],
    ],
  ])('%s are separate alternatives', async (_, security, want) => {
    expect(await alternativesOf([security])).toEqual([want])
  })

  test('with one content are one scheme', async () => {
    const scheme = () => ({ type: 'oauth2', flows: structuredClone(flows) })
    expect(await alternativesOf([[scheme()], [scheme()]])).toEqual([
      ['oauth2: bearer'],
      ['oauth2: bearer'],
    ])
  })
})

describe('credentials that the client cannot send are reported', () => {
  const notesOf = async (
    scheme: object,
    parameters: Record<string, string>,
  ): Promise<readonly string[]> => {
    const document = await parseDocument({
      asyncapi: '3.0.0',
      info: { title: 'Rooms', version: '1.0.0' },
      channels: { room: { address: 'room', messages: { said: { payload: { type: 'string' } } } } },
      operations: {
        say: {
          action: 'send',
          channel: { $ref: '#/channels/room' },
          security: [{ $ref: '#/components/securitySchemes/own' }],
        },
      },
      components: { securitySchemes: { own: scheme } },
    })
    const { diagnostics } = plan({ document, parameters })
    return diagnostics.notes.filter((note) => !note.includes('"authorize"'))
  }
  const noHeaders =
    'channel "room": EventSource sends no headers, so the client has no option for the credentials that the document requires (client=eventsource); -p client=fetch has one'

  test('a type without support: the remedy is one that the client has', async () => {
    const place = '#/components/securitySchemes/own: the type "X509" is not supported by the'
    const certificate = { type: 'X509' }
    expect(await notesOf(certificate, {})).toEqual([
      `${place} generated client; pass the credentials with its option "headers"`,
    ])
    expect(await notesOf(certificate, { client: 'eventsource' })).toEqual([
      `${place} generated client; with -p client=fetch, it has the option "headers" for the credentials`,
    ])
    expect(await notesOf(certificate, { side: 'server' })).toEqual([])
  })

  test.each([
    [{ type: 'http', scheme: 'bearer' }, [noHeaders]],
    [{ type: 'http', scheme: 'basic' }, [noHeaders]],
    [{ type: 'httpApiKey', in: 'header', name: 'X-Key' }, [noHeaders]],
    [{ type: 'httpApiKey', in: 'query', name: 'key' }, []],
    [{ type: 'httpApiKey', in: 'cookie', name: 'key' }, []],
  ])('EventSource with %j', async (scheme, notes) => {
    expect(await notesOf(scheme, { client: 'eventsource' })).toEqual(notes)
    expect(await notesOf(scheme, { client: 'eventsource', side: 'server' })).toEqual([])
    expect(await notesOf(scheme, {})).toEqual([])
  })
})
