package io.pikaconnect.tool;

import io.pikaconnect.pika.BinlogPosition;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** Pika's client port, asked once a second where the end of a db's binlog is. */
public final class MasterPort implements AutoCloseable {

    private static final Pattern VERSION = Pattern.compile("(?m)^pika_version:(\\S+)");
    private static final Pattern BINLOG = Pattern.compile("(?m)^(db\\d+)[ :]binlog_offset=");
    private static final long USUAL_FILE_BYTES = 104_857_600;

    private final Jedis jedis;
    private final long fileBytes;

    public MasterPort(Endpoint pika) {
        jedis = pika.connect();
        fileBytes = fileBytes(jedis);
    }

    /** Such as {@code 3.5.5}. */
    public String version() {
        return find(VERSION, "server").map(m -> m.group(1)).orElse("of unknown version");
    }

    /** The end of a db's binlog; empty if INFO does not report it. */
    public Optional<BinlogPosition> end(String db) {
        return find(Pattern.compile("(?m)^" + Pattern.quote(db) + "[ :]binlog_offset=(\\d+) (\\d+)"), "replication")
                .map(m -> new BinlogPosition(Long.parseLong(m.group(1)), Long.parseLong(m.group(2))));
    }

    /** The dbs that have a binlog; empty if INFO does not report it. */
    public List<String> databases() {
        return BINLOG.matcher(jedis.info("replication"))
                .results()
                .map(db -> db.group(1))
                .toList();
    }

    /** Bytes of binlog between two places. */
    public long between(BinlogPosition from, BinlogPosition to) {
        return Math.max(0, (to.filenum() - from.filenum()) * fileBytes + to.offset() - from.offset());
    }

    private Optional<Matcher> find(Pattern pattern, String section) {
        return Optional.of(pattern.matcher(jedis.info(section))).filter(Matcher::find);
    }

    private static long fileBytes(Jedis jedis) {
        try {
            return Optional.ofNullable(jedis.configGet("binlog-file-size").get("binlog-file-size"))
                    .filter(size -> size.matches("\\d{1,18}"))
                    .map(Long::parseLong)
                    .orElse(USUAL_FILE_BYTES);
        } catch (JedisException e) {
            return USUAL_FILE_BYTES;
        }
    }

    @Override
    public void close() {
        jedis.close();
    }
}
