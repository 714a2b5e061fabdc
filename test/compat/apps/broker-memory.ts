import type { BrokerFactory } from './__gen__/runtime/hub'

/** No broker: hubs keep their own memory. */
export const broker: BrokerFactory | undefined = undefined

export async function closeBroker(): Promise<void> {}
