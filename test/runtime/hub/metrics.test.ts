import {
  createNoopMeter,
  SpanStatusCode,
  trace,
  type Attributes,
  type BatchObservableCallback,
  type Meter,
  type Observable,
} from '@opentelemetry/api'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import express from 'express'
import { measureHub } from '../../../runtime/metrics'
import { lines } from '../server/support/channels'
import { createHub } from '../server/support/express'
import { Hosts } from '../server/support/host'
import { ScriptedBroker } from './support/scripted-broker'

/** Stores what is recorded: `name → values`, with the attribute that distinguishes results. */
class RecordingMeter {
  readonly recorded = new Map<string, number[]>()
  readonly attributes: Attributes[] = []
  readonly #names = new Map<object, string>()
  readonly #callbacks = new Set<BatchObservableCallback>()

  get meter(): Meter {
    const instrument = (name: string): { add: Record_; record: Record_ } => {
      const record: Record_ = (value, attributes = {}) => this.#record(name, value, attributes)
      return { add: record, record }
    }
    const observable = (name: string): Observable => {
      const created = { addCallback: () => undefined, removeCallback: () => undefined }
      this.#names.set(created, name)
      return created
    }
    return Object.assign(createNoopMeter(), {
      createCounter: instrument,
      createHistogram: instrument,
      createObservableCounter: observable,
      createObservableGauge: observable,
      createObservableUpDownCounter: observable,
      addBatchObservableCallback: (callback: BatchObservableCallback) =>
        this.#callbacks.add(callback),
      removeBatchObservableCallback: (callback: BatchObservableCallback) =>
        this.#callbacks.delete(callback),
    }) as Meter
  }

  /** As a reader does when it exports. */
  collect(): Record<string, number> {
    const observed: Record<string, number> = {}
    for (const callback of this.#callbacks) {
      void callback({
        observe: (metric, value) => void (observed[this.#names.get(metric) ?? ''] = value),
      })
    }
    return observed
  }

  #record(name: string, value: number, attributes: Attributes): void {
    this.recorded.set(name, [...(this.recorded.get(name) ?? []), value])
    this.attributes.push(attributes)
  }
}

type Record_ = (value: number, attributes?: Attributes) => void

describe('measureHub', () => {
  const hosts = new Hosts()
  afterEach(hosts.close)

  it('reports connections, events and publishes, until it is stopped', async () => {
    const app = express()
    const hub = createHub(lines, { history: { maxEvents: 1 }, onError: () => undefined })
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = `${await hosts.serve(app)}/lines`
    const metrics = new RecordingMeter()
    const spans: { name: string; attributes: Attributes; status?: number }[] = []
    const tracer = trace.getTracer('test')
    tracer.startSpan = (name, options) => {
      const span = { name, attributes: { ...options?.attributes }, status: 0 }
      spans.push(span)
      return Object.assign(trace.wrapSpanContext({ traceId: '', spanId: '', traceFlags: 0 }), {
        setAttribute: (key: string, value: string) => (span.attributes[key] = value),
        setAttributes: (more: Attributes) => Object.assign(span.attributes, more),
        setStatus: ({ code }: { code: number }) => (span.status = code),
        end: () => undefined,
      }) as never
    }
    const stop = measureHub(hub, { name: 'Lines', meter: metrics.meter, tracer, rooms: true })

    const client = await hosts.open(url)
    const id = await hub.publish('a')
    await client.count(1)
    await expect(hub.publish('b', { event: 'no' } as never)).rejects.toThrow('no event')
    await hub.publish('c')
    await hub.publish('d')
    await (await hosts.open(url, { headers: { 'last-event-id': id } })).count(1)
    expect(metrics.collect()).toEqual({
      'sse.server.connections': 2,
      'sse.server.room_connections': 2,
      'sse.server.delivered_events': 4,
      'sse.server.lost_events': 0,
      'sse.server.conflated_events': 0,
      'sse.server.snapshots': 0,
      'sse.server.sent_bytes': hub.metrics.bytes,
      'sse.server.broker_lag': 0,
    })
    expect(metrics.recorded.get('sse.server.gaps')).toEqual([1])
    expect(metrics.recorded.get('messaging.client.sent.messages')).toEqual([1, 1, 1, 1])
    for (const seconds of metrics.recorded.get('messaging.client.operation.duration') ?? []) {
      expect(seconds).toBeGreaterThan(0)
      expect(seconds).toBeLessThan(5)
    }
    expect(metrics.attributes).toContainEqual({
      'messaging.system': 'sse',
      'messaging.destination.name': 'Lines',
      'messaging.operation.name': 'publish',
      'error.type': 'TypeError',
    })
    expect(spans.map(({ name, status }) => [name, status])).toEqual([
      ['publish Lines', 0],
      ['publish Lines', SpanStatusCode.ERROR],
      ['publish Lines', 0],
      ['publish Lines', 0],
    ])
    expect(spans[0]?.attributes['messaging.message.id']).toBe(id)

    stop()
    await hub.publish('e')
    expect(spans).toHaveLength(4)
    expect(metrics.collect()).toEqual({})
  })

  it('counts the clients of a room that connect after the call, while there are any', async () => {
    const app = express()
    const hub = createHub(lines)
    hosts.finally(() => hub.close())
    hub.register(app)
    const url = `${await hosts.serve(app)}/lines`
    const disconnected = async (client: Awaited<ReturnType<typeof hosts.open>>): Promise<void> => {
      const isCounted = new Promise<void>((resolve) => {
        const stop = hub.on('disconnect', () => {
          stop()
          resolve()
        })
      })
      client.close()
      await isCounted
    }
    const earlier = await hosts.open(url)
    const metrics = new RecordingMeter()
    measureHub(hub, { name: 'Lines', meter: metrics.meter, rooms: true })
    const count = (): unknown => metrics.collect()['sse.server.room_connections']
    await disconnected(earlier)
    expect(count()).toBeUndefined()
    const client = await hosts.open(url)
    expect(count()).toBe(1)
    await disconnected(client)
    expect(count()).toBeUndefined()
  })

  it.each(['first', 'second'])(
    'continues to measure for others when the %s is stopped',
    async (which) => {
      const hub = createHub(lines)
      hosts.finally(() => hub.close())
      const sent = (metrics: RecordingMeter): number =>
        metrics.recorded.get('messaging.client.sent.messages')?.length ?? 0
      const [first, second] = [new RecordingMeter(), new RecordingMeter()]
      const stops = [first, second].map(({ meter }) => measureHub(hub, { name: 'Lines', meter }))
      if (which === 'second') stops.reverse()
      const [stopped, measuring] = which === 'first' ? [first, second] : [second, first]
      stops[0]?.()
      await hub.publish('a')
      expect([sent(stopped), sent(measuring)]).toEqual([0, 1])
      stops[1]?.()
      await hub.publish('b')
      expect([sent(stopped), sent(measuring)]).toEqual([0, 1])
    },
  )

  it('reports the lag of a broker by its clock', async () => {
    const broker = new ScriptedBroker()
    const hub = createHub(lines, { broker: () => broker, onError: () => undefined })
    hosts.finally(() => hub.close())
    const metrics = new RecordingMeter()
    measureHub(hub, { name: 'Lines', meter: metrics.meter })
    broker.sink.preload([])
    expect(metrics.collect()).toMatchObject({ 'sse.server.broker_lag': 0 })
    // The clock of the broker is an hour ahead.
    const clockOffset = Date.now() + 3_600_000 - performance.now()
    broker.sink.updateClock({ epochs: [{ mark: 'a', start: '0-0' }], clockOffset })
    const published = Math.floor(performance.now() + clockOffset) - 2500
    const event = { id: `${published}-0-a`, prev: '0-0', address: 'lines', event: '', data: 'a' }
    broker.sink.deliver([event])
    const { 'sse.server.broker_lag': lag = 0 } = metrics.collect()
    expect(lag).toBeGreaterThanOrEqual(2.5)
    // At most the time until now: a busy machine takes some of it.
    expect(lag).toBeLessThanOrEqual((performance.now() + clockOffset - published) / 1000)
  })

  it('reaches Prometheus through the exporter of OpenTelemetry', async () => {
    const app = express()
    const hub = createHub(lines)
    hosts.finally(() => hub.close())
    hub.register(app)
    // As in docs/server.md.
    const exporter = new PrometheusExporter({ preventServerStart: true })
    const provider = new MeterProvider({ readers: [exporter] })
    hosts.finally(() => provider.shutdown())
    measureHub(hub, { name: 'lines', rooms: true, meter: provider.getMeter('sse') })
    app.get('/metrics', (req, res) => exporter.getMetricsRequestHandler(req, res))
    const url = await hosts.serve(app)

    const client = await hosts.open(`${url}/lines`)
    await hub.publish('a')
    await hub.publish('b')
    await client.count(2)
    const response = await fetch(`${url}/metrics`)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
    const text = await response.text()
    const valueOf = (name: string): number[] =>
      text
        .split('\n')
        .filter((each) => each.startsWith(`${name}{`))
        .map((each) => Number(/} (\S+)/.exec(each)?.[1]))
    expect(text).not.toContain('description missing')
    expect(text).toContain('# TYPE sse_server_connections gauge')
    expect(text).toContain('# TYPE sse_server_delivered_events_total counter')
    expect(text).toContain('# TYPE messaging_client_operation_duration histogram')
    expect(text).toMatch(/^sse_server_connections\{[^}]*messaging_destination_name="lines"/m)
    expect(text).toMatch(/^sse_server_room_connections\{[^}]*sse_address="lines"/m)
    expect(valueOf('sse_server_connections')).toEqual([1])
    expect(valueOf('sse_server_delivered_events_total')).toEqual([2])
    expect(valueOf('sse_server_sent_bytes_total')).toEqual([hub.metrics.bytes])
    expect(valueOf('sse_server_broker_lag')).toEqual([0])
    expect(valueOf('messaging_client_sent_messages_total')).toEqual([2])
    expect(valueOf('messaging_client_operation_duration_count')).toEqual([2])
    expect(Math.max(...valueOf('messaging_client_operation_duration_bucket'))).toBe(2)
  })
})
