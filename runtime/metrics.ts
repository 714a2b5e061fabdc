import {
  metrics,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type BatchObservableResult,
  type Meter,
  type Observable,
  type Tracer,
} from '@opentelemetry/api'
import type { HubEvent, HubMetrics, HubNotice, Unsubscribe } from './hub/types'

export interface MetricsOptions {
  /** Name of the hub: the attribute `messaging.destination.name`. */
  name: string
  /**
   * Whether to count connections by room, with the attribute `sse.address`. Each room that has clients is a time series. Only
   * clients that connect after the call of `measureHub` are counted. Default: false.
   */
  rooms?: boolean
  /** Default: the global meter. */
  meter?: Meter
  /** Default: the global tracer. */
  tracer?: Tracer
}

/** The members of a hub that are measured; every hub has them. */
export interface MeasuredHub {
  readonly metrics: HubMetrics
  publish: (...args: never) => Promise<string>
  on(event: HubEvent, listener: (notice: HubNotice) => void): Unsubscribe
}

const SCOPE = 'asyncapi-eventsource-template'

/** Upper bounds of the histogram of publish durations, s, from the semantic conventions. */
const DURATION_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

/**
 * Reports the metrics of a hub to OpenTelemetry. Metrics of `publish` have the names of the semantic conventions for
 * messaging; those of streams begin with `sse.server.`. `publish` of this hub is replaced by a function that creates a
 * span.
 *
 * @returns a function that stops reporting
 * @see https://opentelemetry.io/docs/specs/semconv/messaging/messaging-metrics/
 */
export function measureHub(hub: MeasuredHub, options: MetricsOptions): () => void {
  const { meter = metrics.getMeter(SCOPE), tracer = trace.getTracer(SCOPE) } = options
  const attributes = { 'messaging.system': 'sse', 'messaging.destination.name': options.name }
  const stopped = [
    observeTotals(hub, meter, attributes),
    countEvents(hub, meter, attributes),
    measurePublish(hub, { meter, tracer, attributes }),
    ...(options.rooms === true ? [observeRooms(hub, meter, attributes)] : []),
  ]
  return () => {
    for (const stop of stopped) stop()
  }
}

function observeTotals(hub: MeasuredHub, meter: Meter, attributes: Attributes): () => void {
  const measures = new Map<Observable, (totals: HubMetrics) => number>()
    .set(
      meter.createObservableUpDownCounter('sse.server.connections', {
        unit: '{connection}',
        description: 'Clients that are connected.',
      }),
      ({ clients }) => clients,
    )
    .set(
      meter.createObservableCounter('sse.server.delivered_events', {
        unit: '{event}',
        description: 'Events that were written, counted per client.',
      }),
      ({ delivered }) => delivered,
    )
    .set(
      meter.createObservableCounter('sse.server.lost_events', {
        unit: '{event}',
        description: 'Events that the history no longer contained when a client needed them.',
      }),
      ({ dropped }) => dropped,
    )
    .set(
      meter.createObservableCounter('sse.server.conflated_events', {
        unit: '{event}',
        description: 'Events that were not sent because a newer one of the same key was.',
      }),
      ({ conflated }) => conflated,
    )
    .set(
      meter.createObservableCounter('sse.server.snapshots', {
        unit: '{snapshot}',
        description: 'Snapshots that were sent.',
      }),
      ({ snapshots }) => snapshots,
    )
    .set(
      meter.createObservableCounter('sse.server.sent_bytes', {
        unit: 'By',
        description: 'Bytes of events that were written, before transfer coding.',
      }),
      ({ bytes }) => bytes,
    )
    .set(
      meter.createObservableGauge('sse.server.broker_lag', {
        unit: 's',
        description: 'Time from the publication of the newest event until this process read it.',
      }),
      ({ lag }) => lag / 1000,
    )
  const instruments = [...measures.keys()]
  const observe = (result: BatchObservableResult): void => {
    const totals = hub.metrics
    for (const [instrument, measure] of measures) {
      result.observe(instrument, measure(totals), attributes)
    }
  }
  meter.addBatchObservableCallback(observe, instruments)
  return () => meter.removeBatchObservableCallback(observe, instruments)
}

function countEvents(hub: MeasuredHub, meter: Meter, attributes: Attributes): () => void {
  const gaps = meter.createCounter('sse.server.gaps', {
    unit: '{gap}',
    description: 'Losses that were reported to clients.',
  })
  const slow = meter.createCounter('sse.server.slow_clients', {
    unit: '{client}',
    description: 'Times that a client fell behind.',
  })
  const stops = [
    hub.on('gap', () => gaps.add(1, attributes)),
    // `skipped` is set when the client has caught up.
    hub.on('slow', ({ skipped = 0 }) => skipped === 0 && slow.add(1, attributes)),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function observeRooms(hub: MeasuredHub, meter: Meter, attributes: Attributes): () => void {
  const connections = meter.createObservableUpDownCounter('sse.server.room_connections', {
    unit: '{connection}',
    description: 'Clients that are connected to one address.',
  })
  /** Clients by address. An address without clients is absent: its time series would never end. */
  const clients = new Map<string, number>()
  const change = (address: string, difference: 1 | -1): void => {
    const count = (clients.get(address) ?? 0) + difference
    // A client that was connected before is not counted.
    if (count > 0) clients.set(address, count)
    else clients.delete(address)
  }
  const observe = (result: BatchObservableResult): void => {
    for (const [address, count] of clients) {
      result.observe(connections, count, { ...attributes, 'sse.address': address })
    }
  }
  const stops = [
    hub.on('connect', ({ address }) => change(address, 1)),
    hub.on('disconnect', ({ address }) => change(address, -1)),
  ]
  meter.addBatchObservableCallback(observe, [connections])
  return () => {
    meter.removeBatchObservableCallback(observe, [connections])
    for (const stop of stops) stop()
  }
}

function measurePublish(
  hub: MeasuredHub,
  { meter, tracer, attributes }: { meter: Meter; tracer: Tracer; attributes: Attributes },
): () => void {
  const operation = { ...attributes, 'messaging.operation.name': 'publish' }
  const duration = meter.createHistogram('messaging.client.operation.duration', {
    unit: 's',
    description: 'Time until the broker has stored an event.',
    advice: { explicitBucketBoundaries: DURATION_BOUNDS },
  })
  const sent = meter.createCounter('messaging.client.sent.messages', {
    unit: '{message}',
    description: 'Events that were published; failures have the attribute error.type.',
  })
  const { publish } = hub
  let isStopped = false
  const measuredPublish: MeasuredHub['publish'] = (...args) => {
    if (isStopped) return publish.apply(hub, args)
    const start = performance.now()
    const name = `publish ${String(attributes['messaging.destination.name'])}`
    const span = tracer.startSpan(name, {
      kind: SpanKind.PRODUCER,
      attributes: { ...operation, 'messaging.operation.type': 'send' },
    })
    const end = (result: Attributes): void => {
      const measured = { ...operation, ...result }
      duration.record((performance.now() - start) / 1000, measured)
      sent.add(1, measured)
      span.setAttributes(result)
      span.end()
    }
    const published = publish.apply(hub, args)
    published.then(
      (id) => {
        span.setAttribute('messaging.message.id', id)
        end({})
      },
      (error: unknown) => {
        span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) })
        end({ 'error.type': error instanceof Error ? error.name : '_OTHER' })
      },
    )
    return published
  }
  hub.publish = measuredPublish
  return () => {
    isStopped = true
    // Other code may have replaced it since then, and may still call this one.
    if (hub.publish === measuredPublish) hub.publish = publish
  }
}
