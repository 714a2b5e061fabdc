import { redisRuns } from '../../../../runtime/redis-runs'
import { contract } from '../../runs/support/contract'
import { RedisServer, describeRedis } from './support/redis-server'

describeRedis('The Redis log of runs', () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await RedisServer.start()
  })
  afterEach(() => redis.command('FLUSHALL'))
  afterAll(() => redis.close())
  contract(() => redisRuns(redis.client()))

  it('refuses options that are no times', () => {
    expect(() => redisRuns(redis.client(), { lease: 0 })).toThrow(
      'redisRuns: lease must be a whole number of ms greater than 0, found 0',
    )
  })
})
