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
