package io.pikaconnect.sink;

import java.util.List;
import java.util.Optional;
import redis.clients.jedis.Jedis;

/** A db on one server. */
record ServerDb(Jedis jedis, String prefix) implements TargetDb {

    @Override
    public List<Jedis> servers() {
        return List.of(jedis);
    }

    @Override
    public Jedis serverOf(byte[] key) {
        return jedis;
    }

    @Override
    public boolean refresh() {
        return false;
    }

    @Override
    public Optional<LedgerView> ledger() {
        return LedgerView.read(jedis, prefix);
    }

    @Override
    public void close() {
        jedis.close();
    }
}
